//! Copies prove themselves while nobody looks: they are read back in time, damage is healed from another destination, and drills
//! restore for real.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use resguardo_domain::{
    ArchiveKind, Class, Clock, Context, DrillExtent, Kind, Operation, OperationState, Schedule, ScheduleRule,
    SnapshotState, Verb, VerifyLevel,
};
use resguardo_engine::{CopyName, DrillReport, Engine, PlanDraft, Request, Scheduler, VerifyRow};
use resguardo_platform::{Surroundings, SystemRandom, system_context};
use resguardo_testkit::{FaultScript, FixedClock, SeededRandom, diff};
use resguardo_tests::shop::{Shop, close, copy_tree, files_below, run};

/// A full and two increments at two destinations, `drive` and `other`.
struct Pair {
    shop: Shop,
}

impl Pair {
    fn new() -> Self {
        let shop = Shop::without_plan();
        let random = SeededRandom::new(90);
        shop.add_plan(&[&shop.drive(), &shop.path("other")]);
        for n in 0..3 {
            shop.write(&format!("new {n}.txt"), random.bytes(5000));
            let kind = if n == 0 { ArchiveKind::Full } else { ArchiveKind::Incremental };
            assert!(shop.back_up_as(Some(kind)).state.is_success());
        }
        for name in ["drive", "other"] {
            copy_tree(&shop.path(name), &shop.path(&format!("sound {name}")));
        }
        Self { shop }
    }

    fn copy(&self, n: usize, destination: &str) -> CopyName {
        let snapshot = self.shop.snapshots()[n].id.clone();
        let places = self.shop.engine.destinations().unwrap();
        let destination = places.into_iter().find(|place| place.name == destination).unwrap().id;
        CopyName { snapshot, destination }
    }

    fn archive(&self, n: usize, destination: &str) -> PathBuf {
        let name = format!("{}.zip", self.shop.snapshots()[n].name);
        let folder = self.shop.path(destination);
        let found = files_below(&folder).into_iter().find(|file| file.ends_with(&name));
        folder.join(found.unwrap())
    }

    fn read_back(&self, copies: &[CopyName]) -> (Operation, Vec<VerifyRow>) {
        let operation = self.shop.run(Request::VerifyCopies { copies: copies.to_vec() });
        let text = operation.result.clone();
        let text = text.or_else(|| operation.error.as_ref()?.get("report").map(str::to_owned));
        let rows = serde_json::from_str(&text.unwrap()).unwrap();
        (operation, rows)
    }

    /// What stands at a destination is what stood there when all was sound.
    fn is_whole(&self, destination: &str) {
        let lines =
            diff_of_archives(&self.shop.path(&format!("sound {destination}")), &self.shop.path(destination));
        assert_eq!(lines, Vec::<PathBuf>::new(), "{destination}");
    }
}

/// Archives and manifests that differ.
fn diff_of_archives(sound: &Path, found: &Path) -> Vec<PathBuf> {
    let mut files = files_below(sound);
    files.extend(files_below(found));
    files.sort();
    files.dedup();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("backup_")
            && !name.ends_with(".partial")
            && std::fs::read(sound.join(file)).ok() != std::fs::read(found.join(file)).ok()
    });
    files
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_damaged_copy_is_replaced_by_the_sound_one_of_another_destination() {
    let pair = Pair::new();
    flip(&pair.archive(0, "drive"));
    let (operation, rows) = pair.read_back(&[pair.copy(0, "drive"), pair.copy(1, "drive")]);
    assert_eq!(operation.state, OperationState::SucceededWithIssues, "{operation:?}");
    assert_eq!((rows[0].healed_from.as_deref(), &rows[1].error), (Some("other"), &None));
    assert!(rows[0].error.is_some(), "what was wrong is told");
    pair.is_whole("drive");
    assert_eq!(pair.shop.verify().state, OperationState::Succeeded);
    let complete = |snapshot: &resguardo_engine::SnapshotView| snapshot.state == SnapshotState::Complete;
    assert!(pair.shop.snapshots().iter().all(complete));
}

#[test]
fn an_archive_that_vanished_comes_back_and_so_does_a_manifest_somebody_edited() {
    let pair = Pair::new();
    std::fs::remove_file(pair.archive(2, "other")).unwrap();
    let manifest = pair.archive(1, "other").to_string_lossy().replace(".zip", "_manifest.json");
    std::fs::write(&manifest, "{}").unwrap();
    let (operation, rows) = pair.read_back(&[pair.copy(1, "other"), pair.copy(2, "other")]);
    assert_eq!(operation.state, OperationState::SucceededWithIssues, "{operation:?}");
    assert!(rows.iter().all(|row| row.healed_from.as_deref() == Some("drive")), "{rows:?}");
    pair.is_whole("other");
}

