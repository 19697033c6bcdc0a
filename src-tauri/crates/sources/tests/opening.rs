//! Stories about reading the files that a folder source found.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed step fails the test")]

mod common;

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use common::{Story, capture, read_all, write};
use resguardo_domain::Kind;
use resguardo_sources::remove_leftovers;
use resguardo_testkit::sqlite::{Journal, assert_consistent, make_bank};
use resguardo_testkit::test_context;
use rusqlite::Connection;

#[test]
fn the_entry_is_told_as_it_is_when_it_is_opened() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path(), "f", "old");
    let found = capture(tree.path());
    write(tree.path(), "f", "newer");
    let opened = found.open(&test_context(), "files/x/f").unwrap();
    assert_eq!((opened.entry.size, read_all(&*opened.data)), (5, b"newer".to_vec()));
    assert!(!opened.data.has_changed().unwrap());
    assert_eq!(opened.entry.stamp, capture(tree.path()).entry("files/x/f").stamp);
}

#[test]
fn what_vanished_or_became_a_link_is_not_found() {
    let tree = tempfile::tempdir().unwrap();
    for name in ["gone", "link", "folder", "in/folder-link"] {
        write(tree.path(), name, "1");
    }
    write(tree.path(), "elsewhere/folder-link", "not this one");
    let found = capture(tree.path());
    for name in ["gone", "link", "folder"] {
        fs::remove_file(tree.path().join(name)).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", tree.path().join("link")).unwrap();
    fs::create_dir(tree.path().join("folder")).unwrap();
    fs::remove_dir_all(tree.path().join("in")).unwrap();
    std::os::unix::fs::symlink("elsewhere", tree.path().join("in")).unwrap();
    for name in ["gone", "link", "folder", "in/folder-link"] {
        let error = found.open(&test_context(), &format!("files/x/{name}")).unwrap_err();
        assert_eq!(error.kind, Kind::NotFound, "{name}: {error}");
    }
}

/// As a reader does that has more to do.
fn read_slowly(data: &dyn resguardo_domain::ReadAt) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), vec![0; 32 << 10]);
    loop {
        match data.read_at(&mut buffer, all.len() as u64).unwrap() {
            0 => return all,
            length => all.extend_from_slice(&buffer[..length]),
        }
        std::thread::sleep(Duration::from_micros(300));
    }
}

/// Ends the writer also when the story fails: its scope would wait for it for ever.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

#[test]
fn p11_a_file_that_changes_while_it_is_read_is_never_taken_for_good() {
    let tree = tempfile::tempdir().unwrap();
    let path = tree.path().join("f");
    const SIZE: usize = 256 << 10;
    fs::write(&path, vec![0; SIZE]).unwrap();
    let found = capture(tree.path());
    let cx = test_context();
    let stop = AtomicBool::new(false);
    let (mut torn, mut seen, mut good) = (0, 0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::File::options().write(true).open(&path).unwrap();
            for byte in (1..=255_u8).cycle() {
                if stop.load(Relaxed) {
                    break;
                }
                // Rewritten piece by piece, now and then cut off first or longer than before.
                file.set_len(if byte % 5 == 0 { 100 } else { SIZE as u64 }).unwrap();
                file.seek(SeekFrom::Start(0)).unwrap();
                for _ in 0..16 + usize::from(byte % 3) {
                    file.write_all(&[byte; SIZE / 16]).unwrap();
                    std::thread::sleep(Duration::from_micros(200));
                }
                std::thread::sleep(Duration::from_millis(u64::from(byte % 8) * 5));
            }
        });
        let _ends_the_writer = Ends(&stop);
        for _ in 0..100 {
            let opened = found.open(&cx, "files/x/f").unwrap();
            let bytes = read_slowly(&*opened.data);
            let is_torn = bytes.iter().any(|byte| *byte != bytes[0]);
            let changed = opened.data.has_changed().unwrap();
            torn += u32::from(is_torn);
            seen += u32::from(changed);
            good += u32::from(!changed);
            assert!(changed || !is_torn, "a torn copy was taken for good");
        }
    });
    println!("{torn} torn, {seen} seen as changed, {good} good");
    assert!(seen >= torn && seen > 0);
}

