//! The journal of a restore: what it was going to do, written before it did it, so that it can be taken back even when the
//! program died in the middle.

use std::path::PathBuf;

use resguardo_domain::{
    Context, Digest, EntryPath, Error, Kind, OperationId, Result, SnapshotId, SourceConfig,
};
use resguardo_platform::{Home, durable};
use serde::{Deserialize, Serialize};

use super::plan::{Action, RestorePlan};

/// One line: a spot that the restore writes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Which root.
    pub(crate) root: usize,
    /// Path below it.
    pub(crate) path: EntryPath,
    /// `f`, `d` or `l`: what is written.
    pub(crate) tag: char,
    /// Whether something was there.
    pub(crate) existed: bool,
    /// Digest of what is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<Digest>,
    /// Target of a link that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
}

/// The whole journal.
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
    /// Every spot.
    pub(crate) lines: Vec<Line>,
    /// Whether the restore was taken back already.
    pub(crate) undone: bool,
}

impl Journal {
    /// The journal of a plan. `careful` says whether the owner wanted a way back.
    pub(crate) fn of(plan: &RestorePlan, safety: Option<SnapshotId>, careful: bool) -> Self {
        let folders = plan.extra_folders.iter().map(|(root, path)| Line {
            root: *root,
            path: path.clone(),
            tag: 'd',
            existed: false,
            digest: None,
            link: None,
        });
        let steps = plan.steps.iter().filter(|step| step.action.writes()).map(|step| Line {
            root: step.root,
            path: step.place().clone(),
            tag: step.version.record.tag,
            existed: matches!(step.action, Action::Replace { .. }),
            digest: step.version.record.digest.filter(|_| !step.version.record.sparse_digest),
            link: step.version.record.link.clone(),
        });
        let is_new = |(n, root): (usize, &super::plan::Root)| root.target.is_none().then_some(n);
        Self {
            complete: careful || !plan.needs_safety(),
            safety,
            roots: plan.roots.iter().map(|root| SourceConfig::encode_path(&root.folder)).collect(),
            new_roots: plan.roots.iter().enumerate().filter_map(is_new).collect(),
            lines: folders.chain(steps).collect(),
            undone: false,
        }
    }

    fn path(home: &Home, operation: &OperationId) -> PathBuf {
        home.journals().join(format!("{operation}.json"))
    }

    /// Keeps the journal durably.
    pub(crate) fn write(&self, cx: &Context, home: &Home, operation: &OperationId) -> Result<()> {
        let bytes =
            serde_json::to_vec(self).map_err(|cause| Error::internal("write the journal").because(cause))?;
        durable::write_file(cx, &Self::path(home, operation), &bytes)
    }

    /// Reads the journal of a restore.
    pub(crate) fn read(home: &Home, operation: &OperationId) -> Result<Self> {
        let cannot = |why: String| {
            Error::new(Kind::CannotUndo, "read the journal").fact("operation", operation).because(why)
        };
        let bytes = std::fs::read(Self::path(home, operation)).map_err(|cause| cannot(cause.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|cause| cannot(cause.to_string()))
    }
}
