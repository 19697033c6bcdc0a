//! Stories about copies of databases that other programs are using.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed step fails the test")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Gathered, names_in, part, read_all, say_ready, spec, start_part};
use resguardo_domain::{Kind, Source, SourceConfig};
use resguardo_sources::SqliteSource;
use resguardo_sources::sqlite::{DatabaseCopy, Patience, copy_database, copy_database_with};
use resguardo_testkit::sqlite::{BankWriters, Journal, assert_consistent, make_bank};
use resguardo_testkit::test_context;
use rusqlite::Connection;

/// The part of four tellers, in a process of their own.
#[test]
fn part_of_the_tellers() {
    let Some(bank) = part() else { return };
    let writers = BankWriters::start(&bank, 4);
    std::thread::sleep(Duration::from_millis(50));
    say_ready(&bank);
    let stop = bank.with_extension("stop");
    let started = Instant::now();
    while !stop.exists() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let stats = writers.stop();
    let words = format!("{} {} {}", stats.committed, stats.given_up, stats.longest.as_millis());
    fs::write(bank.with_extension("stats"), words).unwrap();
}

/// The part of a program that holds the database locked.
#[test]
fn part_of_the_locker() {
    let Some(path) = part() else { return };
    let database = Connection::open(&path).unwrap();
    database.execute_batch("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    say_ready(&path);
    std::thread::sleep(Duration::from_secs(60));
}

/// The part of a program that dies in the middle of its work.
#[test]
fn part_of_the_dying() {
    let Some(path) = part() else { return };
    let database = Connection::open(&path).unwrap();
    // A cache this small writes changed pages into the file before the end of the transaction.
    database
        .execute_batch("PRAGMA cache_size=2; PRAGMA cache_spill=2; BEGIN; UPDATE accounts SET balance = 0, owner = owner || owner")
        .unwrap();
    say_ready(&path);
    std::thread::sleep(Duration::from_secs(60));
}

/// The part of a program that leaves its changes in the log and dies.
#[test]
fn part_of_the_forgetful() {
    let Some(path) = part() else { return };
    let database = Connection::open(&path).unwrap();
    database.execute_batch("PRAGMA wal_autocheckpoint=0; UPDATE accounts SET balance = balance + 1").unwrap();
    say_ready(&path);
    std::thread::sleep(Duration::from_secs(60));
}

fn sides(folder: &Path) -> Vec<String> {
    names_in(folder).into_iter().filter(|name| name.starts_with("bank") && name != "bank").collect()
}

fn bytes_of(copy: &DatabaseCopy) -> Vec<u8> {
    fs::read(copy.file.path()).unwrap()
}

fn copies_under_load(journal: Journal) {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    let sum = make_bank(&bank, 60, journal);
    let cx = test_context();
    let _writers = start_part("part_of_the_tellers", &bank);
    let started = Instant::now();
    let mut rows = Vec::new();
    for _ in 0..40 {
        let copy = copy_database(&cx, &bank, temporary.path()).unwrap();
        assert_eq!(copy.facts.damage, None);
        assert_eq!(copy.size, fs::metadata(copy.file.path()).unwrap().len());
        assert_eq!(names_in(temporary.path()).len(), 1, "the copy stands alone");
        assert_consistent(copy.file.path(), sum);
        rows.push(copy.facts.rows["transfers"]);
        std::thread::sleep(Duration::from_millis(10));
    }
    let spent = started.elapsed();
    fs::write(bank.with_extension("stop"), "").unwrap();
    let stats = loop {
        if let Ok(stats) = fs::read_to_string(bank.with_extension("stats")) {
            break stats;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    println!("{journal:?}: {spent:?} for 40 copies, {rows:?}; committed, given up, longest ms: {stats}");
    assert!(rows.last() > rows.first(), "the tellers did not work meanwhile");
    assert!(names_in(temporary.path()).is_empty());
}

#[test]
fn p13_copies_of_a_database_in_wal_mode_are_consistent_under_four_writers() {
    copies_under_load(Journal::Wal);
}

#[test]
fn p13_copies_of_a_database_with_a_rollback_journal_are_consistent_under_four_writers() {
    copies_under_load(Journal::Rollback);
}

#[test]
fn a_copy_keeps_the_page_layout_and_is_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    make_bank(&bank, 500, Journal::Rollback);
    Connection::open(&bank).unwrap().execute_batch("DELETE FROM accounts WHERE id % 3 = 0").unwrap();
    let original = fs::read(&bank).unwrap();
    let cx = test_context();
    let copy = copy_database(&cx, &bank, folder.path()).unwrap();
    let again = copy_database(&cx, &bank, folder.path()).unwrap();
    assert_eq!(bytes_of(&copy), bytes_of(&again));
    assert_eq!(bytes_of(&copy)[4096..], original[4096..]);
    assert_eq!(fs::read(&bank).unwrap(), original);
    assert!(sides(folder.path()).is_empty());
}

#[test]
fn nothing_is_left_beside_a_database_at_rest() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    let sum = make_bank(&bank, 20, Journal::Wal);
    assert!(sides(folder.path()).is_empty());
    let before = fs::read(&bank).unwrap();
    let copy = copy_database(&test_context(), &bank, temporary.path()).unwrap();
    assert_eq!(sides(folder.path()), Vec::<String>::new());
    assert_eq!(fs::read(&bank).unwrap(), before);
    assert_eq!(bytes_of(&copy)[18..20], [1, 1], "the copy is not in WAL mode");
    assert_consistent(copy.file.path(), sum);
}

#[test]
fn what_a_dead_program_left_in_the_log_is_in_the_copy_and_the_original_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    let sum = make_bank(&bank, 20, Journal::Wal);
    start_part("part_of_the_forgetful", &bank).kill();
    assert_eq!(sides(folder.path()), ["bank-shm", "bank-wal"]);
    // With its index and without it, as on a disk that was carried here.
    for _ in 0..2 {
        let (main, log) = (fs::read(&bank).unwrap(), fs::read(folder.path().join("bank-wal")).unwrap());
        let before = sides(folder.path());
        let copy = copy_database(&test_context(), &bank, temporary.path()).unwrap();
        assert_consistent(copy.file.path(), sum + 20);
        assert_eq!(sides(folder.path()), before);
        assert!(fs::read(&bank).unwrap() == main && fs::read(folder.path().join("bank-wal")).unwrap() == log);
        let _ = fs::remove_file(folder.path().join("bank-shm"));
    }
}

