//! Slots: each due time has one row, taken together with its operation and ended together with it.
#![allow(clippy::unwrap_used, reason = "tests end by it")]

mod support;

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::{Catalog, Claim, PlanTick, Rewind, SlotRun, SlotState};
use resguardo_domain::{
    Class, Due, Error, Fate, Kind, Operation, OperationId, OperationState, Plan, Retry, RunId, RunWhy,
    Schedule, ScheduleRule, SlotName, Verb,
};
use rusqlite::Connection;
use support::{World, plan, plan_id};

fn slot(day: i8) -> SlotName {
    let local = jiff::civil::date(2026, 10, day).at(2, 0, 0, 0);
    let at = local.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    SlotName { schedule: "day".into(), due: Due { at, local } }
}

fn operation(number: u64, state: OperationState) -> Operation {
    Operation {
        id: OperationId::from_random(number),
        run: RunId::from_random(1),
        verb: Verb::BackUp,
        plan: Some(plan_id()),
        snapshot: None,
        state,
        started_at: Timestamp::from_second(10).unwrap(),
        ended_at: Some(Timestamp::from_second(20).unwrap()),
        progress: None,
        error: None,
        issues: Vec::new(),
        issue_count: 0,
        result: None,
    }
}

fn run(operation: &Operation, attempts: u32) -> SlotRun {
    let why = if attempts == 1 { RunWhy::OnTime } else { RunWhy::Retry };
    SlotRun { operation: operation.id.clone(), attempts, why, held: None }
}

fn claim<'a>(day: i8, operation: &'a Operation, attempts: u32) -> PlanTick<'a> {
    let claim = Claim { slot: slot(day), run: run(operation, attempts), operation };
    PlanTick { claim: Some(claim), ..PlanTick::default() }
}

fn state_of(catalog: &Catalog, day: i8) -> Option<SlotState> {
    let slots = catalog.slots(Some(&plan_id()), 100).unwrap();
    slots.into_iter().find(|found| found.name == slot(day)).map(|found| found.state)
}

fn ended() -> Timestamp {
    Timestamp::from_second(20).unwrap()
}

#[test]
fn a_due_time_is_served_once_whoever_comes_first() {
    let world = World::new();
    let (one, other) = (world.open(), world.open());
    let (first, second) = (operation(1, OperationState::Running), operation(2, OperationState::Running));
    one.apply_tick(&world.cx, &plan_id(), &claim(5, &first, 1)).unwrap();
    let error = other.apply_tick(&world.cx, &plan_id(), &claim(5, &second, 1)).unwrap_err();
    assert_eq!(error.kind, Kind::Busy);
    assert_eq!(one.operation(second.id.as_str()).unwrap_err().kind, Kind::NotFound);
    assert_eq!(one.slots(None, 9).unwrap()[0].run, Some(run(&first, 1)));
    assert_eq!(one.latest_slots(&plan_id()).unwrap()["day"], slot(5).due);
}

#[test]
fn what_a_tick_decided_is_written_whole_or_not_at_all() {
    let world = World::new();
    let catalog = world.open();
    let (first, second) = (operation(1, OperationState::Running), operation(2, OperationState::Running));
    catalog.apply_tick(&world.cx, &plan_id(), &claim(5, &first, 1)).unwrap();
    let collapsed = |day| (slot(day), Fate::Collapsed { into: slot(6) });
    let clash = PlanTick { records: vec![collapsed(4), collapsed(5)], ..claim(6, &second, 1) };
    assert_eq!(catalog.apply_tick(&world.cx, &plan_id(), &clash).unwrap_err().kind, Kind::Busy);
    assert_eq!(catalog.slots(None, 9).unwrap().len(), 1);

    let clean = PlanTick { records: vec![collapsed(3), collapsed(4)], ..claim(6, &second, 1) };
    catalog.apply_tick(&world.cx, &plan_id(), &clean).unwrap();
    assert_eq!(state_of(&catalog, 4), Some(SlotState::Collapsed { into: slot(6) }));
    assert_eq!(state_of(&catalog, 6), Some(SlotState::Claimed));
    assert_eq!(catalog.operation(second.id.as_str()).unwrap(), second);
}

