//! Why the state is what it is, and what the owner can do about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;
use crate::{DestinationId, PlanId, SourceId};

/// Why the state is what it is. The order is the order in which one is chosen as the main one: what is lost before what is at risk,
/// causes before what follows from them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "StatusReason"))]
#[serde(tag = "reason", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "the fields are what their names and types say; `last` is when the newest proven copy was made, `failures` counts the runs since one succeeded"
)]
pub enum Reason {
    /// Sources have no proven copy that is young enough, anywhere.
    NoCopy { plan: PlanId, sources: Vec<SourceId>, last: Option<Timestamp>, failures: u32 },
    /// Three runs or more failed in a row.
    RunsFail { plan: PlanId, failures: u32 },
    /// A snapshot shrank or changed abnormally.
    Flagged { plan: PlanId, source: SourceId },
    /// A destination wants a new sign-in.
    SignedOut { destination: DestinationId },
    /// A destination is not there for more than a day.
    Absent { destination: DestinationId, since: Timestamp },
    /// Less than a tenth of a destination is free.
    SpaceLow { destination: DestinationId, percent: u8 },
    /// Archives wait for a destination for more than a day.
    Behind { destination: DestinationId, archives: u32 },
    /// The newest proven copy is older than the interval and a day.
    Late { plan: PlanId, sources: Vec<SourceId>, last: Option<Timestamp>, failures: u32 },
    /// Protected here, but not away.
    NotAway { plan: PlanId, sources: Vec<SourceId>, last: Option<Timestamp> },
    /// Protected away, but not here.
    NotNear { plan: PlanId, sources: Vec<SourceId>, last: Option<Timestamp> },
    /// The last drill failed.
    DrillFailed { at: Timestamp },
    /// No drill for more than 30 days.
    DrillOverdue { last: Option<Timestamp> },
    /// Nobody confirmed to have the recovery sheet.
    RecoveryUnconfirmed,
    /// A plan has no destination away.
    NoAwayDestination { plan: PlanId },
    /// A plan has no destination here.
    NoNearDestination { plan: PlanId },
    /// A plan never runs by itself.
    NotScheduled { plan: PlanId },
    /// Plans exist, and none is active.
    NothingActive,
    /// A new plan made no copy yet.
    FirstCopyPending { plan: PlanId, due: Timestamp },
    /// There is no plan.
    NoPlan,
}

impl Reason {
    /// The state that this reason alone makes.
    pub fn state(&self) -> State {
        match self {
            Self::NoCopy { .. } | Self::RunsFail { .. } => State::NotProtected,
            Self::NoPlan => State::ToStart,
            _ => State::NeedsAttention,
        }
    }

    /// The plan whose last run failed, where that is why.
    pub fn failed_plan(&self) -> Option<&PlanId> {
        match self {
            Self::NoCopy { failures: 0, .. } | Self::Late { failures: 0, .. } => None,
            Self::NoCopy { plan, .. } | Self::Late { plan, .. } | Self::RunsFail { plan, .. } => Some(plan),
            _ => None,
        }
    }

    /// The one thing to do about it.
    pub fn action(&self) -> Action {
        match self.clone() {
            // Where the last run failed another one would end as it did.
            Self::NoCopy { plan, failures: 0, .. } | Self::Late { plan, failures: 0, .. } => {
                Action::BackUpNow { plan }
            }
            Self::NoCopy { plan, .. } | Self::Late { plan, .. } | Self::RunsFail { plan, .. } => {
                Action::SeeFailure { plan }
            }
            Self::Flagged { plan, source } => Action::ReviewChanges { plan, source },
            Self::SignedOut { destination } => Action::Reconnect { destination },
            Self::Absent { destination, .. } => Action::Connect { destination },
            Self::SpaceLow { destination, .. } => Action::MakeRoom { destination },
            Self::Behind { destination, .. } => Action::SendNow { destination },
            Self::NotAway { plan, .. } | Self::NotNear { plan, .. } => Action::SeeDestinations { plan },
            Self::DrillFailed { .. } | Self::DrillOverdue { .. } => Action::TestRestore,
            Self::RecoveryUnconfirmed => Action::ConfirmRecoverySheet,
            Self::NoAwayDestination { plan } | Self::NoNearDestination { plan } => {
                Action::AddDestination { plan }
            }
            Self::NotScheduled { plan } => Action::EditSchedule { plan },
            Self::NothingActive => Action::SeePlans,
            Self::FirstCopyPending { plan, .. } => Action::BackUpNow { plan },
            Self::NoPlan => Action::MakePlan,
        }
    }
}

/// What the owner can do, each a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "StatusAction"))]
#[serde(tag = "action", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields are what their names and types say")]
pub enum Action {
    /// Make the first plan.
    MakePlan,
    /// Back up now.
    BackUpNow { plan: PlanId },
    /// See why the last run failed.
    SeeFailure { plan: PlanId },
    /// Decide about an abnormal change.
    ReviewChanges { plan: PlanId, source: SourceId },
    /// Sign in again.
    Reconnect { destination: DestinationId },
    /// Plug in a drive or look after a server.
    Connect { destination: DestinationId },
    /// Make room.
    MakeRoom { destination: DestinationId },
    /// Send what waits.
    SendNow { destination: DestinationId },
    /// See the plan's destinations.
    SeeDestinations { plan: PlanId },
    /// Add a destination.
    AddDestination { plan: PlanId },
    /// State when the plan runs.
    EditSchedule { plan: PlanId },
    /// See the plans.
    SeePlans,
    /// Run a drill.
    TestRestore,
    /// Print and confirm the recovery sheet.
    ConfirmRecoverySheet,
}
