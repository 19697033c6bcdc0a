//! Whether the business is safe: a pure function from facts to one of four states, with its reasons.
//!
//! The rule is the age of the last *proven* copy, never the result of the last run. A source is **current** somewhere while its
//! newest proven copy there is not older than the plan's interval and 24 hours; it is **without a copy** when the newest one
//! anywhere is older than twice the interval and older than 48 hours. It is the later of the two that counts: with the earlier one,
//! a weekly plan would be red five days of seven, and an hourly one would be red while the rule for green still holds.

mod causes;
mod reason;

pub use reason::{Action, Reason};

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{DestinationId, PlanId, SourceId, Space};

/// The four states, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProtectionState"))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Every source of every active plan has a current proven copy here and away, and nothing else needs the owner.
    Protected,
    /// There is no plan yet.
    ToStart,
    /// A proven copy exists, but something is missing.
    NeedsAttention,
    /// A source has no proven copy, or runs keep failing.
    NotProtected,
}

/// Where a destination is, seen from a fire or a theft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// Here: fast to restore from.
    Near,
    /// Elsewhere: survives what happens here.
    Away,
}

/// The newest proven copy of a source at a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenCopy {
    /// Where.
    pub destination: DestinationId,
    /// When its snapshot was made.
    pub at: Timestamp,
}

/// A source of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// Which.
    pub source: SourceId,
    /// At most one for each destination.
    pub copies: Vec<ProvenCopy>,
    /// Its last snapshot was flagged by the change guard and nobody decided yet.
    pub flagged: bool,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanStatus {
    /// Which.
    pub plan: PlanId,
    /// Neither paused for good nor put away by its owner.
    pub active: bool,
    /// The shortest of its schedules' intervals; `None` without a repeating schedule.
    pub interval: Option<SignedDuration>,
    /// When its first run was or will be due; for a plan without a schedule, when it was made.
    pub first_due: Timestamp,
    /// Runs that failed since the last one that succeeded.
    pub failures: u32,
    /// Its destinations.
    pub destinations: Vec<DestinationId>,
    /// Its sources.
    pub sources: Vec<SourceStatus>,
}

/// A destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DestinationStatus {
    /// Which.
    pub destination: DestinationId,
    /// Here or away.
    pub nearness: Nearness,
    /// Its sign-in works, or it needs none.
    pub signed_in: bool,
    /// Since when it does not answer or is not connected.
    pub absent_since: Option<Timestamp>,
    /// Archives that wait for it.
    pub behind: u32,
    /// Since when the oldest of them waits.
    pub behind_since: Option<Timestamp>,
    /// Room there, where it can be known.
    pub space: Option<Space>,
}

/// The last drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDrill {
    /// When.
    pub at: Timestamp,
    /// What was restored was what had been copied.
    pub succeeded: bool,
}

/// Whether the owner holds the recovery sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoverySheet {
    /// Nothing is encrypted.
    NotNeeded,
    /// The owner confirmed to have it.
    Confirmed,
    /// Archives are encrypted and nobody confirmed it.
    Unconfirmed,
}

/// Everything that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFacts {
    /// The time.
    pub now: Timestamp,
    /// Every plan.
    pub plans: Vec<PlanStatus>,
    /// Every destination.
    pub destinations: Vec<DestinationStatus>,
    /// The last drill, if there was one.
    pub drill: Option<LastDrill>,
    /// When the oldest snapshot was made: from then on a drill is owed.
    pub first_snapshot: Option<Timestamp>,
    /// The recovery sheet.
    pub recovery: RecoverySheet,
}

/// The state with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Status {
    /// The worst of all reasons' states.
    pub state: State,
    /// The main reason; `None` when protected.
    pub reason: Option<Reason>,
    /// What to do about the main reason.
    pub action: Option<Action>,
    /// Every reason but those that follow from another, the main one first.
    pub reasons: Vec<Reason>,
    /// Where new copies of a source are missing that are good elsewhere, whatever the cause; away before here.
    pub lacking: Option<Nearness>,
}

