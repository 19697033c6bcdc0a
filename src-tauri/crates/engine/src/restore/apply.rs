//! Writing what was planned: folders first, files by several threads in the order in which the archives hold them, then
//! links and databases, metadata of folders last. Every file is read back before it gets its name.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use resguardo_archive::{Extractor, assemble, sparse_digest};
use resguardo_catalog::SnapshotRow;
use resguardo_domain::{
    Context, Digest, EntryKind, EntryPath, Error, Issue, IssueKind, Kind, Phase, Record, Result, SourceConfig,
};
use resguardo_sources::Overwrite;
use resguardo_sources::sqlite::{Damage, swap_in};
use resguardo_sources::target::{Metadata, NewFile, Target};
use sha2::{Digest as _, Sha256};

use super::plan::{Action, RestorePlan, Step};
use crate::Engine;
use crate::content::Share;
use crate::requests::RestoreReport;

/// What a restore did.
#[derive(Default)]
pub(super) struct Applied {
    pub(super) report: RestoreReport,
    pub(super) issues: Vec<Issue>,
    pub(super) first_error: Option<Error>,
}

/// One file to write.
struct Job<'a> {
    step: &'a Step,
    shares: Vec<Share>,
}

struct Work<'a> {
    cx: &'a Context,
    row: &'a SnapshotRow,
    targets: Vec<Target>,
    plan: &'a RestorePlan,
    applied: Mutex<Applied>,
}

impl Engine {
    pub(super) fn apply(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        plan: &RestorePlan,
        shares: Vec<Vec<Share>>,
    ) -> Result<Applied> {
        let leaves = plan.steps.iter().filter(|step| step.is_leaf());
        cx.progress().enter(
            Phase::Restore,
            leaves.clone().filter(|s| s.action.writes()).count() as u64,
            plan.bytes(),
        );
        let work = Work { cx, row, targets: open_targets(cx, plan)?, plan, applied: Mutex::default() };
        work.note_untouched();
        work.clear_the_way()?;
        work.make_folders()?;
        let (files, databases) = work.jobs(shares);
        work.files(&files)?;
        work.links()?;
        for job in &databases {
            work.guarded(job.step, |work| work.database(job))?;
        }
        work.folder_metadata()?;
        for target in &work.targets {
            target.sync_folders()?;
        }
        let mut applied = work.applied.into_inner().unwrap_or_else(PoisonError::into_inner);
        applied.report.wanted = leaves.count() as u64;
        Ok(applied)
    }
}

