//! Backing up: choose the kind, capture into an archive, seal it, take it into the catalog, send it.

mod base;
mod capture;
mod guard;
mod staging;
mod whole;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use resguardo_archive::{
    ArchiveWriter, Closing, FileParts, ListingReader, PageCache, SPARSE_FROM, Sealed, WriteOptions,
    manifest_digest, manifest_to_bytes, readme,
};
use resguardo_domain::{
    ArchiveKind, ArchiveName, CaptureReport, Class, Context, Digest, Error, Kind, Manifest, Measure,
    Operation, Phase, Plan, Result, SnapshotId, Source, SourceConfig, SourceSummary, Totals, Writer,
};
use resguardo_platform::durable;
use resguardo_sources::{FolderSource, SqliteSource};

use crate::operations::Outcome;
use crate::publish::Sending;
use crate::requests::{BackUpReport, OddSource};
use crate::{Engine, names};
use base::Base;
use capture::{Capture, Seen};
use guard::Guard;
pub(crate) use staging::{Staging, remove_if_empty};
use whole::WholeVersions;

/// Issues kept in a manifest.
const MAX_ISSUES: usize = 1000;

/// Everything known before the first byte is read.
pub(crate) struct Order {
    pub(crate) plan: Plan,
    pub(crate) class: Class,
    pub(crate) kind: ArchiveKind,
    pub(crate) generation: u64,
    pub(crate) id: SnapshotId,
    pub(crate) name: ArchiveName,
    pub(crate) created_at: jiff::Timestamp,
    pub(crate) base: Option<Base>,
    /// The snapshot that the change guard compares with.
    pub(crate) before: Option<SnapshotId>,
    pub(crate) previous_manifest: Option<Digest>,
}

/// What was captured and sealed, before it has a manifest.
pub(crate) struct Captured {
    pub(crate) sealed: Sealed,
    pub(crate) seen: Seen,
    pub(crate) reports: Vec<(resguardo_domain::SourceInfo, CaptureReport)>,
    /// What each source's run measured, in the same order.
    pub(crate) measures: Vec<Measure>,
}

impl Engine {
    pub(crate) fn back_up(
        &self,
        cx: &Context,
        operation: &mut Operation,
        plan: &str,
        kind: Option<ArchiveKind>,
        class: Class,
        sending: Sending,
    ) -> Result<Outcome> {
        cx.progress().enter(Phase::Prepare, 0, 0);
        let plan = self.plan(plan)?;
        let _lock = self.plan_lock(cx, &plan.id)?;
        self.finish_pending(cx, &plan, sending)?;
        let sources = self.sources(&plan)?;
        let order = self.order(cx, &plan, kind, class)?;
        operation.snapshot = Some(order.id.clone());
        self.catalog.update_operation(cx, operation)?;
        let (staging, captured) = self.capture_somewhere(cx, &order, &sources)?;
        let mut manifest = self.manifest_of(&order, &captured);
        self.judge(&order, &mut manifest, &captured.measures)?;
        self.commit(cx, &staging, &manifest)?;
        let published = self.publish(cx, &manifest, &plan, sending)?;
        self.tidy_pages(&plan)?;
        let report = BackUpReport {
            snapshot: order.id.clone(),
            kind: order.kind,
            name: order.name.as_str().to_owned(),
            files: manifest.totals.files,
            bytes_total: manifest.totals.bytes,
            bytes_stored: manifest.bytes_stored(),
            added: manifest.totals.added,
            changed: manifest.totals.changed,
            removed: manifest.totals.removed,
            present: published.present,
            waiting: published.waiting,
            odd: odd_sources(&manifest),
        };
        // What the owner's own rules hold is as it should be.
        let nowhere = report.present.is_empty() && published.held.is_empty();
        // A destination that refused (not one that is merely absent) must be told even when another has the copy.
        let refused = published.failure.is_some();
        if let Some(error) = published.failure.filter(|_| nowhere) {
            return Err(error);
        }
        let issues = captured.sealed.issues;
        Ok(Outcome {
            issues,
            snapshot: Some(order.id),
            with_issues: nowhere || refused || manifest.is_flagged(),
            ..Outcome::of(&report)?
        })
    }

