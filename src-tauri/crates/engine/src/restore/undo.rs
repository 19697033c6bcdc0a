//! Taking a restore back: what it made goes, what it replaced returns from the safety snapshot. What somebody changed since is
//! left alone and told.

use std::path::PathBuf;

use resguardo_catalog::SnapshotRow;
use resguardo_domain::{
    Context, EntryKind, EntryPath, Error, Issue, IssueKind, Kind, Operation, Phase, Result, SourceConfig,
    Verb,
};
use resguardo_sources::target::{Found, Target};

use super::journal::{Journal, Line};
use super::plan::{Action, RestorePlan, hash_file};
use crate::Engine;
use crate::operations::Outcome;
use crate::requests::{Existing, RestoreTarget, UndoReport};

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
        Ok((operation, journal))
    }

    pub(crate) fn undo(&self, cx: &Context, prefix: &str) -> Result<Outcome> {
        let (operation, mut journal) = self.restore_to_undo(prefix)?;
        cx.progress().enter(Phase::Restore, journal.lines.len() as u64, 0);
        let mut undo = Undo { cx, roots: Vec::new(), kept: Vec::new(), report: UndoReport::default() };
        for root in &journal.roots {
            let folder = SourceConfig::decode_path(root);
            let target = if folder.is_dir() { Some(Target::open(cx, &folder)?) } else { None };
            undo.roots.push((folder, target));
        }
        let safety = match &journal.safety {
            Some(id) => Some(self.select(id.as_str())?),
            None => None,
        };
        undo.remove_created(&journal)?;
        if let Some(row) = &safety {
            self.put_back(cx, row, &journal, &mut undo)?;
        }
        undo.remove_new_roots(&journal);
        journal.undone = true;
        journal.write(&self.cx.fresh(), &self.home, &operation.id)?;
        undo.report.kept = undo.kept.len() as u64;
        let issues = undo.kept;
        Ok(Outcome { with_issues: !issues.is_empty(), issues, ..Outcome::of(&undo.report)? })
    }

    /// Everything of the safety snapshot goes back to its place, but for what changed since the restore.
    fn put_back(
        &self,
        cx: &Context,
        row: &SnapshotRow,
        journal: &Journal,
        undo: &mut Undo<'_>,
    ) -> Result<()> {
        let mut changed = Vec::new();
        for line in journal.lines.iter().filter(|line| line.existed && line.tag != 'd') {
            if !undo.is_as_restored(line)? {
                undo.keep(line);
                changed.push((line.root, line.path.clone()));
            }
        }
        let mut plan = self.restore_plan(cx, row, &[], &RestoreTarget::InPlace, Existing::Replace)?;
        plan.steps.retain(|step| {
            let root = root_number(&step.version.record.path);
            !changed
                .iter()
                .any(|(changed_root, path)| root == Some(*changed_root) && step.path.is_within(path))
        });
        undo.empty_places(&mut plan);
        let shelf = self.shelf(&row.manifest.plan)?;
        let shares = self.all_shares(cx, &shelf, row, &plan)?;
        let applied = self.apply(cx, row, &plan, shares)?;
        undo.report.put_back = applied.report.restored + applied.report.same;
        match applied.first_error {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// The root's number in a path of a safety snapshot: `files/root3/…`.
fn root_number(path: &EntryPath) -> Option<usize> {
    path.components().nth(1)?.strip_prefix("root")?.parse().ok()
}

struct Undo<'a> {
    cx: &'a Context,
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

    /// Removes files, then folders from the innermost out, as far as they are empty.
    fn remove_created(&mut self, journal: &Journal) -> Result<()> {
        for line in journal.lines.iter().filter(|line| !line.existed && line.tag != 'd') {
            self.cx.check()?;
            if self.found(line)?.is_none() {
                continue;
            }
            if !self.is_as_restored(line)? {
                self.keep(line);
                continue;
            }
            if let Some((_, Some(target))) = self.roots.get(line.root) {
                target.remove_file(&line.path)?;
                self.report.removed += 1;
            }
        }
        for line in journal.lines.iter().rev().filter(|line| line.tag == 'd') {
            let is_folder = self.found(line)?.is_some_and(|found| found.kind == EntryKind::Folder);
            // A folder that took the place of something else goes too; that other thing comes back from the safety snapshot.
            if !is_folder || (line.existed && !self.replaced_other_kind(line, journal)) {
                continue;
            }
            if let Some(path) = self.path_of(line) {
                self.cx.step("undo.remove_folder")?;
                self.report.removed += u64::from(std::fs::remove_dir(path).is_ok());
            }
        }
        for (_, target) in &self.roots {
            target.as_ref().map_or(Ok(()), Target::sync_folders)?;
        }
        Ok(())
    }

    /// A folder that the restore put in the place of something else goes when it is empty by now. When somebody put something
    /// into it since, it stays, and what was there before stays in the safety snapshot.
    fn empty_places(&mut self, plan: &mut RestorePlan) {
        let RestorePlan { steps, roots, .. } = plan;
        steps.retain(|step| {
            let path = roots[step.root].folder.join(SourceConfig::decode_path(step.path.as_str()));
            let in_the_way = step.action == (Action::Replace { other_kind: true })
                && std::fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_dir());
            if !in_the_way || std::fs::remove_dir(&path).is_ok() {
                return true;
            }
            let why = "something was put into it after the restore, and it was left as it is";
            self.kept.push(Issue::new(IssueKind::Metadata, step.path.clone(), why));
            false
        });
    }

    /// Folders that existed stay; removing an empty one that the safety snapshot holds as a folder would only make it again.
    fn replaced_other_kind(&self, line: &Line, journal: &Journal) -> bool {
        journal
            .lines
            .iter()
            .any(|other| other.root == line.root && other.path == line.path && other.tag != 'd')
    }

    fn remove_new_roots(&self, journal: &Journal) {
        for root in &journal.new_roots {
            if let Some((folder, _)) = self.roots.get(*root) {
                let _ = std::fs::remove_dir(folder);
            }
        }
    }
}
