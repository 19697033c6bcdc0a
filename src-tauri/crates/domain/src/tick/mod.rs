//! What the scheduler does at a tick: a pure function from the clocks, the schedules with their slots and the conditions to what
//! is recorded, run, held or waited for.
//!
//! The engine carries out the decisions of a plan in one transaction (records, and the claim of the slot that runs) and hands the
//! facts as they are then to the next tick. Deciding twice on the same facts decides the same.

mod clock;
mod decide;
mod uploads;

pub use clock::{ClockDoubt, Reading, Watch};
pub use decide::decide;
pub(crate) use decide::significance;
pub use uploads::{OfficeHours, UploadDecision, UploadFacts, UploadHold, UploadRules, decide_upload};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ArchiveKind, Class, ComputerId, Due, Error, OperationId, PlanId, Retry, Schedule};

/// The owner said "not now".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pause {
    /// When it ends by itself; `None` when the owner ends it.
    pub until: Option<Timestamp>,
}

impl Pause {
    /// Whether it holds at a moment.
    pub fn holds(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// What the computer is like now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Conditions {
    /// Percent of charge while it runs on battery; `None` on mains.
    pub battery: Option<u8>,
    /// The network has a limited amount of data.
    pub metered: bool,
    /// How long the network has been up; `None` while it is down.
    pub network_up_for: Option<SignedDuration>,
    /// Everything is paused.
    pub paused: Option<Pause>,
}

/// One schedule with what its slots tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleFacts {
    /// The schedule.
    pub schedule: Schedule,
    /// Since when it is in the plan in this form (see [`Schedule::key`]): what was due before is not its business.
    pub since: Timestamp,
    /// The latest of its slots, whatever became of it.
    pub latest: Option<Due>,
}

/// The last run of a plan that succeeded, of any origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SucceededRun {
    /// The run's operation.
    pub operation: OperationId,
    /// Class of its snapshot.
    pub class: Class,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// A slot that was tried and is not served: the run failed, was cut off, or never began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSlot {
    /// The slot.
    pub slot: SlotName,
    /// Tries so far, 1 or more.
    pub attempts: u32,
    /// When the last one ended.
    pub ended_at: Timestamp,
    /// What its error says about trying again. A run that was cut off is [`Retry::Soon`].
    pub retry: Retry,
}

/// A plan as the scheduler sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFacts {
    /// The plan.
    pub plan: PlanId,
    /// Its schedules; none when it is off.
    pub schedules: Vec<ScheduleFacts>,
    /// The run that is at work, of any origin.
    pub running: Option<OperationId>,
    /// The last run that succeeded, by generation.
    pub succeeded: Option<SucceededRun>,
    /// The last scheduled run, if it failed and nothing succeeded since.
    pub failed: Option<FailedSlot>,
    /// The plan is paused.
    pub paused: Option<Pause>,
    /// A destination is present, or the archive can wait in staging on this computer.
    pub can_archive: bool,
    /// A source or a destination needs the network.
    pub needs_network: bool,
}

/// Everything that is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Tick<'a> {
    /// The clocks, already brought up to this tick with [`Watch::tick`].
    pub watch: &'a Watch,
    /// This installation.
    pub computer: &'a ComputerId,
    /// The computer's state.
    pub conditions: Conditions,
    /// Every plan.
    pub plans: &'a [PlanFacts],
}

/// A slot, without its plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SlotName {
    /// The schedule's key.
    pub schedule: String,
    /// The due time.
    pub due: Due,
}

/// What became of a slot that is not run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// The run of another slot serves it.
    Collapsed {
        /// Which.
        into: SlotName,
    },
    /// A run that was at work or began after it was due serves it.
    Joined {
        /// Which.
        operation: OperationId,
    },
}

/// Why a run begins now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RunWhy {
    /// It is due.
    OnTime,
    /// It was due earlier, while the computer slept, the program did not run or something held it.
    CatchUp,
    /// It failed before.
    Retry,
}

/// Why something that is due does not run yet. Battery, metered networks and office hours are not among them: archiving always
/// runs on time, they hold uploads only ([`UploadHold`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "hold", rename_all = "snake_case")]
pub enum HoldReason {
    /// The owner paused the plan or everything.
    Paused,
    /// The plan is at work already.
    Running {
        /// The operation.
        operation: OperationId,
    },
    /// No destination is present and nothing can be kept on this computer meanwhile.
    NoPlace,
    /// The computer just woke up or the network just came back.
    Settling,
    /// The next due time of the plan is so near that one run serves both.
    NextIsNear,
    /// A run failed and is tried again.
    BackOff {
        /// Tries so far.
        attempts: u32,
    },
    /// A run failed too often, or in a way that trying again does not help: the next due time tries again.
    GivenUp {
        /// Tries so far.
        attempts: u32,
    },
}

/// A decision about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "TickDecision"))]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// The clock was ahead when slots were recorded: forget those later than a moment, so that they are served when they come,
    /// and count the schedule from `since`.
    Rewind {
        /// The schedule's key.
        schedule: String,
        /// Slots due later than this are forgotten.
        forget_after: Timestamp,
        /// New value of [`ScheduleFacts::since`].
        since: Timestamp,
    },
    /// Record what became of a slot.
    Record {
        /// The slot.
        slot: SlotName,
        /// What became of it.
        fate: Fate,
    },
    /// Begin a run now.
    Run {
        /// The slot it serves: claim it (or take it again when it failed before).
        slot: SlotName,
        /// Archive kind; `None` chooses by the chain's state.
        kind: Option<ArchiveKind>,
        /// Class of the snapshot.
        class: Class,
        /// 1 for the first try.
        attempt: u32,
        /// Why now.
        why: RunWhy,
    },
    /// Something is due and held.
    Hold {
        /// Why.
        reason: HoldReason,
        /// When it ends at the latest, if that is known.
        until: Option<Timestamp>,
    },
    /// Nothing is due.
    Wait {
        /// The next due time; `None` when there is none.
        until: Option<Timestamp>,
    },
    /// A schedule that can't be followed.
    Broken {
        /// The schedule's key.
        schedule: String,
        /// Why.
        error: Error,
    },
}

/// What a tick decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In the order of the facts; every plan ends in exactly one of run, hold or wait.
    pub plans: Vec<(PlanId, Vec<Decision>)>,
    /// Why nothing may be deleted now, if so.
    pub clock_doubt: Option<ClockDoubt>,
}

/// Shortest wait after a wake-up before what was missed is caught up.
const GRACE_MIN: SignedDuration = SignedDuration::from_mins(2);
/// The longest wait is this much more.
const GRACE_SPREAD_SECONDS: u64 = 480;

/// How long after a wake-up (and after the network is up) what was missed waits: 2 to 10 minutes, always the same for a plan on a
/// computer, so that many computers do not wake one server at the same second.
pub fn catch_up_grace(computer: &ComputerId, plan: &PlanId) -> SignedDuration {
    // FNV-1a: any even spread will do, as long as no version of the program changes it.
    let hash = computer
        .as_str()
        .bytes()
        .chain(plan.as_str().bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let spread = (hash ^ (hash >> 32)) % (GRACE_SPREAD_SECONDS + 1);
    GRACE_MIN + SignedDuration::from_secs(i64::try_from(spread).unwrap_or(0))
}

#[cfg(test)]
mod tests;
