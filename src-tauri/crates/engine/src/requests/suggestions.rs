//! What is found on this computer for somebody who sets up the first plan.

pub use resguardo_platform::FolderRole;
use serde::{Deserialize, Serialize};

/// A folder of this user that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SourceSuggestion {
    /// What it is for.
    pub role: FolderRole,
    /// Absolute path, in safe form.
    pub path: String,
    /// Whether losing it usually hurts most.
    pub recommended: bool,
}

/// How much a backup of a folder would copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FolderMeasure {
    /// Files and links, without what is left out by default.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Whether all of it was seen; otherwise time was up, or a folder could not be read, and there is more.
    pub complete: bool,
}

/// A SQLite database below the user's own folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DatabaseSuggestion {
    /// Absolute path, in safe form.
    pub path: String,
    /// Bytes, with what still waits in its write-ahead log.
    pub size: u64,
    /// When it was changed last.
    pub mtime: Option<jiff::Timestamp>,
}

/// SQLite databases below the user's own folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DatabaseSuggestions {
    /// Those in use lately first, the larger ones of them before the others; at most 50.
    pub databases: Vec<DatabaseSuggestion>,
    /// Whether everything was looked at; otherwise time was up.
    pub complete: bool,
}

/// A place where copies could go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlaceSuggestion {
    /// Absolute path to write below, in safe form.
    pub path: String,
    /// What its owner calls it, or what the system does.
    pub label: String,
    /// Bytes that this user can still write.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
    /// It can be unplugged and taken away.
    pub removable: bool,
    /// It is a share of another computer.
    pub network: bool,
    /// It is on the disk of the user's own folder: no protection against the loss of that disk.
    pub same_disk: bool,
    /// The largest file that it can hold, in bytes, when that matters (FAT).
    pub max_file: Option<u64>,
}
