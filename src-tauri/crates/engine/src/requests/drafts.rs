//! What an editor of plans is answered before anything is kept.

use std::collections::BTreeMap;

use resguardo_domain::{ArchiveKind, Class, Due, Keep, Kind, SnapshotId};
use serde::{Deserialize, Serialize};

use super::PruneReport;

/// A mistake in a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DraftProblem {
    /// The field of the draft: `name`, `folders`, `sqlite`, `exclude`, `include`, `to`, `schedules`, `retention`, `part_size`,
    /// `max_size`, `max_age_days`.
    pub field: String,
    /// Which element of the field, counted from 0, when it is a list and one element is at fault.
    pub index: Option<u32>,
    /// What kind of mistake.
    pub kind: Kind,
    /// The error that saving would end with; its facts name `field` and, for a single element, `index`.
    pub error: resguardo_domain::Error,
}

/// A schedule of a draft, and when it is due next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ScheduleNext {
    /// Which one of the draft's schedules, counted from 0.
    pub schedule: u32,
    /// Its next due time; `None` when it never comes again.
    pub next: Option<Due>,
}

/// A run to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PreviewRun {
    /// The moment, and the wall time it stands for.
    pub due: Due,
    /// The archive kind asked for; chosen by the chain's state when missing.
    pub kind: Option<ArchiveKind>,
    /// Class of the snapshot.
    pub class: Class,
    /// Which one of the draft's schedules runs, counted from 0.
    pub schedule: u32,
    /// Other schedules that are due at the same moment and are served by it.
    pub also: Vec<u32>,
}

/// A snapshot as it would have been made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SimulatedRow {
    /// A name for it, so that another row can say that it needs this one.
    pub id: SnapshotId,
    /// When it was made.
    pub at: jiff::Timestamp,
    /// Its class.
    pub class: Class,
    /// Its archive kind.
    pub kind: ArchiveKind,
    /// Why it stays; empty when it goes.
    pub keep: Vec<Keep>,
}

/// What would be there once the plan had run for as long as its rules look back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RetentionPreview {
    /// Snapshots, the newest first, at most 400: what stays comes before what goes when there are more.
    pub rows: Vec<SimulatedRow>,
    /// Rows that are left out here and counted below.
    pub left_out: u64,
    /// Snapshots that stay.
    pub kept: u64,
    /// Snapshots that were made within that time and are gone.
    pub gone: u64,
    /// How many stay for a reason, by the reason's word (`daily`, `needed_by`, ...); one may have several.
    pub reasons: BTreeMap<String, u64>,
    /// When the oldest one that stays was made.
    pub oldest: Option<jiff::Timestamp>,
}

/// What a draft would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlanPreview {
    /// Mistakes, by the same rules as saving; none when it can be saved.
    pub problems: Vec<DraftProblem>,
    /// Each schedule with its next due time, in the draft's order; those with a mistake are left out.
    pub schedules: Vec<ScheduleNext>,
    /// The next runs, the earliest first; what is due at one moment is one run.
    pub runs: Vec<PreviewRun>,
    /// What retention would keep after a long time; `None` while schedules or rules have mistakes, or nothing repeats.
    pub retention: Option<RetentionPreview>,
    /// For a plan that exists: what these rules would delete now among its snapshots. Nothing is deleted.
    pub prune: Option<PruneReport>,
}
