//! Stories about putting a database back over one that may be in use.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed step fails the test")]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use common::{names_in, part, say_ready, start_part};
use resguardo_domain::Kind;
use resguardo_sources::sqlite::{Damage, swap_in};
use resguardo_testkit::sqlite::{Journal, assert_consistent, make_bank};
use resguardo_testkit::{Fault, FaultScript, abort, at_every_step, test_context};
use rusqlite::Connection;

/// The part of a program that has the database open and does nothing.
#[test]
fn part_of_the_idle() {
    let Some(path) = part() else { return };
    let database = Connection::open(&path).unwrap();
    let _: i64 = database.query_row("SELECT count(*) FROM accounts", [], |row| row.get(0)).unwrap();
    say_ready(&path);
    std::thread::sleep(Duration::from_secs(60));
}

/// The part of a program that dies with its work in the log, or half of it in the file.
#[test]
fn part_of_the_dying() {
    let Some(path) = part() else { return };
    let database = Connection::open(&path).unwrap();
    database
        .execute_batch(
            "PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=2; PRAGMA cache_spill=2;
             UPDATE accounts SET balance = balance + 1 WHERE id < 100;
             BEGIN; UPDATE accounts SET balance = 0, owner = owner || owner",
        )
        .unwrap();
    say_ready(&path);
    std::thread::sleep(Duration::from_secs(60));
}

const OLD: u32 = 2000;
const NEW: u32 = 300;

/// An old database that a dead program left, and a new one beside it.
fn prepare(folder: &Path, journal: Journal) {
    make_bank(&folder.join("bank"), OLD, journal);
    make_bank(&folder.join("new"), NEW, Journal::Wal);
    start_part("part_of_the_dying", &folder.join("bank")).kill();
}

/// The old or the new state, whole.
fn is_new(folder: &Path) -> bool {
    let bank = folder.join("bank");
    let accounts: u32 = Connection::open(&bank)
        .unwrap()
        .query_row("SELECT count(*) FROM accounts", [], |row| row.get(0))
        .unwrap();
    match accounts {
        OLD => assert_consistent(&bank, i64::from(OLD) * 1000 + 100),
        NEW => assert_consistent(&bank, i64::from(NEW) * 1000),
        other => panic!("{other} accounts"),
    }
    accounts == NEW
}

#[test]
fn p14_a_stale_log_or_journal_never_meets_the_new_database() {
    for journal in [Journal::Wal, Journal::Rollback] {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), journal);
        assert!(names_in(folder.path()).len() > 2, "nothing is stale: {:?}", names_in(folder.path()));
        let swapped =
            swap_in(&test_context(), &folder.path().join("new"), &folder.path().join("bank"), Damage::Refuse)
                .unwrap();
        assert_eq!((swapped.damage, swapped.orphans), (None, 0));
        assert_eq!(names_in(folder.path()), ["bank"]);
        assert!(is_new(folder.path()));
    }
}

#[test]
fn p14_killed_at_any_step_the_old_or_the_new_database_is_there() {
    if let Some(child) = abort::child() {
        let (new, bank) = (child.folder.join("new"), child.folder.join("bank"));
        swap_in(&child.cx, &new, &bank, Damage::Refuse).unwrap();
        return;
    }
    let mut seen = Vec::new();
    for journal in [Journal::Wal, Journal::Rollback] {
        let name = "p14_killed_at_any_step_the_old_or_the_new_database_is_there";
        let steps = abort::at_every_step(
            name,
            |folder| prepare(folder, journal),
            |folder, _| seen.push(is_new(folder)),
        );
        assert_eq!(steps, 5);
    }
    assert!(seen.contains(&true) && seen.contains(&false));
}

#[test]
fn p14_a_failure_at_any_step_leaves_the_old_or_the_new_database() {
    at_every_step(Fault::Fail(Kind::DiskFull), |cx, script| {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path(), Journal::Wal);
        let answer = swap_in(cx, &folder.path().join("new"), &folder.path().join("bank"), Damage::Refuse);
        assert_eq!(answer.is_err(), script.was_hit());
        let new = is_new(folder.path());
        assert!(new || answer.is_err());
    });
}

