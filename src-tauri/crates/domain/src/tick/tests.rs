//! What ticks decide, story by story.

use super::*;
use crate::ScheduleRule;

const COMPUTER: u64 = 7;
const PLAN: u64 = 1;

fn at(text: &str) -> Timestamp {
    format!("2026-03-{text}:00Z").parse().unwrap()
}

fn schedule(class: Class, hour: i8, minute: i8) -> Schedule {
    let at = jiff::civil::time(hour, minute, 0, 0);
    let rule = match class {
        Class::Monthly => ScheduleRule::Month { day: 1, at },
        Class::Weekly => ScheduleRule::Week { day: crate::Weekday::Sunday, at },
        _ => ScheduleRule::Day { at },
    };
    Schedule { rule, zone: "UTC".to_owned(), kind: None, class, off: false }
}

fn facts(schedules: &[Schedule], since: &str) -> PlanFacts {
    let of_plan =
        |schedule: &Schedule| ScheduleFacts { schedule: schedule.clone(), since: at(since), latest: None };
    PlanFacts {
        plan: PlanId::from_random(PLAN),
        schedules: schedules.iter().map(of_plan).collect(),
        running: None,
        succeeded: None,
        failed: None,
        paused: None,
        can_archive: true,
        needs_network: true,
    }
}

fn daily(since: &str) -> PlanFacts {
    facts(&[schedule(Class::Daily, 2, 0)], since)
}

/// Awake and connected for so many minutes.
fn decide_after(facts: &PlanFacts, now: &str, minutes: i64) -> Vec<Decision> {
    let up = SignedDuration::from_mins(minutes);
    let steady = SignedDuration::from_hours(1000);
    let reading = Reading { wall: at(now), steady, boot: 1 };
    let watch = Watch { awake_since: steady - up, ..Watch::start(reading) };
    let conditions = Conditions { network_up_for: Some(up), battery: Some(10), metered: true, paused: None };
    let computer = ComputerId::from_random(COMPUTER);
    let plans = std::slice::from_ref(facts);
    let mut outcome = decide(&Tick { watch: &watch, computer: &computer, conditions, plans });
    outcome.plans.remove(0).1
}

fn decisions(facts: &PlanFacts, now: &str) -> Vec<Decision> {
    decide_after(facts, now, 600)
}

fn last(facts: &PlanFacts, now: &str) -> Decision {
    decisions(facts, now).pop().unwrap()
}

