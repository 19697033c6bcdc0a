//! Two computers and one drive: each sees what the other told there, and when it falls silent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use jiff::SignedDuration;
use resguardo_domain::{
    AlertFacts, AlertSettings, AlertStep, Cause, Class, Clock, ComputerInfo, Context, Error, Faults,
    HeartbeatDoubt, IssueKind, Kind, OperationState, Schedule, ScheduleRule, Severity, alert_causes,
};
use resguardo_engine::{ComputerView, PlanDraft, PlanEdit, Request, Watchdog};
use resguardo_platform::SystemRandom;
use resguardo_testkit::{FaultScript, FixedClock};
use resguardo_tests::shop::{Shop, files_below, text};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A drive that several computers see, at one time of the world.
struct World {
    clock: FixedClock,
    drive: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self { clock: FixedClock::at("2026-09-12T12:00:00Z"), drive: tempfile::tempdir().unwrap() }
    }

    fn context(&self, faults: Option<Arc<dyn Faults>>) -> Context {
        let cx = Context::new(Arc::new(self.clock.clone()), Arc::new(SystemRandom));
        faults.into_iter().fold(cx, Context::with_faults)
    }

    /// A computer of that name, which backs up each night to the drive.
    fn computer(&self, name: &str) -> Shop {
        let shop = self.named(Shop::with_context(self.context(None)), |computer| computer.name = name.into());
        shop.write("first.txt", "hello");
        shop.engine.add_plan(self.draft(&shop)).unwrap();
        shop
    }

    fn draft(&self, shop: &Shop) -> PlanDraft {
        PlanDraft { schedules: vec![nightly()], ..shop.draft(&[self.drive.path()]) }
    }

    /// The same home under another computer's name or id.
    fn named(&self, shop: Shop, change: impl FnOnce(&mut ComputerInfo)) -> Shop {
        let Shop { dir, engine } = shop;
        drop(engine);
        let catalog = rusqlite::Connection::open(dir.path().join("home/catalog.sqlite")).unwrap();
        let read = "SELECT value FROM settings WHERE key = 'computer'";
        let value: String = catalog.query_row(read, [], |row| row.get(0)).unwrap();
        let mut computer: ComputerInfo = serde_json::from_str(&value).unwrap();
        change(&mut computer);
        let value = serde_json::to_string(&computer).unwrap();
        catalog.execute("UPDATE settings SET value = ?1 WHERE key = 'computer'", [value]).unwrap();
        drop(catalog);
        self.reopened(dir, None)
    }

    fn reopened(&self, dir: tempfile::TempDir, faults: Option<Arc<dyn Faults>>) -> Shop {
        let home = resguardo_platform::Home::at(dir.path().join("home"));
        let (engine, _) = resguardo_engine::Engine::open(home, self.context(faults)).unwrap();
        Shop { dir, engine }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.drive.path().join(name)
    }

    fn heartbeat_of(&self, computer: &str) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.path(&format!("{computer}/heartbeat.json"))).unwrap())
            .unwrap()
    }

    fn page_of(&self, computer: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{computer}/ESTADO-STATUS.html"))).unwrap()
    }

    fn pass(&self, days: i64) {
        self.clock.advance(SignedDuration::from_hours(24 * days));
    }
}

fn nightly() -> Schedule {
    let rule = ScheduleRule::Day { at: jiff::civil::time(2, 0, 0, 0) };
    Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Daily, off: false }
}

/// What a computer sees of the others after a look; nothing may be unreadable.
fn look(shop: &Shop) -> Vec<ComputerView> {
    assert_eq!(shop.engine.look_at_computers().unwrap(), []);
    shop.engine.computers().unwrap()
}

fn doubt(shop: &Shop) -> Option<HeartbeatDoubt> {
    look(shop)[0].doubt
}

/// The causes of alerts that other computers are.
fn causes(shop: &Shop) -> Vec<Cause> {
    let more = AlertFacts { computers: shop.engine.seen_computers().unwrap(), ..AlertFacts::default() };
    let facts = shop.engine.status_report().unwrap().facts;
    let all = alert_causes(&facts, &more, &AlertSettings::default());
    all.into_iter()
        .filter(|cause| matches!(cause, Cause::Silent { .. } | Cause::Disbelieved { .. }))
        .collect()
}

