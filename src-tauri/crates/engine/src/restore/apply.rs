//! Doing what was planned, a few thousand entries at a time: folders first, then files, links and databases, metadata of
//! folders at the very end. Every file is read back before it gets its name.

use std::collections::HashMap;
use std::fs;
use std::iter::Peekable;
use std::sync::{Mutex, PoisonError};

use resguardo_catalog::{SnapshotRow, Version};
use resguardo_domain::{
    Context, Digest, EntryKind, EntryPath, Error, Issue, IssueKind, Kind, Phase, Record, Result, SourceConfig,
};
use resguardo_sources::Overwrite;
use resguardo_sources::target::{Metadata, Target};

use super::files::Job;
use super::lines::{Deed, Line, LineReader};
use super::plan::RestorePlan;
use super::planner::comes_back;
use crate::Engine;
use crate::archives::Shelf;
use crate::requests::RestoreReport;

/// Entries that are worked on together: enough to keep all threads at work and to read the archives mostly forward.
const CHUNK: usize = 16_384;

/// What a restore did.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) report: RestoreReport,
    pub(super) issues: Vec<Issue>,
    pub(super) first_error: Option<Error>,
}

/// One entry on its way back.
pub(super) struct Step {
    pub(super) version: Version,
    pub(super) line: Line,
}

impl Step {
    pub(super) fn record(&self) -> &Record {
        &self.version.record
    }

    fn writes(&self, tag: char) -> bool {
        self.line.tag == tag && self.line.deed.writes()
    }

    pub(super) fn is_database(&self) -> bool {
        self.line.tag == 'f' && !self.record().rows.is_empty()
    }

    pub(super) fn overwrite(&self) -> Overwrite {
        if self.line.deed.replaces() { Overwrite::Replace } else { Overwrite::Never }
    }
}

/// What the names of one file have in common. The name that stood first may be gone or renamed since, so the inode tells,
/// and everything that changes with it.
pub(super) type Group = (usize, u64, i64, i64, Option<Digest>);

/// The group of a file that has several names.
pub(super) fn group_of(step: &Step) -> Option<Group> {
    let record = step.record();
    let grouped = record.hard_link.is_some() && record.inode != 0;
    grouped.then_some((step.line.root, record.inode, record.ctime_ns, record.mtime_ns, record.digest))
}

pub(super) struct Work<'a> {
    pub(super) engine: &'a Engine,
    pub(super) cx: &'a Context,
    pub(super) row: &'a SnapshotRow,
    pub(super) shelf: &'a Shelf<'a>,
    pub(super) plan: &'a RestorePlan,
    pub(super) targets: Vec<Target>,
    applied: Mutex<Applied>,
}

/// What later entries need to know of earlier ones.
#[derive(Default)]
pub(super) struct Memory {
    /// For files with several names: where the first of them stands.
    pub(super) first_names: HashMap<Group, EntryPath>,
    /// Folders whose metadata is set at the end.
    folders: Vec<(usize, EntryPath, EntryPath, Metadata)>,
}

/// Entries that are worked on together.
#[derive(Default)]
struct Chunk {
    /// Folders that no entry names.
    made: Vec<Line>,
    steps: Vec<Step>,
}

impl Engine {
    /// Does what the lines say. They were planned from the same snapshot, so entries come in the same order again.
    pub(super) fn apply(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        shelf: &Shelf<'_>,
        plan: &RestorePlan,
        lines: LineReader,
    ) -> Result<Applied> {
        cx.progress().enter(Phase::Restore, plan.survey.writes(), plan.survey.bytes);
        let targets = open_targets(cx, plan)?;
        let work = Work { engine: self, cx, row, shelf, plan, targets, applied: Mutex::default() };
        let (mut memory, mut chunk) = (Memory::default(), Chunk::default());
        let mut lines = lines.peekable();
        for path in &plan.paths {
            self.catalog.descend(&row.manifest.id, path, &mut |version| {
                if let Some(step) = work.next_step(version, &mut lines, &mut chunk)? {
                    chunk.steps.push(step);
                }
                if chunk.steps.len() < CHUNK {
                    return Ok(());
                }
                work.chunk(std::mem::take(&mut chunk), &mut memory)
            })?;
        }
        if lines.next().is_some() {
            return Err(Error::internal("restore").because("the plan names more than the snapshot has"));
        }
        work.chunk(chunk, &mut memory)?;
        work.folder_metadata(&memory)?;
        for target in &work.targets {
            target.sync_folders()?;
        }
        let mut applied = work.applied.into_inner().unwrap_or_else(PoisonError::into_inner);
        applied.report.wanted = plan.survey.wanted();
        Ok(applied)
    }
}

