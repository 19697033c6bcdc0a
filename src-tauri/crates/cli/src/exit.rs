//! The exit code of every ending: the one place that decides it.

use resguardo_api::types::{Kind, OperationState};

/// How a command ended, as its caller's script sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage: nothing was begun.
    Usage,
    /// Done, with issues worth reading.
    Issues,
    /// Stopped because somebody asked.
    Cancelled,
}

impl Exit {
    /// The process's exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Issues => 3,
            Self::Cancelled => 130,
        }
    }
}

/// When an error came: a missing source is a slip while a plan is written, and a failure while a backup runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// While something was asked for.
    Asking,
    /// While an operation ran.
    Running,
}

/// What an error amounts to.
pub(crate) fn of_error(kind: Kind, moment: Moment) -> Exit {
    match kind {
        Kind::Cancelled => Exit::Cancelled,
        Kind::InvalidInput
        | Kind::NotFound
        | Kind::AlreadyExists
        | Kind::Ambiguous
        | Kind::DestinationInsideSource
        | Kind::ConfirmationNeeded => Exit::Usage,
        Kind::SourceMissing if moment == Moment::Asking => Exit::Usage,
        _ => Exit::Failed,
    }
}

/// What the end of an operation amounts to.
pub(crate) fn of_operation(state: OperationState, error: Option<Kind>) -> Exit {
    match state {
        OperationState::Succeeded => Exit::Done,
        OperationState::SucceededWithIssues => Exit::Issues,
        OperationState::Cancelled => Exit::Cancelled,
        OperationState::Failed => error.map_or(Exit::Failed, |kind| of_error(kind, Moment::Running)),
        OperationState::Queued
        | OperationState::Running
        | OperationState::Cancelling
        | OperationState::Interrupted => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_contract() {
        let codes =
            [Exit::Done, Exit::Failed, Exit::Usage, Exit::Issues, Exit::Cancelled].map(|exit| exit.code());
        assert_eq!(codes, [0, 1, 2, 3, 130]);
    }

    #[test]
    fn every_kind_has_the_code_that_the_contract_gives_it() {
        let usage = [
            Kind::InvalidInput,
            Kind::NotFound,
            Kind::AlreadyExists,
            Kind::Ambiguous,
            Kind::DestinationInsideSource,
            Kind::ConfirmationNeeded,
        ];
        for &kind in Kind::ALL {
            for moment in [Moment::Asking, Moment::Running] {
                let expected = match kind {
                    Kind::Cancelled => 130,
                    Kind::SourceMissing if moment == Moment::Asking => 2,
                    kind if usage.contains(&kind) => 2,
                    _ => 1,
                };
                assert_eq!(of_error(kind, moment).code(), expected, "{kind:?} {moment:?}");
            }
        }
    }

    #[test]
    fn an_operation_ends_as_its_state_says() {
        use OperationState as S;
        for (state, error, code) in [
            (S::Succeeded, None, 0),
            (S::SucceededWithIssues, None, 3),
            (S::Failed, Some(Kind::SourceMissing), 1),
            (S::Failed, Some(Kind::ConfirmationNeeded), 2),
            (S::Failed, None, 1),
            (S::Cancelled, None, 130),
            (S::Interrupted, None, 1),
        ] {
            assert_eq!(of_operation(state, error).code(), code, "{state:?} {error:?}");
        }
    }
}