#[test]
fn what_was_found_damaged_by_hand_is_put_right_by_sending() {
    let pair = Pair::new();
    flip(&pair.archive(0, "drive"));
    assert_eq!(pair.shop.verify().state, OperationState::Failed);
    let synced = pair.shop.run(Request::Sync { plan: None });
    assert_eq!(synced.state, OperationState::Succeeded, "{synced:?}");
    assert!(synced.result.unwrap().contains("drive"), "what was sent is told");
    pair.is_whole("drive");
    assert_eq!(pair.shop.verify().state, OperationState::Succeeded);
    let again = pair.shop.run(Request::Sync { plan: None });
    assert_eq!(again.result.as_deref(), Some(r#"{"sent":[],"waiting":[]}"#));
}

#[test]
fn what_is_damaged_everywhere_is_told_stays_as_it_is_and_a_new_chain_begins() {
    let pair = Pair::new();
    for place in ["drive", "other"] {
        flip(&pair.archive(0, place));
    }
    let before = std::fs::read(pair.archive(0, "drive")).unwrap();
    let (operation, rows) = pair.read_back(&[pair.copy(0, "drive"), pair.copy(0, "other")]);
    assert_eq!(operation.error.map(|error| error.kind), Some(Kind::VerifyFailed));
    assert!(rows.iter().all(VerifyRow::is_broken), "{rows:?}");
    assert_eq!(
        std::fs::read(pair.archive(0, "drive")).unwrap(),
        before,
        "a damaged archive may still be of use"
    );
    let damaged = |snapshot: &resguardo_engine::SnapshotView| snapshot.state == SnapshotState::Damaged;
    assert!(pair.shop.snapshots().iter().all(damaged), "what needs it is damaged too");
    pair.shop.back_up();
    let snapshots = pair.shop.snapshots();
    assert_eq!((snapshots[3].kind, snapshots[3].state), (ArchiveKind::Full, SnapshotState::Complete));
}

#[test]
fn healing_that_fails_at_any_step_harms_no_sound_copy_and_is_finished_later() {
    let pair = Pair::new();
    flip(&pair.archive(0, "drive"));
    for name in ["home", "drive"] {
        copy_tree(&pair.shop.path(name), &pair.shop.path(&format!("first {name}")));
    }
    let request = || Request::VerifyCopies { copies: vec![pair.copy(0, "drive")] };
    let with =
        |script: &Arc<FaultScript>| pair.shop.reopened(system_context().with_faults(Arc::clone(script) as _));
    let counting = FaultScript::counting();
    let engine = with(&counting);
    assert!(run(&engine, request()).state.is_success());
    close(engine);
    let steps = counting.steps().len() as u64;
    assert!(steps > 10, "{steps}");
    for n in 1..=steps {
        for name in ["home", "drive"] {
            std::fs::remove_dir_all(pair.shop.path(name)).unwrap();
            copy_tree(&pair.shop.path(&format!("first {name}")), &pair.shop.path(name));
        }
        let script = FaultScript::fail_at(n, Kind::Io);
        let context = system_context().with_faults(Arc::clone(&script) as _);
        let opened = Engine::open(resguardo_platform::Home::at(pair.shop.home()), context);
        if let Ok((engine, _)) = opened {
            let _ = engine.start(request()).and_then(|id| engine.wait(&id));
            close(engine);
        }
        pair.is_whole("other");
        let engine = pair.shop.reopened(system_context());
        let again = run(&engine, request());
        let synced = run(&engine, Request::Sync { plan: None });
        assert!(again.state.is_success() && synced.state.is_success(), "step {n}: {again:?} {synced:?}");
        let left = diff_of_archives(&pair.shop.path("sound drive"), &pair.shop.drive());
        assert_eq!(left, Vec::<PathBuf>::new(), "step {n}: {again:?} {synced:?}");
        let verify = Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Opened };
        assert_eq!(run(&engine, verify).state, OperationState::Succeeded, "step {n}");
        close(engine);
    }
}

/// A shop with a clock and a scheduler of the test's; its plan is due each Sunday.
struct Nights {
    shop: Shop,
    clock: FixedClock,
    scheduler: Scheduler,
}

impl Nights {
    fn new() -> Self {
        let clock = FixedClock::at("2026-09-12T12:00:00Z");
        let shop = Shop::with_context(Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom)));
        // What does not compress stands in the archive as it is: most of its bytes are a file's.
        let random = SeededRandom::new(91);
        (0..30).for_each(|n| shop.write(&format!("{n}.bin"), random.bytes(4000)));
        let rule = ScheduleRule::Month { day: 28, at: jiff::civil::time(2, 0, 0, 0) };
        let schedule = Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Monthly, off: false };
        let to = [&*shop.drive(), &*shop.path("other")];
        shop.engine.add_plan(PlanDraft { schedules: vec![schedule], ..shop.draft(&to) }).unwrap();
        shop.back_up();
        let scheduler = Scheduler::new(Arc::clone(&shop.engine));
        Self { shop, clock, scheduler }
    }

    /// Hours awake, with a tick every twenty minutes; what was done besides backing up and pruning.
    fn pass(&self, hours: i64) -> Vec<Operation> {
        let mut done = Vec::new();
        for _ in 0..hours * 3 {
            self.clock.advance(SignedDuration::from_mins(20));
            let surroundings = Surroundings { network: true, ..Surroundings::default() };
            let ticked = self.scheduler.tick(self.clock.reading(), surroundings).unwrap();
            assert_eq!(ticked.trouble, None);
            done.extend(ticked.started.iter().map(|id| self.shop.engine.wait(id).unwrap()));
        }
        done.retain(|operation| matches!(operation.verb, Verb::Drill | Verb::Verify));
        done
    }

    fn drills(&self, hours: i64) -> Vec<DrillReport> {
        let done = self.pass(hours).into_iter().filter(|operation| operation.verb == Verb::Drill);
        done.map(|operation| {
            assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
            serde_json::from_str(&operation.result.unwrap()).unwrap()
        })
        .collect()
    }
}

