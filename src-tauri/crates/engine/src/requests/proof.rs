//! What proving copies answers.

use resguardo_domain::{DestinationId, DrillExtent, SnapshotId, VerifyLevel};
use serde::{Deserialize, Serialize};

/// The copy of a snapshot at one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CopyName {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// The destination.
    pub destination: DestinationId,
}

/// What a verification found for one copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VerifyRow {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// File name stem of its archive.
    pub name: String,
    /// The destination's name.
    pub destination: String,
    /// How far it was proven now.
    pub level: Option<VerifyLevel>,
    /// What is wrong with it, or was before it was put right.
    pub error: Option<resguardo_domain::Error>,
    /// The destination whose sound copy took the place of the damaged one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub healed_from: Option<String>,
}

impl VerifyRow {
    /// Whether something is wrong with the copy and stays so.
    pub fn is_broken(&self) -> bool {
        self.error.is_some() && self.healed_from.is_none()
    }
}

/// What a drill restored and found equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DrillReport {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// File name stem of its archive.
    pub name: String,
    /// The name of the destination that it was restored from.
    pub destination: String,
    /// A sample, one file, or everything. A disk without the room for everything makes it a sample.
    pub extent: DrillExtent,
    /// Files and links.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Databases among them that were opened, checked and counted.
    pub databases: u64,
    /// The file that was restored, when it was a single one: its path in the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}
