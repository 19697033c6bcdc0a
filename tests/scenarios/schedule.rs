//! The scheduler on a real engine with a clock of the test's: every due time is served once, whatever the computer went through.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    Class, Context, Error, Faults, HoldReason, Kind, OperationState, Result, RunWhy, Schedule, ScheduleRule,
    StatusReason, TickDecision, Verb,
};
use resguardo_engine::{PlanDraft, PlanEdit, Request, Scheduler, SlotState, SlotView, Ticked};
use resguardo_platform::{Surroundings, SystemRandom};
use resguardo_testkit::FixedClock;
use resguardo_tests::shop::{Shop, text};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Fails where archives are begun, as long as it is switched on.
#[derive(Default)]
struct BrokenDisk(AtomicBool);

impl Faults for BrokenDisk {
    fn at(&self, step: &'static str) -> Result<()> {
        let strikes = self.0.load(Relaxed) && step == "make staging folder";
        if strikes { Err(Error::new(Kind::Io, "scripted fault")) } else { Ok(()) }
    }
}

/// A shop with a scheduler that ticks when it is told.
struct Scene {
    shop: Shop,
    clock: FixedClock,
    disk: Arc<BrokenDisk>,
    scheduler: Scheduler,
}

impl Scene {
    /// A shop at that moment, with its plan due each day at 02:00 UTC; the program has been running for a while.
    fn at(moment: &str) -> Self {
        let (clock, disk) = (FixedClock::at(moment), Arc::<BrokenDisk>::default());
        let cx = Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom));
        let shop = Shop::with_context(cx.with_faults(Arc::clone(&disk) as _));
        shop.write("first.txt", "hello");
        let plan = PlanDraft { schedules: vec![daily(2)], ..shop.draft(&[&shop.drive()]) };
        shop.engine.add_plan(plan).unwrap();
        let scheduler = Scheduler::new(Arc::clone(&shop.engine));
        let scene = Self { shop, clock, disk, scheduler };
        scene.pass(15);
        scene
    }

    /// One tick, and what it started done to its end.
    fn tick(&self) -> Ticked {
        let surroundings = Surroundings { network: true, ..Surroundings::default() };
        let cx = Context::new(Arc::new(self.clock.clone()), Arc::new(SystemRandom));
        let ticked = self.scheduler.tick(cx.reading(), surroundings).unwrap();
        assert_eq!(ticked.trouble, None);
        for id in &ticked.started {
            assert!(self.shop.engine.wait(id).unwrap().state.is_final());
        }
        ticked
    }

    /// Minutes awake, with a tick in each; tells how many operations began.
    fn pass(&self, minutes: u32) -> usize {
        let mut started = 0;
        for _ in 0..minutes {
            self.clock.advance(MINUTE);
            started += self.tick().started.len();
        }
        started
    }

    /// Awake until a moment of the wall clock.
    fn until(&self, moment: &str) -> usize {
        let moment: Timestamp = moment.parse().unwrap();
        let now = self.shop.engine.agent(None).unwrap().plans[0].next.first().map(|date| date.due.at);
        assert!(now.is_some());
        let mut started = 0;
        while resguardo_domain::Clock::now(&self.clock) < moment {
            started += self.pass(1);
        }
        started
    }

    /// What stands in the slots, the latest first.
    fn slots(&self) -> Vec<SlotView> {
        self.shop.engine.agent(None).unwrap().plans.into_iter().flat_map(|plan| plan.slots).collect()
    }

    fn states(&self) -> Vec<String> {
        let word = |slot: &SlotView| match &slot.state {
            SlotState::Claimed => "claimed".to_owned(),
            SlotState::Done { .. } => "done".to_owned(),
            SlotState::Failed { .. } => "failed".to_owned(),
            SlotState::Skipped { .. } => "skipped".to_owned(),
            SlotState::Collapsed { into } => format!("collapsed into {}", into.due.local),
            SlotState::Joined { .. } => "joined".to_owned(),
        };
        self.slots().iter().map(|slot| format!("{}: {}", slot.slot.due.local, word(slot))).collect()
    }

    fn runs(&self) -> usize {
        let operations = self.shop.engine.operations(None, 1000).unwrap();
        operations.iter().filter(|operation| operation.verb == Verb::BackUp).count()
    }

    /// Why what is due does not run.
    fn hold(&self) -> Option<HoldReason> {
        match self.shop.engine.agent(None).unwrap().plans[0].now.clone() {
            Some(TickDecision::Hold { reason, .. }) => Some(reason),
            _ => None,
        }
    }
}

