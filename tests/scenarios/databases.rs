//! SQLite under load and restores over databases that are in use.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use resguardo_domain::{Kind, OperationState};
use resguardo_engine::PlanDraft;
use resguardo_testkit::sqlite::{BankWriters, Journal, assert_consistent, make_bank};
use resguardo_tests::shop::{Shop, files_below, text};
use resguardo_tests::{figure, nightly};

/// A shop whose plan copies one bank, with its sum.
fn bank(journal: Journal) -> (Shop, PathBuf, i64) {
    let shop = Shop::without_plan();
    let path = shop.data().join("bank.sqlite");
    let sum = make_bank(&path, 200, journal);
    let draft = PlanDraft {
        name: "shop".into(),
        sqlite: vec![text(&path)],
        to: vec![text(&shop.drive())],
        ..PlanDraft::default()
    };
    shop.engine.add_plan(draft).unwrap();
    (shop, path, sum)
}

fn back_up_under_load(journal: Journal) {
    let (shop, path, sum) = bank(journal);
    let idle = Instant::now();
    shop.back_up();
    let idle = idle.elapsed();
    if nightly() {
        let writers = BankWriters::start(&path, 4);
        std::thread::sleep(Duration::from_secs(10));
        println!("{journal:?}: writers alone: {:?}", writers.stop());
    }
    let mut slowest = Duration::ZERO;
    let backups = figure(10, 100);
    let writers = BankWriters::start(&path, 4);
    for n in 0..backups {
        let started = Instant::now();
        let operation = shop.back_up_as(None);
        slowest = slowest.max(started.elapsed());
        assert_eq!(operation.state, OperationState::Succeeded, "backup {n}: {operation:?}");
        let to = shop.path("restored");
        let request = resguardo_tests::shop::restore(
            operation.snapshot.unwrap().as_str(),
            &[],
            resguardo_tests::shop::into_folder(&to),
            resguardo_engine::Existing::Replace,
        );
        assert_eq!(shop.run(request).state, OperationState::Succeeded);
        let files = files_below(&to);
        assert_eq!(files.len(), 1, "one file and nothing beside it: {files:?}");
        assert_consistent(&to.join(&files[0]), sum);
        std::fs::remove_dir_all(to).unwrap();
    }
    let stats = writers.stop();
    println!("{journal:?}: {backups} backups, idle {idle:.1?}, slowest under load {slowest:.1?}, {stats:?}");
    assert!(stats.committed > backups, "the writers hardly wrote: this proves nothing");
    assert!(!nightly() || stats.longest < Duration::from_secs(1), "a writer was blocked: {stats:?}");
}

#[test]
fn p13_a_database_with_a_write_ahead_log_is_copied_consistently_under_four_writers() {
    back_up_under_load(Journal::Wal);
}

#[test]
fn p13_a_database_with_a_rollback_journal_is_copied_consistently_under_four_writers() {
    back_up_under_load(Journal::Rollback);
}

fn bytes_of(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn p14_a_database_that_another_program_is_writing_to_is_not_replaced() {
    let (shop, path, sum) = bank(Journal::Rollback);
    let snapshot = shop.back_up();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("update accounts set owner = 'later' where id = 3; begin immediate").unwrap();
    let before = bytes_of(&path);
    let operation = shop.in_place(&snapshot, &[]);
    assert!(!operation.state.is_success(), "{operation:?}");
    let error = operation.error.unwrap();
    assert!(matches!(error.kind, Kind::Busy | Kind::DatabaseBusy | Kind::SafetyImpossible), "{error}");
    assert_eq!(bytes_of(&path), before, "untouched");
    assert_eq!(files_below(&shop.data()), [PathBuf::from("bank.sqlite")], "nothing is left beside it");
    other.execute_batch("rollback").unwrap();
    drop(other);
    let operation = shop.in_place(&snapshot, &[]);
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    assert_consistent(&path, sum);
    let owners: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("select count(*) from accounts where owner = 'later'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(owners, 0, "the old state is back");
}

#[test]
fn p14_a_stale_log_of_the_database_before_is_not_worked_into_the_restored_one() {
    let (shop, path, sum) = bank(Journal::Wal);
    let snapshot = shop.back_up();
    let before = bytes_of(&path);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("pragma wal_autocheckpoint = 0; update accounts set balance = 0").unwrap();
    let wal = path.with_file_name("bank.sqlite-wal");
    let log = bytes_of(&wal);
    assert!(log.len() > 4096, "there is a log");
    drop(other);
    // The program that wrote it died: its database without the change, its log beside it.
    std::fs::write(&path, before).unwrap();
    std::fs::write(&wal, log).unwrap();
    let operation = shop.in_place(&snapshot, &[]);
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    assert_consistent(&path, sum);
    let undone = shop.run(resguardo_engine::Request::Undo { operation: operation.id.to_string() });
    assert!(undone.state.is_success(), "{undone:?}");
    let database = rusqlite::Connection::open(&path).unwrap();
    let left: i64 = database.query_row("select sum(balance) from accounts", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "what was there before, its log included, is back");
}
