//! Operations: one run of a verb, its state machine, and the events that tell of it.

use serde::{Deserialize, Serialize};

use crate::{Error, Issue, OperationId, PlanId, RunId, Sample, SnapshotId};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Makes a snapshot.
    BackUp,
    /// Sends waiting archives.
    Upload,
    /// Reads back and compares.
    Verify,
    /// Restores a copy into a scratch place and compares.
    Drill,
    /// Brings entries back.
    Restore,
    /// Takes a restore back.
    Undo,
    /// Deletes what expired.
    Prune,
    /// Fills the catalog from a destination.
    Rebuild,
    /// Writes entries out as plain files or text.
    Export,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Waiting for its turn.
    Queued,
    /// At work.
    Running,
    /// Asked to stop, not yet stopped.
    Cancelling,
    /// Done.
    Succeeded,
    /// Done, with issues worth reading.
    SucceededWithIssues,
    /// Failed; the error says why.
    Failed,
    /// Stopped because somebody asked.
    Cancelled,
    /// The program ended while it ran; given at the next start.
    Interrupted,
}

impl OperationState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Cancelling)
    }

    /// Whether it did what it was for.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::SucceededWithIssues)
    }
}

/// What happens to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Its turn came.
    Start,
    /// Somebody asked to stop.
    AskCancel,
    /// It ended well.
    Succeed {
        /// Whether there are issues worth reading.
        with_issues: bool,
    },
    /// It ended with an error.
    Fail,
    /// It stopped as asked.
    Stop,
    /// The program was found to have ended.
    FoundDead,
}

/// The next state, or `None` when the event can't happen in this one. An operation that was asked to stop may still
/// end well or fail: what it says at its end is what counts.
pub fn transition(state: OperationState, event: Event) -> Option<OperationState> {
    use OperationState as S;
    match (state, event) {
        (S::Queued, Event::Start) => Some(S::Running),
        (S::Queued, Event::AskCancel | Event::Stop) => Some(S::Cancelled),
        (S::Running, Event::AskCancel) => Some(S::Cancelling),
        (S::Running | S::Cancelling, Event::Succeed { with_issues: true }) => Some(S::SucceededWithIssues),
        (S::Running | S::Cancelling, Event::Succeed { with_issues: false }) => Some(S::Succeeded),
        (S::Running | S::Cancelling, Event::Fail) => Some(S::Failed),
        (S::Running | S::Cancelling, Event::Stop) => Some(S::Cancelled),
        (S::Queued | S::Running | S::Cancelling, Event::FoundDead) => Some(S::Interrupted),
        _ => None,
    }
}

/// One row of the operations' log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// Shared by the steps of one run.
    pub run: RunId,
    /// What it does.
    pub verb: Verb,
    /// For which plan.
    pub plan: Option<PlanId>,
    /// With which snapshot.
    pub snapshot: Option<SnapshotId>,
    /// Where it stands.
    pub state: OperationState,
    /// When it began.
    pub started_at: jiff::Timestamp,
    /// When it ended.
    pub ended_at: Option<jiff::Timestamp>,
    /// Its last counters.
    pub progress: Option<Sample>,
    /// Why it failed.
    pub error: Option<Error>,
    /// Problems with single entries, at most 1,000.
    #[serde(default)]
    pub issues: Vec<Issue>,
    /// Issues in all.
    #[serde(default)]
    pub issue_count: u64,
    /// What it did, in the form of its verb (a JSON object; see the engine's result types).
    #[serde(default)]
    pub result: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use OperationState as S;

    #[test]
    fn the_ordinary_life() {
        assert_eq!(transition(S::Queued, Event::Start), Some(S::Running));
        assert_eq!(transition(S::Running, Event::AskCancel), Some(S::Cancelling));
        assert_eq!(transition(S::Cancelling, Event::Stop), Some(S::Cancelled));
        assert_eq!(transition(S::Cancelling, Event::Succeed { with_issues: false }), Some(S::Succeeded));
    }

    #[test]
    fn what_is_final_stays() {
        for state in [S::Succeeded, S::SucceededWithIssues, S::Failed, S::Cancelled, S::Interrupted] {
            for event in [
                Event::Start,
                Event::AskCancel,
                Event::Succeed { with_issues: true },
                Event::Fail,
                Event::Stop,
                Event::FoundDead,
            ] {
                assert_eq!(transition(state, event), None, "{state:?} {event:?}");
            }
        }
    }
}
