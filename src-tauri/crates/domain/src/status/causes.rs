//! One cause is said once: what follows from another reason is left out, because its owner can do nothing else about it.

use super::{Nearness, Reason, StatusFacts, nearness_of};
use crate::{DestinationId, PlanId};

/// Where copies are missing, by the reasons that say so.
pub(super) fn lacking(reasons: &[Reason]) -> Option<Nearness> {
    let says = |wanted| reasons.iter().filter_map(lacks).any(|(nearness, _)| nearness == wanted);
    [Nearness::Away, Nearness::Near].into_iter().find(|nearness| says(*nearness))
}

fn lacks(reason: &Reason) -> Option<(Nearness, &PlanId)> {
    match reason {
        Reason::NotAway { plan, .. } => Some((Nearness::Away, plan)),
        Reason::NotNear { plan, .. } => Some((Nearness::Near, plan)),
        _ => None,
    }
}

/// The reasons without those that follow from others: archives wait for a destination that cannot be reached, copies are missing
/// where no destination takes any, and what no run copied is late or without a copy.
pub(super) fn without_consequences(facts: &StatusFacts, reasons: Vec<Reason>) -> Vec<Reason> {
    let follows = |reason: &Reason| {
        reasons.iter().any(|cause| makes(cause, reason)) || unreached(facts, &reasons, reason)
    };
    let kept: Vec<bool> = reasons.iter().map(|reason| !follows(reason)).collect();
    reasons.into_iter().zip(kept).filter_map(|(reason, kept)| kept.then_some(reason)).collect()
}

/// Whether a reason alone makes another.
fn makes(cause: &Reason, reason: &Reason) -> bool {
    match (cause, reason) {
        (Reason::SignedOut { destination }, Reason::Absent { destination: other, .. })
        | (
            Reason::SignedOut { destination } | Reason::Absent { destination, .. },
            Reason::Behind { destination: other, .. },
        ) => destination == other,
        // The sentence about what has no copy says more, and leads to the failure too.
        (Reason::NoCopy { plan, .. }, Reason::RunsFail { plan: other, .. })
        | (Reason::RunsFail { plan, .. }, Reason::Late { plan: other, .. }) => plan == other,
        _ => false,
    }
}

/// Whether copies are missing somewhere because every destination of the plan there has a reason of its own.
fn unreached(facts: &StatusFacts, reasons: &[Reason], reason: &Reason) -> bool {
    let Some((nearness, plan)) = lacks(reason) else { return false };
    let plan = facts.plans.iter().find(|status| status.plan == *plan);
    let places = plan.into_iter().flat_map(|plan| &plan.destinations);
    places.filter(|place| nearness_of(facts, place) == Some(nearness)).all(|place| takes_none(reasons, place))
}

/// Whether a reason says that a destination takes nothing, or that archives wait for it.
fn takes_none(reasons: &[Reason], place: &DestinationId) -> bool {
    reasons.iter().any(|reason| match reason {
        Reason::SignedOut { destination }
        | Reason::Absent { destination, .. }
        | Reason::Behind { destination, .. } => destination == place,
        _ => false,
    })
}
