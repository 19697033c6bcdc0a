//! Which computers have fallen silent.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Heartbeat, PlanBeat, SeenHeartbeat};
use crate::{AlertSettings, Cause, ComputerId, PlanId};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A believed heartbeat with the moment at which we saw it.
struct Told<'a> {
    seen: &'a SeenHeartbeat,
    heartbeat: &'a Heartbeat,
}

impl Told<'_> {
    /// A moment that its computer tells, but never later than we heard of it: a clock that runs ahead hides nothing.
    fn moment(&self, told: Timestamp) -> Timestamp {
        told.min(self.seen.seen_at)
    }

    fn made_at(&self) -> Timestamp {
        self.moment(self.heartbeat.made_at)
    }

    fn plan(&self, id: &PlanId) -> Option<&PlanBeat> {
        self.heartbeat.plans.iter().find(|plan| plan.plan == *id)
    }
}

/// One cause for each computer of which no plan that should have run made a copy for so long: for the days that the owner set, or
/// for two of the plan's intervals and a day when that is longer. What a computer told at several destinations is taken together. One
/// that said good-bye (no plan of it is to run by itself any more) is not silent.
pub fn silent(seen: &[SeenHeartbeat], now: Timestamp, settings: &AlertSettings) -> Vec<Cause> {
    let mut computers: BTreeMap<&ComputerId, Vec<Told<'_>>> = BTreeMap::new();
    for one in seen.iter().filter(|one| !one.dismissed) {
        let Some(heartbeat) = &one.believed else { continue };
        computers.entry(&one.computer.id).or_default().push(Told { seen: one, heartbeat });
    }
    computers.into_values().filter_map(|told| silence(&told, now, settings)).collect()
}

fn silence(told: &[Told<'_>], now: Timestamp, settings: &AlertSettings) -> Option<Cause> {
    let newest = told.iter().max_by_key(|told| told.made_at())?;
    let expected = newest.heartbeat.plans.iter().filter(|plan| plan.is_expected());
    // A plan that left one destination is not missed there, one that was removed is not missed anywhere.
    let here = |plan: &&PlanBeat| {
        told.iter().any(|told| told.plan(&plan.plan).is_some_and(|plan| plan.here && plan.is_expected()))
    };
    let mut since: Option<Timestamp> = None;
    for plan in expected.filter(here) {
        let last = last_sign(told, newest, plan);
        if now.duration_since(last) <= patience(plan, settings) {
            return None;
        }
        since = since.max(Some(last));
    }
    let at = since?;
    let days = now.duration_since(at).as_hours() / 24;
    Some(Cause::Silent {
        destination: newest.seen.destination.clone(),
        computer: newest.seen.computer.id.clone(),
        name: newest.seen.computer.name.clone(),
        at,
        days: u32::try_from(days).unwrap_or(u32::MAX),
    })
}

/// From when on a plan's next copy is waited for: its newest copy that any destination tells of, or when it was to make its
/// first; but not while it was paused.
fn last_sign(told: &[Told<'_>], newest: &Told<'_>, plan: &PlanBeat) -> Timestamp {
    let copies = told.iter().filter_map(|told| Some(told.moment(told.plan(&plan.plan)?.last_copy?)));
    let first = || newest.moment(plan.next_due.unwrap_or(newest.heartbeat.made_at));
    let last = copies.max().unwrap_or_else(first);
    plan.paused_until.map_or(last, |until| last.max(until))
}

fn patience(plan: &PlanBeat, settings: &AlertSettings) -> SignedDuration {
    let days = SignedDuration::from_hours(24 * i64::from(settings.silent_days));
    let seconds = plan.interval.and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(0);
    days.max(SignedDuration::from_secs(seconds).saturating_mul(2).saturating_add(DAY))
}