/// A look of the watchdog at another computer; tells how often its inbox was opened, told and closed for it.
fn watch(watchdog: &Watchdog, world: &World) -> [usize; 3] {
    let steps = watchdog.tick(world.clock.reading()).unwrap().steps;
    let count = |fits: fn(&AlertStep) -> bool| steps.iter().filter(|step| fits(step)).count();
    [
        count(|step| matches!(step, AlertStep::Open { cause: Cause::Silent { .. } })),
        count(|step| matches!(step, AlertStep::Tell { cause: Cause::Silent { .. }, .. })),
        count(|step| matches!(step, AlertStep::Close { key } if key.starts_with("silent"))),
    ]
}

#[test]
fn a_computer_that_makes_no_copy_for_days_is_missed_by_the_other_until_it_makes_one() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    let watchdog = Watchdog::new(Arc::clone(&office.engine));
    shop.back_up();
    office.back_up();
    let seen = look(&office);
    assert_eq!((seen.len(), seen[0].name.as_str(), seen[0].signed), (1, "tienda", true));
    assert_eq!((seen[0].silent_days, seen[0].doubt, seen[0].destinations.len()), (None, None, 1));
    assert_eq!(look(&shop)[0].name, "oficina");
    for day in 1..=3 {
        world.pass(1);
        office.back_up();
        look(&office);
        assert_eq!(watch(&watchdog, &world), [0, 0, 0], "day {day}");
    }
    world.pass(1);
    assert_eq!(watch(&watchdog, &world), [0, 0, 0], "nobody has looked for a day");
    assert_eq!(look(&office)[0].silent_days, Some(4));
    assert_eq!(watch(&watchdog, &world), [1, 1, 0]);
    assert_eq!(watch(&watchdog, &world), [0, 0, 0], "it is told once");
    let alerts = office.engine.alerts().unwrap().alerts;
    let silent = alerts.iter().find(|alert| matches!(alert.cause, Cause::Silent { .. })).unwrap();
    assert!(matches!(&silent.cause, Cause::Silent { name, days: 4, .. } if name == "tienda"), "{silent:?}");
    assert_eq!(silent.severity, Severity::Alarm);
    world.clock.advance(SignedDuration::from_hours(20));
    assert_eq!(watch(&watchdog, &world), [0, 0, 0], "it is no less silent when nobody looks");
    shop.back_up();
    assert_eq!(look(&office)[0].silent_days, None);
    assert_eq!(watch(&watchdog, &world), [0, 0, 1]);
}

#[test]
fn a_failed_backup_tells_too() {
    let world = World::new();
    let shop = world.computer("tienda");
    shop.back_up();
    assert_eq!(world.heartbeat_of("tienda")["plans"][0]["failures"], 0);
    std::fs::rename(shop.data(), shop.path("moved")).unwrap();
    world.pass(1);
    assert_eq!(shop.back_up_as(None).state, OperationState::Failed);
    let told = world.heartbeat_of("tienda");
    assert_eq!(told["plans"][0]["failures"], 1);
    assert_eq!(told["plans"][0]["last_copy"], "2026-09-12T12:00:00Z");
    std::fs::rename(shop.path("moved"), shop.data()).unwrap();
    shop.back_up();
    assert_eq!(world.heartbeat_of("tienda")["plans"][0]["failures"], 0);
}

#[test]
fn the_page_says_how_things_stand_without_a_path_of_this_computer() {
    let world = World::new();
    let shop = world.computer("tienda");
    shop.back_up();
    let page = world.page_of("tienda");
    for part in ["<article lang=\"es\"", "<article lang=\"en\"", "./shop/LEEME-README.txt", "tienda"] {
        assert!(page.contains(part), "{part}");
    }
    let folder = text(shop.dir.path());
    let heartbeat = world.heartbeat_of("tienda").to_string();
    for told in [&page, &heartbeat] {
        assert!(!told.contains(&folder) && !told.contains(&text(world.drive.path())), "{told}");
    }
}

#[test]
fn what_waited_and_arrives_tells_its_destination() {
    let world = World::new();
    let shop = world.computer("tienda");
    let away = world.path("away");
    shop.engine.edit_plan("shop", PlanEdit { add_to: vec![text(&away)], ..PlanEdit::default() }).unwrap();
    std::fs::rename(&away, world.path("unplugged")).unwrap();
    assert_eq!(shop.back_up_as(None).state, OperationState::Succeeded);
    let heartbeat = away.join("tienda/heartbeat.json");
    std::fs::rename(world.path("unplugged"), &away).unwrap();
    assert!(!heartbeat.exists());
    let sync = || shop.run(Request::Sync { plan: None });
    assert_eq!(sync().state, OperationState::Succeeded);
    let told = std::fs::read(&heartbeat).unwrap();
    world.pass(1);
    assert_eq!(sync().state, OperationState::Succeeded);
    assert_eq!(std::fs::read(&heartbeat).unwrap(), told, "nothing was sent, so nothing is told");
}