impl Status {
    /// The state that reasons make.
    pub fn of(mut reasons: Vec<Reason>, lacking: Option<Nearness>) -> Self {
        // Red before amber; within a state the order of the reasons.
        reasons.sort_by(|a, b| b.state().cmp(&a.state()).then_with(|| a.cmp(b)));
        let main = reasons.first();
        Self {
            state: main.map_or(State::Protected, Reason::state),
            reason: main.cloned(),
            action: main.map(Reason::action),
            reasons,
            lacking,
        }
    }
}

/// Failed runs in a row that make a plan unprotected.
pub(crate) const MANY_FAILURES: u32 = 3;
/// What a copy may be older than the interval.
const SLACK: SignedDuration = SignedDuration::from_hours(24);
/// No copy is missing before this, however short the interval.
const ALARM: SignedDuration = SignedDuration::from_hours(48);
/// A destination that is away or behind for less is waiting, not failing.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// Age at which a drill is due again.
pub(crate) const DRILL_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Percent of free space below which a destination needs room.
const LOW_SPACE: u64 = 10;

/// Age from which a source counts as without a copy: twice the interval or 48 hours, whichever is later.
pub(crate) fn alarm_age(interval: Option<SignedDuration>) -> SignedDuration {
    interval.map_or(ALARM, |interval| interval.saturating_mul(2).max(ALARM))
}

/// The percent of free space, when it is low.
pub(crate) fn low_space(space: Space) -> Option<u8> {
    let percent = u128::from(space.free) * 100 / u128::from(space.total.max(1));
    let low = u128::from(space.free) * 100 < u128::from(space.total) * u128::from(LOW_SPACE);
    low.then(|| u8::try_from(percent).unwrap_or(u8::MAX))
}

/// Judges the facts.
pub fn judge(facts: &StatusFacts) -> Status {
    let mut reasons = Vec::new();
    if facts.plans.is_empty() {
        reasons.push(Reason::NoPlan);
    } else {
        let active: Vec<&PlanStatus> = facts.plans.iter().filter(|plan| plan.active).collect();
        if active.is_empty() {
            reasons.push(Reason::NothingActive);
        }
        active.iter().for_each(|plan| plan_reasons(facts, plan, &mut reasons));
        let used =
            |d: &&DestinationStatus| active.iter().any(|plan| plan.destinations.contains(&d.destination));
        facts.destinations.iter().filter(used).for_each(|d| destination_reasons(facts.now, d, &mut reasons));
        general_reasons(facts, &mut reasons);
    }
    let lacking = causes::lacking(&reasons);
    Status::of(causes::without_consequences(facts, reasons), lacking)
}

fn plan_reasons(facts: &StatusFacts, plan: &PlanStatus, reasons: &mut Vec<Reason>) {
    let id = || plan.plan.clone();
    if plan.failures >= MANY_FAILURES {
        reasons.push(Reason::RunsFail { plan: id(), failures: plan.failures });
    }
    if plan.interval.is_none() {
        reasons.push(Reason::NotScheduled { plan: id() });
    }
    let has = |nearness| plan.destinations.iter().any(|d| nearness_of(facts, d) == Some(nearness));
    let (near, away) = (has(Nearness::Near), has(Nearness::Away));
    if !near {
        reasons.push(Reason::NoNearDestination { plan: id() });
    }
    if !away {
        reasons.push(Reason::NoAwayDestination { plan: id() });
    }
    let mut lacks: BTreeMap<(Lack, Option<Timestamp>), Vec<SourceId>> = BTreeMap::new();
    for source in &plan.sources {
        if source.flagged {
            reasons.push(Reason::Flagged { plan: id(), source: source.source.clone() });
        }
        for lack in source_lacks(facts, plan, source, (near, away)) {
            lacks.entry(lack).or_default().push(source.source.clone());
        }
    }
    reasons.extend(lacks.into_iter().map(|((lack, last), sources)| lack.reason(plan, sources, last)));
    let pending = plan.sources.is_empty() || plan.sources.iter().any(|source| source.copies.is_empty());
    if pending && facts.now.duration_since(plan.first_due) <= alarm_age(plan.interval) {
        reasons.push(Reason::FirstCopyPending { plan: id(), due: plan.first_due });
    }
}

