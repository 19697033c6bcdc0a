//! What people get wrong and what the world does to them: each ends in a clear error, and nothing is harmed.

use std::time::Duration;

use resguardo_domain::{Class, Kind, OperationState, Retention, Schedule, ScheduleRule, VerifyLevel};
use resguardo_engine::{Existing, PlanDraft, PlanEdit, Request, RestoreRequest, RestoreTarget};
use resguardo_tests::shop::{Shop, files_below, text};

fn backup() -> Request {
    Request::BackUp { plan: "shop".into(), kind: None, class: Class::Daily }
}

#[test]
fn a_missing_source_is_refused_when_planned_and_told_when_it_vanishes_later() {
    let shop = Shop::without_plan();
    let missing = PlanDraft { folders: vec![text(&shop.path("nowhere"))], ..shop.draft(&[&shop.drive()]) };
    assert_eq!(shop.engine.add_plan(missing).unwrap_err().kind, Kind::SourceMissing);
    assert!(shop.engine.plans().unwrap().is_empty() && shop.engine.destinations().unwrap().is_empty());
    shop.write("a.txt", "a");
    shop.add_plan(&[&shop.drive()]);
    let snapshot = shop.back_up();
    std::fs::rename(shop.data(), shop.path("moved")).unwrap();
    assert_eq!(shop.error_of(backup()).kind, Kind::SourceMissing);
    assert_eq!(shop.snapshots().len(), 1);
    shop.restored(&snapshot, "restored");
}

#[test]
fn an_empty_source_never_counts_as_a_good_copy() {
    let shop = Shop::without_plan();
    shop.add_plan(&[&shop.drive()]);
    assert_eq!(shop.error_of(backup()).kind, Kind::SourceEmpty);
    shop.write("a.txt", "a");
    shop.back_up();
    std::fs::remove_file(shop.data().join("a.txt")).unwrap();
    assert_eq!(shop.error_of(backup()).kind, Kind::SourceEmpty);
    assert_eq!(shop.snapshots().len(), 1);
    assert!(files_below(&shop.path("drive/resguardo-staging")).is_empty());
}

#[test]
fn a_destination_inside_a_source_and_a_source_inside_a_destination_are_refused() {
    let shop = Shop::without_plan();
    let inside = shop.data().join("backups");
    let error = shop.engine.add_plan(shop.draft(&[&inside])).unwrap_err();
    assert_eq!(error.kind, Kind::DestinationInsideSource);
    let around = shop.engine.add_plan(shop.draft(&[shop.dir.path()])).unwrap_err();
    assert_eq!(around.kind, Kind::DestinationInsideSource);
    std::os::unix::fs::symlink(shop.data(), shop.path("link")).unwrap();
    let through_a_link = shop.engine.add_plan(shop.draft(&[&shop.path("link/backups")])).unwrap_err();
    assert_eq!(through_a_link.kind, Kind::DestinationInsideSource);
    assert!(!inside.exists() && shop.engine.plans().unwrap().is_empty());
}

#[test]
fn a_destination_that_vanishes_in_the_middle_of_a_run_harms_nothing() {
    let random = resguardo_testkit::SeededRandom::new(7);
    for delay in [0, 5, 20, 60, 150] {
        let shop = Shop::without_plan();
        shop.write("a.txt", "a");
        shop.add_plan(&[&shop.drive()]);
        let first = shop.back_up();
        for n in 0..200 {
            shop.write(&format!("{n}"), random.bytes(40_000));
        }
        let id = shop.engine.start(backup()).unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        std::fs::rename(shop.drive(), shop.path("unplugged")).unwrap();
        let operation = shop.engine.wait(&id).unwrap();
        assert!(operation.state.is_final(), "{operation:?}");
        assert!(!shop.drive().exists(), "nothing is made where the drive was: {operation:?}");
        if operation.state == OperationState::Failed {
            let kind = operation.error.unwrap().kind;
            assert_eq!(kind, Kind::DestinationAbsent, "after {delay} ms");
        }
        std::fs::rename(shop.path("unplugged"), shop.drive()).unwrap();
        shop.back_up();
        assert_eq!(shop.verify().state, OperationState::Succeeded);
        shop.restored(&first, "restored");
        assert!(files_below(&shop.path("drive/resguardo-staging")).is_empty());
        assert!(files_below(&shop.path("home/staging")).is_empty());
    }
}

