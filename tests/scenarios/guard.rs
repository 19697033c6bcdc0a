//! The change guard on the real engine: what shrank or was made unreadable is kept, told with figures, and nothing old goes
//! until a person decides.

use resguardo_domain::{
    ArchiveKind, ChangeFinding, Class, FlagState, Kind, Operation, OperationState, Refusal, Retention,
    SnapshotState,
};
use resguardo_engine::{BackUpReport, OddSource, PlanDraft, PruneReport, Request};
use resguardo_platform::{Home, system_context};
use resguardo_tests::shop::{Shop, run, text};
use rusqlite::Connection;

/// A shop that keeps its last two snapshots.
fn keeps_two(shop: &Shop) -> PlanDraft {
    let retention = Some(Retention { last: Some(2), ..Retention::EMPTY });
    PlanDraft { retention, ..shop.draft(&[&shop.drive()]) }
}

fn full(shop: &Shop) -> Operation {
    let operation = shop.back_up_as(Some(ArchiveKind::Full));
    assert!(operation.state.is_success(), "{operation:?}");
    operation
}

fn odd(operation: &Operation) -> Vec<OddSource> {
    let report: BackUpReport = serde_json::from_str(operation.result.as_deref().unwrap()).unwrap();
    assert_eq!(operation.state == OperationState::SucceededWithIssues, !report.odd.is_empty());
    report.odd
}

fn prune(shop: &Shop) -> PruneReport {
    let operation = shop.run(Request::Prune { plan: "shop".into(), confirmed: true });
    assert!(operation.state.is_success(), "{operation:?}");
    serde_json::from_str(operation.result.as_deref().unwrap()).unwrap()
}

/// Nothing goes, and the report says why.
fn assert_frozen(shop: &Shop, snapshots: usize) {
    let report = prune(shop);
    assert_eq!(report.refusal, Some(Refusal::AnomalyOpen), "{report:?}");
    assert_eq!(shop.snapshots().len(), snapshots);
    assert!(shop.snapshots().iter().all(|one| one.state == SnapshotState::Complete));
}

/// Letters, and every ninth a picture.
fn office(shop: &Shop, files: usize) {
    for n in 0..files {
        if n % 9 == 0 {
            let picture = [b"\xFF\xD8\xFF\xE0\0\x10JFIF".as_slice(), &noise(n, 5000), b"\xFF\xD9"].concat();
            shop.write(&format!("photos/{n:03}.jpg"), picture);
        } else {
            let letter = format!("Dear patient {n}, your appointment is on Tuesday.\n").repeat(20 + n);
            shop.write(&format!("letters/{n:03}.txt"), letter);
        }
    }
}

/// As even as what a cipher writes.
fn noise(seed: usize, length: usize) -> Vec<u8> {
    let mut state = seed as u64 * 7919 + 1;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as u8
    };
    (0..length).map(|_| byte()).collect()
}

/// Overwrites every second file with noise of the same length.
fn encrypt_half(shop: &Shop) {
    let files = resguardo_tests::shop::files_below(&shop.data());
    for (n, file) in files.iter().enumerate().filter(|(n, _)| n % 2 == 0) {
        let length = std::fs::metadata(shop.data().join(file)).unwrap().len();
        std::fs::write(shop.data().join(file), noise(n, length as usize)).unwrap();
    }
}

fn customers(shop: &Shop, rows: u32) {
    let database = Connection::open(shop.path("till.db")).unwrap();
    database
        .execute_batch("create table if not exists Customers (id integer primary key, name text)")
        .unwrap();
    database.execute("delete from Customers", ()).unwrap();
    let many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1)
                insert into Customers select i, 'customer ' || i from n";
    database.execute(many, [rows]).unwrap();
}

#[test]
fn p14_vanished_rows_are_told_with_figures_and_freeze_deletion_until_they_are_accepted() {
    let shop = Shop::without_plan();
    customers(&shop, 1204);
    let draft = keeps_two(&shop);
    shop.engine
        .add_plan(PlanDraft { folders: Vec::new(), sqlite: vec![text(&shop.path("till.db"))], ..draft })
        .unwrap();
    for _ in 0..3 {
        assert_eq!(odd(&full(&shop)), []);
    }
    customers(&shop, 3);
    let found = odd(&shop.back_up_as(Some(ArchiveKind::Incremental)));
    let gone = ChangeFinding::RowsGone { table: "Customers".into(), before: 1204, after: 3 };
    assert_eq!(found.iter().flat_map(|source| &source.findings).collect::<Vec<_>>(), [&gone]);
    let flagged = shop.engine.snapshot("shop@latest").unwrap();
    assert_eq!((flagged.flag, &flagged.odd), (Some(FlagState::Open), &found));
    assert_eq!(shop.engine.status().unwrap().plans[0].flagged.len(), 1);
    assert_frozen(&shop, 4);
    // It is odd again as long as nobody says that it is right: a flagged run is not learned from.
    assert_eq!(odd(&full(&shop)).len(), 1);
    let again = shop.engine.snapshot("shop@latest").unwrap();
    shop.engine.settle_flag(flagged.id.as_str(), true).unwrap();
    assert_frozen(&shop, 5);
    assert_eq!(shop.engine.settle_flag(again.id.as_str(), true).unwrap().flag, Some(FlagState::Accepted));
    assert_eq!(odd(&full(&shop)), []);
    let report = prune(&shop);
    assert_eq!((report.refusal, report.deleted), (None, 4));
    assert_eq!(shop.snapshots().len(), 2);
}

