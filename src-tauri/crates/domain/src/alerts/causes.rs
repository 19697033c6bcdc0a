//! The causes of alerts, found in the facts.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::status::{DRILL_AGE, MANY_FAILURES, alarm_age, low_space};
use crate::{
    ComputerId, DestinationId, HeartbeatDoubt, OperationId, PlanId, PlanStatus, SeenHeartbeat, SourceId,
    StatusFacts, silent,
};

/// How grave a cause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can wait for the owner.
    Warning,
    /// Data is at risk.
    Alarm,
}

/// Something to tell, with the figures its sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "cause", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "the fields are what their names and types say; `last` is when the newest proven copy was made"
)]
pub enum Cause {
    /// A plan's oldest newest copy is older than one and a half intervals.
    Late { plan: PlanId, last: Option<Timestamp> },
    /// It is older than two intervals and 48 hours. One cause with the former, graver.
    NoCopy { plan: PlanId, last: Option<Timestamp> },
    /// Nothing of the business was copied for as long as the owner set.
    NoCopyFor { hours: u32, last: Option<Timestamp> },
    /// Runs fail in a row.
    RunsFail { plan: PlanId, failures: u32 },
    /// An operation makes no progress.
    Stalled { operation: OperationId, minutes: u32 },
    /// A destination fills up.
    SpaceLow { destination: DestinationId, percent: u8 },
    /// A destination wants a new sign-in.
    SignedOut { destination: DestinationId },
    /// A sign-in ends soon.
    SignInExpires { destination: DestinationId, at: Timestamp },
    /// No drill for too long.
    DrillOverdue { last: Option<Timestamp> },
    /// The last drill failed.
    DrillFailed { at: Timestamp },
    /// A snapshot shrank or changed abnormally.
    Flagged { plan: PlanId, source: SourceId },
    /// Another computer makes no copies any more; `at` is when its newest one was made.
    Silent { destination: DestinationId, computer: ComputerId, name: String, at: Timestamp, days: u32 },
    /// What stands at a destination under another computer's name is not believed.
    Disbelieved { destination: DestinationId, computer: ComputerId, name: String, doubt: HeartbeatDoubt },
}

impl Cause {
    /// What stays the same while the cause does, whatever its figures.
    pub fn key(&self) -> String {
        match self {
            Self::Late { plan, .. } | Self::NoCopy { plan, .. } => format!("copy {plan}"),
            Self::NoCopyFor { .. } => "copy".to_owned(),
            Self::RunsFail { plan, .. } => format!("runs {plan}"),
            Self::Stalled { operation, .. } => format!("stalled {operation}"),
            Self::SpaceLow { destination, .. } => format!("space {destination}"),
            Self::SignedOut { destination } | Self::SignInExpires { destination, .. } => {
                format!("sign-in {destination}")
            }
            Self::DrillOverdue { .. } | Self::DrillFailed { .. } => "drill".to_owned(),
            Self::Flagged { plan, source } => format!("flagged {plan} {source}"),
            Self::Silent { computer, .. } => format!("silent {computer}"),
            Self::Disbelieved { computer, .. } => format!("disbelieved {computer}"),
        }
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::NoCopy { .. }
            | Self::NoCopyFor { .. }
            | Self::RunsFail { .. }
            | Self::DrillFailed { .. }
            | Self::SignedOut { .. }
            | Self::Flagged { .. }
            | Self::Silent { .. } => Severity::Alarm,
            Self::Late { .. }
            | Self::Stalled { .. }
            | Self::SpaceLow { .. }
            | Self::SignInExpires { .. }
            | Self::DrillOverdue { .. }
            | Self::Disbelieved { .. } => Severity::Warning,
        }
    }
}

/// An operation at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stall {
    /// Which.
    pub operation: OperationId,
    /// When its counters last moved.
    pub progress_at: Timestamp,
}

/// A sign-in with an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInExpiry {
    /// Of which destination.
    pub destination: DestinationId,
    /// When it ends.
    pub at: Timestamp,
}

/// What is looked at besides the facts of the status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFacts {
    /// Operations at work.
    pub running: Vec<Stall>,
    /// Sign-ins that end by themselves.
    pub sign_ins: Vec<SignInExpiry>,
    /// Other computers, as they were seen at the destinations.
    pub computers: Vec<SeenHeartbeat>,
}

/// What the owner can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct AlertSettings {
    /// Tell when nothing at all was copied for so many hours; `None` leaves it to the intervals of the plans.
    pub no_copy_hours: Option<u32>,
    /// Minutes without progress after which an operation counts as stalled.
    pub stall_minutes: u32,
    /// Days before its end at which a sign-in is told about.
    pub sign_in_days: u16,
    /// Days after which another computer that makes no copies is told about, at least.
    pub silent_days: u16,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self { no_copy_hours: None, stall_minutes: 30, sign_in_days: 7, silent_days: 3 }
    }
}

