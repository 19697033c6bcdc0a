//! Who is silent, who is not, and what no heartbeat may hold.

use jiff::SignedDuration;

use super::*;
use crate::{AlertSettings, Cause};

const NOW: &str = "2026-09-20T12:00:00Z";
const DAY: i64 = 24;

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn ago(hours: i64) -> Timestamp {
    now() - SignedDuration::from_hours(hours)
}

fn plan(number: u64, last_copy: Option<Timestamp>) -> PlanBeat {
    PlanBeat {
        plan: PlanId::from_random(number),
        name: format!("plan {number}"),
        here: true,
        active: true,
        paused_until: None,
        last_copy,
        interval: Some(24 * 3600),
        next_due: None,
        failures: 0,
    }
}

fn heartbeat(made_at: Timestamp, plans: Vec<PlanBeat>) -> Heartbeat {
    Heartbeat {
        format: HEARTBEAT_FORMAT,
        computer: ComputerInfo { id: ComputerId::from_random(7), name: "caja".into() },
        made_at,
        state: ProtectionState::Protected,
        plans,
        program: Writer { name: "resguardo".into(), version: "0.1.0".into() },
        key: None,
    }
}

fn seen(place: u64, heartbeat: Heartbeat) -> SeenHeartbeat {
    SeenHeartbeat {
        destination: DestinationId::from_random(place),
        computer: heartbeat.computer.clone(),
        seen_at: heartbeat.made_at.min(now()),
        believed: Some(heartbeat),
        doubt: None,
        dismissed: false,
    }
}

/// The days for which a computer is called silent.
fn days(seen: &[SeenHeartbeat]) -> Vec<u32> {
    let days = |cause| match cause {
        Cause::Silent { days, .. } => days,
        other => panic!("{other:?}"),
    };
    silent(seen, now(), &AlertSettings::default()).into_iter().map(days).collect()
}

fn one(plans: Vec<PlanBeat>) -> Vec<SeenHeartbeat> {
    vec![seen(1, heartbeat(plans.iter().filter_map(|plan| plan.last_copy).max().unwrap_or(ago(0)), plans))]
}

#[test]
fn a_computer_is_silent_after_three_days_without_any_copy() {
    assert_eq!(days(&one(vec![plan(1, Some(ago(3 * DAY)))])), [0; 0]);
    assert_eq!(days(&one(vec![plan(1, Some(ago(3 * DAY + 1)))])), [3]);
    assert_eq!(days(&one(vec![plan(1, Some(ago(9 * DAY))), plan(2, Some(ago(4 * DAY)))])), [4]);
    assert_eq!(days(&one(vec![plan(1, Some(ago(9 * DAY))), plan(2, Some(ago(1)))])), [0; 0]);
}

#[test]
fn a_weekly_plan_gets_two_weeks_and_a_day_and_the_owner_sets_the_days() {
    let weekly = |hours| one(vec![PlanBeat { interval: Some(7 * 86_400), ..plan(1, Some(ago(hours))) }]);
    assert_eq!(days(&weekly(15 * DAY)), [0; 0]);
    assert_eq!(days(&weekly(15 * DAY + 1)), [15]);
    let patient = AlertSettings { silent_days: 10, ..AlertSettings::default() };
    assert!(silent(&one(vec![plan(1, Some(ago(9 * DAY)))]), now(), &patient).is_empty());
}

#[test]
fn who_said_good_bye_is_not_missed() {
    let old = Some(ago(90 * DAY));
    for gone in [
        vec![],
        vec![PlanBeat { active: false, ..plan(1, old) }],
        vec![PlanBeat { interval: None, ..plan(1, old) }],
        vec![PlanBeat { here: false, ..plan(1, old) }],
    ] {
        assert_eq!(days(&one(gone)), [0; 0]);
    }
    let mut dismissed = one(vec![plan(1, old)]);
    assert_eq!(days(&dismissed), [90]);
    dismissed[0].dismissed = true;
    assert_eq!(days(&dismissed), [0; 0]);
}