#[test]
fn who_says_good_bye_is_not_missed() {
    type Goodbye = fn(&Shop, &World);
    let ways: [(&str, Goodbye); 4] = [
        ("removed", |shop, _| assert_eq!(shop.engine.remove_plan("shop", false).unwrap(), 0)),
        ("paused", |shop, _| assert!(shop.engine.pause(None, None).unwrap().all.is_some())),
        ("by hand", |shop, _| {
            let edit = PlanEdit { schedules: Some(Vec::new()), ..PlanEdit::default() };
            shop.engine.edit_plan("shop", edit).unwrap();
        }),
        ("moved", |shop, world| {
            let (add_to, remove_to) = (vec![text(&world.path("other"))], vec![drive_name(shop)]);
            shop.engine.edit_plan("shop", PlanEdit { add_to, remove_to, ..PlanEdit::default() }).unwrap();
        }),
    ];
    for (way, say) in ways {
        let world = World::new();
        let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
        shop.back_up();
        look(&office);
        say(&shop, &world);
        world.pass(30);
        assert_eq!((look(&office)[0].silent_days, causes(&office)), (None, vec![]), "{way}");
    }
}

fn drive_name(shop: &Shop) -> String {
    shop.engine.destinations().unwrap().remove(0).name
}

#[test]
fn a_forged_heartbeat_is_told_and_not_believed() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    shop.back_up();
    look(&office);
    world.pass(4);
    let file = world.path("tienda/heartbeat.json");
    let old = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, old.replace("2026-09-12", "2026-09-16")).unwrap();
    assert_eq!(doubt(&office), Some(HeartbeatDoubt::BadSignature));
    let stripped = format!("{}\n}}\n", old.split(",\n  \"key\"").next().unwrap());
    std::fs::write(&file, stripped.replace("2026-09-12", "2026-09-16")).unwrap();
    assert_eq!(doubt(&office), Some(HeartbeatDoubt::Unsigned));
    assert_eq!(office.engine.computers().unwrap()[0].silent_days, Some(4), "the silence goes on");
    let told = causes(&office);
    assert!(told.iter().any(|cause| matches!(cause, Cause::Disbelieved { .. })), "{told:?}");
    let findings = office.engine.doctor().unwrap();
    let finding = findings.iter().find(|finding| finding.what == "computer" && finding.error.is_some());
    let error = finding.unwrap().error.as_ref().unwrap();
    assert_eq!((error.kind, error.get("computer")), (Kind::HeartbeatUntrusted, Some("tienda")));
    assert_eq!(error.get("doubt"), Some("unsigned"));
    // The true one comes back, and with it the trust.
    shop.back_up();
    assert_eq!(doubt(&office), None);
    std::fs::write(&file, old).unwrap();
    assert_eq!(doubt(&office), Some(HeartbeatDoubt::Older));
}

#[test]
fn a_computer_that_was_set_up_again_is_believed_once_the_owner_says_so() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    shop.back_up();
    let id = look(&office)[0].id.clone();
    let fresh = world.named(Shop::with_context(world.context(None)), |computer| {
        *computer = ComputerInfo { id: id.clone(), name: "tienda".into() };
    });
    fresh.write("first.txt", "hello");
    let again = PlanDraft { name: "again".into(), ..world.draft(&fresh) };
    fresh.engine.add_plan(again).unwrap();
    let back_up = || {
        world.pass(1);
        fresh.run(Request::BackUp { plan: "again".into(), kind: None, class: Class::Daily })
    };
    assert_eq!(back_up().state, OperationState::Succeeded);
    assert_eq!(doubt(&office), Some(HeartbeatDoubt::OtherKey));
    office.engine.forget_computer("tienda").unwrap();
    assert_eq!(causes(&office), []);
    assert!(look(&office)[0].dismissed);
    assert_eq!(back_up().state, OperationState::Succeeded);
    let seen = look(&office);
    assert_eq!((seen[0].doubt, seen[0].signed, seen[0].dismissed), (None, true, false));
    assert_eq!(office.engine.forget_computer("nobody").unwrap_err().kind, Kind::NotFound);
}