#[test]
fn a_database_that_another_program_has_open_is_not_replaced() {
    for journal in [Journal::Wal, Journal::Rollback] {
        let folder = tempfile::tempdir().unwrap();
        let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
        make_bank(&bank, OLD, journal);
        make_bank(&new, NEW, Journal::Rollback);
        let idle = start_part("part_of_the_idle", &bank);
        let inode = fs::metadata(&bank).unwrap().ino();
        let error = swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap_err();
        assert_eq!((error.kind, fs::metadata(&bank).unwrap().ino()), (Kind::Busy, inode));
        idle.kill();
        swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap();
        assert!(is_new(folder.path()));
    }
}

#[test]
fn a_database_that_this_program_has_open_is_not_replaced_either() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
    make_bank(&bank, OLD, Journal::Rollback);
    make_bank(&new, NEW, Journal::Rollback);
    let open = Connection::open(&bank).unwrap();
    let _: i64 = open.query_row("SELECT count(*) FROM accounts", [], |row| row.get(0)).unwrap();
    assert_eq!(swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap_err().kind, Kind::Busy);
}

#[test]
fn a_damaged_new_database_is_refused_unless_that_was_known() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
    make_bank(&bank, OLD, Journal::Wal);
    let damage = |seed: u8| {
        make_bank(&new, 3000, Journal::Rollback);
        let mut bytes = fs::read(&new).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8192].fill(seed);
        fs::write(&new, bytes).unwrap();
    };
    damage(0xA5);
    let error = swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap_err();
    assert_eq!(error.kind, Kind::DatabaseDamaged);
    assert_consistent(&bank, i64::from(OLD) * 1000);
    let swapped = swap_in(&test_context(), &new, &bank, Damage::Known).unwrap();
    assert!(swapped.damage.is_some());
    assert_eq!(names_in(folder.path()), ["bank"]);
}

#[test]
fn over_a_ruined_database_the_new_one_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
    for ruin in [Some("not a database any more, but long enough to be taken for one ".repeat(20)), None] {
        let _ = fs::remove_file(&bank);
        if let Some(ruin) = &ruin {
            fs::write(&bank, ruin).unwrap();
        }
        fs::write(folder.path().join("bank-journal"), "stale").unwrap();
        // A log that would be worked in if it ever met the new database.
        let donor = tempfile::tempdir().unwrap();
        make_bank(&donor.path().join("bank"), OLD, Journal::Wal);
        start_part("part_of_the_dying", &donor.path().join("bank")).kill();
        fs::copy(donor.path().join("bank-wal"), folder.path().join("bank-wal")).unwrap();
        make_bank(&new, NEW, Journal::Wal);
        swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap();
        assert_eq!(names_in(folder.path()), ["bank"]);
        assert!(is_new(folder.path()));
    }
}

#[test]
fn when_the_swap_fails_what_was_set_aside_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
    fs::write(folder.path().join("bank-wal"), "all that is left of it").unwrap();
    make_bank(&new, NEW, Journal::Wal);
    let script = FaultScript::fail_at(4, Kind::Io);
    assert!(swap_in(&script.context(), &new, &bank, Damage::Refuse).is_err());
    assert_eq!(script.steps().last(), Some(&"swap.rename"));
    assert_eq!(names_in(folder.path()), ["bank-wal", "new"]);
}

#[test]
fn the_new_database_gets_the_rights_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (bank, new) = (folder.path().join("bank"), folder.path().join("new"));
    make_bank(&bank, 2, Journal::Rollback);
    make_bank(&new, NEW, Journal::Rollback);
    fs::set_permissions(&bank, fs::Permissions::from_mode(0o640)).unwrap();
    if common::is_root() {
        std::os::unix::fs::chown(&bank, Some(1234), Some(4321)).unwrap();
    }
    let old = fs::metadata(&bank).unwrap();
    swap_in(&test_context(), &new, &bank, Damage::Refuse).unwrap();
    let now = fs::metadata(&bank).unwrap();
    assert_eq!((now.mode(), now.uid(), now.gid()), (old.mode(), old.uid(), old.gid()));
}

#[test]
fn a_link_or_a_folder_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    make_bank(&new, NEW, Journal::Rollback);
    std::os::unix::fs::symlink("elsewhere", folder.path().join("link")).unwrap();
    for target in [folder.path().join("link"), folder.path().to_owned()] {
        assert_eq!(
            swap_in(&test_context(), &new, &target, Damage::Refuse).unwrap_err().kind,
            Kind::InvalidInput
        );
    }
}
