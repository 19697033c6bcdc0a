//! What can be asked of the engine and what it answers: plain values, the same on every way in.

mod computers;
mod drafts;
mod events;
mod operation;
mod pages;
mod proof;
mod restore;
mod schedule;
mod suggestions;
mod window;

use std::collections::BTreeMap;

use resguardo_domain::{
    ArchiveKind, ChangeFinding, Class, DestinationId, DestinationKind, FlagState, Keep, Level, Nearness,
    OperationId, PlanId, Refusal, Retention, Schedule, SnapshotId, SnapshotState, Space, Status, VerifyLevel,
};
use resguardo_words::Names;
use serde::{Deserialize, Deserializer, Serialize};

pub use computers::ComputerView;
pub use drafts::*;
pub use events::{Events, RunningOperation};
pub use operation::{Request, UndoView};
pub use pages::*;
pub use proof::*;
pub use restore::*;
pub use schedule::*;
pub use suggestions::*;
pub use window::*;

/// A plan as its owner states it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct PlanDraft {
    /// Its name.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub name: String,
    /// Folders to copy.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub folders: Vec<String>,
    /// SQLite files to copy.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub sqlite: Vec<String>,
    /// Patterns left out, as in `.gitignore`.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub exclude: Vec<String>,
    /// When not empty, only what matches.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub include: Vec<String>,
    /// Leave out the well-known rubbish (default true).
    pub default_excludes: Option<bool>,
    /// Stay on one file system (default true).
    pub one_file_system: Option<bool>,
    /// Leave out larger files, in bytes.
    pub max_size: Option<u64>,
    /// Leave out files not modified for so many days.
    pub max_age_days: Option<u32>,
    /// Destinations: names, or folders of this computer.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub to: Vec<String>,
    /// When.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub schedules: Vec<Schedule>,
    /// How long it is kept; the default rules when missing.
    pub retention: Option<Retention>,
    /// How hard archives are packed.
    pub level: Option<Level>,
    /// Largest size of one archive file, in bytes.
    pub part_size: Option<u64>,
}

/// Changes to a plan: what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct PlanEdit {
    /// A new name.
    pub name: Option<String>,
    /// Folders to add.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub add_folders: Vec<String>,
    /// SQLite files to add.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub add_sqlite: Vec<String>,
    /// Sources to remove: their path or label.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub remove_sources: Vec<String>,
    /// Replaces the patterns left out of every folder.
    pub exclude: Option<Vec<String>>,
    /// Replaces the patterns taken of every folder.
    pub include: Option<Vec<String>>,
    /// Destinations to add.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub add_to: Vec<String>,
    /// Destinations to remove (their archives stay).
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub remove_to: Vec<String>,
    /// Replaces the schedules.
    pub schedules: Option<Vec<Schedule>>,
    /// Replaces the keep rules.
    pub retention: Option<Retention>,
    /// How hard archives are packed.
    pub level: Option<Level>,
    /// Largest size of one archive file, in bytes; `Some(None)` (`null` on the wire) removes the limit.
    #[cfg_attr(feature = "typescript", ts(as = "Option<u64>", optional = nullable))]
    #[serde(deserialize_with = "stated", skip_serializing_if = "Option::is_none")]
    pub part_size: Option<Option<u64>>,
}

/// What is there is stated, even when it is nothing.
fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// A destination as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DestinationView {
    /// Its id.
    pub id: DestinationId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: DestinationKind,
    /// Whether it is here or away.
    pub nearness: Nearness,
    /// Its root.
    pub root: String,
    /// Whether it is connected now.
    pub connected: bool,
    /// Room left, when connected.
    pub space: Option<Space>,
    /// Archives waiting to be sent there.
    pub waiting: u64,
    /// Plans that send there.
    pub plans: Vec<String>,
}

/// A copy of a snapshot's archive at one destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CopyView {
    /// The destination's name.
    pub destination: String,
    /// `waiting`, `present`, `lost` or `deleted`.
    pub state: String,
    /// How far it was proven.
    pub verified: Option<VerifyLevel>,
    /// When.
    pub verified_at: Option<jiff::Timestamp>,
}

/// A snapshot as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SnapshotView {
    /// Its id.
    pub id: SnapshotId,
    /// The plan's name.
    pub plan: String,
    /// Full, differential or incremental.
    pub kind: ArchiveKind,
    /// Daily, weekly, monthly, manual or safety.
    pub class: Class,
    /// Place in the plan's order.
    pub generation: u64,
    /// When its run began.
    pub created_at: jiff::Timestamp,
    /// Bytes of its archive.
    pub bytes_stored: u64,
    /// Bytes that restoring all of it writes.
    pub bytes_total: u64,
    /// Files it holds.
    pub files: u64,
    /// Its state.
    pub state: SnapshotState,
    /// Whether somebody pinned it.
    pub pinned: bool,
    /// Its copies.
    pub destinations: Vec<CopyView>,
    /// File name stem of its archive.
    pub name: String,
    /// The archives it needs.
    pub needs: Vec<SnapshotId>,
    /// Problems with single entries.
    pub issues: u64,
    /// Entries added, changed, removed since the archive before.
    pub changes: (u64, u64, u64),
    /// What became of the change guard's flag; `None` when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<FlagState>,
    /// Sources that shrank or changed abnormally, when it is flagged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<OddSource>,
    /// The operation that made it, while that is remembered on this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationId>,
    /// Seconds from the beginning of its run until its archive was whole.
    #[serde(default)]
    pub seconds: u64,
    /// The databases that are sources of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<SnapshotDatabase>,
}

