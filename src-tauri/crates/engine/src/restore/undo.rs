//! Taking a restore back: what it made goes, what it replaced returns from the safety snapshot. What somebody changed since is
//! left alone and told.

use std::path::PathBuf;

use resguardo_catalog::SnapshotRow;
use resguardo_domain::{
    Context, EntryKind, EntryPath, Error, Issue, IssueKind, Kind, Operation, Phase, Result, SAFETY_DAYS,
    SourceConfig, Verb,
};
use resguardo_sources::target::{Found, Target};

use super::journal::Journal;
use super::lines::{Deed, Line, LineReader, LineWriter};
use super::mapping::Root;
use super::plan::Wanted;
use super::planner::hash_file;
use crate::Engine;
use crate::operations::Outcome;
use crate::requests::{Existing, RestoreTarget, UndoReport, UndoView};

impl Engine {
    /// The restore that an undo names, when it can be taken back.
    pub(crate) fn restore_to_undo(&self, prefix: &str) -> Result<(Operation, Journal)> {
        let operation = self.catalog.operation(prefix)?;
        let cannot = |why: &str| {
            Err(Error::new(Kind::CannotUndo, "undo").fact("operation", &operation.id).because(why))
        };
        if !matches!(operation.verb, Verb::Restore | Verb::Export) {
            return cannot("it is no restore");
        }
        if !operation.state.is_final() && self.is_alive(&operation.id) {
            return Err(Error::new(Kind::Busy, "undo").fact("operation", &operation.id));
        }
        let journal = Journal::read(&self.home, &operation.id)?;
        if journal.undone {
            return cannot("it was taken back already");
        }
        if !journal.complete {
            return cannot("it was made without a safety snapshot");
        }
        journal.check_lines(&self.home, &operation.id)?;
        Ok((operation, journal))
    }