    fn sources(&self, plan: &Plan) -> Result<Vec<Box<dyn Source>>> {
        let never = self.own_folders()?;
        let threads = resguardo_platform::threads();
        let source = |spec: &resguardo_domain::SourceSpec| -> Result<Box<dyn Source>> {
            let (path, temp) = (spec.config.path(), self.home.temp());
            Ok(match &spec.config {
                SourceConfig::Folder { filter, .. } => {
                    Box::new(FolderSource::new(spec, path, filter, never.clone(), temp, threads)?)
                }
                SourceConfig::Sqlite { .. } => Box::new(SqliteSource::new(spec, path, temp)?),
            })
        };
        plan.sources.iter().map(source).collect()
    }

    /// Fixes everything that must not change during the run.
    fn order(&self, cx: &Context, plan: &Plan, asked: Option<ArchiveKind>, class: Class) -> Result<Order> {
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        let (kind, base) = self.base(plan, &rows, asked, cx.now())?;
        let created_at = cx.now();
        let previous = rows.iter().max_by_key(|row| row.manifest.generation);
        let newest = rows.iter().rev().find(|row| row.manifest.class != Class::Safety);
        let before = base.as_ref().map(|base| &base.row).or(newest).map(|row| row.manifest.id.clone());
        Ok(Order {
            plan: plan.clone(),
            class,
            kind,
            generation: self.catalog.next_generation(cx, &plan.id)?,
            id: SnapshotId::from_random(cx.random_bits()),
            name: free_archive_name(class, created_at, &rows),
            created_at,
            base,
            before,
            previous_manifest: previous.map(|row| row.manifest_sha256),
        })
    }

    /// Writes the archive into the first staging place that has room for it.
    fn capture_somewhere(
        &self,
        cx: &Context,
        order: &Order,
        sources: &[Box<dyn Source>],
    ) -> Result<(Staging, Captured)> {
        let mut failure = None;
        for candidate in self.staging_candidates(cx, &order.plan, &order.id)? {
            let staging = candidate.make(cx)?;
            match self.capture(cx, order, sources, &staging) {
                Ok(captured) => return Ok((staging, captured)),
                Err(error) => {
                    staging.clear();
                    let full = matches!(error.kind, Kind::DiskFull | Kind::ObjectTooLarge);
                    let error = staging.explain(error);
                    if !full {
                        return Err(error);
                    }
                    failure.get_or_insert(error);
                }
            }
        }
        Err(failure.unwrap_or_else(|| Error::internal("find a place for the archive")))
    }

    fn capture(
        &self,
        cx: &Context,
        order: &Order,
        sources: &[Box<dyn Source>],
        staging: &Staging,
    ) -> Result<Captured> {
        let expected = order
            .base
            .as_ref()
            .map_or((0, 0), |base| (base.row.manifest.totals.files, base.row.manifest.totals.bytes));
        cx.progress().enter(
            Phase::Archive,
            expected.0,
            if order.kind == ArchiveKind::Full { expected.1 } else { 0 },
        );
        let options = self.write_options(order, staging);
        let known = order.base.as_ref().map(|base| self.known_contents(&base.row.manifest.id));
        let paths = sources.iter().map(|source| source.info().path).collect();
        let guard = Arc::new(Guard::new(paths, order.before.is_none()));
        let writer = ArchiveWriter::create_watched(cx, &options, known, Some(Arc::clone(&guard) as _))?;
        let whole = match &order.base {
            Some(_) => Some(WholeVersions::new(self, cx, &order.plan.id, self.shelf(&order.plan.id)?)),
            None => None,
        };
        let mut capture =
            Capture::new(&self.catalog, &writer, order.base.as_ref(), order.before.as_ref(), &guard, whole);
        let mut reports = Vec::new();
        for source in sources {
            let report = source.capture(cx, &capture)?;
            reports.push((source.info(), report));
        }
        let unlisted = reports.iter().flat_map(|(_, report)| report.unlisted.iter().cloned()).collect();
        capture.remove_vanished(cx, unlisted)?;
        let (seen, issues) = capture.finish();
        if seen.entries == 0 {
            return Err(Error::new(Kind::SourceEmpty, "read the sources").fact("plan", &order.plan.name));
        }
        let sealed = writer.finish(Closing { issues })?;
        refuse_nothing(order, &seen, &sealed)?;
        Ok(Captured { sealed, seen, reports, measures: guard.finish() })
    }

