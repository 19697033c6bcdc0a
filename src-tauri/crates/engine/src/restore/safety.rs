//! The safety snapshot: what stands at the spots that a restore will change, saved through the same path as any archive.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_archive::{ArchiveWriter, Closing, Item};
use resguardo_catalog::SnapshotRow;
use resguardo_domain::{
    ArchiveKind, Class, Context, Entry, EntryKind, EntryPath, Error, Kind, Opener, Phase, Plan, Result,
    SnapshotId, SourceConfig, SourceId, SourceSummary, Stamp, encode_name,
};
use resguardo_sources::FolderOpener;
use resguardo_sources::target::{Found, Target};

use super::lines::{Deed, Line, LineReader};
use super::mapping::Root;
use super::plan::RestorePlan;
use crate::Engine;
use crate::back_up::{Order, Staging, free_archive_name};
use crate::publish::Sending;

/// Entries given to the writer at once.
const BATCH: usize = 4096;

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
        lines: &Path,
    ) -> Result<SnapshotId> {
        self.try_safety(cx, row, plan, lines).map_err(|error| {
            if error.is_cancelled() {
                return error;
            }
            Error::new(Kind::SafetyImpossible, "make the safety snapshot")
                .fact("path", plan.target())
                .because(error)
        })
    }

    fn try_safety(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        plan: &RestorePlan,
        lines: &Path,
    ) -> Result<SnapshotId> {
        let owner = self.catalog.plan(&row.manifest.plan)?;
        let owner = owner.ok_or_else(|| Error::not_found("plan", &row.manifest.plan_name))?;
        let _lock = self.plan_lock(cx, &owner.id)?;
        // A sealed archive of a run that died has its name already; the catalog must know it before another name is chosen.
        self.resume_staged(cx, &owner, Sending::Asked)?;
        let order = self.safety_order(cx, owner)?;
        let staging = self.own_staging(cx, &order.id)?;
        let manifest = match self.write_safety(cx, &order, &staging, plan, lines) {
            Ok(manifest) => manifest,
            Err(error) => {
                staging.clear();
                return Err(error);
            }
        };
        self.commit(cx, &staging, &manifest)?;
        // Durable on this computer already; a destination that can't be reached now gets it later.
        match self.publish(cx, &manifest, &order.plan, Sending::Asked) {
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
            before: None,
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
        lines: &Path,
    ) -> Result<resguardo_domain::Manifest> {
        cx.progress().enter(Phase::Archive, 0, 0);
        let writer = ArchiveWriter::create(cx, &self.write_options(order, staging), None)?;
        let mut standing = Standing { cx, writer: &writer, roots: self.standing_roots(plan)? };
        for line in LineReader::open(lines)? {
            standing.add(&line?)?;
        }
        let roots = standing.finish()?;
        let wanted: u64 = roots.iter().map(|root| root.files).sum();
        let sources = roots.iter().map(|root| root.summary(cx)).collect();
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

/// One root as it stands.
struct StandingRoot {
    number: usize,
    folder: PathBuf,
    target: Target,
    opener: Arc<dyn Opener>,
    /// Not yet given to the writer.
    entries: Vec<Entry>,
    /// The first name met of each inode that has several: they come back as names of one file.
    names: HashMap<u64, EntryPath>,
    files: u64,
    bytes: u64,
}

impl StandingRoot {
    fn push(&mut self, path: &EntryPath, found: &Found) -> Result<()> {
        let mut entry = entry_of(self.number, path, found)?;
        if entry.has_content() {
            self.files += 1;
            self.bytes += entry.size;
            if found.links > 1 && found.inode != 0 {
                let first = self.names.entry(found.inode).or_insert_with(|| entry.path.clone());
                entry.hard_link = Some(first.clone());
            }
        }
        self.entries.push(entry);
        Ok(())
    }

    fn summary(&self, cx: &Context) -> SourceSummary {
        SourceSummary {
            id: SourceId::from_random(cx.random_bits()),
            kind: "folder".to_owned(),
            label: format!("root{}", self.number),
            path: base_of(self.number).to_string(),
            origin: SourceConfig::encode_path(&self.folder),
            files: self.files,
            bytes: self.bytes,
            rows: std::collections::BTreeMap::new(),
            changes: None,
            findings: Vec::new(),
        }
    }
}

/// What stands at the spots that will be changed: files, links, folders whose metadata is set, and whole trees that give way
/// to a file. It goes to the writer as it is found.
struct Standing<'a> {
    cx: &'a Context,
    writer: &'a ArchiveWriter,
    roots: Vec<Option<StandingRoot>>,
}

impl Engine {
    /// The roots that exist.
    fn standing_roots(&self, plan: &RestorePlan) -> Result<Vec<Option<StandingRoot>>> {
        let standing = |(number, root): (usize, &Root)| {
            let Some(target) = root.target.clone() else { return Ok(None) };
            let opener = FolderOpener::new(&root.folder, base_of(number), self.home.temp());
            let opener = opener
                .map_err(|cause| Error::io(&cause, "open the folder to restore to", root.folder.display()))?;
            Ok(Some(StandingRoot {
                number,
                folder: root.folder.clone(),
                target,
                opener: Arc::new(opener),
                entries: Vec::new(),
                names: HashMap::new(),
                files: 0,
                bytes: 0,
            }))
        };
        plan.roots().iter().enumerate().map(standing).collect()
    }
}

impl Standing<'_> {
    fn add(&mut self, line: &Line) -> Result<()> {
        self.cx.check()?;
        let Some(Some(root)) = self.roots.get_mut(line.root) else { return Ok(()) };
        if !line.deed.replaces() {
            return Ok(());
        }
        let Some(found) = root.target.kind_of(&line.path)? else { return Ok(()) };
        root.push(&line.path, &found)?;
        if line.deed == Deed::Exchange && found.kind == EntryKind::Folder {
            tree(self.cx, root, &line.path)?;
        }
        if root.entries.len() >= BATCH { submit(self.writer, root) } else { Ok(()) }
    }

    fn finish(mut self) -> Result<Vec<StandingRoot>> {
        let mut roots: Vec<StandingRoot> = self.roots.drain(..).flatten().collect();
        for root in &mut roots {
            submit(self.writer, root)?;
        }
        Ok(roots)
    }
}

fn submit(writer: &ArchiveWriter, root: &mut StandingRoot) -> Result<()> {
    let items = root.entries.drain(..).map(|entry| Item { entry, prior: None }).collect();
    writer.submit(items, &root.opener)
}

fn tree(cx: &Context, root: &mut StandingRoot, folder: &EntryPath) -> Result<()> {
    let mut waiting = vec![folder.clone()];
    while let Some(folder) = waiting.pop() {
        cx.check()?;
        let path = root.folder.join(SourceConfig::decode_path(folder.as_str()));
        let io = |cause: std::io::Error| Error::io(&cause, "save what is there", path.display());
        for entry in std::fs::read_dir(&path).map_err(io)? {
            let below = folder.join_safe(&component(&entry.map_err(io)?.file_name()));
            let Some(found) = root.target.kind_of(&below)? else { continue };
            root.push(&below, &found)?;
            if found.kind == EntryKind::Folder {
                waiting.push(below);
            }
        }
    }
    Ok(())
}

/// A raw name of the file system as a component of an entry path.
fn component(name: &std::ffi::OsStr) -> String {
    encode_name(name.as_encoded_bytes())
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