    /// Whether a restore can be taken back now, and until when.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for an unknown operation.
    pub fn undo_view(&self, prefix: &str) -> Result<UndoView> {
        let id = self.catalog.operation(prefix)?.id;
        let way_back = self.restore_to_undo(id.as_str()).and_then(|(operation, journal)| {
            journal.safety.map(|safety| self.select(safety.as_str())).transpose()?;
            Ok(operation.started_at + jiff::SignedDuration::from_hours(SAFETY_DAYS * 24))
        });
        match way_back {
            Ok(until) => Ok(UndoView { possible: until > self.cx.now(), until: Some(until) }),
            // At work still, or its journal or what was there before is gone.
            Err(error) if matches!(error.kind, Kind::CannotUndo | Kind::Busy | Kind::NotFound) => {
                Ok(UndoView { possible: false, until: None })
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn undo(&self, cx: &Context, prefix: &str) -> Result<Outcome> {
        let (operation, journal) = self.restore_to_undo(prefix)?;
        cx.progress().enter(Phase::Restore, journal.lines, 0);
        let lines = Journal::lines_path(&self.home, &operation.id);
        let mut undo = Undo { cx, lines, roots: Vec::new(), kept: Vec::new(), report: UndoReport::default() };
        for root in &journal.roots {
            let folder = SourceConfig::decode_path(root);
            let target = if folder.is_dir() { Some(Target::open(cx, &folder)?) } else { None };
            undo.roots.push((folder, target));
        }
        let safety = match &journal.safety {
            Some(id) => Some(self.select(id.as_str())?),
            None => None,
        };
        undo.remove_created()?;
        if let Some(row) = &safety {
            self.put_back(cx, row, &mut undo)?;
        }
        undo.remove_new_roots(&journal);
        journal.close(&self.cx.fresh(), &self.home, &operation.id)?;
        undo.report.kept = undo.kept.len() as u64;
        let issues = undo.kept;
        Ok(Outcome { with_issues: !issues.is_empty(), issues, ..Outcome::of(&undo.report)? })
    }

    /// Everything of the safety snapshot goes back to its place, but for what changed since the restore.
    fn put_back(&self, cx: &Context, row: &SnapshotRow, undo: &mut Undo<'_>) -> Result<()> {
        let changed = undo.changed_since()?;
        let wanted =
            Wanted { row, paths: &[], target: &RestoreTarget::InPlace, existing: Existing::Replace, kept: 0 };
        let shelf = self.shelf(&row.manifest.plan)?;
        let lines = self.home.temp().join(format!("undo-{:016x}.lines", cx.random_bits()));
        let mut writer = LineWriter::create(cx, &lines)?;
        let plan = self.plan_lines(cx, &shelf, &wanted, &mut |line, root| {
            let is_changed = |(at, path): &(usize, EntryPath)| {
                let same_root = undo.roots.get(*at).is_some_and(|(folder, _)| *folder == root.folder);
                same_root && line.path.is_within(path)
            };
            if changed.iter().any(is_changed) || !undo.make_room(line, root) {
                return Ok(false);
            }
            writer.push(line).map(|()| true)
        })?;
        writer.finish()?;
        let applied = self.apply(cx, row, &shelf, &plan, LineReader::open(&lines)?);
        // In the temporary folder; what can't be removed now goes at the next start.
        let _ = std::fs::remove_file(&lines);
        let applied = applied?;
        undo.report.put_back = applied.report.restored + applied.report.same;
        applied.first_error.map_or(Ok(()), Err)
    }
}

struct Undo<'a> {
    cx: &'a Context,
    /// The lines of the restore.
    lines: PathBuf,
    roots: Vec<(PathBuf, Option<Target>)>,
    kept: Vec<Issue>,
    report: UndoReport,
}

impl Undo<'_> {
    fn keep(&mut self, line: &Line) {
        let why = "it changed after the restore and was left as it is";
        self.kept.push(Issue::new(IssueKind::Metadata, line.path.clone(), why));
    }

    fn found(&self, line: &Line) -> Result<Option<Found>> {
        match &self.roots.get(line.root).and_then(|(_, target)| target.clone()) {
            Some(target) => target.kind_of(&line.path),
            None => Ok(None),
        }
    }

    fn path_of(&self, line: &Line) -> Option<PathBuf> {
        self.roots
            .get(line.root)
            .map(|(folder, _)| folder.join(SourceConfig::decode_path(line.path.as_str())))
    }

    /// Whether a spot still holds what the restore put there; nothing there counts as that, since then nothing is lost.
    fn is_as_restored(&self, line: &Line) -> Result<bool> {
        let Some(found) = self.found(line)? else { return Ok(true) };
        Ok(match (&found.kind, line.tag) {
            (EntryKind::File, 'f') => {
                let now = self.path_of(line).map(|path| hash_file(self.cx, &path)).transpose()?.flatten();
                line.digest.is_none() || now == line.digest
            }
            (EntryKind::Symlink { target }, 'l') => Some(target) == line.link.as_ref(),
            (EntryKind::Folder, 'd') => true,
            _ => false,
        })
    }

    /// Spots that were replaced and no longer hold what the restore put there.
    fn changed_since(&mut self) -> Result<Vec<(usize, EntryPath)>> {
        let mut changed = Vec::new();
        for line in LineReader::open(&self.lines)? {
            let line = line?;
            if line.deed.replaces() && !line.is_folder() && !self.is_as_restored(&line)? {
                self.keep(&line);
                changed.push((line.root, line.path));
            }
        }
        Ok(changed)
    }

    /// Removes files, then folders from the innermost out, as far as they are empty.
    fn remove_created(&mut self) -> Result<()> {
        let mut folders = Vec::new();
        for line in LineReader::open(&self.lines)? {
            let line = line?;
            self.cx.check()?;
            self.cx.progress().advance(1, 0);
            match line.deed {
                // A folder that took the place of something else goes too; that other thing comes back later.
                Deed::Folder | Deed::Create | Deed::Rename | Deed::Exchange if line.is_folder() => {
                    folders.push(line);
                }
                Deed::Create | Deed::Rename => self.remove_file(&line)?,
                _ => {}
            }
        }
        for line in folders.iter().rev() {
            let is_folder = self.found(line)?.is_some_and(|found| found.kind == EntryKind::Folder);
            if let Some(path) = self.path_of(line).filter(|_| is_folder) {
                self.cx.step("undo.remove_folder")?;
                self.report.removed += u64::from(std::fs::remove_dir(path).is_ok());
            }
        }
        for (_, target) in &self.roots {
            target.as_ref().map_or(Ok(()), Target::sync_folders)?;
        }
        Ok(())
    }

    fn remove_file(&mut self, line: &Line) -> Result<()> {
        if self.found(line)?.is_none() {
            return Ok(());
        }
        if !self.is_as_restored(line)? {
            self.keep(line);
            return Ok(());
        }
        if let Some((_, Some(target))) = self.roots.get(line.root) {
            target.remove_file(&line.path)?;
            self.report.removed += 1;
        }
        Ok(())
    }

    /// Whether what comes back has room: a folder that the restore put there goes when it is empty by now. When somebody put
    /// something into it since, it stays, and what was there before stays in the safety snapshot.
    fn make_room(&mut self, line: &Line, root: &Root) -> bool {
        let path = root.folder.join(SourceConfig::decode_path(line.path.as_str()));
        let in_the_way =
            line.deed == Deed::Exchange && std::fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_dir());
        if !in_the_way || std::fs::remove_dir(&path).is_ok() {
            return true;
        }
        let why = "something was put into it after the restore, and it was left as it is";
        self.kept.push(Issue::new(IssueKind::Metadata, line.path.clone(), why));
        false
    }

    fn remove_new_roots(&self, journal: &Journal) {
        for root in &journal.new_roots {
            if let Some((folder, _)) = self.roots.get(*root) {
                let _ = std::fs::remove_dir(folder);
            }
        }
    }
}
