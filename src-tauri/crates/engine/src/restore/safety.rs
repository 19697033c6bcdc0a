//! The safety snapshot: what stands at the spots that a restore will change, saved through the same path as any archive.

use std::collections::HashMap;
use std::sync::Arc;

use resguardo_archive::{ArchiveWriter, Closing, Item};
use resguardo_catalog::SnapshotRow;
use resguardo_domain::{
    ArchiveKind, Class, Context, Entry, EntryKind, EntryPath, Error, Kind, Opener, Phase, Plan, Result,
    SnapshotId, SourceConfig, SourceId, SourceSummary, Stamp,
};
use resguardo_sources::FolderOpener;
use resguardo_sources::target::{Found, Target};

use super::plan::{Action, RestorePlan, Root, component};
use crate::Engine;
use crate::back_up::{Order, Staging, free_archive_name};

/// The path in the archive that stands for a root.
fn base_of(root: usize) -> EntryPath {
    EntryPath::root().join_safe(&format!("files/root{root}"))
}

impl Engine {
    /// Makes the safety snapshot. Any failure is [`Kind::SafetyImpossible`]: then nothing has been changed.
    pub(super) fn make_safety(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        plan: &RestorePlan,
    ) -> Result<SnapshotId> {
        self.try_safety(cx, row, plan).map_err(|error| {
            if error.is_cancelled() {
                return error;
            }
            Error::new(Kind::SafetyImpossible, "make the safety snapshot")
                .fact("path", &plan.target)
                .because(error)
        })
    }

    fn try_safety(&self, cx: &Context, row: &SnapshotRow, plan: &RestorePlan) -> Result<SnapshotId> {
        let owner = self.catalog.plan(&row.manifest.plan)?;
        let owner = owner.ok_or_else(|| Error::not_found("plan", &row.manifest.plan_name))?;
        let _lock = self.plan_lock(cx, &owner.id)?;
        // A sealed archive of a run that died has its name already; the catalog must know it before another name is chosen.
        self.resume_staged(cx, &owner)?;
        let order = self.safety_order(cx, owner)?;
        let staging = self.own_staging(cx, &order.id)?;
        let manifest = match self.write_safety(cx, &order, &staging, plan) {
            Ok(manifest) => manifest,
            Err(error) => {
                staging.clear();
                return Err(error);
            }
        };
        self.commit(cx, &staging, &manifest)?;
        // Durable on this computer already; a destination that can't be reached now gets it later.
        match self.publish(cx, &manifest, &order.plan) {
            Err(error) if error.is_cancelled() => Err(error),
            _ => Ok(order.id),
        }
    }

    fn safety_order(&self, cx: &Context, plan: Plan) -> Result<Order> {
        let rows = self.catalog.snapshots(Some(&plan.id))?;
        let created_at = cx.now();
        Ok(Order {
            class: Class::Safety,
            kind: ArchiveKind::Full,
            generation: self.catalog.next_generation(cx, &plan.id)?,
            id: SnapshotId::from_random(cx.random_bits()),
            name: free_archive_name(Class::Safety, created_at, &rows),
            created_at,
            base: None,
            previous_manifest: rows.iter().max_by_key(|r| r.manifest.generation).map(|r| r.manifest_sha256),
            plan,
        })
    }