fn hold(facts: &PlanFacts, now: &str) -> HoldReason {
    match last(facts, now) {
        Decision::Hold { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

fn slot(schedule: &Schedule, due: &str) -> SlotName {
    let local = jiff::tz::TimeZone::UTC.to_datetime(at(due));
    SlotName { schedule: schedule.key(), due: Due { at: at(due), local } }
}

fn ran(decision: &Decision) -> (Class, u32, RunWhy) {
    match decision {
        Decision::Run { class, attempt, why, .. } => (*class, *attempt, *why),
        other => panic!("{other:?}"),
    }
}

fn operation() -> OperationId {
    OperationId::from_random(9)
}

#[test]
fn what_is_due_runs_at_its_time_on_battery_and_on_a_metered_line_too() {
    let plan = daily("01T00:00");
    let plan = PlanFacts {
        schedules: vec![ScheduleFacts {
            latest: Some(slot(&schedule(Class::Daily, 2, 0), "09T02:00").due),
            ..plan.schedules[0].clone()
        }],
        ..plan
    };
    assert_eq!(last(&plan, "10T01:59"), Decision::Wait { until: Some(at("10T02:00")) });
    assert_eq!(ran(&last(&plan, "10T02:00")), (Class::Daily, 1, RunWhy::OnTime));
}

#[test]
fn the_first_run_of_a_new_plan_needs_no_push() {
    assert_eq!(last(&daily("09T12:00"), "10T01:00"), Decision::Wait { until: Some(at("10T02:00")) });
    assert_eq!(ran(&last(&daily("09T12:00"), "10T02:01")), (Class::Daily, 1, RunWhy::OnTime));
}

#[test]
fn missed_slots_become_one_run_and_each_keeps_its_row() {
    let told = decisions(&daily("05T12:00"), "10T14:00");
    assert_eq!(told.len(), 5);
    let Some(Decision::Run { slot: runs, why: RunWhy::CatchUp, .. }) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(*runs, slot(&schedule(Class::Daily, 2, 0), "10T02:00"));
    let into = |decision: &Decision| matches!(decision, Decision::Record { fate: Fate::Collapsed { into }, .. } if into == runs);
    assert!(told[..4].iter().all(into));
}

#[test]
fn the_most_significant_schedule_serves_the_others() {
    let all = [schedule(Class::Daily, 2, 0), schedule(Class::Weekly, 2, 30), schedule(Class::Monthly, 3, 0)];
    // Sunday the 1st of March, the computer was off until noon.
    let told = decisions(&facts(&all, "01T00:00"), "01T12:00");
    assert_eq!(told.len(), 3);
    assert_eq!(ran(&told[2]), (Class::Monthly, 1, RunWhy::CatchUp));
}

#[test]
fn a_catch_up_waits_for_its_grace_and_the_network() {
    let plan = daily("09T12:00");
    let grace = catch_up_grace(&ComputerId::from_random(COMPUTER), &plan.plan);
    let minutes = grace.as_mins();
    assert!((2..=10).contains(&minutes));
    let settling = |decisions: Vec<Decision>| {
        matches!(decisions.last(), Some(Decision::Hold { reason: HoldReason::Settling, .. }))
    };
    assert!(settling(decide_after(&plan, "10T09:00", 0)));
    assert!(settling(decide_after(&plan, "10T09:00", minutes - 1)));
    assert_eq!(ran(decide_after(&plan, "10T09:00", minutes + 1).last().unwrap()).2, RunWhy::CatchUp);
}

#[test]
fn graces_spread_over_their_range_and_never_change() {
    let computer = ComputerId::from_random(COMPUTER);
    let all: Vec<i64> =
        (0..500).map(|n| catch_up_grace(&computer, &PlanId::from_random(n)).as_secs()).collect();
    assert!(all.iter().all(|seconds| (120..=600).contains(seconds)));
    assert!(all.iter().min().unwrap() < &140 && all.iter().max().unwrap() > &580);
    assert_eq!(
        catch_up_grace(&computer, &PlanId::from_random(1)),
        catch_up_grace(&computer, &PlanId::from_random(1))
    );
}

#[test]
fn a_catch_up_leaves_its_work_to_a_slot_that_is_near() {
    let plan = daily("07T12:00");
    assert_eq!(hold(&plan, "09T01:31"), HoldReason::NextIsNear);
    let told = decisions(&plan, "09T02:00");
    assert_eq!(told.len(), 2);
    assert_eq!(ran(&told[1]).2, RunWhy::OnTime);
}

#[test]
fn a_run_that_was_at_work_or_came_later_serves_what_was_due() {
    let run = |class, ended: &str| Some(SucceededRun { operation: operation(), class, ended_at: at(ended) });
    let by_hand = PlanFacts { succeeded: run(Class::Manual, "10T09:00"), ..daily("09T12:00") };
    let told = decisions(&by_hand, "10T09:30");
    assert!(matches!(&told[0], Decision::Record { fate: Fate::Joined { .. }, .. }));
    assert_eq!(told[1], Decision::Wait { until: Some(at("11T02:00")) });

    let weekly = facts(&[schedule(Class::Weekly, 2, 30)], "07T00:00");
    let not_enough = PlanFacts { succeeded: run(Class::Manual, "08T09:00"), ..weekly };
    assert_eq!(ran(&last(&not_enough, "08T09:30")).0, Class::Weekly);

    let before = PlanFacts { succeeded: run(Class::Daily, "10T01:59"), ..daily("09T12:00") };
    assert_eq!(ran(&last(&before, "10T02:00")).0, Class::Daily);
}

#[test]
fn one_run_per_plan_and_what_holds_archiving() {
    let plan = daily("09T12:00");
    let running = PlanFacts { running: Some(operation()), ..plan.clone() };
    assert_eq!(hold(&running, "10T02:00"), HoldReason::Running { operation: operation() });
    let nowhere = PlanFacts { can_archive: false, ..plan.clone() };
    assert_eq!(hold(&nowhere, "10T02:00"), HoldReason::NoPlace);
    let paused = PlanFacts { paused: Some(Pause { until: Some(at("10T10:00")) }), ..plan };
    assert_eq!(
        last(&paused, "10T02:00"),
        Decision::Hold { reason: HoldReason::Paused, until: Some(at("10T10:00")) }
    );
    assert_eq!(ran(&last(&paused, "10T10:00")).2, RunWhy::CatchUp);
}

fn failed(schedule: &Schedule, due: &str, attempts: u32, ended: &str, retry: Retry) -> Option<FailedSlot> {
    Some(FailedSlot { slot: slot(schedule, due), attempts, ended_at: at(ended), retry })
}

fn after_failure(attempts: u32, retry: Retry) -> PlanFacts {
    let base = schedule(Class::Daily, 2, 0);
    let mut plan = daily("01T00:00");
    plan.schedules[0].latest = Some(slot(&base, "10T02:00").due);
    PlanFacts { failed: failed(&base, "10T02:00", attempts, "10T03:00", retry), ..plan }
}

#[test]
fn a_failure_is_tried_again_three_times_and_then_at_the_next_slot() {
    for (attempts, waits, runs) in
        [(1, "10T03:04", "10T03:05"), (2, "10T03:14", "10T03:15"), (3, "10T03:59", "10T04:00")]
    {
        let plan = after_failure(attempts, Retry::Soon(60));
        assert_eq!(hold(&plan, waits), HoldReason::BackOff { attempts });
        assert_eq!(ran(&last(&plan, runs)), (Class::Daily, attempts + 1, RunWhy::Retry));
    }
    let plan = after_failure(4, Retry::Soon(60));
    assert_eq!(hold(&plan, "10T20:00"), HoldReason::GivenUp { attempts: 4 });
    assert_eq!(ran(&last(&plan, "11T02:00")), (Class::Daily, 1, RunWhy::OnTime));
    assert_eq!(hold(&after_failure(1, Retry::AfterUser), "10T20:00"), HoldReason::GivenUp { attempts: 1 });
}

#[test]
fn a_failed_month_is_made_up_for_by_the_next_day() {
    let (day, month) = (schedule(Class::Daily, 2, 0), schedule(Class::Monthly, 3, 0));
    let mut plan = facts(&[day.clone(), month.clone()], "01T00:00");
    plan.schedules[0].latest = Some(slot(&day, "01T02:00").due);
    plan.schedules[1].latest = Some(slot(&month, "01T03:00").due);
    plan.failed = failed(&month, "01T03:00", 4, "01T05:00", Retry::Soon(60));
    let told = decisions(&plan, "02T02:00");
    assert!(
        matches!(&told[0], Decision::Record { slot: collapsed, .. } if *collapsed == slot(&day, "02T02:00"))
    );
    assert_eq!(ran(&told[1]), (Class::Monthly, 5, RunWhy::Retry));
    // A good monthly run since ends it.
    plan.succeeded =
        Some(SucceededRun { operation: operation(), class: Class::Monthly, ended_at: at("01T09:00") });
    assert_eq!(ran(&last(&plan, "02T02:00")).0, Class::Daily);
}

#[test]
fn slots_recorded_by_a_clock_that_was_ahead_are_forgotten() {
    let base = schedule(Class::Daily, 2, 0);
    let mut plan = daily("01T00:00");
    plan.schedules[0].latest = Some(slot(&base, "20T02:00").due);
    let told = decisions(&plan, "10T12:00");
    let expected =
        Decision::Rewind { schedule: base.key(), forget_after: at("11T00:00"), since: at("01T00:00") };
    assert_eq!(told, [expected, Decision::Wait { until: Some(at("11T02:00")) }]);
    // A small correction repeats nothing.
    plan.schedules[0].latest = Some(slot(&base, "10T02:00").due);
    assert_eq!(decisions(&plan, "10T01:40"), [Decision::Wait { until: Some(at("11T02:00")) }]);
    // A plan made while the clock was ahead counts from now.
    let early = daily("20T00:00");
    assert!(
        matches!(&decisions(&early, "10T12:00")[0], Decision::Rewind { since, .. } if *since == at("10T12:00"))
    );
}

#[test]
fn years_switched_off_cost_one_run_and_a_bounded_number_of_rows() {
    let hours = ScheduleRule::Hours { hours: 1, from: jiff::civil::Time::midnight() };
    let hourly = Schedule { rule: hours, ..schedule(Class::Daily, 0, 0) };
    let mut plan = facts(&[hourly], "01T00:00");
    plan.schedules[0].since = "1999-01-01T00:00:00Z".parse().unwrap();
    let told = decisions(&plan, "10T12:00");
    assert_eq!(told.len(), 400 * 24);
    assert!(matches!(told.last(), Some(Decision::Run { .. })));
}

#[test]
fn a_zone_that_is_gone_is_told_and_does_not_hold_the_rest() {
    let gone = Schedule { zone: "Europe/Atlantis".to_owned(), ..schedule(Class::Weekly, 2, 0) };
    let told = decisions(&facts(&[gone, schedule(Class::Daily, 2, 0)], "09T12:00"), "10T02:00");
    assert!(matches!(&told[0], Decision::Broken { error, .. } if error.get("field") == Some("zone")));
    assert_eq!(ran(&told[1]).0, Class::Daily);
}

#[test]
fn decisions_and_facts_for_people_survive_json() {
    let told = decisions(&daily("05T12:00"), "10T14:00");
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Decision>>(&text).unwrap(), told);
}