#[test]
fn p26_files_encrypted_in_place_are_noticed_at_the_first_backup_and_the_good_ones_stay() {
    for kind in [ArchiveKind::Incremental, ArchiveKind::Full] {
        let shop = Shop::without_plan();
        office(&shop, 60);
        shop.engine.add_plan(keeps_two(&shop)).unwrap();
        let good: Vec<_> = (0..3).map(|_| full(&shop).snapshot.unwrap().to_string()).collect();
        let copy = shop.path("good");
        resguardo_tests::shop::copy_tree(&shop.data(), &copy);
        encrypt_half(&shop);
        let found = odd(&shop.back_up_as(Some(kind)));
        let unreadable = ChangeFinding::Unreadable { changed_percent: 50, unreadable_percent: 100 };
        assert_eq!(found[0].findings, [unreadable], "{kind:?}");
        for _ in 0..3 {
            full(&shop);
        }
        assert_frozen(&shop, 7);
        for (n, id) in good.iter().enumerate() {
            let restored = shop.restored(id, &format!("restored{n}"));
            assert_eq!(resguardo_testkit::diff(&copy, &restored), [""; 0]);
        }
        // Refused, it counts towards no rule, and it stays for a week.
        let bad = shop.snapshots()[3].id.to_string();
        assert_eq!(shop.engine.settle_flag(&bad, false).unwrap().flag, Some(FlagState::Refused));
        let report = prune(&shop);
        assert!(report.rows.iter().any(|row| row.id.as_str() == bad && !row.keep.is_empty()), "{report:?}");
    }
}

#[test]
fn p26_a_busy_week_is_not_odd() {
    let shop = Shop::without_plan();
    office(&shop, 60);
    shop.engine.add_plan(keeps_two(&shop)).unwrap();
    full(&shop);
    for day in 0..7 {
        for n in 0..15 {
            shop.write(
                &format!("letters/{:03}.txt", (n * 4 + day) % 60),
                format!("Day {day}. ").repeat(90 + n),
            );
        }
        for n in 0..8 {
            let picture = [b"\xFF\xD8\xFF\xE0\0\x10JFIF".as_slice(), &noise(day * 9 + n, 4000), b"\xFF\xD9"];
            shop.write(&format!("photos/day{day}-{n}.jpg"), picture.concat());
        }
        let _ = std::fs::remove_file(shop.data().join(format!("letters/{:03}.txt", day * 8 + 1)));
        let kind = if day == 4 { ArchiveKind::Full } else { ArchiveKind::Incremental };
        assert_eq!(odd(&shop.back_up_as(Some(kind))), [], "day {day}");
    }
    assert_eq!(prune(&shop).refusal, None);
    let refused = shop.engine.settle_flag("shop@latest", true).unwrap_err();
    assert_eq!(refused.kind, Kind::InvalidInput);
}

#[test]
fn p14_a_flag_outlives_the_home() {
    let shop = Shop::without_plan();
    office(&shop, 60);
    shop.engine.add_plan(keeps_two(&shop)).unwrap();
    (0..3).for_each(|_| drop(full(&shop)));
    encrypt_half(&shop);
    let found = odd(&shop.back_up_as(None));
    assert_eq!(found.len(), 1);

    let (engine, _) =
        resguardo_engine::Engine::open(Home::at(shop.path("new home")), system_context()).unwrap();
    engine.add_local_destination(Some("drive"), &text(&shop.drive()), None).unwrap();
    let rebuilt = run(&engine, Request::Rebuild { destination: Some("drive".into()) });
    assert!(rebuilt.state.is_success(), "{rebuilt:?}");
    let latest = engine.snapshot("shop@latest").unwrap();
    assert_eq!((latest.flag, latest.odd), (Some(FlagState::Open), found));
    assert_eq!(engine.plan_prune("shop").unwrap().rows.len(), 4);
    // What the files looked like came back too: the rest of them, encrypted now, is noticed from this home.
    for file in resguardo_tests::shop::files_below(&shop.data()) {
        std::fs::write(shop.data().join(&file), noise(7, 3000)).unwrap();
    }
    let request =
        Request::BackUp { plan: "shop".into(), kind: Some(ArchiveKind::Incremental), class: Class::Daily };
    let found = odd(&run(&engine, request));
    let unreadable = ChangeFinding::Unreadable { changed_percent: 100, unreadable_percent: 100 };
    assert_eq!(found[0].findings, [unreadable]);
}