fn daily(hour: i8) -> Schedule {
    let rule = ScheduleRule::Day { at: jiff::civil::time(hour, 0, 0, 0) };
    Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Daily, off: false }
}

#[test]
fn p25_a_due_time_is_served_once_and_on_time() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    assert_eq!(scene.until("2026-09-13T01:59:00Z"), 0);
    assert_eq!(scene.pass(1), 1);
    assert_eq!(scene.pass(30), 0);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: done"]);
    let (slots, snapshots) = (scene.slots(), scene.shop.snapshots());
    let run = slots[0].run.as_ref().unwrap();
    assert_eq!((run.why, run.attempts, &run.held), (RunWhy::OnTime, 1, &None));
    assert_eq!((snapshots.len(), snapshots[0].class), (1, Class::Daily));
    scene.until("2026-09-15T03:00:00Z");
    assert_eq!(scene.runs(), 3);
}

#[test]
fn a_schedule_that_is_off_runs_nothing_and_catches_nothing_up_when_it_is_on_again() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    let switch = |off| {
        let edit = PlanEdit { schedules: Some(vec![Schedule { off, ..daily(2) }]), ..PlanEdit::default() };
        scene.shop.engine.edit_plan("shop", edit).unwrap()
    };
    assert!(switch(true).schedules[0].off);
    assert_eq!(scene.pass(3 * 24 * 60), 0);
    let status = scene.shop.engine.status().unwrap().status;
    let unscheduled = |reason: &StatusReason| matches!(reason, StatusReason::NotScheduled { .. });
    assert!(status.reasons.iter().any(unscheduled), "{status:?}");
    assert!(scene.shop.engine.agent(None).unwrap().plans[0].next.is_empty());
    switch(false);
    assert_eq!(scene.pass(120), 0, "nobody wanted the nights that it was off for");
    assert_eq!(scene.until("2026-09-16T03:00:00Z"), 1);
    assert_eq!(scene.states(), ["2026-09-16T02:00:00: done"]);
}

#[test]
fn p25_three_missed_nights_are_one_run_once_the_computer_has_settled() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.clock.advance(SignedDuration::from_hours(71));
    assert_eq!(scene.tick().started.len(), 0);
    assert_eq!(scene.hold(), Some(HoldReason::Settling));
    assert_eq!(scene.pass(12), 1);
    assert_eq!(
        scene.states(),
        [
            "2026-09-15T02:00:00: done",
            "2026-09-14T02:00:00: collapsed into 2026-09-15T02:00:00",
            "2026-09-13T02:00:00: collapsed into 2026-09-15T02:00:00",
        ]
    );
    let run = scene.slots()[0].run.clone().unwrap();
    assert_eq!((run.why, run.held), (RunWhy::CatchUp, Some(HoldReason::Settling)));
}

#[test]
fn p25_a_computer_that_was_off_catches_up_after_its_start() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.clock.restart(SignedDuration::from_hours(30));
    assert_eq!(scene.tick().started.len(), 0);
    assert_eq!(scene.pass(12), 1);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: done"]);
}

#[test]
fn p25_a_clock_set_back_an_hour_does_not_serve_a_due_time_twice() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.until("2026-09-13T02:30:00Z");
    scene.clock.advance(SignedDuration::from_hours(-1));
    assert_eq!(scene.pass(120), 0);
    assert_eq!((scene.runs(), scene.states()), (1, vec!["2026-09-13T02:00:00: done".to_owned()]));
}

