//! Restores: what is wanted, what would be done, what was done.

use resguardo_domain::{Sample, SnapshotId};
use serde::{Deserialize, Serialize};

/// Where a restore writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum RestoreTarget {
    /// Below a folder, with the paths of the archive.
    Folder {
        /// The folder; made when missing.
        path: String,
    },
    /// Where everything came from.
    InPlace,
}

/// What happens to what is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Existing {
    /// It stays; only what is missing comes back.
    Missing,
    /// It is replaced (after the safety snapshot).
    #[default]
    Replace,
    /// It stays, and what comes back gets another name.
    KeepBoth,
}

/// A selective restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct RestoreRequest {
    /// Which snapshot: an id or its beginning, `latest`, `PLAN@latest`, `PLAN@2026-09-12`.
    pub snapshot: String,
    /// Paths in the snapshot; everything when empty.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub paths: Vec<String>,
    /// Where to.
    pub target: RestoreTarget,
    /// What happens to what is there.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub existing: Existing,
    /// Whether a safety snapshot is made before anything is replaced.
    pub safety: bool,
}

/// What a restore would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestorePreview {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// Exactly where it writes.
    pub target: String,
    /// Files that are not there yet.
    pub create: u64,
    /// Files that would be replaced.
    pub replace: u64,
    /// Files that are there with the same content and stay.
    pub same: u64,
    /// Files that stay because they exist.
    pub skip: u64,
    /// Files that get another name.
    pub rename: u64,
    /// Bytes that would be written.
    pub bytes: u64,
    /// Databases among the files.
    pub databases: u64,
    /// Archives that are read, oldest first.
    pub archives: Vec<String>,
    /// Whether a safety snapshot comes first.
    pub safety: bool,
    /// The first entries with what happens to each (`create`, `replace`, `same`, `skip`, `rename`).
    pub entries: Vec<(String, String)>,
}

/// A look at what a restore would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RestoreLook {
    /// It is going on: ask again for the same.
    Looking {
        /// How far it is: files looked at and wanted, bytes that were compared.
        sample: Sample,
    },
    /// It is done.
    Done {
        /// What would be done.
        preview: RestorePreview,
    },
}

/// What a restore did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct RestoreReport {
    /// Exactly where it wrote.
    pub target: String,
    /// Files asked for.
    pub wanted: u64,
    /// Files written and read back.
    pub restored: u64,
    /// Files that were as wanted already.
    pub same: u64,
    /// Files left as they were because they existed.
    pub skipped: u64,
    /// Files written under another name.
    pub renamed: u64,
    /// Files that could not be restored.
    pub failed: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Databases restored.
    pub databases: u64,
    /// Their tables.
    pub tables: u64,
    /// Their rows.
    pub rows: u64,
    /// The safety snapshot, when one was made.
    pub safety: Option<SnapshotId>,
}

/// What taking a restore back did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct UndoReport {
    /// Files put back as they were.
    pub put_back: u64,
    /// Files and folders removed that the restore had created.
    pub removed: u64,
    /// Files left alone because they changed after the restore.
    pub kept: u64,
}

/// What a restore does at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RestoreDeed {
    /// Nothing is there yet.
    Create,
    /// What is there gives way.
    Replace,
    /// It is there as wanted.
    Same,
    /// It stays because it exists.
    Skip,
    /// What is there stays, what comes back gets another name.
    Rename,
}

/// A file as it stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FileFacts {
    /// Bytes.
    pub size: u64,
    /// When it was changed last.
    pub mtime: Option<jiff::Timestamp>,
}

/// A file or link of a restore, with what is there now and what comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestoreEntry {
    /// Path in the snapshot.
    pub path: String,
    /// Exactly where it is written, or would be.
    pub target: String,
    /// What happens.
    pub deed: RestoreDeed,
    /// What is there now.
    pub now: Option<FileFacts>,
    /// What the snapshot has.
    pub back: FileFacts,
}

/// A page of what a restore would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestoreEntries {
    /// Files and links on all pages.
    pub total: u64,
    /// There are more than the 500,000 that can be looked at one by one.
    pub cut: bool,
    /// This page, in the order in which it would be done.
    pub rows: Vec<RestoreEntry>,
}