#[test]
fn a_slot_ends_in_the_moment_in_which_its_operation_does() {
    for (state, error, expected) in [
        (OperationState::Succeeded, None, SlotState::Done { ended_at: ended() }),
        (OperationState::Cancelled, None, SlotState::Skipped { ended_at: ended() }),
        (
            OperationState::Interrupted,
            None,
            SlotState::Failed { ended_at: ended(), retry: Retry::Soon(60), error: None },
        ),
        (
            OperationState::Failed,
            Some(Error::new(Kind::DiskFull, "write")),
            SlotState::Failed {
                ended_at: ended(),
                retry: Retry::AfterUser,
                error: Some(Error::new(Kind::DiskFull, "write")),
            },
        ),
    ] {
        let world = World::new();
        let catalog = world.open();
        let running = operation(1, OperationState::Running);
        catalog.apply_tick(&world.cx, &plan_id(), &claim(5, &running, 1)).unwrap();
        catalog.update_operation(&world.cx, &running).unwrap();
        assert_eq!(state_of(&catalog, 5), Some(SlotState::Claimed));
        catalog.update_operation(&world.cx, &Operation { error, ..operation(1, state) }).unwrap();
        assert_eq!(state_of(&catalog, 5), Some(expected));
    }
}

#[test]
fn a_failed_slot_is_taken_again_until_something_succeeds() {
    let world = World::new();
    let catalog = world.open();
    let failed = |number| operation(number, OperationState::Interrupted);
    let first = operation(1, OperationState::Running);
    catalog.apply_tick(&world.cx, &plan_id(), &claim(5, &first, 1)).unwrap();
    assert_eq!(catalog.failed_slot(&plan_id()).unwrap(), None);
    catalog.update_operation(&world.cx, &failed(1)).unwrap();
    assert_eq!(catalog.failed_slot(&plan_id()).unwrap().unwrap().run, Some(run(&first, 1)));

    let second = operation(2, OperationState::Running);
    catalog.apply_tick(&world.cx, &plan_id(), &claim(5, &second, 2)).unwrap();
    let again =
        catalog.apply_tick(&world.cx, &plan_id(), &claim(5, &operation(3, OperationState::Running), 2));
    assert_eq!(again.unwrap_err().kind, Kind::Busy);
    catalog.update_operation(&world.cx, &failed(2)).unwrap();
    assert_eq!(catalog.failed_slot(&plan_id()).unwrap().unwrap().run, Some(run(&second, 2)));

    // A run by hand that failed too changes nothing; one that succeeded does, whatever the clock said.
    catalog.insert_operation(&world.cx, &operation(4, OperationState::Failed)).unwrap();
    assert!(catalog.failed_slot(&plan_id()).unwrap().is_some());
    catalog.insert_operation(&world.cx, &operation(5, OperationState::Succeeded)).unwrap();
    assert_eq!(catalog.failed_slot(&plan_id()).unwrap(), None);
    let last = catalog.last_operation(&plan_id(), Verb::BackUp, true).unwrap();
    assert_eq!(last.map(|operation| operation.id), Some(OperationId::from_random(5)));
    assert_eq!(catalog.last_operation(&plan_id(), Verb::Prune, false).unwrap(), None);
}

#[test]
fn a_rewind_forgets_what_a_wrong_clock_recorded() {
    let world = World::new();
    let catalog = world.open();
    for (number, day) in [(1, 5), (2, 25)] {
        let operation = operation(number, OperationState::Running);
        catalog.apply_tick(&world.cx, &plan_id(), &claim(day, &operation, 1)).unwrap();
    }
    let (forget_after, since) = (slot(6).due.at, slot(4).due.at);
    let rewinds = vec![Rewind { schedule: "day".into(), forget_after, since }];
    catalog.apply_tick(&world.cx, &plan_id(), &PlanTick { rewinds, ..PlanTick::default() }).unwrap();
    assert_eq!(catalog.latest_slots(&plan_id()).unwrap()["day"], slot(5).due);
    assert_eq!(catalog.schedules_since(&plan_id()).unwrap()["day"], since);
}

