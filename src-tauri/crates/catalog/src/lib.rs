//! The catalog: one SQLite file that remembers plans, destinations, snapshots, file versions, operations, slots, uploads
//! and settings. Everything about snapshots is a cache of the manifests and listings at the destinations and can be
//! rebuilt from them; nothing here reads or writes an archive.
#![deny(missing_docs)]

mod activity;
mod alerts;
mod browse;
mod catalog;
mod changes;
mod columns;
mod connection;
mod content;
mod copies;
mod destinations;
mod error;
mod facts;
mod find;
mod heartbeats;
mod ingest;
mod migrate;
mod operations;
mod outbox;
mod pages;
mod pattern;
mod places;
mod plans;
mod prune;
mod salvage;
mod self_backup;
mod series;
mod settings;
mod slots;
mod snapshots;
mod sums;
mod uploads;
mod view;

pub use activity::ActivityFilter;
pub use browse::Version;
pub use catalog::Catalog;
pub use changes::{Changed, Changes};
pub use content::ContentIndex;
pub use copies::{CopyCount, CopyRow, CopyState, WaitingCopy};
pub use destinations::DestinationRow;
pub use find::Found;
pub use heartbeats::HeartbeatRow;
pub use operations::OperationFilter;
pub use outbox::{Draft, MessageRow, MessageState};
pub use pages::{Page, PageOrder, PageQuery, PageRow};
pub use places::PlaceMemory;
pub use slots::{Claim, PlanTick, Rewind, Slot, SlotRun, SlotState};
pub use snapshots::SnapshotRow;
pub use uploads::{UploadRow, UploadState};
pub use view::{FolderId, Known, View};
