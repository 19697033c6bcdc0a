//! The state of the business on a real engine: what is proven where decides it, and looking at it writes nothing.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    Context, Nearness, ProtectionState as State, SnapshotId, StatusReason as Reason, VerifyLevel,
};
use resguardo_engine::{PlanDraft, Request, StatusReport};
use resguardo_platform::SystemRandom;
use resguardo_testkit::FixedClock;
use resguardo_tests::shop::{Shop, text};
use std::sync::Arc;

use crate::places::Roomy;

/// A shop with a clock of the test's and two places to copy to, one of them away.
struct Scene {
    shop: Shop,
    clock: FixedClock,
    near: Roomy,
    away: Roomy,
}

impl Scene {
    fn new() -> Self {
        let clock = FixedClock::at("2026-09-12T01:00:00Z");
        let shop = Shop::with_context(Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom)));
        shop.write("first.txt", "hello");
        let scene = Self { shop, clock, near: Roomy::new(), away: Roomy::new() };
        let engine = &scene.shop.engine;
        engine.add_local_destination(Some("usb"), &text(&scene.near.path()), None).unwrap();
        engine
            .add_local_destination(Some("office"), &text(&scene.away.path()), Some(Nearness::Away))
            .unwrap();
        let to = vec!["usb".into(), "office".into()];
        let schedules = vec![crate::places::daily(2)];
        engine.add_plan(PlanDraft { to, schedules, ..scene.shop.draft(&[]) }).unwrap();
        scene
    }

    fn hours(&self, hours: i64) {
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    fn report(&self) -> StatusReport {
        self.shop.engine.status_report().unwrap()
    }

    fn state(&self) -> (State, Vec<Reason>) {
        let status = self.report().status;
        (status.state, status.reasons)
    }
}

#[test]
fn p1_a_new_plan_waits_for_its_first_copy_and_is_protected_with_it() {
    let scene = Scene::new();
    let (state, reasons) = scene.state();
    assert_eq!(state, State::NeedsAttention);
    let due: Timestamp = "2026-09-12T02:00:00Z".parse().unwrap();
    assert!(
        matches!(&reasons[..], [Reason::FirstCopyPending { due: told, .. }] if *told == due),
        "{reasons:?}"
    );
    scene.hours(1);
    scene.shop.back_up();
    assert_eq!(scene.state(), (State::Protected, vec![]));
    let report = scene.report();
    let names: Vec<&str> = report.names.destinations.values().map(String::as_str).collect();
    assert!(names.contains(&"usb") && names.contains(&"office"), "{names:?}");
    let nearness: Vec<Nearness> = report.facts.destinations.iter().map(|place| place.nearness).collect();
    assert_eq!(nearness, [Nearness::Away, Nearness::Near]);
}

#[test]
fn p1_the_age_of_the_last_proven_copy_decides_and_not_the_last_run() {
    let scene = Scene::new();
    scene.shop.back_up();
    scene.hours(47);
    assert_eq!(scene.state().0, State::Protected);
    scene.hours(2);
    let (state, reasons) = scene.state();
    assert_eq!(state, State::NotProtected);
    assert!(
        reasons.iter().any(|reason| matches!(reason, Reason::NoCopy { last: Some(_), .. })),
        "{reasons:?}"
    );
    // Three failures in a row are said with it: they are why, and what to look at.
    std::fs::rename(scene.shop.data(), scene.shop.path("elsewhere")).unwrap();
    for _ in 0..3 {
        assert!(!scene.shop.back_up_as(None).state.is_success());
    }
    let (_, reasons) = scene.state();
    assert!(matches!(&reasons[..], [Reason::NoCopy { failures: 3, .. }]), "{reasons:?}");
    std::fs::rename(scene.shop.path("elsewhere"), scene.shop.data()).unwrap();
    scene.shop.back_up();
    assert_eq!(scene.state(), (State::Protected, vec![]));
}