fn daily(hour: i8) -> Schedule {
    let rule = ScheduleRule::Day { at: jiff::civil::time(hour, 0, 0, 0) };
    Schedule { rule, zone: "Europe/Madrid".into(), kind: None, class: Class::Daily, off: false }
}

#[test]
fn a_schedule_counts_from_when_it_came_into_the_plan() {
    let world = World::new();
    let catalog = world.open();
    let with = |hours: &[i8]| Plan {
        schedules: hours.iter().map(|hour| daily(*hour)).collect(),
        ..plan(1, "Clínica")
    };
    let start = world.cx.now();
    catalog.save_plan(&world.cx, &with(&[2, 14])).unwrap();
    world.machine.second.store(3600, std::sync::atomic::Ordering::Relaxed);
    catalog.save_plan(&world.cx, &with(&[2, 20])).unwrap();
    let since = catalog.schedules_since(&with(&[]).id).unwrap();
    let later = start + SignedDuration::from_hours(1);
    let expected = [(daily(2).key(), start), (daily(20).key(), later)];
    assert_eq!(since.into_iter().collect::<Vec<_>>(), expected);
    catalog.remove_plan(&world.cx, &with(&[]).id).unwrap();
    assert!(catalog.schedules_since(&with(&[]).id).unwrap().is_empty());
}

#[test]
fn a_schedule_that_was_off_counts_from_when_it_is_on_again() {
    let world = World::new();
    let catalog = world.open();
    let with = |off| Plan { schedules: vec![Schedule { off, ..daily(2) }], ..plan(1, "Clínica") };
    let start = world.cx.now();
    for (hours, off) in [(0, false), (1, true), (2, false)] {
        world.machine.second.store(hours * 3600, std::sync::atomic::Ordering::Relaxed);
        catalog.save_plan(&world.cx, &with(off)).unwrap();
        let since = catalog.schedules_since(&plan_id()).unwrap().get(&daily(2).key()).copied();
        let expected = start + SignedDuration::from_hours(hours);
        assert_eq!(since, (!off).then_some(expected));
    }
}

#[test]
fn old_slots_are_forgotten_but_for_the_latest_of_each_schedule() {
    let world = World::new();
    let catalog = world.open();
    let fate = Fate::Joined { operation: OperationId::from_random(1) };
    let records = (1..=9).map(|day| (slot(day), fate.clone())).collect();
    catalog.apply_tick(&world.cx, &plan_id(), &PlanTick { records, ..PlanTick::default() }).unwrap();
    assert_eq!(catalog.forget_slots(&world.cx, slot(5).due.at).unwrap(), 4);
    assert_eq!(catalog.forget_slots(&world.cx, slot(30).due.at).unwrap(), 4);
    assert_eq!(catalog.latest_slots(&plan_id()).unwrap()["day"], slot(9).due);
}

#[test]
fn a_catalog_of_the_first_step_is_brought_up_and_keeps_its_plans() {
    let world = World::new();
    let old = Connection::open(world.file()).unwrap();
    old.execute_batch(include_str!("../migrations/001_start.sql")).unwrap();
    old.execute_batch("PRAGMA application_id = 1381189444; PRAGMA user_version = 1").unwrap();
    let body = serde_json::to_string(&plan(1, "Clínica")).unwrap();
    old.execute("INSERT INTO plans VALUES (?1, 'Clínica', 'clínica', ?2)", [plan_id().as_str(), &body])
        .unwrap();
    drop(old);
    let catalog = world.open();
    assert_eq!(catalog.plans().unwrap(), [plan(1, "Clínica")]);
    assert!(catalog.slots(None, 9).unwrap().is_empty());
    assert!(catalog.schedules_since(&plan_id()).unwrap().is_empty());
    catalog.note_schedules(&world.cx, &Plan { schedules: vec![daily(2)], ..plan(1, "Clínica") }).unwrap();
    assert_eq!(catalog.schedules_since(&plan_id()).unwrap().len(), 1);
}