#[test]
fn half_a_transaction_of_a_dead_program_is_rolled_back_in_the_copy_only() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    let sum = make_bank(&bank, 3000, Journal::Rollback);
    start_part("part_of_the_dying", &bank).kill();
    assert_eq!(sides(folder.path()), ["bank-journal"]);
    let (main, journal) = (fs::read(&bank).unwrap(), fs::read(folder.path().join("bank-journal")).unwrap());

    let copy = copy_database(&test_context(), &bank, temporary.path()).unwrap();

    assert_consistent(copy.file.path(), sum);
    assert!(
        fs::read(&bank).unwrap() == main && fs::read(folder.path().join("bank-journal")).unwrap() == journal
    );
}

#[test]
fn a_database_that_stays_locked_is_busy_and_waiting_ends() {
    for journal in [Journal::Rollback, Journal::Wal] {
        let folder = tempfile::tempdir().unwrap();
        let bank = folder.path().join("bank");
        make_bank(&bank, 3, journal);
        let locker = start_part("part_of_the_locker", &bank);
        let started = Instant::now();
        let patience = Patience(Duration::from_millis(600));
        let answer = copy_database_with(&test_context(), &bank, folder.path(), patience);
        if journal == Journal::Rollback {
            assert_eq!(answer.unwrap_err().kind, Kind::DatabaseBusy);
            assert!((600..5000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
        } else {
            // In WAL mode nothing is written before a commit, so what is on the disk is a whole state.
            assert_eq!(answer.unwrap().facts.damage, None);
        }
        drop(locker);
        copy_database(&test_context(), &bank, folder.path()).unwrap();
    }
}

#[test]
fn damage_is_told_with_the_copy_or_instead_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    make_bank(&bank, 3000, Journal::Rollback);
    let mut bytes = fs::read(&bank).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xA5);
    fs::write(&bank, &bytes).unwrap();
    let cx = test_context();
    let copy = copy_database(&cx, &bank, folder.path()).unwrap();
    assert!(copy.facts.damage.is_some());

    fs::write(
        &bank,
        b"SQLite format 3\0 and then nothing of the kind, although it is longer than a header of a database",
    )
    .unwrap();
    assert_eq!(copy_database(&cx, &bank, folder.path()).unwrap_err().kind, Kind::DatabaseDamaged);
    fs::write(&bank, b"no database").unwrap();
    assert_eq!(copy_database(&cx, &bank, folder.path()).unwrap_err().kind, Kind::DatabaseDamaged);
    fs::remove_file(&bank).unwrap();
    assert_eq!(copy_database(&cx, &bank, folder.path()).unwrap_err().kind, Kind::NotFound);
    assert!(
        names_in(folder.path())
            .iter()
            .all(|name| !name.contains("resguardo") || copy.file.path().ends_with(name))
    );
}

