//! What the agent and the schedules answer.

use resguardo_catalog::{SlotRun, SlotState};
use resguardo_domain::{ArchiveKind, Class, ClockDoubt, Due, Pause, SlotName, TickDecision, UploadHold};
use serde::{Deserialize, Serialize};

/// One due time to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NextDate {
    /// The moment, and the wall time it stands for.
    pub due: Due,
    /// Class of the snapshot.
    pub class: Class,
    /// Archive kind; chosen by the chain's state when missing.
    pub kind: Option<ArchiveKind>,
}

/// A due time that has come, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SlotView {
    /// The plan's name.
    pub plan: String,
    /// The schedule and the due time.
    #[serde(flatten)]
    pub slot: SlotName,
    /// Its own run, when it has one.
    pub run: Option<SlotRun>,
    /// What became of it.
    #[serde(flatten)]
    pub state: SlotState,
}

/// An archive that the rules hold back from a destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UploadHeld {
    /// The destination's name.
    pub destination: String,
    /// Why.
    pub hold: UploadHold,
}

/// A plan's schedules, before and after now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlanSchedule {
    /// The plan's name.
    pub plan: String,
    /// The plan is paused.
    pub paused: Option<Pause>,
    /// What is decided for it now: a run, a hold with its reason, or a wait.
    pub now: Option<TickDecision>,
    /// The next due times of all its schedules, the earliest first.
    pub next: Vec<NextDate>,
    /// What waits for a destination by the owner's rules.
    pub uploads: Vec<UploadHeld>,
    /// The last due times, the latest first.
    pub slots: Vec<SlotView>,
}

/// The agent that runs what is due on this computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AgentView {
    /// Whether it runs.
    pub running: bool,
    /// Its process.
    pub pid: Option<u32>,
    /// Version of the program that answers.
    pub version: String,
    /// Since when it runs.
    pub since: Option<jiff::Timestamp>,
    /// Why the computer's clock is not believed; nothing is deleted meanwhile.
    pub clock_doubt: Option<ClockDoubt>,
    /// Everything is paused.
    pub paused: Option<Pause>,
    /// What kept it from doing all it should at its last look.
    pub trouble: Option<resguardo_domain::Error>,
    /// Every plan's schedules.
    pub plans: Vec<PlanSchedule>,
}