    pub(crate) fn write_options(&self, order: &Order, staging: &Staging) -> WriteOptions {
        WriteOptions {
            folder: staging.folder().to_owned(),
            name: order.name.clone(),
            level: order.plan.options.level,
            part_size: [order.plan.options.part_size, staging.part_limit()].into_iter().flatten().min(),
            threads: resguardo_platform::threads(),
            pages: PageCache::new(self.home.pages()),
            sparse_from: SPARSE_FROM,
            readme: readme(&order.plan.name, &self.computer.name, Some(&order.name.part(1))),
            mtime: order.created_at.as_second(),
        }
    }

    /// The manifest of what was captured.
    fn manifest_of(&self, order: &Order, captured: &Captured) -> Manifest {
        let (sealed, seen) = (&captured.sealed, &captured.seen);
        let mut issues = sealed.issues.clone();
        issues.truncate(MAX_ISSUES);
        let parent = order.base.as_ref().map(|base| &base.row.manifest);
        let mut manifest = self.empty_manifest(order, sealed);
        manifest.chain = order.base.as_ref().map(|base| base.chain.clone()).unwrap_or_default();
        manifest.sources =
            captured.reports.iter().map(|(info, _)| summary(info, seen, sealed, parent)).collect();
        manifest.users =
            merged(parent.map(|p| &p.users), captured.reports.iter().map(|(_, report)| &report.users));
        manifest.groups =
            merged(parent.map(|p| &p.groups), captured.reports.iter().map(|(_, report)| &report.groups));
        manifest.totals = Totals {
            files: seen.unchanged_files + sealed.counts.files,
            folders: seen.unchanged_folders + sealed.counts.folders,
            bytes: seen.unchanged_bytes + sealed.counts.bytes,
            added: seen.added,
            changed: seen.changed,
            removed: seen.removed,
            bytes_packed_from: sealed.packed_from,
            skipped: sealed.counts.skipped,
        };
        manifest.issue_count = sealed.issues.len() as u64;
        manifest.issues = issues;
        manifest
    }