#[test]
fn a_pause_with_an_end_counts_from_its_end() {
    let paused = |until| one(vec![PlanBeat { paused_until: Some(until), ..plan(1, Some(ago(20 * DAY))) }]);
    assert_eq!(days(&paused(ago(2 * DAY))), [0; 0]);
    assert_eq!(days(&paused(ago(5 * DAY))), [5]);
    assert_eq!(days(&paused(now() + SignedDuration::from_hours(DAY))), [0; 0]);
}

#[test]
fn a_plan_that_never_made_a_copy_is_waited_for_from_its_due_time_on() {
    let first = PlanBeat { next_due: Some(ago(4 * DAY)), ..plan(1, None) };
    assert_eq!(days(&[seen(1, heartbeat(ago(5 * DAY), vec![first]))]), [5]);
    assert_eq!(days(&[seen(1, heartbeat(ago(2 * DAY), vec![plan(1, None)]))]), [0; 0]);
}

#[test]
fn a_clock_that_runs_ahead_counts_as_the_moment_we_heard_of_it() {
    let ahead = now() + SignedDuration::from_hours(1000 * DAY);
    let mut heard = seen(1, heartbeat(ahead, vec![plan(1, Some(ahead))]));
    assert_eq!(days(std::slice::from_ref(&heard)), [0; 0]);
    heard.seen_at = ago(6 * DAY);
    assert_eq!(days(&[heard]), [6]);
}

#[test]
fn what_is_told_at_several_destinations_is_taken_together() {
    let stale = || seen(1, heartbeat(ago(9 * DAY), vec![plan(1, Some(ago(9 * DAY)))]));
    let fresh = seen(2, heartbeat(ago(2), vec![plan(1, Some(ago(2)))]));
    assert_eq!(days(&[stale(), fresh]), [0; 0]);
    // It left the destination that we still see, and is removed.
    let removed = seen(2, heartbeat(ago(2 * DAY), vec![]));
    assert_eq!(days(&[stale(), removed]), [0; 0]);
    // It goes on elsewhere, where it fell silent too.
    let elsewhere = PlanBeat { here: false, ..plan(1, Some(ago(5 * DAY))) };
    let left = seen(2, heartbeat(ago(5 * DAY), vec![elsewhere]));
    assert_eq!(days(&[stale(), left]), [5]);
}

#[test]
fn a_doubted_heartbeat_leaves_what_was_believed_before() {
    let mut doubted = one(vec![plan(1, Some(ago(8 * DAY)))]);
    doubted[0].doubt = Some(HeartbeatDoubt::OtherKey);
    assert_eq!(days(&doubted), [8]);
    doubted[0].believed = None;
    assert_eq!(days(&doubted), [0; 0]);
}

#[test]
fn names_that_could_fool_a_reader_are_refused() {
    let good = heartbeat(now(), vec![plan(1, None)]);
    good.check().unwrap();
    for name in ["", "a\nb", "\u{1b}[2J", "caja\u{202e}exe", &"n".repeat(256)] {
        let mut bad = good.clone();
        bad.computer.name = name.to_owned();
        assert_eq!(bad.check().unwrap_err().get("field"), Some("computer"), "{name:?}");
        let mut bad = good.clone();
        bad.plans[0].name = name.to_owned();
        assert_eq!(bad.check().unwrap_err().get("field"), Some("plan"), "{name:?}");
    }
    for interval in [0, u64::MAX] {
        let mut bad = good.clone();
        bad.plans[0].interval = Some(interval);
        assert_eq!(bad.check().unwrap_err().get("field"), Some("interval"));
    }
    assert_eq!(Heartbeat { format: 2, ..good }.check().unwrap_err().kind, Kind::NewerFormat);
}

#[test]
fn an_id_of_another_form_is_refused() {
    let good = serde_json::to_value(heartbeat(now(), vec![plan(1, None)])).unwrap();
    for path in ["/computer/id", "/plans/0/plan"] {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = "../x".into();
        let bad: Heartbeat = serde_json::from_value(bad).unwrap();
        assert_eq!(bad.check().unwrap_err().kind, Kind::InvalidInput, "{path}");
    }
}
