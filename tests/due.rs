//! A home on which a backup is due: the scheduler's tick that serves it is killed at any step, and the next start goes on.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

use jiff::SignedDuration;
use resguardo_domain::{Class, Clock, Context, Faults, Operation, Result, Schedule, ScheduleRule, Verb};
use resguardo_engine::{Engine, PlanDraft, Scheduler, SlotState};
use resguardo_platform::{Home, Surroundings, SystemRandom};
use resguardo_testkit::{FaultScript, FixedClock};

use crate::shop::{copy_tree, text};

/// When the plan came to be.
const MADE: &str = "2026-09-12T12:00:00Z";
/// When its first due time has just come.
const DUE: &str = "2026-09-13T02:00:30Z";
/// Longer than the first pause after a failure.
const MINUTES: u32 = 12;

/// The stage: `home`, `drive` and `data` in a folder, as they were before the due time.
pub struct DueStage {
    dir: tempfile::TempDir,
}

/// An engine whose clock is the test's.
struct Timed {
    engine: Arc<Engine>,
    scheduler: Scheduler,
    clock: FixedClock,
}

impl Timed {
    fn open(folder: &Path, now: &str, faults: Option<Arc<dyn Faults>>) -> Result<Self> {
        let clock = FixedClock::at(now);
        let cx = Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom));
        let cx = faults.into_iter().fold(cx, Context::with_faults);
        let (engine, _) = Engine::open(Home::at(folder.join("home")), cx)?;
        Ok(Self { scheduler: Scheduler::new(Arc::clone(&engine)), engine, clock })
    }

    /// One tick, with what it started done to its end.
    fn tick(&self) -> Result<Vec<Operation>> {
        let ticked = self.scheduler.tick(self.clock.reading(), Surroundings::default())?;
        ticked.trouble.map_or(Ok(()), Err)?;
        ticked.started.iter().map(|id| self.engine.wait(id)).collect()
    }
}

/// What the program that is killed does: one tick at the due time. True when the backup succeeded.
///
/// # Errors
/// When the home can't be opened or the tick can't read it.
pub fn serve(folder: &Path, faults: Option<Arc<dyn Faults>>) -> Result<bool> {
    let operations = Timed::open(folder, DUE, faults)?.tick()?;
    Ok(operations.len() == 1 && operations.iter().all(|operation| operation.state.is_success()))
}

impl DueStage {
    /// A plan that is due each day at 02:00, and some files.
    pub fn new() -> Self {
        let stage = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(stage.path("data")).unwrap();
        for n in 0..12 {
            std::fs::write(stage.path(&format!("data/{n}.txt")), format!("file {n}\n").repeat(n * 50))
                .unwrap();
        }
        let timed = Timed::open(stage.folder(), MADE, None).unwrap();
        let rule = ScheduleRule::Day { at: jiff::civil::time(2, 0, 0, 0) };
        let schedule = Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Daily, off: false };
        let plan = PlanDraft {
            name: "shop".into(),
            folders: vec![text(&stage.path("data"))],
            to: vec![text(&stage.path("drive"))],
            schedules: vec![schedule],
            ..PlanDraft::default()
        };
        timed.engine.add_plan(plan).unwrap();
        assert!(timed.tick().unwrap().is_empty());
        drop(timed);
        for name in ["home", "drive"] {
            copy_tree(&stage.path(name), &stage.path(&format!("first {name}")));
        }
        stage
    }

    /// The folder of everything, as the driver takes it.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Sets everything back to what it was before the due time.
    pub fn reset(&self) {
        for name in ["home", "drive"] {
            let _ = std::fs::remove_dir_all(self.path(name));
            copy_tree(&self.path(&format!("first {name}")), &self.path(name));
        }
    }

    /// The names of the steps of a tick that goes well.
    pub fn steps(&self) -> Vec<&'static str> {
        self.reset();
        let script = FaultScript::counting();
        assert!(serve(self.folder(), Some(Arc::clone(&script) as _)).unwrap());
        script.steps()
    }

    /// A child process that serves the due time and dies at a step.
    pub fn driver(&self, driver: &str, step: u64) -> ExitStatus {
        let mut command = Command::new(driver);
        command.arg(self.folder()).arg("due").arg(step.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
    }

    /// The program is started again: within minutes the due time is served, by one run that succeeded, and nothing is left that
    /// runs. The next due time is served as if nothing had been.
    ///
    /// # Panics
    /// When one of these is not so; `at` says where the tick was broken off.
    pub fn check(&self, at: &str) {
        let timed = Timed::open(self.folder(), DUE, None).unwrap();
        timed.clock.advance(SignedDuration::from_secs(20));
        self.minutes(&timed, MINUTES);
        self.check_slots(&timed, 1, at);
        timed.clock.advance(SignedDuration::from_hours(24));
        self.minutes(&timed, MINUTES);
        self.check_slots(&timed, 2, at);
    }

    fn minutes(&self, timed: &Timed, minutes: u32) {
        for _ in 0..minutes {
            timed.tick().unwrap();
            timed.clock.advance(SignedDuration::from_mins(1));
        }
    }

    fn check_slots(&self, timed: &Timed, dates: usize, at: &str) {
        let slots = timed.engine.agent(None).unwrap().plans.remove(0).slots;
        assert_eq!(slots.len(), dates, "{at}: {slots:?}");
        let operations = timed.engine.operations(None, 100).unwrap();
        assert!(operations.iter().all(|operation| operation.state.is_final()), "{at}: {operations:?}");
        let good = |operation: &&Operation| operation.verb == Verb::BackUp && operation.state.is_success();
        assert_eq!(operations.iter().filter(good).count(), dates, "{at}: {operations:?}");
        for slot in slots {
            let tries = slot.run.as_ref().map_or(0, |run| run.attempts);
            let done = matches!(slot.state, SlotState::Done { .. });
            assert!(done && (1..=2).contains(&tries), "{at}: {slot:?}");
        }
    }
}

impl Default for DueStage {
    fn default() -> Self {
        Self::new()
    }
}