    /// A manifest with everything that does not depend on what was captured.
    pub(crate) fn empty_manifest(&self, order: &Order, sealed: &Sealed) -> Manifest {
        Manifest {
            format: sealed.format,
            id: order.id.clone(),
            plan: order.plan.id.clone(),
            plan_name: order.plan.name.clone(),
            computer: self.computer.clone(),
            kind: order.kind,
            class: order.class,
            generation: order.generation,
            name: order.name.as_str().to_owned(),
            created_at: order.created_at,
            finished_at: self.cx.now(),
            chain: Vec::new(),
            previous_manifest: order.previous_manifest,
            sources: Vec::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            totals: Totals::default(),
            issues: Vec::new(),
            issue_count: 0,
            parts: sealed.parts.clone(),
            listing: sealed.listing.clone(),
            writer: Writer { name: "resguardo".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        }
    }

    /// Writes the manifest beside the sealed parts: from here on the snapshot exists and is finished even after a crash.
    /// Then the catalog learns of it.
    pub(crate) fn commit(&self, cx: &Context, staging: &Staging, manifest: &Manifest) -> Result<()> {
        let bytes = manifest_to_bytes(manifest)?;
        let name = ArchiveName::parse(&manifest.name)?;
        // Not cancelled any more once it is durable: what follows can be done again at any time.
        let written = durable::write_file(cx, &staging.folder().join(name.manifest()), &bytes);
        if let Err(error) = written {
            staging.clear();
            return Err(staging.explain(error));
        }
        self.take_in(cx, staging.folder(), manifest, manifest_digest(&bytes))
    }

    /// Takes a staged snapshot into the catalog, reading its listing from its own archive.
    pub(crate) fn take_in(
        &self,
        cx: &Context,
        folder: &Path,
        manifest: &Manifest,
        digest: Digest,
    ) -> Result<()> {
        let paths: Vec<_> = manifest.parts.iter().map(|part| folder.join(&part.name)).collect();
        let parts = FileParts::open(&paths)?;
        let unpaused = cx.unpaused();
        let listing = ListingReader::new(&unpaused, &parts, &manifest.listing);
        self.catalog.ingest(cx, manifest, digest, listing)
    }

    fn known_contents(&self, snapshot: &SnapshotId) -> Arc<dyn resguardo_archive::Known> {
        Arc::new(base::Contents::new(self.catalog.view(snapshot)))
    }

    /// Drops page indexes that no newest version needs any more.
    fn tidy_pages(&self, _plan: &Plan) -> Result<()> {
        const MANY: u64 = 512 << 20;
        let cache = PageCache::new(self.home.pages());
        if cache.size()? > MANY { cache.shrink(MANY / 2).map(drop) } else { Ok(()) }
    }
}

/// "Nothing could be read" is a failure, however politely each entry was refused.
fn refuse_nothing(order: &Order, seen: &Seen, sealed: &Sealed) -> Result<()> {
    let kept = seen.unchanged_files + sealed.counts.files;
    if seen.files > 0 && kept == 0 {
        let first = sealed.issues.iter().find(|issue| !issue.kind.is_harmless());
        let error = Error::new(Kind::SourceUnreadable, "read the sources").fact("plan", &order.plan.name);
        return Err(match first {
            Some(issue) => error.fact("path", &issue.path).because(&issue.detail),
            None => error,
        });
    }
    Ok(())
}

/// The sources in which the change guard found something odd.
pub(crate) fn odd_sources(manifest: &Manifest) -> Vec<OddSource> {
    let odd = manifest.sources.iter().filter(|source| !source.findings.is_empty());
    odd.map(|source| OddSource { label: source.label.clone(), findings: source.findings.clone() }).collect()
}

/// A name that no archive of the plan has.
pub(crate) fn free_archive_name(
    class: Class,
    at: jiff::Timestamp,
    rows: &[resguardo_catalog::SnapshotRow],
) -> ArchiveName {
    let taken = |name: &ArchiveName| rows.iter().any(|row| row.manifest.name == name.as_str());
    let mut again = 0;
    loop {
        let name = ArchiveName::new(class, at, again);
        if !taken(&name) {
            return name;
        }
        again += 1;
    }
}

fn summary(
    info: &resguardo_domain::SourceInfo,
    seen: &Seen,
    sealed: &Sealed,
    parent: Option<&Manifest>,
) -> SourceSummary {
    let (files, bytes) = seen.by_source(&info.path);
    let fresh = sealed.databases.iter().find(|(path, _)| info.kind == "sqlite" && path.is_within(&info.path));
    let before =
        || parent?.sources.iter().find(|source| source.id == info.id).map(|source| source.rows.clone());
    let rows = fresh.map(|(_, rows)| rows.clone()).or_else(before).unwrap_or_default();
    SourceSummary {
        id: info.id.clone(),
        kind: info.kind.to_owned(),
        label: info.label.clone(),
        path: info.path.to_string(),
        origin: SourceConfig::encode_path(&info.origin),
        files,
        bytes,
        rows,
        changes: None,
        findings: Vec::new(),
    }
}

/// Owner names: those of the parent stay, since unchanged entries are not looked up again.
fn merged<'a>(
    parent: Option<&BTreeMap<u32, String>>,
    reports: impl Iterator<Item = &'a BTreeMap<u32, String>>,
) -> BTreeMap<u32, String> {
    let mut all = parent.cloned().unwrap_or_default();
    reports.for_each(|names| all.extend(names.iter().map(|(id, name)| (*id, name.clone()))));
    all
}

/// Names the object in the plan's folder, as chain links do.
pub(crate) fn link_name(manifest: &Manifest) -> String {
    names::in_plan(manifest.class, &manifest.name)
}
