//! What long lists answer, a page at a time.

use resguardo_domain::{Class, Operation};
use serde::{Deserialize, Serialize};

use super::EntryView;

/// By what the entries of a folder are sorted. Folders come before everything else, but when the whole tree is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EntryOrder {
    /// By name, as people sort: upper and lower case are the same.
    #[default]
    Name,
    /// By size; of a folder, everything below it.
    Size,
    /// By modification time.
    Modified,
}

/// Which entries of a snapshot are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct EntryQuery {
    /// Which snapshot: an id or its beginning, `latest`, `PLAN@latest` or `PLAN@2026-09-12`.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub snapshot: String,
    /// A folder in it; empty for the top.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub path: String,
    /// How many entries come before the page.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub offset: u64,
    /// At most so many, 200 when missing; 1,000 are the most.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub limit: u64,
    /// Instead of the folder's own entries, everything below it whose name holds this text, upper and lower case the same;
    /// `*` and `?` as in patterns.
    pub search: Option<String>,
    /// By what they are sorted.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub order: EntryOrder,
    /// The other way round.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub descending: bool,
}

impl Default for EntryQuery {
    fn default() -> Self {
        Self {
            snapshot: String::new(),
            path: String::new(),
            offset: 0,
            limit: 200,
            search: None,
            order: EntryOrder::Name,
            descending: false,
        }
    }
}

/// An entry with what lies below it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryRow {
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryView,
    /// Files below a folder; 1 for a file, 0 for anything else.
    pub files: u64,
    /// Bytes of the files below a folder; a file's own size.
    pub bytes: u64,
}

/// A page of entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryPage {
    /// Entries on all pages.
    pub total: u64,
    /// Files in the folder and below it, whatever is searched for.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// A search stops at 5,000 entries: there are more than `total`.
    pub cut: bool,
    /// This page.
    pub rows: Vec<EntryRow>,
}

/// What a day has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DayView {
    /// The day, in the zone that was asked for.
    pub date: jiff::civil::Date,
    /// Snapshots made on it, safety snapshots left out.
    pub snapshots: u64,
    /// The most significant class among them: monthly, weekly, daily, manual.
    pub class: Option<Class>,
    /// Whether a full archive is among them.
    pub full: bool,
    /// Snapshots that still wait for a destination.
    pub waiting: u64,
    /// Backups that failed or were cut off.
    pub failed: u64,
    /// Backups that ended with something worth reading.
    pub incomplete: u64,
}

/// An operation as the activity shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OperationRow {
    /// The operation, with its first issues only; all of them are in the operation itself.
    #[serde(flatten)]
    pub operation: Operation,
    /// The plan's name, while there is such a plan.
    pub plan_name: Option<String>,
}

/// A page of operations, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OperationPage {
    /// This page.
    pub rows: Vec<OperationRow>,
    /// Whether older ones fit too: ask for those before the last row.
    pub more: bool,
}

/// A database that a snapshot holds as a source of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SnapshotDatabase {
    /// Its label.
    pub label: String,
    /// The folder in the snapshot that holds it.
    pub path: String,
    /// Bytes.
    pub bytes: u64,
    /// Tables.
    pub tables: u64,
    /// Rows of all tables.
    pub rows: u64,
}