#[test]
fn an_edited_manifest_and_a_newer_format_are_told_and_not_taken_in() {
    let shop = Shop::new();
    shop.back_up();
    let find = |ending: &str| {
        files_below(&shop.drive()).into_iter().find(|f| f.to_str().unwrap().ends_with(ending)).unwrap()
    };
    let path = shop.drive().join(find("_manifest.json"));
    let sound = std::fs::read_to_string(&path).unwrap();
    let edited = sound.replacen("\"files\"", "\"filez\"", 1);
    assert_ne!(edited, sound);
    std::fs::write(&path, edited).unwrap();
    let verify = || Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Checked };
    assert_eq!(shop.error_of(verify()).kind, Kind::VerifyFailed);
    let mut newer = shop.engine.manifest("latest").unwrap();
    newer.format = 99;
    std::fs::write(&path, resguardo_archive::manifest_to_bytes(&newer).unwrap()).unwrap();
    let other = Shop::without_plan();
    other.engine.add_local_destination(Some("usb"), &text(&shop.drive()), None).unwrap();
    let report = other.engine.adopt("usb").unwrap();
    assert_eq!((report.found, report.problems.len()), (0, 1), "{report:?}");
    assert!(report.problems[0].error.kind == Kind::NewerFormat, "{report:?}");
}

#[test]
fn a_cut_archive_is_not_taken_in_by_a_rebuild() {
    let shop = Shop::new();
    shop.back_up();
    let zip = files_below(&shop.drive()).into_iter().find(|f| f.extension().is_some_and(|e| e == "zip"));
    let file = std::fs::OpenOptions::new().write(true).open(shop.drive().join(zip.unwrap())).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    let other = Shop::without_plan();
    other.engine.add_local_destination(Some("usb"), &text(&shop.drive()), None).unwrap();
    let report = other.engine.adopt("usb").unwrap();
    assert_eq!((report.found, report.problems.len()), (0, 1), "{report:?}");
}

#[test]
fn a_plan_name_that_is_taken_in_any_case_or_unsafe_is_refused() {
    let shop = Shop::new();
    for name in ["shop", "Shop", "SHOP"] {
        let draft = PlanDraft { name: name.into(), ..shop.draft(&[&shop.drive()]) };
        assert_eq!(shop.engine.add_plan(draft).unwrap_err().kind, Kind::AlreadyExists, "{name}");
    }
    for name in ["", ".", "..", "a/b", "../a", "a\\b", "con", "a\0b", "-rf", "a\n", " a", "a.", "Ñ@x"] {
        let draft = PlanDraft { name: name.into(), ..shop.draft(&[&shop.drive()]) };
        assert_eq!(shop.engine.add_plan(draft).unwrap_err().kind, Kind::InvalidInput, "{name:?}");
    }
    assert_eq!(shop.engine.plans().unwrap().len(), 1);
    let second = PlanDraft { name: "other".into(), ..shop.draft(&[&shop.drive()]) };
    shop.engine.add_plan(second).unwrap();
    let renamed =
        shop.engine.edit_plan("other", PlanEdit { name: Some("SHOP".into()), ..PlanEdit::default() });
    assert_eq!(renamed.unwrap_err().kind, Kind::AlreadyExists);
}

#[test]
fn retention_that_keeps_nothing_is_refused_and_the_plan_stays_as_it_was() {
    let shop = Shop::new();
    let before = shop.engine.plan("shop").unwrap();
    for rules in [
        Retention::EMPTY,
        Retention { last: Some(0), ..Retention::EMPTY },
        Retention { daily: Some(4_000_000), ..Retention::EMPTY },
    ] {
        let edit = PlanEdit { retention: Some(rules.clone()), ..PlanEdit::default() };
        assert_eq!(shop.engine.edit_plan("shop", edit).unwrap_err().kind, Kind::InvalidInput, "{rules:?}");
    }
    assert_eq!(shop.engine.plan("shop").unwrap(), before);
}