#[test]
fn odd_tables_are_counted_or_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd");
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "CREATE TABLE \"with \"\" quote\" (a); INSERT INTO \"with \"\" quote\" VALUES (1), (2);
             CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO keyed VALUES ('x');
             CREATE VIRTUAL TABLE words USING fts5(text); INSERT INTO words VALUES ('hola');
             CREATE TABLE sqliteish (a); CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        )
        .unwrap();
    let facts = copy_database(&test_context(), &path, folder.path()).unwrap().facts;
    let rows: Vec<_> = facts.rows.iter().map(|(name, rows)| (name.as_str(), *rows)).collect();
    assert_eq!(rows, [("counted", 0), ("keyed", 1), ("sqliteish", 0), ("with \" quote", 2)]);
    assert_eq!(facts.damage, None);
}

#[test]
fn stopping_ends_a_copy_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    make_bank(&bank, 10, Journal::Rollback);
    let cx = test_context();
    cx.cancel_flag().cancel();
    assert!(copy_database(&cx, &bank, temporary.path()).unwrap_err().is_cancelled());
    assert!(names_in(temporary.path()).is_empty());
}

fn source(path: &Path, temporary: &Path) -> SqliteSource {
    let config = SourceConfig::Sqlite { path: SourceConfig::encode_path(path) };
    SqliteSource::new(&spec("caja", config), path.to_owned(), temporary.to_owned()).unwrap()
}

#[test]
fn a_database_as_a_source_is_one_entry_that_changes_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let bank = folder.path().join("bank");
    make_bank(&bank, 20, Journal::Wal);
    std::os::unix::fs::symlink("bank", folder.path().join("link")).unwrap();
    let cx = test_context();
    let capture = || {
        let found = Gathered::default();
        source(&folder.path().join("link"), temporary.path()).capture(&cx, &found).unwrap();
        found
    };

    let found = capture();
    assert_eq!(source(&bank, temporary.path()).info().path.as_str(), "databases/sqlite/caja");
    assert_eq!(found.batches_of("databases/sqlite"), [(1, false)]);
    assert_eq!(found.batches_of("databases/sqlite/caja"), [(1, true)]);
    let name = "databases/sqlite/caja/bank";
    let opened = found.open(&cx, name).unwrap();
    assert_eq!(opened.database.as_ref().unwrap().facts().rows["accounts"], 20);
    assert_eq!(opened.entry.size, read_all(&*opened.data).len() as u64);
    assert_eq!(capture().entry(name).stamp, found.entry(name).stamp);

    let open = Connection::open(&bank).unwrap();
    open.execute_batch("UPDATE accounts SET balance = 0").unwrap();
    assert_ne!(capture().entry(name).stamp, found.entry(name).stamp);
}

#[test]
fn what_is_no_database_is_no_source() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |name: &str| {
        source(&folder.path().join(name), folder.path())
            .capture(&test_context(), &Gathered::default())
            .unwrap_err()
            .kind
    };
    fs::write(folder.path().join("text"), "hola").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    assert_eq!(kind("missing"), Kind::SourceMissing);
    assert_eq!(kind("text"), Kind::SourceUnreadable);
    assert_eq!(kind("empty"), Kind::SourceEmpty);
    assert_eq!(kind(""), Kind::InvalidInput);
}