    fn write_safety(
        &self,
        cx: &Context,
        order: &Order,
        staging: &Staging,
        plan: &RestorePlan,
    ) -> Result<resguardo_domain::Manifest> {
        cx.progress().enter(Phase::Archive, 0, 0);
        let writer = ArchiveWriter::create(cx, &self.write_options(order, staging), None)?;
        let mut sources = Vec::new();
        let mut wanted = 0_u64;
        for (number, root) in plan.roots.iter().enumerate() {
            let Some(target) = &root.target else { continue };
            let entries = standing(cx, plan, number, root, target)?;
            wanted += entries.iter().filter(|entry| entry.has_content()).count() as u64;
            let opener = FolderOpener::new(&root.folder, base_of(number), self.home.temp());
            let opener: Arc<dyn Opener> = Arc::new(opener.map_err(|cause| {
                Error::io(&cause, "open the folder to restore to", root.folder.display())
            })?);
            let (files, bytes) =
                entries.iter().filter(|e| e.has_content()).fold((0, 0), |(n, b), e| (n + 1, b + e.size));
            writer.submit(entries.into_iter().map(|entry| Item { entry, prior: None }).collect(), &opener)?;
            sources.push(SourceSummary {
                id: SourceId::from_random(cx.random_bits()),
                kind: "folder".to_owned(),
                label: format!("root{number}"),
                path: base_of(number).to_string(),
                origin: SourceConfig::encode_path(&root.folder),
                files,
                bytes,
                rows: std::collections::BTreeMap::new(),
            });
        }
        let sealed = writer.finish(Closing::default())?;
        // A way back with holes is none: what can't be saved must not be replaced.
        if let Some(issue) = sealed.issues.first() {
            return Err(Error::new(Kind::SourceUnreadable, "save what is there")
                .fact("path", &issue.path)
                .because(&issue.detail));
        }
        if sealed.counts.files != wanted {
            return Err(Error::new(Kind::SourceUnreadable, "save what is there")
                .because("not everything could be read"));
        }
        let mut manifest = self.empty_manifest(order, &sealed);
        manifest.sources = sources;
        manifest.totals.files = sealed.counts.files;
        manifest.totals.folders = sealed.counts.folders;
        manifest.totals.bytes = sealed.counts.bytes;
        manifest.totals.added = sealed.listing.records;
        manifest.totals.bytes_packed_from = sealed.packed_from;
        Ok(manifest)
    }
}

/// What stands at the spots of one root that will be changed: files, links, folders whose metadata is set, and whole trees
/// that give way to a file.
fn standing(
    cx: &Context,
    plan: &RestorePlan,
    number: usize,
    root: &Root,
    target: &Target,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for step in plan.steps.iter().filter(|step| step.root == number) {
        cx.check()?;
        let Action::Replace { other_kind } = step.action else { continue };
        let Some(found) = target.kind_of(&step.path)? else { continue };
        let is_tree = other_kind && found.kind == EntryKind::Folder;
        entries.push(entry_of(number, &step.path, &found)?);
        if is_tree {
            tree(cx, number, root, target, &step.path, &mut entries)?;
        }
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    tie(&mut entries);
    Ok(entries)
}

/// Names of one inode come back as names of one inode.
fn tie(entries: &mut [Entry]) {
    let linked = |entry: &Entry| entry.has_content() && entry.stamp.inode != 0;
    let mut names: HashMap<u64, (EntryPath, usize)> = HashMap::new();
    for entry in entries.iter().filter(|entry| linked(entry)) {
        names.entry(entry.stamp.inode).or_insert_with(|| (entry.path.clone(), 0)).1 += 1;
    }
    for entry in entries.iter_mut().filter(|entry| linked(entry)) {
        let first = names.get(&entry.stamp.inode).filter(|(_, count)| *count > 1);
        entry.hard_link = first.map(|(path, _)| path.clone());
    }
}

fn tree(
    cx: &Context,
    number: usize,
    root: &Root,
    target: &Target,
    folder: &EntryPath,
    out: &mut Vec<Entry>,
) -> Result<()> {
    let mut waiting = vec![folder.clone()];
    while let Some(folder) = waiting.pop() {
        cx.check()?;
        let path = root.folder.join(SourceConfig::decode_path(folder.as_str()));
        let io = |cause: std::io::Error| Error::io(&cause, "save what is there", path.display());
        for entry in std::fs::read_dir(&path).map_err(io)? {
            let below = folder.join_safe(&component(&entry.map_err(io)?.file_name()));
            let Some(found) = target.kind_of(&below)? else { continue };
            if found.kind == EntryKind::Folder {
                waiting.push(below.clone());
            }
            out.push(entry_of(number, &below, &found)?);
        }
    }
    Ok(())
}

fn entry_of(root: usize, path: &EntryPath, found: &Found) -> Result<Entry> {
    if matches!(found.kind, EntryKind::Special(_)) {
        return Err(Error::new(Kind::SourceUnreadable, "save what is there")
            .fact("path", path)
            .because("a pipe, socket or device"));
    }
    Ok(Entry {
        path: base_of(root).join_safe(path.as_str()),
        kind: found.kind.clone(),
        size: found.size,
        stamp: Stamp { size: found.size, mtime_ns: found.mtime_ns, ctime_ns: 0, inode: found.inode, side: 0 },
        mode: found.mode,
        uid: found.uid,
        gid: found.gid,
        xattrs: Vec::new(),
        hard_link: None,
    })
}
