//! Drills: a copy is restored for real into a scratch place and compared, and what can't be brought back is found out.

use std::fs;
use std::path::{Path, PathBuf};

use resguardo_domain::{Kind, OperationState, Verb, VerifyLevel};
use resguardo_engine::Request;
use resguardo_testkit::tree::{Shape, Tree};
use resguardo_tests::shop::{Shop, files_below};
use rusqlite::Connection;

fn drill(snapshot: &str) -> Request {
    Request::Verify { snapshots: vec![snapshot.to_owned()], level: VerifyLevel::Restored }
}

fn database(shop: &Shop, rows: i64) {
    let database = Connection::open(shop.data().join("till.db")).unwrap();
    database
        .execute_batch("CREATE TABLE IF NOT EXISTS sales (id INTEGER PRIMARY KEY, amount INTEGER)")
        .unwrap();
    for n in 0..rows {
        database.execute("INSERT INTO sales (amount) VALUES (?1)", [n]).unwrap();
    }
}

fn archives(folder: &Path) -> Vec<PathBuf> {
    let mut zips: Vec<PathBuf> = files_below(folder).iter().map(|path| folder.join(path)).collect();
    zips.retain(|path| path.extension().is_some_and(|extension| extension == "zip"));
    zips.sort();
    zips
}

#[test]
fn a_drill_restores_every_file_and_counts_the_rows_of_every_table() {
    let shop = Shop::without_plan();
    Tree::grow(&shop.data(), 4, Shape { entries: 40, max_file: 200_000, depth: 3 });
    database(&shop, 300);
    shop.add_plan(&[&shop.drive()]);
    shop.back_up();
    database(&shop, 5);
    let snapshot = shop.back_up();

    let operation = shop.run(drill(&snapshot));

    assert_eq!((operation.state, operation.verb), (OperationState::Succeeded, Verb::Drill), "{operation:?}");
    let view = shop.engine.snapshot(&snapshot).unwrap();
    assert_eq!(view.destinations[0].verified, Some(VerifyLevel::Restored), "{view:?}");
    assert!(files_below(&shop.home().join("temp")).is_empty(), "the scratch folder stays");
}

#[test]
fn a_drill_asks_each_destination_for_all_that_it_needs() {
    let shop = Shop::without_plan();
    database(&shop, 50);
    fs::write(shop.data().join("kept.txt"), "the same on both days").unwrap();
    let other = shop.path("other");
    shop.add_plan(&[&shop.drive(), &other]);
    shop.back_up();
    database(&shop, 1);
    fs::write(shop.data().join("note.txt"), "second day").unwrap();
    let snapshot = shop.back_up();
    // The full archive is gone from one of them: its increment is whole, and of no use there.
    fs::remove_file(&archives(&other)[0]).unwrap();

    let operation = shop.run(drill(&snapshot));

    let error = operation.error.clone().unwrap_or_else(|| panic!("{operation:?}"));
    assert_eq!(error.kind, Kind::VerifyFailed, "{error:?}");
    let view = shop.engine.snapshot(&snapshot).unwrap();
    let level = |name: &str| view.destinations.iter().find(|copy| copy.destination == name).unwrap().verified;
    assert_eq!(level("drive"), Some(VerifyLevel::Restored));
    assert_ne!(level("other"), Some(VerifyLevel::Restored));
    assert!(files_below(&shop.home().join("temp")).is_empty());
}

#[test]
fn a_drill_of_a_damaged_copy_fails_and_changes_nothing_live() {
    let shop = Shop::new();
    fs::write(shop.data().join("ledger.txt"), vec![7; 300_000]).unwrap();
    let snapshot = shop.back_up();
    let archive = &archives(&shop.drive())[0];
    let mut bytes = fs::read(archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(archive, bytes).unwrap();

    let operation = shop.run(drill(&snapshot));

    assert_eq!(operation.error.unwrap().kind, Kind::VerifyFailed);
    assert_eq!(fs::read(shop.data().join("ledger.txt")).unwrap(), vec![7; 300_000]);
    assert!(files_below(&shop.home().join("temp")).is_empty());
}

#[test]
fn a_drill_of_a_snapshot_that_is_not_there_never_begins() {
    let shop = Shop::new();
    assert_eq!(shop.error_of(drill("nothing")).kind, Kind::NotFound);
}
