//! The journal of a restore: what it was going to do, written before it did it, so that it can be taken back even when the
//! program died in the middle. The head is written last and says that the lines are whole.

use std::path::PathBuf;

use resguardo_domain::{Context, Error, Kind, OperationId, Result, SAFETY_DAYS, SnapshotId, SourceConfig};
use resguardo_platform::{Home, durable};
use serde::{Deserialize, Serialize};

use super::lines::LineReader;
use super::plan::RestorePlan;

/// As long as a safety snapshot is kept.
const MAX_AGE: jiff::SignedDuration = jiff::SignedDuration::from_hours(SAFETY_DAYS * 24);

/// The head of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// What was there before, when anything was.
    pub(crate) safety: Option<SnapshotId>,
    /// Whether everything that was there is in the safety snapshot, so that all of it can be taken back.
    pub(crate) complete: bool,
    /// The folders below which was written, in safe form.
    pub(crate) roots: Vec<String>,
    /// Roots that the restore made itself.
    pub(crate) new_roots: Vec<usize>,
    /// How many lines there are.
    pub(crate) lines: u64,
    /// Whether the restore was taken back already.
    pub(crate) undone: bool,
}

impl Journal {
    /// The head for a plan. `careful` says whether the owner wanted a way back.
    pub(crate) fn of(plan: &RestorePlan, lines: u64, safety: Option<SnapshotId>, careful: bool) -> Self {
        let is_new = |(n, root): (usize, &super::mapping::Root)| root.target.is_none().then_some(n);
        let roots = plan.roots();
        Self {
            complete: careful || !plan.survey.needs_safety,
            safety,
            roots: roots.iter().map(|root| SourceConfig::encode_path(&root.folder)).collect(),
            new_roots: roots.iter().enumerate().filter_map(is_new).collect(),
            lines,
            undone: false,
        }
    }

    fn head(home: &Home, operation: &OperationId) -> PathBuf {
        home.journals().join(format!("{operation}.json"))
    }

    /// Where the lines of an operation are.
    pub(crate) fn lines_path(home: &Home, operation: &OperationId) -> PathBuf {
        home.journals().join(format!("{operation}.lines"))
    }

    /// Keeps the head durably.
    pub(crate) fn write(&self, cx: &Context, home: &Home, operation: &OperationId) -> Result<()> {
        let bytes =
            serde_json::to_vec(self).map_err(|cause| Error::internal("write the journal").because(cause))?;
        durable::write_file(cx, &Self::head(home, operation), &bytes)
    }

    /// Reads the head of a restore's journal.
    pub(crate) fn read(home: &Home, operation: &OperationId) -> Result<Self> {
        let cannot = |why: String| {
            Error::new(Kind::CannotUndo, "read the journal").fact("operation", operation).because(why)
        };
        let bytes = std::fs::read(Self::head(home, operation)).map_err(|cause| cannot(cause.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|cause| cannot(cause.to_string()))
    }

    /// Whether its lines are still kept.
    pub(crate) fn check_lines(&self, home: &Home, operation: &OperationId) -> Result<()> {
        let opened = LineReader::open(&Self::lines_path(home, operation));
        opened.map(drop).map_err(|error| Error::new(Kind::CannotUndo, "read the journal").because(error))
    }

    /// Removes lines that nobody can ask for any more: of restores that died before they changed anything, and of those so old
    /// that their safety snapshot may be gone. To be called when no operation runs.
    pub(crate) fn clean(home: &Home, now: jiff::Timestamp) {
        let Ok(entries) = std::fs::read_dir(home.journals()) else { return };
        let oldest = std::time::SystemTime::from(now - MAX_AGE);
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_old =
                std::fs::metadata(&path).and_then(|facts| facts.modified()).is_ok_and(|at| at < oldest);
            let is_lines = path.extension().is_some_and(|extension| extension == "lines");
            if is_lines && (is_old || !path.with_extension("json").exists()) {
                let _ = std::fs::remove_file(&path);
            }
        }
    }

    /// Notes that the restore was taken back; its lines are of no use then.
    pub(crate) fn close(mut self, cx: &Context, home: &Home, operation: &OperationId) -> Result<()> {
        self.undone = true;
        self.write(cx, home, operation)?;
        // Nothing depends on them any more; what can't be removed now goes with the old ones.
        let _ = std::fs::remove_file(Self::lines_path(home, operation));
        Ok(())
    }
}
