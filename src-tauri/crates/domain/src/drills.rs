//! When a drill is due, and of how much: a sample once a month, everything once a quarter.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Conditions, Pause};

/// How much of a snapshot a drill restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DrillExtent {
    /// Files and a database drawn by lot.
    Sample,
    /// Everything.
    Whole,
    /// One file that was changed lately: a first look at whether anything comes back, and no proof of the rest.
    OneFile,
}

/// What is remembered of a plan's drills.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DrillMemory {
    /// When one last succeeded.
    pub succeeded: Option<Timestamp>,
    /// When one of everything last succeeded.
    pub whole: Option<Timestamp>,
    /// When one was last begun, however it ended.
    pub tried: Option<Timestamp>,
}

/// What decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillFacts {
    /// When the plan's oldest snapshot was made; without any there is nothing to try.
    pub first_snapshot: Option<Timestamp>,
    /// What is remembered.
    pub memory: DrillMemory,
    /// The plan is paused.
    pub paused: Option<Pause>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrillDecision {
    /// Begin now.
    Run(DrillExtent),
    /// Not before this moment; `None` when something else must happen first.
    Wait {
        /// The moment.
        until: Option<Timestamp>,
    },
}

/// After the first snapshot.
const FIRST: SignedDuration = SignedDuration::from_hours(24);
/// Between two drills: two days before the owner is asked to look after it.
const EVERY: SignedDuration = SignedDuration::from_hours(28 * 24);
/// Between two of everything.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(91 * 24);
/// A drill this much earlier than one of everything is due becomes that one.
const WHOLE_EARLY: SignedDuration = SignedDuration::from_hours(14 * 24);
/// After one that did not succeed.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// Battery and metered networks hold a drill for no longer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(48);

/// Decides for one plan.
pub fn decide(facts: &DrillFacts, conditions: &Conditions, now: Timestamp) -> DrillDecision {
    let Some(first) = facts.first_snapshot else { return DrillDecision::Wait { until: None } };
    let memory = facts.memory;
    // What is dated in the future was noted by a wrong clock.
    let known = |at: Option<Timestamp>| at.filter(|at| *at <= now);
    let due = known(memory.succeeded).map_or(first.saturating_add(FIRST), |at| at.saturating_add(EVERY));
    let again = known(memory.tried).map(|at| at.saturating_add(AGAIN));
    let (Ok(due), Ok(again)) = (due, again.transpose()) else { return DrillDecision::Wait { until: None } };
    let start = again.map_or(due, |again| due.max(again));
    if start > now {
        return DrillDecision::Wait { until: Some(start) };
    }
    let held = [facts.paused, conditions.paused].into_iter().flatten().any(|pause| pause.holds(now));
    let patient = now.duration_since(due) < PATIENCE;
    if held || (patient && (conditions.battery.is_some() || conditions.metered)) {
        return DrillDecision::Wait { until: None };
    }
    let since_whole = now.duration_since(known(memory.whole).unwrap_or(first));
    let whole = since_whole >= WHOLE_EVERY - WHOLE_EARLY;
    DrillDecision::Run(if whole { DrillExtent::Whole } else { DrillExtent::Sample })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        "2026-01-01T03:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    fn facts(memory: DrillMemory) -> DrillFacts {
        DrillFacts { first_snapshot: Some(at(0)), memory, paused: None }
    }

    fn calm() -> Conditions {
        Conditions::default()
    }

    #[test]
    fn the_first_comes_a_day_after_the_first_snapshot() {
        let none = DrillFacts { first_snapshot: None, ..facts(DrillMemory::default()) };
        assert_eq!(decide(&none, &calm(), at(100)), DrillDecision::Wait { until: None });
        let new = facts(DrillMemory::default());
        assert_eq!(decide(&new, &calm(), at(23)), DrillDecision::Wait { until: Some(at(24)) });
        assert_eq!(decide(&new, &calm(), at(24)), DrillDecision::Run(DrillExtent::Sample));
    }

    #[test]
    fn one_that_did_not_succeed_is_tried_again_a_day_later() {
        let memory = DrillMemory { tried: Some(at(24)), ..DrillMemory::default() };
        assert_eq!(decide(&facts(memory), &calm(), at(30)), DrillDecision::Wait { until: Some(at(48)) });
        assert_eq!(decide(&facts(memory), &calm(), at(48)), DrillDecision::Run(DrillExtent::Sample));
        let future = DrillMemory { tried: Some(at(9000)), succeeded: Some(at(9000)), whole: None };
        assert_eq!(decide(&facts(future), &calm(), at(48)), DrillDecision::Run(DrillExtent::Sample));
    }

    #[test]
    fn a_battery_holds_it_for_two_days_and_a_pause_until_it_ends() {
        let battery = Conditions { metered: true, ..calm() };
        let new = facts(DrillMemory::default());
        assert_eq!(decide(&new, &battery, at(71)), DrillDecision::Wait { until: None });
        assert_eq!(decide(&new, &battery, at(72)), DrillDecision::Run(DrillExtent::Sample));
        let paused = DrillFacts { paused: Some(Pause { until: None }), ..new };
        assert_eq!(decide(&paused, &calm(), at(9000)), DrillDecision::Wait { until: None });
    }

    /// Ten years, looked at each hour: no month without a drill, no quarter and a month without one of everything.
    #[test]
    fn every_month_has_a_drill_and_every_quarter_a_whole_one() {
        let (mut memory, mut drills, mut wholes) = (DrillMemory::default(), 0, 0);
        let (mut last, mut last_whole) = (0, 0);
        for hour in 0..10 * 8766 {
            let DrillDecision::Run(extent) = decide(&facts(memory), &calm(), at(hour)) else { continue };
            assert!(hour - last <= 30 * 24, "{hour}");
            (last, drills) = (hour, drills + 1);
            memory = DrillMemory { succeeded: Some(at(hour)), tried: Some(at(hour)), ..memory };
            if extent == DrillExtent::Whole {
                assert!(hour - last_whole <= 92 * 24, "{hour}");
                (last_whole, wholes) = (hour, wholes + 1);
                memory.whole = Some(at(hour));
            }
        }
        assert!((125..=135).contains(&drills) && (38..=48).contains(&wholes), "{drills} {wholes}");
    }
}