#[test]
fn p25_a_clock_set_forward_runs_once_deletes_nothing_and_is_believed_when_a_person_says_so() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.until("2026-09-13T02:30:00Z");
    let right = resguardo_domain::Clock::now(&scene.clock);
    scene.clock.set(right + SignedDuration::from_hours(72));
    scene.pass(120);
    assert_eq!(scene.runs(), 2);
    assert!(scene.shop.engine.agent(None).unwrap().clock_doubt.is_some());
    let operations = scene.shop.engine.operations(None, 100).unwrap();
    assert!(operations.iter().all(|operation| operation.verb == Verb::BackUp), "{operations:?}");
    // Back to the right time: what the wrong clock recorded is forgotten and comes again in its own time.
    scene.clock.set(right + SignedDuration::from_hours(2));
    scene.pass(5);
    assert_eq!(scene.shop.engine.agent(None).unwrap().clock_doubt, None);
    scene.until("2026-09-14T02:05:00Z");
    assert_eq!(scene.states()[0], "2026-09-14T02:00:00: done");
    // Forward again, and somebody says that it is right now.
    let now = resguardo_domain::Clock::now(&scene.clock);
    scene.clock.set(now + SignedDuration::from_hours(72));
    scene.tick();
    assert!(scene.shop.engine.agent(None).unwrap().clock_doubt.is_some());
    scene.shop.engine.trust_clock().unwrap();
    scene.tick();
    assert_eq!(scene.shop.engine.agent(None).unwrap().clock_doubt, None);
}

#[test]
fn p25_a_drive_that_is_absent_holds_the_sending_but_not_the_archive() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    let away = scene.shop.path("drive in a drawer");
    std::fs::rename(scene.shop.drive(), &away).unwrap();
    assert_eq!(scene.until("2026-09-13T02:10:00Z"), 1);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: done"]);
    let held = scene.shop.engine.agent(None).unwrap().plans[0].uploads.clone();
    assert_eq!(held.len(), 1);
    assert_eq!(scene.pass(20), 0);
    std::fs::rename(&away, scene.shop.drive()).unwrap();
    assert_eq!(scene.pass(1), 1);
    assert_eq!(scene.shop.snapshots()[0].destinations[0].state, "present");
    assert_eq!(scene.pass(5), 0);
    assert!(scene.shop.engine.agent(None).unwrap().plans[0].uploads.is_empty());
}

#[test]
fn p25_a_run_that_fails_is_tried_again_after_five_fifteen_and_sixty_minutes() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.disk.0.store(true, Relaxed);
    assert_eq!(scene.until("2026-09-13T02:00:00Z"), 1);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: failed"]);
    assert_eq!(scene.pass(4), 0);
    assert_eq!(scene.hold(), Some(HoldReason::BackOff { attempts: 1 }));
    assert_eq!((scene.pass(1), scene.pass(14), scene.pass(1)), (1, 0, 1));
    scene.disk.0.store(false, Relaxed);
    assert_eq!((scene.pass(59), scene.pass(1)), (0, 1));
    let slot = scene.slots().remove(0);
    let run = slot.run.unwrap();
    assert!(matches!(slot.state, SlotState::Done { .. }));
    assert_eq!((run.attempts, run.why), (4, RunWhy::Retry));
    assert_eq!((scene.runs(), scene.shop.snapshots().len()), (4, 1));
    assert_eq!(scene.pass(30), 0);
}

#[test]
fn p25_what_only_a_person_can_mend_is_not_tried_again_before_the_next_date() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    let moved = scene.shop.path("moved");
    std::fs::rename(scene.shop.data(), &moved).unwrap();
    assert_eq!(scene.until("2026-09-13T02:00:00Z"), 1);
    assert_eq!(scene.pass(120), 0);
    assert_eq!(scene.hold(), Some(HoldReason::GivenUp { attempts: 1 }));
    std::fs::rename(&moved, scene.shop.data()).unwrap();
    scene.until("2026-09-14T02:01:00Z");
    assert_eq!(scene.states(), ["2026-09-14T02:00:00: done", "2026-09-13T02:00:00: failed"]);
}