#[test]
fn holes_are_told_and_cost_nothing() {
    let tree = tempfile::tempdir().unwrap();
    let mut file = fs::File::create(tree.path().join("sparse")).unwrap();
    file.set_len(1 << 40).unwrap();
    file.seek(SeekFrom::Start(1 << 30)).unwrap();
    file.write_all(&[7; 4096]).unwrap();
    write(tree.path(), "full", vec![1; 1 << 20]);
    fs::File::create(tree.path().join("hollow")).unwrap().set_len(1 << 20).unwrap();
    let found = capture(tree.path());
    let ranges =
        |name: &str| found.open(&test_context(), &format!("files/x/{name}")).unwrap().data.data_ranges();
    match ranges("sparse") {
        Some(data) => {
            let (start, length) = data[0];
            assert!(
                data.len() == 1 && start <= 1 << 30 && start + length >= (1 << 30) + 4096 && length < 1 << 20
            );
            assert_eq!(ranges("hollow"), Some(Vec::new()));
        }
        None => println!("SKIPPED: this file system does not tell holes"),
    }
    assert_eq!(ranges("full"), None);
}

#[test]
fn a_database_in_a_folder_is_one_entry_and_comes_as_a_consistent_copy() {
    let tree = tempfile::tempdir().unwrap();
    let bank = tree.path().join("caja #1 %20?.db");
    let sum = make_bank(&bank, 40, Journal::Wal);
    // Somebody has it open, with everything that matters in the log.
    let open = Connection::open(&bank).unwrap();
    open.execute_batch("PRAGMA wal_autocheckpoint=0; UPDATE accounts SET balance = balance + 5 WHERE id < 2")
        .unwrap();
    write(tree.path(), "notes-wal", "an ordinary file with an unlucky name");
    write(tree.path(), "notes", "its neighbour");
    let story = Story::of(tree.path());

    let found = story.capture();

    assert_eq!(found.paths(), ["caja #1 %20?.db", "notes", "notes-wal"]);
    let name = "files/x/caja #1 %20?.db";
    let before = found.entry(name);
    assert_ne!(before.stamp.side, 0);
    let opened = found.open(&test_context(), name).unwrap();
    assert_eq!(opened.entry.stamp, before.stamp);
    let facts = opened.database.clone().unwrap().facts();
    assert_eq!((facts.rows["accounts"], facts.page_size, &facts.damage), (40, 4096, &None));
    let copy = tree.path().join("copy");
    let bytes = read_all(&*opened.data);
    assert_eq!(bytes.len() as u64, opened.entry.size);
    fs::write(&copy, bytes).unwrap();
    assert_consistent(&copy, sum + 10);
    assert!(!opened.data.has_changed().unwrap());

    // Its temporary file lives as long as it is read.
    assert_eq!(fs::read_dir(story.temporary.path()).unwrap().count(), 1);
    drop(opened);
    assert_eq!(fs::read_dir(story.temporary.path()).unwrap().count(), 0);

    // Having copied it is no change; what is only in the log is one.
    assert_eq!(story.capture().entry(name).stamp, before.stamp);
    open.execute_batch("UPDATE accounts SET balance = balance - 5 WHERE id < 2").unwrap();
    let after = story.capture().entry(name);
    assert_ne!(after.stamp.side, before.stamp.side);
    assert_eq!(after.stamp.mtime_ns, before.stamp.mtime_ns);
}

#[test]
fn what_only_looks_like_a_database_is_stored_as_it_is() {
    let tree = tempfile::tempdir().unwrap();
    let mut fake = b"SQLite format 3\0".to_vec();
    fake.resize(5000, b'x');
    write(tree.path(), "fake", &fake);
    write(tree.path(), "tiny", "SQLite format 3\0");
    let found = capture(tree.path());
    let opened = found.open(&test_context(), "files/x/fake").unwrap();
    assert!(opened.database.as_ref().unwrap().facts().damage.is_some());
    assert_eq!(read_all(&*opened.data), fake);
    assert!(found.open(&test_context(), "files/x/tiny").unwrap().database.is_none());
}

#[test]
fn only_our_old_unfinished_files_are_removed() {
    let tree = tempfile::tempdir().unwrap();
    let ours = [".a.resguardo-0123456789abcdef.tmp", "sub/.db.resguardo-0123456789abcdef.tmp-wal"];
    let others = ["a.tmp", "sub/.b.resguardo-xyz.tmp", ".c.resguardo-0123456789abcdef.tmp.odt"];
    for name in ours.iter().chain(&others) {
        write(tree.path(), name, "1");
    }
    fs::create_dir(tree.path().join(".d.resguardo-0123456789abcdef.tmp")).unwrap();
    std::os::unix::fs::symlink("..", tree.path().join("sub/loop")).unwrap();
    let cx = test_context();
    assert_eq!(remove_leftovers(&cx, tree.path(), 0).unwrap(), 0);
    assert_eq!(remove_leftovers(&cx, tree.path(), i64::MAX).unwrap(), 2);
    for name in others {
        assert!(tree.path().join(name).exists());
    }
    assert!(tree.path().join(".d.resguardo-0123456789abcdef.tmp").exists());
    assert_eq!(remove_leftovers(&cx, &tree.path().join("missing"), i64::MAX).unwrap(), 0);
}