fn open_targets(cx: &Context, plan: &RestorePlan) -> Result<Vec<Target>> {
    plan.roots
        .iter()
        .enumerate()
        .map(|(number, root)| match &root.target {
            Some(target) => Ok(target.clone()),
            // A root that nothing goes to is not made.
            None if !plan.steps.iter().any(|step| step.root == number) => {
                Target::open(cx, &std::env::temp_dir())
            }
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

    fn metadata(&self, record: &Record) -> Metadata {
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

    fn note_untouched(&self) {
        let mut applied = self.applied();
        for step in self.plan.steps.iter().filter(|step| step.is_leaf()) {
            match step.action {
                Action::Same => applied.report.same += 1,
                Action::Skip => applied.report.skipped += 1,
                _ => {}
            }
        }
    }

    /// Runs one entry's work. What concerns this entry alone is counted; what concerns everything ends the restore.
    fn guarded(&self, step: &Step, work: impl FnOnce(&Self) -> Result<Vec<Issue>>) -> Result<()> {
        match work(self) {
            Ok(issues) => {
                let mut applied = self.applied();
                applied.issues.extend(issues);
                applied.report.restored += 1;
                applied.report.renamed += u64::from(matches!(step.action, Action::Rename(_)));
                if step.is_file() {
                    applied.report.bytes += step.version.record.size;
                }
                if step.is_database() {
                    applied.report.databases += 1;
                    applied.report.tables += step.version.record.rows.len() as u64;
                    applied.report.rows += step.version.record.rows.values().sum::<u64>();
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
                applied.issues.push(Issue::new(kind, step.version.record.path.clone(), &error));
                applied.first_error.get_or_insert(error);
                Ok(())
            }
        }
    }

    /// Removes what is of another kind than what comes back; it is in the safety snapshot.
    fn clear_the_way(&self) -> Result<()> {
        for step in &self.plan.steps {
            if step.action != (Action::Replace { other_kind: true }) {
                continue;
            }
            let target = &self.targets[step.root];
            match target.kind_of(&step.path)?.map(|found| found.kind) {
                Some(EntryKind::Folder) => {
                    self.cx.step("clear the way")?;
                    let path =
                        self.plan.roots[step.root].folder.join(SourceConfig::decode_path(step.path.as_str()));
                    fs::remove_dir_all(&path)
                        .map_err(|cause| Error::io(&cause, "clear the way", path.display()))?;
                }
                Some(_) => target.remove_file(&step.path)?,
                None => {}
            }
        }
        Ok(())
    }

    fn make_folders(&self) -> Result<()> {
        for (root, path) in &self.plan.extra_folders {
            self.targets[*root].ensure_folder(path)?;
        }
        for step in self.plan.steps.iter().filter(|step| step.is_folder() && step.action.writes()) {
            self.targets[step.root].ensure_folder(&step.path)?;
        }
        Ok(())
    }

    /// Files in the order in which the archives hold them, and databases, which go another way.
    fn jobs<'p>(&'p self, shares: Vec<Vec<Share>>) -> (Vec<Job<'p>>, Vec<Job<'p>>) {
        let all =
            self.plan.steps.iter().zip(shares).filter(|(step, _)| step.is_file() && step.action.writes());
        let jobs = all.map(|(step, shares)| Job { step, shares });
        let (mut databases, mut files): (Vec<_>, Vec<_>) = jobs.partition(|job| self.is_swapped_in(job.step));
        files.sort_by_cached_key(|job: &Job<'_>| job.shares.last().map(Share::position));
        databases.sort_by_cached_key(|job| job.shares.last().map(Share::position));
        (files, databases)
    }

    /// Databases that a program may have open, or will open where it expects them, go through SQLite's own checks. A new
    /// file elsewhere was checked when it was saved, and its bytes are compared with what was saved.
    fn is_swapped_in(&self, step: &Step) -> bool {
        step.is_database() && (self.plan.in_place || matches!(step.action, Action::Replace { .. }))
    }

    fn files(&self, jobs: &[Job<'_>]) -> Result<()> {
        let threads = resguardo_platform::threads();
        let mut first_names = self.names_that_stay();
        let (mut plain, mut linked) = (Vec::new(), Vec::new());
        for job in jobs {
            match group_of(job.step).map(|group| first_names.entry(group)) {
                Some(Slot::Occupied(first)) => linked.push((*first.get(), job)),
                Some(Slot::Vacant(slot)) => {
                    slot.insert(job.step);
                    plain.push(job);
                }
                None => plain.push(job),
            }
        }
        let next = AtomicUsize::new(0);
        let failure = Mutex::new(None);
        let run = || {
            let mut extractor = Extractor::default();
            while let Some(job) = plain.get(next.fetch_add(1, Relaxed)) {
                if let Err(error) =
                    self.guarded(job.step, |work| work.file(job, job.step.place(), &mut extractor))
                {
                    next.store(plain.len(), Relaxed);
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(plain.len()) {
                scope.spawn(run);
            }
            run();
        });
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        self.linked(&linked)
    }

    /// Files with several names that are there already, as they should be.
    fn names_that_stay(&self) -> HashMap<Group, &Step> {
        let same = self.plan.steps.iter().filter(|step| step.is_file() && step.action == Action::Same);
        same.filter_map(|step| Some((group_of(step)?, step))).collect()
    }

    /// Further names of files that came back: links to the first, files of their own where that can't be.
    fn linked(&self, jobs: &[(&Step, &Job<'_>)]) -> Result<()> {
        let mut extractor = Extractor::default();
        for (first, job) in jobs {
            self.guarded(job.step, |work| {
                let target = &work.targets[job.step.root];
                if target.hard_link(first.place(), job.step.place(), overwrite(job.step)).is_ok() {
                    return Ok(Vec::new());
                }
                work.file(job, job.step.place(), &mut extractor)
            })?;
        }
        Ok(())
    }

    /// Writes one file under a temporary name, reads it back, gives it its name.
    fn file(&self, job: &Job<'_>, place: &EntryPath, extractor: &mut Extractor) -> Result<Vec<Issue>> {
        let record = &job.step.version.record;
        self.cx.check()?;
        self.cx.progress().current(record.path.as_str());
        let new = self.targets[job.step.root].create(place, record.size)?;
        self.write(job, &new, extractor)?;
        self.read_back(job, &new)?;
        new.commit(&self.metadata(record), overwrite(job.step))
    }

    fn write(&self, job: &Job<'_>, new: &NewFile, extractor: &mut Extractor) -> Result<()> {
        let record = &job.step.version.record;
        if let [share] = job.shares.as_slice()
            && record.size <= Extractor::MAX
            && let layer = share.layer()
            && layer.size == record.size
            && layer.place.blocks.is_empty()
            && layer.runs == [(0, 0, record.size)]
        {
            let bytes = extractor.read(self.cx, layer.parts, &layer.place, record.size)?;
            new.write_at(bytes, 0)?;
            self.cx.progress().advance(0, record.size);
            return Ok(());
        }
        new.set_len(record.size)?;
        let layers: Vec<_> = job.shares.iter().map(Share::layer).collect();
        let has_holes = !record.holes.is_empty();
        let sink = |bytes: &[u8], offset: u64| {
            if has_holes { write_around_holes(new, bytes, offset) } else { new.write_at(bytes, offset) }
        };
        assemble(self.cx, &layers, record.size, resguardo_platform::threads(), &sink)
    }

    /// Compares what can be read of the new file with the record.
    fn read_back(&self, job: &Job<'_>, new: &NewFile) -> Result<()> {
        let record = &job.step.version.record;
        let Some(expected) = record.digest else { return Ok(()) };
        let found = if record.sparse_digest {
            let mut data: Vec<(u64, u64)> =
                job.shares.iter().flat_map(|share| share.layer().runs).map(|(at, _, n)| (at, n)).collect();
            data.sort_unstable();
            sparse_digest(record.size, &data, &mut |buffer, offset| read_exact(new, buffer, offset))?
        } else {
            hash_back(self.cx, new, record.size)?
        };
        if found == expected {
            Ok(())
        } else {
            Err(Error::new(Kind::ArchiveDamaged, "read the restored file back").fact("path", &record.path))
        }
    }

    /// A database is written beside its place, checked by SQLite, and swapped in.
    fn database(&self, job: &Job<'_>) -> Result<Vec<Issue>> {
        let record = &job.step.version.record;
        let place = job.step.place();
        let beside = place
            .parent()
            .unwrap_or_default()
            .join_safe(&format!(".{:016x}.resguardo-new", self.cx.random_bits()));
        let root = &self.plan.roots[job.step.root].folder;
        let path_of = |path: &EntryPath| root.join(SourceConfig::decode_path(path.as_str()));
        let issues = self.file(job, &beside, &mut Extractor::default())?;
        let damage = if record.rows.is_empty() { Damage::Known } else { Damage::Refuse };
        let swapped = swap_in(self.cx, &path_of(&beside), &path_of(place), damage);
        if swapped.is_err() {
            self.targets[job.step.root].remove_file(&beside)?;
        }
        swapped?;
        Ok(issues)
    }

    fn links(&self) -> Result<()> {
        for step in
            self.plan.steps.iter().filter(|step| step.version.record.tag == 'l' && step.action.writes())
        {
            self.guarded(step, |work| {
                let record = &step.version.record;
                let link = record.link.as_deref().unwrap_or_default();
                work.targets[step.root].symlink(step.place(), link, &work.metadata(record), overwrite(step))
            })?;
        }
        Ok(())
    }

    /// Deepest first: writing into a folder changes its time.
    fn folder_metadata(&self) -> Result<()> {
        for step in self
            .plan
            .steps
            .iter()
            .rev()
            .filter(|step| step.is_folder() && step.action.writes() && step.version.introduced > 0)
        {
            match self.targets[step.root]
                .set_folder_metadata(&step.path, &self.metadata(&step.version.record))
            {
                Ok(issues) => self.applied().issues.extend(issues),
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => {
                    let path = step.version.record.path.clone();
                    self.applied().issues.push(Issue::new(IssueKind::Metadata, path, &error));
                }
            }
        }
        Ok(())
    }
}

fn overwrite(step: &Step) -> Overwrite {
    if matches!(step.action, Action::Replace { .. }) { Overwrite::Replace } else { Overwrite::Never }
}

/// Leaves zeros out, so that holes stay holes.
fn write_around_holes(new: &NewFile, bytes: &[u8], offset: u64) -> Result<()> {
    const PAGE: usize = 4096;
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at..].chunks(PAGE).position(|page| page.iter().any(|&byte| byte != 0));
        let Some(first) = first else { return Ok(()) };
        let start = at + first * PAGE;
        let count = bytes[start..].chunks(PAGE).position(|page| page.iter().all(|&byte| byte == 0));
        let end = count.map_or(bytes.len(), |count| start + count * PAGE);
        new.write_at(&bytes[start..end], offset + start as u64)?;
        at = end;
    }
    Ok(())
}

fn read_exact(new: &NewFile, buffer: &mut [u8], offset: u64) -> Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        match new.read_at(&mut buffer[filled..], offset + filled as u64)? {
            0 => return Err(Error::new(Kind::VerifyFailed, "read the restored file back")),
            read => filled += read,
        }
    }
    Ok(())
}

fn hash_back(cx: &Context, new: &NewFile, size: u64) -> Result<Digest> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; usize::try_from(size).unwrap_or(usize::MAX).clamp(1, 1 << 20)];
    let mut done = 0;
    while done < size {
        cx.check()?;
        let want = buffer.len().min(usize::try_from(size - done).unwrap_or(usize::MAX));
        read_exact(new, &mut buffer[..want], done)?;
        sha.update(&buffer[..want]);
        done += want as u64;
    }
    Ok(Digest(sha.finalize().into()))
}

/// What the names of one file have in common. The name that stood first may be gone or renamed since, so the inode tells,
/// and everything that changes with it.
type Group = (usize, u64, i64, i64, Option<Digest>);

/// The group of a file that has several names.
fn group_of(step: &Step) -> Option<Group> {
    let record = &step.version.record;
    let grouped = record.hard_link.is_some() && record.inode != 0;
    grouped.then_some((step.root, record.inode, record.ctime_ns, record.mtime_ns, record.digest))
}
