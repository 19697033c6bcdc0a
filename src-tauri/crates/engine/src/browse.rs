//! Looking: snapshots, their entries, names across all dates, and the state of the plans.

use resguardo_catalog::{CopyState, Page, PageOrder, PageQuery, PageRow, SnapshotRow, Version};
use resguardo_domain::{Class, EntryKind, EntryPath, Error, FlagState, Manifest, Result, SpecialKind};

use crate::Engine;
use crate::back_up::odd_sources;
use crate::requests::{
    CopyView, EntryOrder, EntryPage, EntryQuery, EntryRow, EntryView, FoundView, PlanStatus,
    SnapshotDatabase, SnapshotView,
};

/// Entries of one page.
const MOST_ENTRIES: u64 = 1000;
/// Characters of a search.
const LONGEST_SEARCH: usize = 500;

impl Engine {
    /// The snapshots of a plan or of all, oldest first.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan.
    pub fn snapshots(&self, plan: Option<&str>) -> Result<Vec<SnapshotView>> {
        let plan = plan.map(|plan| self.plan(plan)).transpose()?.map(|plan| plan.id);
        let names = self.place_names()?;
        let mut rows = self.catalog.snapshots(plan.as_ref())?;
        rows.sort_by_key(|row| (row.manifest.created_at, row.manifest.generation));
        let mut makers = self.catalog.makers(None)?;
        let view = |row: &SnapshotRow| SnapshotView {
            operation: makers.remove(&row.manifest.id),
            ..snapshot_view(row, &names)
        };
        Ok(rows.iter().map(view).collect())
    }

    /// One snapshot.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`], [`resguardo_domain::Kind::Ambiguous`].
    pub fn snapshot(&self, selector: &str) -> Result<SnapshotView> {
        let row = self.select(selector)?;
        let operation = self.catalog.makers(Some(&row.manifest.id))?.remove(&row.manifest.id);
        Ok(SnapshotView { operation, ..snapshot_view(&row, &self.place_names()?) })
    }

    /// One snapshot's manifest.
    ///
    /// # Errors
    /// As [`Engine::snapshot`].
    pub fn manifest(&self, selector: &str) -> Result<Manifest> {
        Ok(self.select(selector)?.manifest)
    }

    pub(crate) fn place_names(&self) -> Result<Vec<(resguardo_domain::DestinationId, String)>> {
        Ok(self.catalog.destinations()?.into_iter().map(|row| (row.id, row.name)).collect())
    }

    /// What a folder of a snapshot holds, or the entry itself when it is no folder.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown snapshot or path.
    pub fn entries(&self, selector: &str, path: &str) -> Result<Vec<EntryView>> {
        let row = self.select(selector)?;
        let path = parse_path(path)?;
        if !path.is_root() {
            let entry = self.catalog.entry(&row.manifest.id, &path)?;
            let entry =
                entry.ok_or_else(|| Error::not_found("path", &path).fact("snapshot", &row.manifest.id))?;
            if entry.record.tag != 'd' {
                return Ok(vec![entry_view(&entry)]);
            }
        }
        let children = self.catalog.children(&row.manifest.id, &path)?;
        Ok(children.iter().map(entry_view).collect())
    }

    /// A page of a folder of a snapshot, or of what a search finds below it.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown snapshot or folder; [`resguardo_domain::Kind::InvalidInput`] with the
    /// field `limit`, `path` or `search`.
    pub fn entries_page(&self, query: &EntryQuery) -> Result<EntryPage> {
        if !(1..=MOST_ENTRIES).contains(&query.limit) {
            return Err(
                Error::invalid("limit", query.limit, "expected 1 to 1000").fact("limit", MOST_ENTRIES)
            );
        }
        let search = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = search.filter(|text| text.chars().count() > LONGEST_SEARCH) {
            return Err(Error::invalid("search", text, "too long").fact("limit", LONGEST_SEARCH));
        }
        let (row, folder) = (self.select(&query.snapshot)?, parse_path(&query.path)?);
        let id = &row.manifest.id;
        let missing = || Error::not_found("path", &folder).fact("snapshot", id);
        if !folder.is_root() && self.catalog.entry(id, &folder)?.ok_or_else(missing)?.record.tag != 'd' {
            return Err(Error::invalid("path", &query.path, "it is not a folder"));
        }
        let order = match query.order {
            EntryOrder::Name => PageOrder::Name,
            EntryOrder::Size => PageOrder::Size,
            EntryOrder::Modified => PageOrder::Modified,
        };
        let (snapshot, descending) = (id.clone(), query.descending);
        let wanted = PageQuery { snapshot, folder, search: search.map(str::to_owned), order, descending };
        let Page { total, files, bytes, cut, rows } =
            self.catalog.page(&wanted, query.offset, query.limit)?;
        let row =
            |row: &PageRow| EntryRow { entry: entry_view(&row.version), files: row.files, bytes: row.bytes };
        Ok(EntryPage { total, files, bytes, cut, rows: rows.iter().map(row).collect() })
    }