/// Every cause that holds now.
pub fn causes(facts: &StatusFacts, more: &AlertFacts, settings: &AlertSettings) -> Vec<Cause> {
    let active: Vec<&PlanStatus> = facts.plans.iter().filter(|plan| plan.active).collect();
    let mut causes = Vec::new();
    active.iter().for_each(|plan| plan_causes(facts.now, plan, &mut causes));
    causes.extend(no_copy_for(facts.now, &active, settings));
    for place in &facts.destinations {
        let destination = || place.destination.clone();
        if !active.iter().any(|plan| plan.destinations.contains(&place.destination)) {
            continue;
        }
        if !place.signed_in {
            causes.push(Cause::SignedOut { destination: destination() });
        }
        if let Some(percent) = place.space.and_then(low_space) {
            causes.push(Cause::SpaceLow { destination: destination(), percent });
        }
    }
    causes.extend(drill(facts, !active.is_empty()));
    causes.extend(operation_causes(facts.now, more, settings));
    causes.extend(silent(&more.computers, facts.now, settings));
    causes.extend(more.computers.iter().filter_map(disbelieved));
    causes
}

fn disbelieved(seen: &SeenHeartbeat) -> Option<Cause> {
    let doubt = seen.doubt.filter(|_| !seen.dismissed)?;
    let (destination, computer) = (seen.destination.clone(), seen.computer.id.clone());
    Some(Cause::Disbelieved { destination, computer, name: seen.computer.name.clone(), doubt })
}

fn plan_causes(now: Timestamp, plan: &PlanStatus, causes: &mut Vec<Cause>) {
    let id = || plan.plan.clone();
    let (since, last) = oldest(plan);
    let age = now.duration_since(since);
    let late_age = plan.interval.map(|interval| interval.saturating_mul(3) / 2);
    if age > alarm_age(plan.interval) && (plan.interval.is_some() || last.is_none()) {
        causes.push(Cause::NoCopy { plan: id(), last });
    } else if late_age.is_some_and(|late| age > late) {
        causes.push(Cause::Late { plan: id(), last });
    }
    if plan.failures >= MANY_FAILURES {
        causes.push(Cause::RunsFail { plan: id(), failures: plan.failures });
    }
    let flagged = plan.sources.iter().filter(|source| source.flagged);
    causes.extend(flagged.map(|source| Cause::Flagged { plan: id(), source: source.source.clone() }));
}

/// The source that is worst off: since when it is without a newer copy (from its first due time when it never had one), and its
/// newest copy.
fn oldest(plan: &PlanStatus) -> (Timestamp, Option<Timestamp>) {
    let newest = plan.sources.iter().map(|source| source.copies.iter().map(|copy| copy.at).max());
    newest.map(|last| (last.unwrap_or(plan.first_due), last)).min().unwrap_or((plan.first_due, None))
}

/// Only for plans that should have made a copy in that time.
fn no_copy_for(now: Timestamp, active: &[&PlanStatus], settings: &AlertSettings) -> Option<Cause> {
    let hours = settings.no_copy_hours?;
    let limit = SignedDuration::from_hours(hours.into());
    let frequent = active.iter().filter(|plan| plan.interval.is_some_and(|interval| interval <= limit));
    let (since, last) = frequent.map(|plan| oldest(plan)).max()?;
    (now.duration_since(since) > limit).then_some(Cause::NoCopyFor { hours, last })
}

fn drill(facts: &StatusFacts, active: bool) -> Option<Cause> {
    let last = facts.drill.map(|drill| drill.at);
    if let Some(failed) = facts.drill.filter(|drill| !drill.succeeded) {
        return Some(Cause::DrillFailed { at: failed.at });
    }
    let since = last.or(facts.first_snapshot)?;
    (active && facts.now.duration_since(since) > DRILL_AGE).then_some(Cause::DrillOverdue { last })
}

fn operation_causes(now: Timestamp, more: &AlertFacts, settings: &AlertSettings) -> Vec<Cause> {
    let minutes = |since: Timestamp| u32::try_from(now.duration_since(since).as_mins()).unwrap_or(0);
    let stalled = more.running.iter().filter(|one| minutes(one.progress_at) >= settings.stall_minutes);
    let stalled = stalled
        .map(|one| Cause::Stalled { operation: one.operation.clone(), minutes: minutes(one.progress_at) });
    let soon = SignedDuration::from_hours(24 * i64::from(settings.sign_in_days));
    let ends = more.sign_ins.iter().filter(|one| one.at.duration_since(now) < soon);
    let ends = ends.map(|one| Cause::SignInExpires { destination: one.destination.clone(), at: one.at });
    stalled.chain(ends).collect()
}