#[test]
fn hostile_files_under_a_computers_name_do_no_harm() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    shop.back_up();
    look(&office);
    let good = std::fs::read_to_string(world.path("tienda/heartbeat.json")).unwrap();
    let hostile = [
        vec![b' '; 300 << 10],
        "[".repeat(200_000).into_bytes(),
        b"{\"format\": 1, \"computer\": 7}".to_vec(),
        vec![0, 159, 146, 150],
        good.replace("\"tienda\"", "\"\\u001b[2Jtienda\"").into_bytes(),
        Vec::new(),
    ];
    for (n, bytes) in hostile.into_iter().enumerate() {
        let folder = world.path(&format!("unknown {n}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("heartbeat.json"), &bytes).unwrap();
        let problems = office.engine.look_at_computers().unwrap();
        assert_eq!(problems.len(), 1, "{n}: {problems:?}");
        assert_eq!(problems[0].kind, Kind::HeartbeatUntrusted, "{n}: {problems:?}");
        assert_eq!(problems[0].get("computer"), Some(format!("unknown {n}").as_str()));
        std::fs::remove_dir_all(folder).unwrap();
        // The same in the place of a computer that is known.
        std::fs::write(world.path("tienda/heartbeat.json"), bytes).unwrap();
        assert_eq!(doubt(&office), Some(HeartbeatDoubt::Unreadable), "{n}");
        std::fs::write(world.path("tienda/heartbeat.json"), &good).unwrap();
        assert_eq!(doubt(&office), None, "{n}");
    }
    // A good one of another computer does not speak for this one.
    let third = world.computer("taller");
    third.back_up();
    std::fs::copy(world.path("taller/heartbeat.json"), world.path("tienda/heartbeat.json")).unwrap();
    std::fs::remove_dir_all(world.path("taller")).unwrap();
    assert_eq!(doubt(&office), Some(HeartbeatDoubt::Unreadable));
    std::fs::write(world.path("tienda/heartbeat.json"), &good).unwrap();
    assert_eq!(doubt(&office), None);
    let newer = good.replace("\"format\": 1", "\"format\": 2");
    std::fs::write(world.path("tienda/heartbeat.json"), newer).unwrap();
    let problems = office.engine.look_at_computers().unwrap();
    assert_eq!(problems.iter().map(|error| error.kind).collect::<Vec<_>>(), [Kind::NewerFormat]);
    let known = office.engine.computers().unwrap();
    assert_eq!((known.len(), known[0].doubt), (1, None));
}

#[test]
fn a_second_look_writes_nothing() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    shop.back_up();
    let script = FaultScript::counting();
    let Shop { dir, engine } = office;
    drop(engine);
    let office = world.reopened(dir, Some(Arc::clone(&script) as _));
    let saves = || script.steps().iter().filter(|step| **step == "catalog save heartbeat").count();
    look(&office);
    assert_eq!(saves(), 1);
    let steps = script.steps().len();
    look(&office);
    assert_eq!(script.steps().len(), steps);
    world.pass(1);
    shop.back_up();
    look(&office);
    assert_eq!(saves(), 2);
}

#[test]
fn without_its_key_a_computer_tells_all_the_same_and_says_that_it_does_not_sign() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    std::fs::write(shop.home().join("secrets.json"), "no secrets").unwrap();
    assert_eq!(shop.back_up_as(None).state, OperationState::Succeeded);
    assert!(world.heartbeat_of("tienda").get("signature").is_none());
    let seen = look(&office);
    assert_eq!((seen[0].signed, seen[0].doubt, seen[0].told_at.is_some()), (false, None, true));
    let findings = shop.engine.doctor().unwrap();
    let own = findings.iter().find(|finding| finding.what == "signature").unwrap();
    assert_eq!((own.level.as_str(), own.error.as_ref().unwrap().kind), ("warning", Kind::SecretsDamaged));
}

#[test]
fn a_status_that_cannot_be_written_is_an_issue_and_no_failure() {
    let world = World::new();
    let shop = world.computer("tienda");
    std::fs::create_dir_all(world.path("tienda/heartbeat.json")).unwrap();
    let operation = shop.back_up_as(None);
    assert_eq!(operation.state, OperationState::SucceededWithIssues, "{operation:?}");
    assert_eq!(operation.issues.len(), 1);
    assert_eq!(operation.issues[0].kind, IssueKind::StatusNotWritten);
    assert!(operation.issues[0].path.as_str().ends_with("tienda/heartbeat.json"), "{operation:?}");
    assert_eq!(shop.snapshots().len(), 1);
    assert_eq!(shop.verify().state, OperationState::Succeeded);
    assert!(!world.path("tienda/ESTADO-STATUS.html").exists());
}