    /// A name across all dates.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan.
    pub fn find(&self, pattern: &str, plan: Option<&str>, limit: usize) -> Result<Vec<FoundView>> {
        if pattern.is_empty() {
            return Err(Error::invalid("pattern", "", "a name or a part of it is needed"));
        }
        let plan = plan.map(|plan| self.plan(plan)).transpose()?.map(|plan| plan.id);
        let found = self.catalog.find(pattern, plan.as_ref(), limit)?;
        let rows = self.catalog.snapshots(plan.as_ref())?;
        let row = |id: &resguardo_domain::SnapshotId| rows.iter().find(|row| row.manifest.id == *id);
        let view = |found: resguardo_catalog::Found| {
            let (first, last) = (row(&found.first)?, row(&found.last)?);
            let newest =
                rows.iter().filter(|r| r.manifest.plan == found.plan && r.manifest.class != Class::Safety);
            let newest = newest.max_by_key(|r| r.manifest.generation);
            Some(FoundView {
                path: found.path.to_string(),
                plan: last.manifest.plan_name.clone(),
                snapshot: found.last.clone(),
                size: found.size,
                mtime: moment(found.mtime_ns),
                first: first.manifest.created_at,
                last: last.manifest.created_at,
                current: newest.is_some_and(|newest| newest.manifest.id == found.last),
            })
        };
        Ok(found.into_iter().filter_map(view).collect())
    }

    /// Pins a snapshot (no rule deletes it) or unpins it.
    ///
    /// # Errors
    /// As [`Engine::snapshot`].
    pub fn set_pinned(&self, selector: &str, pinned: bool) -> Result<SnapshotView> {
        let row = self.select(selector)?;
        self.catalog.set_pinned(&self.cx, &row.manifest.id, pinned)?;
        self.snapshot(row.manifest.id.as_str())
    }

    /// Takes a person's word for a snapshot that the change guard flagged. Accepted, it is learned from; refused, it is not, and
    /// counts towards no rule. Either way deletion is free again once no other flag of the plan is open.
    ///
    /// # Errors
    /// As [`Engine::snapshot`]; [`resguardo_domain::Kind::InvalidInput`] for one without a flag.
    pub fn settle_flag(&self, selector: &str, accept: bool) -> Result<SnapshotView> {
        let row = self.select(selector)?;
        if row.flag.is_none() {
            return Err(Error::invalid("snapshot", selector, "it is not flagged").fact("flag", "none"));
        }
        self.catalog.settle_flag(&self.cx, &row.manifest.id, accept)?;
        self.snapshot(row.manifest.id.as_str())
    }

    /// Every plan's state in one line.
    pub(crate) fn plan_states(&self) -> Result<Vec<PlanStatus>> {
        let names = self.place_names()?;
        let unfinished = self.catalog.unfinished_operations()?;
        let mut all = Vec::new();
        for plan in self.catalog.plans()? {
            let rows = self.catalog.snapshots(Some(&plan.id))?;
            let last = rows
                .iter()
                .filter(|row| row.manifest.class != Class::Safety)
                .max_by_key(|row| row.manifest.generation);
            let filter = resguardo_catalog::OperationFilter { plan: Some(plan.id.clone()), limit: Some(20) };
            let operations = self.catalog.operations(&filter)?;
            let backup =
                operations.iter().find(|o| o.verb == resguardo_domain::Verb::BackUp && o.state.is_final());
            let waiting = |row: &&SnapshotRow| row.copies.iter().any(|copy| copy.state == CopyState::Waiting);
            let open = |row: &&SnapshotRow| row.flag == Some(FlagState::Open);
            all.push(PlanStatus {
                id: plan.id.clone(),
                plan: plan.name.clone(),
                last: last.map(|row| snapshot_view(row, &names)),
                snapshots: rows.len() as u64,
                waiting: rows.iter().filter(waiting).count() as u64,
                flagged: rows.iter().rev().filter(open).map(|row| snapshot_view(row, &names)).collect(),
                running: unfinished
                    .iter()
                    .find(|o| o.plan.as_ref() == Some(&plan.id) && self.is_alive(&o.id))
                    .map(|o| o.id.clone()),
                failure: backup.and_then(|operation| operation.error.clone()),
            });
        }
        Ok(all)
    }
}

