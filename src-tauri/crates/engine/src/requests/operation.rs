//! What can be started as an operation.

use resguardo_domain::{ArchiveKind, Class, DrillExtent, VerifyLevel};
use serde::{Deserialize, Serialize};

use super::{CopyName, RestoreRequest};

/// A long piece of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "OperationRequest"))]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Request {
    /// Makes a snapshot of a plan. Result: [`super::BackUpReport`].
    BackUp {
        /// The plan's name.
        plan: String,
        /// Archive kind; chosen by the chain's state when missing.
        #[cfg_attr(feature = "typescript", ts(optional = nullable))]
        kind: Option<ArchiveKind>,
        /// Its class.
        class: Class,
    },
    /// Proves snapshots. Result: a list of [`super::VerifyRow`].
    Verify {
        /// Which; every snapshot when empty.
        snapshots: Vec<String>,
        /// How far.
        level: VerifyLevel,
    },
    /// Reads copies back that are due, and puts sound ones in the place of damaged ones. Result: a list of [`super::VerifyRow`].
    VerifyCopies {
        /// Which.
        copies: Vec<CopyName>,
    },
    /// Restores the newest snapshot of a plan for real, from the copy farthest away, into a scratch folder. Result:
    /// [`super::DrillReport`].
    Drill {
        /// The plan's name.
        plan: String,
        /// How much of it.
        extent: DrillExtent,
    },
    /// Brings entries back. Result: [`super::RestoreReport`].
    Restore(RestoreRequest),
    /// Takes a restore back. Result: [`super::UndoReport`].
    Undo {
        /// The restore's operation: its id or the beginning of it.
        operation: String,
    },
    /// Deletes what expired. Result: [`super::PruneReport`].
    Prune {
        /// The plan's name.
        plan: String,
        /// A person confirmed that more than half may go.
        confirmed: bool,
    },
    /// Deletes one snapshot everywhere. Result: [`super::PruneReport`].
    Delete {
        /// Which.
        snapshot: String,
    },
    /// Fills the catalog from a destination, or from all. Result: [`super::RebuildReport`].
    Rebuild {
        /// The destination's name.
        #[cfg_attr(feature = "typescript", ts(optional = nullable))]
        destination: Option<String>,
    },
    /// Sends waiting archives. Result: [`super::SyncReport`].
    Sync {
        /// The plan's name; every plan when missing.
        #[cfg_attr(feature = "typescript", ts(optional = nullable))]
        plan: Option<String>,
    },
    /// Writes entries out as plain files. Result: [`super::RestoreReport`].
    Export {
        /// Which snapshot.
        snapshot: String,
        /// Paths in it; everything when empty.
        paths: Vec<String>,
        /// Folder to write into.
        to: String,
    },
}

/// Whether a restore can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UndoView {
    /// Whether it can now.
    pub possible: bool,
    /// Until when the way back is kept; `None` when there is none.
    pub until: Option<jiff::Timestamp>,
}