fn open_targets(cx: &Context, plan: &RestorePlan) -> Result<Vec<Target>> {
    plan.roots()
        .iter()
        .enumerate()
        .map(|(number, root)| match &root.target {
            Some(target) => Ok(target.clone()),
            // A root that nothing goes to is not made.
            None if !plan.survey.uses(number) => Target::open(cx, &std::env::temp_dir()),
            None => {
                cx.step("make restore folder")?;
                fs::create_dir_all(&root.folder)
                    .map_err(|cause| Error::io(&cause, "make the folder", root.folder.display()))?;
                Target::open(cx, &root.folder)
            }
        })
        .collect()
}

impl Work<'_> {
    fn applied(&self) -> std::sync::MutexGuard<'_, Applied> {
        self.applied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins an entry with its line; an entry without one was left out of the plan.
    fn next_step(
        &self,
        version: Version,
        lines: &mut Peekable<LineReader>,
        chunk: &mut Chunk,
    ) -> Result<Option<Step>> {
        let record = &version.record;
        let Some((root, path)) = self.plan.mapping.place(&record.path) else { return Ok(None) };
        if !comes_back(record.tag) {
            return Ok(None);
        }
        let is_made = |line: &Result<Line>| line.as_ref().is_ok_and(|line| line.deed == Deed::Folder);
        while let Some(folder) = lines.next_if(is_made) {
            chunk.made.push(folder?);
        }
        let is_it = |line: &Result<Line>| match line {
            Ok(line) => line.root == root && *line.origin() == path && line.tag == record.tag,
            Err(_) => true,
        };
        let Some(line) = lines.next_if(is_it).transpose()? else { return Ok(None) };
        Ok(Some(Step { version, line }))
    }

    fn chunk(&self, chunk: Chunk, memory: &mut Memory) -> Result<()> {
        let Chunk { made, steps } = chunk;
        self.note_untouched(&steps);
        self.clear_the_way(&steps)?;
        for folder in &made {
            self.targets[folder.root].ensure_folder(&folder.path)?;
        }
        for step in steps.iter().filter(|step| step.writes('d')) {
            self.targets[step.line.root].ensure_folder(&step.line.path)?;
        }
        let (files, databases) = self.jobs(&steps)?;
        self.files(&files, &steps, memory)?;
        for step in steps.iter().filter(|step| step.writes('l')) {
            self.guarded(step, |work| work.link(step))?;
        }
        for job in &databases {
            self.guarded(job.step, |work| work.database(job))?;
        }
        for step in steps.iter().filter(|step| step.writes('d') && step.version.introduced > 0) {
            let (path, record) = (step.line.path.clone(), step.record());
            memory.folders.push((step.line.root, path, record.path.clone(), self.metadata(record)));
        }
        Ok(())
    }

    pub(super) fn metadata(&self, record: &Record) -> Metadata {
        let manifest = &self.row.manifest;
        Metadata {
            mode: record.mode,
            uid: record.uid,
            gid: record.gid,
            user_name: manifest.users.get(&record.uid).cloned(),
            group_name: manifest.groups.get(&record.gid).cloned(),
            mtime_ns: record.mtime_ns,
            xattrs: record.decoded_xattrs(),
        }
    }

    fn note_untouched(&self, steps: &[Step]) {
        let mut applied = self.applied();
        for step in steps.iter().filter(|step| !step.line.is_folder()) {
            match step.line.deed {
                Deed::Same => applied.report.same += 1,
                Deed::Skip => applied.report.skipped += 1,
                _ => {}
            }
        }
    }

    /// Runs one entry's work. What concerns this entry alone is counted; what concerns everything ends the restore.
    pub(super) fn guarded(&self, step: &Step, work: impl FnOnce(&Self) -> Result<Vec<Issue>>) -> Result<()> {
        match work(self) {
            Ok(issues) => {
                let mut applied = self.applied();
                applied.issues.extend(issues);
                applied.report.restored += 1;
                applied.report.renamed += u64::from(step.line.deed == Deed::Rename);
                if step.line.tag == 'f' {
                    applied.report.bytes += step.record().size;
                }
                if step.is_database() {
                    applied.report.databases += 1;
                    applied.report.tables += step.record().rows.len() as u64;
                    applied.report.rows += step.record().rows.values().sum::<u64>();
                }
                drop(applied);
                self.cx.progress().advance(1, 0);
                Ok(())
            }
            Err(error) if matches!(error.kind, Kind::Cancelled | Kind::DiskFull | Kind::Internal) => {
                Err(error)
            }
            Err(error) => {
                self.cx.progress().issue();
                let kind = if error.kind == Kind::PermissionDenied {
                    IssueKind::PermissionDenied
                } else {
                    IssueKind::Unreadable
                };
                let mut applied = self.applied();
                applied.report.failed += 1;
                applied.issues.push(Issue::new(kind, step.record().path.clone(), &error));
                applied.first_error.get_or_insert(error);
                Ok(())
            }
        }
    }

    /// Removes what is of another kind than what comes back; it is in the safety snapshot.
    fn clear_the_way(&self, steps: &[Step]) -> Result<()> {
        for line in steps.iter().map(|step| &step.line).filter(|line| line.deed == Deed::Exchange) {
            let target = &self.targets[line.root];
            match target.kind_of(&line.path)?.map(|found| found.kind) {
                Some(EntryKind::Folder) => {
                    self.cx.step("clear the way")?;
                    let folder = &self.plan.roots()[line.root].folder;
                    let path = folder.join(SourceConfig::decode_path(line.path.as_str()));
                    fs::remove_dir_all(&path)
                        .map_err(|cause| Error::io(&cause, "clear the way", path.display()))?;
                }
                Some(_) => target.remove_file(&line.path)?,
                None => {}
            }
        }
        Ok(())
    }

    /// Files in the order in which the archives hold them, and databases, which go another way.
    fn jobs<'p>(&self, steps: &'p [Step]) -> Result<(Vec<Job<'p>>, Vec<Job<'p>>)> {
        let (mut files, mut databases) = (Vec::new(), Vec::new());
        for step in steps.iter().filter(|step| step.writes('f')) {
            let shares = self.engine.shares(self.cx, &self.row.manifest.plan, self.shelf, &step.version)?;
            let jobs = if self.is_swapped_in(step) { &mut databases } else { &mut files };
            jobs.push(Job { step, shares });
        }
        files.sort_by_cached_key(Job::position);
        databases.sort_by_cached_key(Job::position);
        Ok((files, databases))
    }

    /// Databases that a program may have open, or will open where it expects them, go through SQLite's own checks. A new
    /// file elsewhere was checked when it was saved, and its bytes are compared with what was saved.
    fn is_swapped_in(&self, step: &Step) -> bool {
        step.is_database() && (self.plan.mapping.in_place() || step.line.deed.replaces())
    }

    fn link(&self, step: &Step) -> Result<Vec<Issue>> {
        let link = step.record().link.as_deref().unwrap_or_default();
        let (target, metadata) = (&self.targets[step.line.root], self.metadata(step.record()));
        target.symlink(&step.line.path, link, &metadata, step.overwrite())
    }

    /// Deepest first: writing into a folder changes its time.
    fn folder_metadata(&self, memory: &Memory) -> Result<()> {
        for (root, place, path, metadata) in memory.folders.iter().rev() {
            match self.targets[*root].set_folder_metadata(place, metadata) {
                Ok(issues) => self.applied().issues.extend(issues),
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => {
                    self.applied().issues.push(Issue::new(IssueKind::Metadata, path.clone(), &error));
                }
            }
        }
        Ok(())
    }
}
