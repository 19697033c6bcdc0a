//! The contract of everything that can be backed up.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Context, Entry, EntryPath, Result, SourceId};

/// What a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// Its id in the plan.
    pub id: SourceId,
    /// `folder`, `sqlite`, …
    pub kind: &'static str,
    /// Name used in the paths of the archive.
    pub label: String,
    /// Path in the archive under which everything of this source stands.
    pub path: EntryPath,
    /// Where it is read from.
    pub origin: PathBuf,
}

/// Why an entry is not (or not quite) in the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    /// The operating system refused access.
    PermissionDenied,
    /// It could not be read (or, by the first programs, not be stored because it was larger than a part).
    #[serde(alias = "too_large")]
    Unreadable,
    /// It kept changing while it was read; what was read is stored and marked.
    ChangedWhileRead,
    /// It vanished between the listing of its folder and its reading. Harmless.
    Vanished,
    /// A database that stayed locked.
    DatabaseBusy,
    /// A database that fails its own check; stored as it is and marked.
    DatabaseDamaged,
    /// Metadata that could not be read or set (attributes, owner, times).
    Metadata,
    /// The target file system can't hold the name; another one was used.
    Renamed,
    /// A pipe, socket or device: listed, not stored. Harmless.
    Special,
    /// A folder on another file system, left out as configured. Harmless.
    OtherFileSystem,
    /// The heartbeat or the status page beside the archives could not be written; the archives themselves are there.
    StatusNotWritten,
}

impl IssueKind {
    /// Whether the run still counts as fully done with it.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Vanished | Self::Special | Self::OtherFileSystem)
    }
}

/// A problem with one entry that did not stop the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Issue {
    /// What kind of problem.
    pub kind: IssueKind,
    /// The entry.
    pub path: EntryPath,
    /// The technical cause.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Issue {
    /// An issue with its technical cause.
    pub fn new(kind: IssueKind, path: EntryPath, detail: impl std::fmt::Display) -> Self {
        Self { kind, path, detail: detail.to_string() }
    }
}

/// Reads bytes at a position; any number of threads may read at once.
pub trait ReadAt: Send + Sync {
    /// Reads up to `buffer.len()` bytes at `offset`; 0 means the end.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize>;

    /// Whether the file is no longer what it was when it was opened (size, times, inode on the same handle). A private
    /// copy never is.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn has_changed(&self) -> std::io::Result<bool>;

    /// The ranges that hold data, for a file with holes; `None` when the whole file does.
    fn data_ranges(&self) -> Option<Vec<(u64, u64)>> {
        None
    }
}

/// What is known of a database's copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// Rows per table.
    pub rows: BTreeMap<String, u64>,
    /// Bytes in a page.
    pub page_size: u32,
    /// What its integrity check complained about, if it did.
    pub damage: Option<String>,
}

/// What a database's copy will be known for: its check may still run while its bytes are read.
pub trait DatabaseCheck: Send + Sync {
    /// Bytes in a page.
    fn page_size(&self) -> u32;

    /// What the check found; waits for it.
    fn facts(&self) -> DatabaseFacts;
}

impl DatabaseCheck for DatabaseFacts {
    fn page_size(&self) -> u32 {
        self.page_size
    }

    fn facts(&self) -> DatabaseFacts {
        self.clone()
    }
}

/// An opened body.
pub struct Opened {
    /// The bytes.
    pub data: Arc<dyn ReadAt>,
    /// The entry as it is now (size and times from the opened handle).
    pub entry: Entry,
    /// Set when the bytes are a consistent copy of a database.
    pub database: Option<Arc<dyn DatabaseCheck>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("entry", &self.entry).finish_non_exhaustive()
    }
}

/// Opens the bodies of a batch's entries, later and from any thread.
pub trait Opener: Send + Sync {
    /// Opens one entry; never follows a link in its last component, never blocks on a pipe.
    ///
    /// # Errors
    /// [`crate::Kind::NotFound`] when it vanished, [`crate::Kind::PermissionDenied`], [`crate::Kind::DatabaseBusy`], [`crate::Kind::Io`].
    fn open(&self, cx: &Context, entry: &Entry) -> Result<Opened>;
}

/// The entries of one folder, found together.
pub struct Batch {
    /// The folder they stand in.
    pub folder: EntryPath,
    /// The entries, sorted by path; each path is a direct child of `folder`. A folder source's top folder comes in a
    /// batch of its parent.
    pub entries: Vec<Entry>,
    /// Opens their bodies.
    pub opener: Arc<dyn Opener>,
    /// Whether these are all entries of the folder: what is not among them any more was removed. False for the
    /// pieces of a large folder (of which the last has true) and for a folder that could not be listed.
    pub complete: bool,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch")
            .field("folder", &self.folder)
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

/// Takes what a source finds; may block, which slows the source down to the speed of the writer.
pub trait Collector: Sync {
    /// Takes the entries of one folder. Called from several threads at once; a folder's entry always comes before the
    /// batch of its children.
    ///
    /// # Errors
    /// Anything that must stop the capture.
    fn batch(&self, cx: &Context, batch: Batch) -> Result<()>;

    /// Takes a problem with one entry.
    fn issue(&self, issue: Issue);
}

/// What a capture has to say at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaptureReport {
    /// Names of owners met.
    pub users: BTreeMap<u32, String>,
    /// Names of groups met.
    pub groups: BTreeMap<u32, String>,
    /// Rows per table, when the source is one database.
    pub rows: BTreeMap<String, u64>,
    /// Folders that could not be listed: what was known below them stays as it was.
    pub unlisted: Vec<EntryPath>,
}

/// Something that can be backed up.
pub trait Source: Send + Sync {
    /// What it is.
    fn info(&self) -> SourceInfo;

    /// Pushes every entry to the collector while holding one consistent view where the source has one.
    ///
    /// # Errors
    /// [`crate::Kind::SourceMissing`], [`crate::Kind::SourceUnreadable`], [`crate::Kind::SourceEmpty`], or whatever the
    /// collector returned. A bad entry is an issue, not an error.
    fn capture(&self, cx: &Context, into: &dyn Collector) -> Result<CaptureReport>;
}