/// An entry as a listing shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryView {
    /// Path in the snapshot.
    pub path: String,
    /// `file`, `folder`, `symlink`, `fifo`, `socket`, `device`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes.
    pub size: u64,
    /// Modification time; `None` for a folder that only stands for others.
    pub mtime: Option<jiff::Timestamp>,
    /// Unix permissions.
    pub mode: u32,
    /// SHA-256 of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// For a database: rows per table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, u64>,
}

/// A name found across dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FoundView {
    /// Path in the snapshot.
    pub path: String,
    /// The plan's name.
    pub plan: String,
    /// Newest snapshot that shows this version.
    pub snapshot: SnapshotId,
    /// Bytes.
    pub size: u64,
    /// Modification time.
    pub mtime: Option<jiff::Timestamp>,
    /// When the first snapshot with this version was made.
    pub first: jiff::Timestamp,
    /// When the last one was.
    pub last: jiff::Timestamp,
    /// Whether the newest snapshot of the plan still has it.
    pub current: bool,
}

/// An archive that could not be sent to a destination yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// File name stem of the archive.
    pub name: String,
    /// The destination's name.
    pub destination: String,
    /// Why.
    pub error: resguardo_domain::Error,
}

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BackUpReport {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Its kind (an increment asked for without a chain becomes a full).
    pub kind: ArchiveKind,
    /// File name stem of its archive.
    pub name: String,
    /// Files in the snapshot.
    pub files: u64,
    /// Bytes that restoring all of it writes.
    pub bytes_total: u64,
    /// Bytes of the archive.
    pub bytes_stored: u64,
    /// Entries added.
    pub added: u64,
    /// Entries changed.
    pub changed: u64,
    /// Entries gone.
    pub removed: u64,
    /// Destinations that have it.
    pub present: Vec<String>,
    /// Destinations it waits for.
    pub waiting: Vec<Waiting>,
    /// Sources that shrank or changed abnormally: the snapshot is kept and flagged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<OddSource>,
}

/// A source in which the change guard found something odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OddSource {
    /// The source's label.
    pub label: String,
    /// What is odd.
    pub findings: Vec<ChangeFinding>,
}

/// One snapshot in a pruning plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PruneRow {
    /// The snapshot.
    pub id: SnapshotId,
    /// File name stem of its archive.
    pub name: String,
    /// When it was made.
    pub created_at: jiff::Timestamp,
    /// Bytes of its archive.
    pub bytes: u64,
    /// Why it stays; empty when it goes.
    pub keep: Vec<Keep>,
}

/// What pruning would do, or did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct PruneReport {
    /// Every snapshot, oldest first.
    pub rows: Vec<PruneRow>,
    /// Snapshots deleted (or that would be).
    pub deleted: u64,
    /// Bytes freed (or that would be).
    pub freed: u64,
    /// Why nothing is deleted.
    pub refusal: Option<Refusal>,
}

/// A manifest or archive that could not be taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RebuildProblem {
    /// Name of the object, or of the archive.
    pub name: String,
    /// Why.
    pub error: resguardo_domain::Error,
}

/// What filling the catalog from destinations found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct RebuildReport {
    /// Snapshots in the catalog afterwards.
    pub snapshots: u64,
    /// Snapshots that were not there before.
    pub found: u64,
    /// Plans brought back from the configuration kept at a destination.
    pub plans: Vec<String>,
    /// Manifests that can't be used, with the reason.
    pub problems: Vec<RebuildProblem>,
}

impl RebuildReport {
    pub(crate) fn problem(&mut self, name: String, error: resguardo_domain::Error) {
        self.problems.push(RebuildProblem { name, error: resguardo_domain::without_secrets(error) });
    }
}

/// What sending waiting archives did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct SyncReport {
    /// Archives sent, as `name -> destination`.
    pub sent: Vec<(String, String)>,
    /// Archives that still wait.
    pub waiting: Vec<Waiting>,
}

/// An archive on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UploadView {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// File name stem of the archive.
    pub name: String,
    /// The destination's name.
    pub destination: String,
    /// Bytes acknowledged.
    pub sent: u64,
    /// Bytes in all.
    pub size: u64,
    /// Why the last try failed.
    pub error: Option<resguardo_domain::Error>,
}

/// The state of the business, and every plan in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StatusView {
    /// The state, why, and what to do.
    #[serde(flatten)]
    pub status: Status,
    /// The owner's names for what stands in the reasons.
    pub names: Names,
    /// The plans.
    pub plans: Vec<PlanStatus>,
}

/// One plan's state in one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlanStatus {
    /// The plan.
    pub id: PlanId,
    /// Its name.
    pub plan: String,
    /// Its newest snapshot.
    pub last: Option<SnapshotView>,
    /// Snapshots it has.
    pub snapshots: u64,
    /// Archives that wait for a destination.
    pub waiting: u64,
    /// Flagged snapshots about which nobody decided yet, the newest first: until then nothing of the plan is deleted by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flagged: Vec<SnapshotView>,
    /// The operation at work for it.
    pub running: Option<OperationId>,
    /// The last operation's error, when it failed after the newest snapshot.
    pub failure: Option<resguardo_domain::Error>,
}

/// One finding of the self-examination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DoctorFinding {
    /// `ok`, `warning` or `problem`.
    pub level: String,
    /// What was looked at: `catalog`, `home`, `destination`, `source`, `clock`, `tools`, `leftovers`,
    /// `signature` (can this computer sign what it tells others), `computer` (another one, seen at a destination).
    pub what: String,
    /// Its name or path.
    pub name: String,
    /// A number that belongs to it: free bytes of `home`, waiting archives of `uploads`.
    pub amount: Option<u64>,
    /// The error it amounts to, whose texts tell what to do.
    pub error: Option<resguardo_domain::Error>,
}