#[test]
fn p1_a_destination_that_is_gone_is_remembered_with_what_waits_for_it() {
    let scene = Scene::new();
    scene.shop.back_up();
    assert_eq!(scene.state().0, State::Protected);
    scene.away.hide();
    let gone_at = scene.report().facts.now;
    assert_eq!(scene.state().0, State::Protected, "a day has not passed");
    scene.hours(20);
    scene.shop.back_up();
    scene.hours(20);
    scene.shop.back_up();
    scene.hours(10);
    let report = scene.report();
    assert_eq!(report.status.state, State::NeedsAttention);
    let since = report.status.reasons.iter().find_map(|reason| match reason {
        Reason::Absent { since, .. } => Some(*since),
        _ => None,
    });
    assert_eq!(since, Some(gone_at));
    let behind = report.facts.destinations.iter().map(|place| place.behind).max();
    assert_eq!(behind, Some(2));
    // What waits for it and what is not away follow from it: it alone is said.
    assert_eq!(report.status.reasons.len(), 1, "{:?}", report.status.reasons);
    assert_eq!(report.status.lacking, Some(Nearness::Away));
    scene.away.show();
    let sent = scene.shop.run(Request::Sync { plan: None });
    assert!(sent.state.is_success(), "{sent:?}");
    assert_eq!(scene.state(), (State::Protected, vec![]));
}

#[test]
fn p9_a_drill_that_failed_or_is_owed_needs_attention() {
    let scene = Scene::new();
    scene.shop.back_up();
    for _ in 0..31 {
        scene.hours(24);
        scene.shop.back_up();
    }
    assert!(matches!(scene.state().1[..], [Reason::DrillOverdue { last: None }]));
    let drill = |scene: &Scene| {
        let latest = vec!["latest".to_owned()];
        scene.shop.run(Request::Verify { snapshots: latest, level: VerifyLevel::Restored })
    };
    assert!(drill(&scene).state.is_success());
    assert_eq!(scene.state(), (State::Protected, vec![]));
    let newest = scene.shop.snapshots().pop().unwrap().name;
    for place in [&scene.near, &scene.away] {
        spoil(&place.path(), &format!("{newest}.zip"));
    }
    assert!(!drill(&scene).state.is_success());
    let (_, reasons) = scene.state();
    assert!(reasons.iter().any(|reason| matches!(reason, Reason::DrillFailed { .. })), "{reasons:?}");
}

/// Changes a byte in the middle of a file somewhere below a folder.
fn spoil(folder: &Path, name: &str) {
    let found = resguardo_tests::shop::files_below(folder);
    let file = found.iter().find(|path| path.ends_with(name)).unwrap();
    let path = folder.join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&path, bytes).unwrap();
}

#[test]
fn p1_looking_writes_nothing_and_a_thousand_snapshots_are_judged_at_once() {
    let scene = Scene::new();
    scene.shop.back_up();
    assert_eq!(scene.state().0, State::Protected);
    multiply(&scene.shop, 1000);
    let log = scene.shop.path("home/catalog.sqlite-wal");
    let size = || std::fs::metadata(&log).unwrap().len();
    let (before, started) = (size(), std::time::Instant::now());
    let report = scene.report();
    println!("1,000 snapshots judged in {:.1?}", started.elapsed());
    assert_eq!(size(), before, "written while nothing happened");
    assert_eq!(report.status.state, State::Protected);
    assert_eq!(scene.shop.snapshots().len(), 1001);
}

/// Gives the catalog so many more snapshots like the only one there is, all of them older.
fn multiply(shop: &Shop, count: i64) {
    let mut file = rusqlite::Connection::open(shop.path("home/catalog.sqlite")).unwrap();
    let catalog = file.transaction().unwrap();
    catalog.execute("UPDATE snapshots SET generation = generation + ?1", [count]).unwrap();
    for n in 0..count {
        let id = SnapshotId::from_random(n.cast_unsigned()).to_string();
        catalog
            .execute(
                "INSERT INTO snapshots SELECT ?1, plan, series, ?2, class, state, damaged, deleted_at, manifest_sha256,
                 json_set(manifest, '$.id', ?1, '$.generation', ?2) FROM snapshots WHERE generation > ?3 LIMIT 1",
                rusqlite::params![id, n + 1, count],
            )
            .unwrap();
        catalog
            .execute(
                "INSERT INTO copies SELECT ?1, destination, state, verified, verified_at FROM copies WHERE snapshot =
                 (SELECT id FROM snapshots WHERE generation > ?2)",
                rusqlite::params![id, count],
            )
            .unwrap();
    }
    catalog.commit().unwrap();
}