#[test]
fn an_unknown_path_or_snapshot_in_a_restore_is_refused_before_anything_changes() {
    let shop = Shop::new();
    let snapshot = shop.back_up();
    shop.write("first.txt", "newer");
    let request = |snapshot: &str, path: &str| {
        Request::Restore(RestoreRequest {
            snapshot: snapshot.into(),
            paths: vec!["files/data/first.txt".into(), path.into()],
            target: RestoreTarget::InPlace,
            existing: Existing::Replace,
            safety: true,
        })
    };
    for (path, kind) in [
        ("files/data/nothing", Kind::NotFound),
        ("files/data/FIRST.TXT", Kind::NotFound),
        ("../outside", Kind::InvalidInput),
        ("/etc/passwd", Kind::InvalidInput),
    ] {
        let error = shop.error_of(request(&snapshot, path));
        assert!(matches!(error.kind, Kind::NotFound | Kind::InvalidInput), "{path}: {error} ({kind:?})");
    }
    assert_eq!(shop.error_of(request("ffffffffffffffff", "")).kind, Kind::NotFound);
    assert_eq!(shop.error_of(request("nobody@latest", "")).kind, Kind::NotFound);
    assert_eq!(std::fs::read(shop.data().join("first.txt")).unwrap(), b"newer");
}

#[test]
fn two_plans_run_at_the_same_time_and_the_same_plan_twice_is_one_run() {
    let shop = Shop::without_plan();
    let random = resguardo_testkit::SeededRandom::new(9);
    for n in 0..150 {
        shop.write(&format!("{n}"), random.bytes(30_000));
    }
    shop.add_plan(&[&shop.drive()]);
    let second = PlanDraft { name: "second".into(), ..shop.draft(&[&shop.drive()]) };
    shop.engine.add_plan(second).unwrap();
    let first = shop.engine.start(backup()).unwrap();
    let again = shop.engine.start(backup()).unwrap();
    let other = Request::BackUp { plan: "second".into(), kind: None, class: Class::Daily };
    let other = shop.engine.start(other).unwrap();
    assert_eq!(first, again, "the second wish joins the first run");
    for id in [first, other] {
        let operation = shop.engine.wait(&id).unwrap();
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    }
    assert_eq!(shop.snapshots().len(), 2);
    assert_eq!(shop.verify().state, OperationState::Succeeded);
}

#[test]
fn a_date_that_has_passed_is_refused_when_entered_and_stays_where_it_was_kept() {
    let clock = resguardo_testkit::FixedClock::at("2026-09-12T12:00:00Z");
    let random = std::sync::Arc::new(resguardo_platform::SystemRandom);
    let shop = Shop::with_context(resguardo_domain::Context::new(std::sync::Arc::new(clock.clone()), random));
    shop.write("a.txt", "a");
    let once = |day| {
        let rule = ScheduleRule::Once { at: jiff::civil::date(2026, 9, day).at(18, 0, 0, 0) };
        Schedule { rule, zone: "UTC".into(), kind: None, class: Class::Manual, off: false }
    };
    let draft = |day| PlanDraft { schedules: vec![once(day)], ..shop.draft(&[&shop.drive()]) };
    let refused = shop.engine.add_plan(draft(11)).unwrap_err();
    assert_eq!((refused.kind, refused.get("field")), (Kind::InvalidInput, Some("once")));
    assert!(shop.engine.plans().unwrap().is_empty());
    shop.engine.add_plan(draft(13)).unwrap();
    clock.advance(jiff::SignedDuration::from_hours(72));
    let kept =
        PlanEdit { schedules: Some(vec![once(13)]), name: Some("tienda".into()), ..PlanEdit::default() };
    assert_eq!(shop.engine.edit_plan("shop", kept).unwrap().name, "tienda");
    let passed = PlanEdit { schedules: Some(vec![once(14)]), ..PlanEdit::default() };
    assert_eq!(shop.engine.edit_plan("tienda", passed).unwrap_err().kind, Kind::InvalidInput);
    assert_eq!(shop.engine.plan("tienda").unwrap().schedules, [once(13)]);
}