fn nearness_of(facts: &StatusFacts, id: &DestinationId) -> Option<Nearness> {
    facts.destinations.iter().find(|d| d.destination == *id).map(|d| d.nearness)
}

/// What a source lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Copy,
    NewCopy,
    CopyAway,
    CopyNear,
}

impl Lack {
    /// The reason that sources make who lack the same and whose newest copies are of the same time.
    fn reason(self, plan: &PlanStatus, sources: Vec<SourceId>, last: Option<Timestamp>) -> Reason {
        let failures = plan.failures;
        let plan = plan.plan.clone();
        match self {
            Self::Copy => Reason::NoCopy { plan, sources, last, failures },
            Self::NewCopy => Reason::Late { plan, sources, last, failures },
            Self::CopyAway => Reason::NotAway { plan, sources, last },
            Self::CopyNear => Reason::NotNear { plan, sources, last },
        }
    }
}

/// What a source lacks, each with the time of its newest copy: anywhere, or at the place that is meant.
fn source_lacks(
    facts: &StatusFacts,
    plan: &PlanStatus,
    source: &SourceStatus,
    (near, away): (bool, bool),
) -> Vec<(Lack, Option<Timestamp>)> {
    let newest = |place: Option<Nearness>| {
        let there = |copy: &&ProvenCopy| place.is_none() || nearness_of(facts, &copy.destination) == place;
        source.copies.iter().filter(there).map(|copy| copy.at).max()
    };
    let last = newest(None);
    let age = facts.now.duration_since(last.unwrap_or(plan.first_due));
    if age > alarm_age(plan.interval) && (plan.interval.is_some() || last.is_none()) {
        return vec![(Lack::Copy, last)];
    }
    if last.is_none() {
        // A new plan: said once for the plan.
        return Vec::new();
    }
    if !is_current(facts.now, plan, last) {
        return vec![(Lack::NewCopy, last)];
    }
    let places = [(away, Nearness::Away, Lack::CopyAway), (near, Nearness::Near, Lack::CopyNear)];
    let wanted = places.into_iter().filter(|(used, ..)| *used);
    let lacks = wanted.map(|(_, place, lack)| (lack, newest(Some(place))));
    lacks.filter(|(_, last)| !is_current(facts.now, plan, *last)).collect()
}

/// Whether a copy is young enough for green. One that is dated in the future was made by a wrong clock, or the clock is wrong
/// now: its age is not known. Without a repeating schedule no copy is too old.
fn is_current(now: Timestamp, plan: &PlanStatus, copy: Option<Timestamp>) -> bool {
    copy.is_some_and(|at| {
        let age = now.duration_since(at);
        age >= -SLACK && plan.interval.is_none_or(|interval| age <= interval.saturating_add(SLACK))
    })
}

fn destination_reasons(now: Timestamp, facts: &DestinationStatus, reasons: &mut Vec<Reason>) {
    let destination = || facts.destination.clone();
    if !facts.signed_in {
        reasons.push(Reason::SignedOut { destination: destination() });
    }
    if let Some(since) = facts.absent_since.filter(|since| now.duration_since(*since) > PATIENCE) {
        reasons.push(Reason::Absent { destination: destination(), since });
    }
    if let Some(percent) = facts.space.and_then(low_space) {
        reasons.push(Reason::SpaceLow { destination: destination(), percent });
    }
    let waited = facts.behind_since.is_some_and(|since| now.duration_since(since) > PATIENCE);
    if facts.behind > 0 && waited {
        reasons.push(Reason::Behind { destination: destination(), archives: facts.behind });
    }
}

fn general_reasons(facts: &StatusFacts, reasons: &mut Vec<Reason>) {
    if let Some(drill) = facts.drill.filter(|drill| !drill.succeeded) {
        reasons.push(Reason::DrillFailed { at: drill.at });
    }
    let last = facts.drill.map(|drill| drill.at);
    if last.or(facts.first_snapshot).is_some_and(|since| facts.now.duration_since(since) > DRILL_AGE) {
        reasons.push(Reason::DrillOverdue { last });
    }
    if facts.recovery == RecoverySheet::Unconfirmed {
        reasons.push(Reason::RecoveryUnconfirmed);
    }
}

#[cfg(test)]
mod tests;