/// A path of a snapshot as people type it: slashes at the ends do not matter.
pub(crate) fn parse_path(path: &str) -> Result<EntryPath> {
    let trimmed = path.trim_matches('/');
    EntryPath::parse(trimmed).ok_or_else(|| Error::invalid("path", path, "not a path of a snapshot"))
}

pub(crate) fn snapshot_view(
    row: &SnapshotRow,
    places: &[(resguardo_domain::DestinationId, String)],
) -> SnapshotView {
    let manifest = &row.manifest;
    let word = |state| match state {
        CopyState::Waiting => "waiting",
        CopyState::Present => "present",
        CopyState::Lost => "lost",
        CopyState::Deleted => "deleted",
    };
    let copies = row.copies.iter().map(|copy| CopyView {
        destination: places
            .iter()
            .find(|(id, _)| *id == copy.destination)
            .map_or_else(|| copy.destination.to_string(), |(_, n)| n.clone()),
        state: word(copy.state).to_owned(),
        verified: copy.verified,
        verified_at: copy.verified_at,
    });
    SnapshotView {
        id: manifest.id.clone(),
        plan: manifest.plan_name.clone(),
        kind: manifest.kind,
        class: manifest.class,
        generation: manifest.generation,
        created_at: manifest.created_at,
        bytes_stored: manifest.bytes_stored(),
        bytes_total: manifest.totals.bytes,
        files: manifest.totals.files,
        state: if row.damaged { resguardo_domain::SnapshotState::Damaged } else { row.state },
        pinned: row.pinned,
        destinations: copies.collect(),
        name: manifest.name.clone(),
        needs: manifest.chain.iter().map(|link| link.id.clone()).collect(),
        issues: manifest.issue_count,
        changes: (manifest.totals.added, manifest.totals.changed, manifest.totals.removed),
        flag: row.flag,
        odd: odd_sources(manifest),
        operation: None,
        seconds: seconds_of(manifest),
        databases: databases_of(manifest),
    }
}

fn seconds_of(manifest: &Manifest) -> u64 {
    let took = manifest.finished_at.duration_since(manifest.created_at);
    u64::try_from(took.as_secs()).unwrap_or_default()
}

fn databases_of(manifest: &Manifest) -> Vec<SnapshotDatabase> {
    let databases = manifest.sources.iter().filter(|source| source.kind == "sqlite");
    databases
        .map(|source| SnapshotDatabase {
            label: source.label.clone(),
            path: source.path.clone(),
            bytes: source.bytes,
            tables: source.rows.len() as u64,
            rows: source.rows.values().sum(),
        })
        .collect()
}

fn entry_view(version: &Version) -> EntryView {
    let record = &version.record;
    let kind = match record.kind() {
        Some(EntryKind::File) => "file",
        Some(EntryKind::Symlink { .. }) => "symlink",
        Some(EntryKind::Special(SpecialKind::Fifo)) => "fifo",
        Some(EntryKind::Special(SpecialKind::Socket)) => "socket",
        Some(EntryKind::Special(_)) => "device",
        _ => "folder",
    };
    EntryView {
        path: record.path.to_string(),
        kind: kind.to_owned(),
        size: record.size,
        mtime: if version.introduced == 0 { None } else { moment(record.mtime_ns) },
        mode: record.mode,
        sha256: record.digest.filter(|_| !record.sparse_digest).map(|digest| digest.to_string()),
        rows: record.rows.clone(),
    }
}

pub(crate) fn moment(ns: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_nanosecond(i128::from(ns)).ok()
}