#[test]
fn p25_two_plans_due_at_once_both_run() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    let other = scene.shop.path("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("a"), "a").unwrap();
    let plan = PlanDraft {
        name: "other".into(),
        folders: vec![text(&other)],
        to: vec![text(&scene.shop.drive())],
        schedules: vec![daily(2)],
        ..PlanDraft::default()
    };
    scene.shop.engine.add_plan(plan).unwrap();
    assert_eq!(scene.until("2026-09-13T02:00:00Z"), 2);
    assert_eq!(scene.states().len(), 2);
    assert_eq!(scene.shop.snapshots().len(), 2);
}

#[test]
fn p25_a_backup_by_hand_stands_for_what_was_due_before_it_ended() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.clock.advance(SignedDuration::from_hours(20));
    scene.tick();
    scene.shop.back_up();
    assert_eq!(scene.pass(30), 0);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: joined"]);
}

#[test]
fn p25_a_pause_holds_what_is_due_and_a_schedule_that_left_the_plan_runs_no_more() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    let engine = &scene.shop.engine;
    engine.pause(Some("shop"), Some("2026-09-13T09:00:00Z".parse().unwrap())).unwrap();
    assert_eq!(scene.until("2026-09-13T08:59:00Z"), 0);
    assert_eq!(scene.hold(), Some(HoldReason::Paused));
    assert_eq!(scene.pass(2), 1);
    engine.edit_plan("shop", PlanEdit { schedules: Some(Vec::new()), ..PlanEdit::default() }).unwrap();
    for _ in 0..30 {
        scene.clock.advance(SignedDuration::from_hours(1));
        scene.tick();
    }
    assert_eq!(scene.runs(), 1);
}

#[test]
fn p25_pruning_comes_at_four_after_a_good_run_and_once() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.until("2026-09-13T03:59:00Z");
    let prunings = || {
        let operations = scene.shop.engine.operations(None, 1000).unwrap();
        operations.iter().filter(|o| o.verb == Verb::Prune && o.state == OperationState::Succeeded).count()
    };
    assert_eq!(prunings(), 0);
    assert_eq!(scene.pass(1), 1);
    assert_eq!(prunings(), 1);
    assert_eq!(scene.pass(60), 0);
    scene.until("2026-09-14T04:00:00Z");
    assert_eq!(prunings(), 2);
}

#[test]
fn p25_a_run_that_a_person_stopped_is_skipped_and_one_that_the_end_of_the_program_stopped_is_not() {
    let scene = Scene::at("2026-09-12T12:00:00Z");
    scene.clock.advance(SignedDuration::from_hours(14));
    // The plan's lock is held, so that the run waits in its first step.
    let held = resguardo_platform::Lock::try_exclusive(
        &scene.shop.home().join(format!("locks/plan-{}.lock", scene.shop.engine.plan("shop").unwrap().id)),
    );
    let cx = Context::new(Arc::new(scene.clock.clone()), Arc::new(SystemRandom));
    let mut started = Vec::new();
    while started.is_empty() {
        scene.clock.advance(MINUTE);
        started = scene.scheduler.tick(cx.reading(), Surroundings::default()).unwrap().started;
    }
    scene.shop.engine.cancel(&started[0]).unwrap();
    assert_eq!(scene.shop.engine.wait(&started[0]).unwrap().state, OperationState::Cancelled);
    assert_eq!(scene.states(), ["2026-09-13T02:00:00: skipped"]);
    scene.clock.advance(SignedDuration::from_hours(23));
    let mut started = Vec::new();
    while started.is_empty() {
        scene.clock.advance(MINUTE);
        started = scene.scheduler.tick(cx.reading(), Surroundings::default()).unwrap().started;
    }
    assert!(scene.shop.engine.close(std::time::Duration::from_secs(60)));
    assert_eq!(scene.shop.engine.wait(&started[0]).unwrap().state, OperationState::Interrupted);
    assert_eq!(scene.states()[0], "2026-09-14T02:00:00: failed");
    let refused = scene.shop.engine.start(Request::Sync { plan: None }).unwrap_err();
    assert_eq!(refused.kind, Kind::Busy);
    drop(held);
}