#[test]
fn every_copy_is_read_back_within_its_days_without_anybody_asking() {
    let nights = Nights::new();
    let done = nights.pass(29 * 24);
    assert!(
        done.iter().all(|operation| operation.verb == Verb::Drill),
        "proofs of a month are fresh: {done:?}"
    );
    let done = nights.pass(3 * 24);
    let verified: Vec<&Operation> = done.iter().filter(|operation| operation.verb == Verb::Verify).collect();
    assert_eq!(verified.len(), 2, "one share for each destination: {done:?}");
    assert!(verified.iter().all(|operation| operation.state == OperationState::Succeeded));
    nights.pass(60 * 24);
    let now = nights.clock.now();
    for copy in nights.shop.snapshots().iter().flat_map(|snapshot| snapshot.destinations.clone()) {
        let age = now.duration_since(copy.verified_at.unwrap());
        assert!(age < SignedDuration::from_hours(90 * 24), "{copy:?}");
    }
}

#[test]
fn a_drill_comes_a_day_after_the_first_backup_then_each_month_and_is_of_everything_each_quarter() {
    let nights = Nights::new();
    assert_eq!(nights.drills(23), []);
    let first = nights.drills(3);
    assert_eq!((first.len(), first[0].extent, first[0].files), (1, DrillExtent::Sample, 30));
    assert_eq!(nights.drills(27 * 24), []);
    assert_eq!(nights.drills(2 * 24).len(), 1);
    let quarter = nights.drills(70 * 24);
    assert!(quarter.iter().any(|drill| drill.extent == DrillExtent::Whole), "{quarter:?}");
    let proven =
        nights.shop.snapshots().iter().flat_map(|s| s.destinations.clone()).map(|copy| copy.verified).max();
    assert_eq!(proven.flatten(), Some(VerifyLevel::Restored), "the snapshot says how far it was proven");
    assert_eq!(files_below(&nights.shop.path("home/temp")), Vec::<PathBuf>::new());
}

#[test]
fn a_drill_that_fails_says_so_is_tried_again_the_next_day_and_the_damage_is_healed_meanwhile() {
    let nights = Nights::new();
    nights.pass(20);
    let archive = files_below(&nights.shop.drive())
        .into_iter()
        .find(|file| file.extension().is_some_and(|e| e == "zip"));
    flip(&nights.shop.drive().join(archive.unwrap()));
    let done = nights.pass(6);
    assert_eq!(done[0].verb, Verb::Drill);
    assert_eq!(done[0].error.as_ref().map(|error| error.kind), Some(Kind::VerifyFailed), "{done:?}");
    let drill = nights.shop.engine.status_report().unwrap().facts.drill;
    assert_eq!(drill.map(|drill| drill.succeeded), Some(false), "the state knows");
    assert_eq!(done[1].verb, Verb::Verify, "{done:?}");
    assert_eq!(done[1].state, OperationState::SucceededWithIssues, "healed from the other destination");
    assert_eq!(nights.drills(24).len(), 1, "tried again, and well");
    let drill = nights.shop.engine.status_report().unwrap().facts.drill;
    assert_eq!(drill.map(|drill| drill.succeeded), Some(true));
    assert_eq!(nights.shop.verify().state, OperationState::Succeeded);
}

#[test]
fn a_sample_of_a_large_shop_is_small_and_always_has_a_database() {
    let shop = Shop::without_plan();
    for n in 0..700 {
        shop.write(&format!("{}/{n}.txt", n % 7), format!("file {n}\n"));
    }
    let database = rusqlite::Connection::open(shop.data().join("till.db")).unwrap();
    database.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)").unwrap();
    drop(database);
    shop.add_plan(&[&shop.drive()]);
    shop.back_up();
    let drill = |extent| {
        let operation = shop.run(Request::Drill { plan: "shop".into(), extent });
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
        serde_json::from_str::<DrillReport>(&operation.result.unwrap()).unwrap()
    };
    let sample = drill(DrillExtent::Sample);
    assert_eq!((sample.files, sample.databases), (201, 1));
    let whole = drill(DrillExtent::Whole);
    assert_eq!((whole.files, whole.databases), (701, 1));
    assert_eq!(diff(&shop.data(), &shop.restored("shop@latest", "out")), [""; 0]);
}