#[test]
fn one_run_puts_each_of_both_once_and_a_failure_between_them_leaves_whole_files() {
    let world = World::new();
    let shop = world.computer("tienda");
    shop.back_up();
    shop.back_up();
    let script = FaultScript::counting();
    let Shop { dir, engine } = shop;
    drop(engine);
    let shop = world.reopened(dir, Some(Arc::clone(&script) as _));
    let before = script.steps().len();
    shop.back_up();
    let steps = script.steps().split_off(before);
    // The manifest, the heartbeat and the page; the texts and the configuration are there already.
    assert_eq!(steps.iter().filter(|step| **step == "destination.put_rename").count(), 3, "{steps:?}");
    let Shop { dir, engine } = shop;
    drop(engine);
    let breaking = Arc::new(ThirdRename::default());
    let shop = world.reopened(dir, Some(breaking as _));
    let old = world.page_of("tienda");
    world.pass(1);
    let operation = shop.back_up_as(None);
    assert_eq!(operation.state, OperationState::SucceededWithIssues, "{operation:?}");
    assert_eq!(world.page_of("tienda"), old);
    assert_eq!(world.heartbeat_of("tienda")["plans"][0]["last_copy"], "2026-09-13T12:00:00Z");
    let left = files_below(world.drive.path());
    assert!(!left.iter().any(|file| file.to_string_lossy().ends_with(".partial")), "{left:?}");
}

/// Fails where the third small object gets its name.
#[derive(Default)]
struct ThirdRename(AtomicU64);

impl Faults for ThirdRename {
    fn at(&self, step: &'static str) -> resguardo_domain::Result<()> {
        if step == "destination.put_rename" && self.0.fetch_add(1, Relaxed) == 2 {
            return Err(Error::new(Kind::Io, "scripted fault"));
        }
        Ok(())
    }
}

#[test]
fn archives_are_found_adopted_and_pruned_as_if_nothing_lay_beside_them() {
    let world = World::new();
    let shop = world.computer("tienda");
    for n in 0..4 {
        shop.write("n.txt", format!("{n}"));
        shop.back_up();
        world.clock.advance(DAY);
    }
    let before = files_below(world.drive.path());
    let other =
        world.named(Shop::with_context(world.context(None)), |computer| computer.name = "nuevo".into());
    other.engine.add_local_destination(Some("usb"), &text(world.drive.path()), None).unwrap();
    let report = other.engine.adopt("usb").unwrap();
    assert_eq!((report.found, report.problems.len()), (4, 0), "{report:?}");
    assert_eq!(other.verify().state, OperationState::Succeeded);
    let rebuilt = shop.run(Request::Rebuild { destination: None });
    assert_eq!(rebuilt.state, OperationState::Succeeded, "{rebuilt:?}");
    assert_eq!(files_below(world.drive.path()), before, "looking changes nothing");
    let pruned = shop.run(Request::Prune { plan: "shop".into(), confirmed: true });
    assert_eq!(pruned.state, OperationState::Succeeded, "{pruned:?}");
    let deleted = shop.engine.remove_plan("shop", true).unwrap();
    assert!(deleted > 0);
    let left: Vec<PathBuf> = files_below(world.drive.path());
    assert!(left.iter().any(|file| file == Path::new("tienda/heartbeat.json")), "{left:?}");
    assert_eq!(world.heartbeat_of("tienda")["plans"], serde_json::json!([]));
}

#[test]
fn a_crowd_of_strangers_hides_nobody_who_is_known() {
    let world = World::new();
    let (office, shop) = (world.computer("oficina"), world.computer("tienda"));
    shop.back_up();
    look(&office);
    for n in 0..300 {
        let folder = world.path(&format!("a{n:03}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("heartbeat.json"), "{}").unwrap();
    }
    world.pass(1);
    shop.back_up();
    let problems = office.engine.look_at_computers().unwrap();
    assert!(problems.len() < 200, "{}", problems.len());
    let seen = office.engine.computers().unwrap();
    assert_eq!((seen.len(), seen[0].last_copy.unwrap().to_string().as_str()), (1, "2026-09-13T12:00:00Z"));
}
