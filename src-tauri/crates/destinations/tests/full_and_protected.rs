//! Drives that are full or write-protected, with real small file systems.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't do its work ends"
)]

mod drives;

use std::fs;
use std::path::{Path, PathBuf};

use drives::{Drive, assert_same_names};
use resguardo_destinations::{LocalDestination, MARKER_NAME, probe};
use resguardo_domain::{Body, Destination, DestinationId, Digest, Error, Kind, ObjectKey, Session};
use resguardo_testkit::{SeededRandom, test_context};
use sha2::Digest as _;

const MIB: usize = 1 << 20;

fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name).unwrap()
}

fn body(folder: &Path, size: usize) -> Body {
    let bytes = SeededRandom::new(size as u64).bytes(size);
    let path: PathBuf = folder.join(format!("body{size}"));
    fs::write(&path, &bytes).unwrap();
    Body { path, size: size as u64, sha256: Digest(sha2::Sha256::digest(&bytes).into()) }
}

fn create(root: &Path) -> LocalDestination {
    LocalDestination::create(&test_context(), DestinationId::from_random(1), root).unwrap()
}

fn number(error: &Error, fact: &str) -> u64 {
    error.get(fact).unwrap_or_else(|| panic!("{fact} in {error}")).parse().unwrap()
}

/// Fills a drive but for some bytes.
fn fill_but(drive: &Path, left: u64) {
    let free = test_free(drive);
    let filler = fs::File::create(drive.join("filler")).unwrap();
    let mut wanted = free.saturating_sub(left);
    let block = vec![1; MIB];
    while wanted > 0 {
        let now = wanted.min(MIB as u64);
        if std::io::Write::write_all(&mut &filler, &block[..now as usize]).is_err() {
            break;
        }
        wanted -= now;
    }
}

fn test_free(root: &Path) -> u64 {
    create(root).space(&test_context()).unwrap().unwrap().free
}

#[test]
fn p04_an_object_that_does_not_fit_is_refused_before_a_byte_is_written() {
    let Some(drive) = Drive::mount(16) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (cx, to) = (test_context(), create(drive.path()));
    // Room enough for the bytes, not for the manifest after them.
    let body = body(folder.path(), 10 * MIB);
    let error = to.upload(&cx, &key("pc/a"), &body, Session::default(), &mut |_| Ok(())).unwrap_err();
    assert_eq!(error.kind, Kind::DestinationFull);
    assert_eq!(error.get("destination"), drive.path().to_str());
    assert_eq!(number(&error, "needed"), 26 * MIB as u64);
    assert!(number(&error, "free") <= 16 * MIB as u64);
    assert_same_names(drive.path(), &[MARKER_NAME]);
    // The reserve is for small objects.
    to.put(&cx, &key("pc/manifest"), b"1").unwrap();
    probe(&cx, &to).unwrap();
}

#[test]
fn p04_a_disk_that_fills_up_on_the_way_is_told_and_the_room_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let random = SeededRandom::new(4);
    for _ in 0..10 {
        let Some(drive) = Drive::mount(64) else { return };
        let (cx, to) = (test_context(), create(drive.path()));
        to.put(&cx, &key("pc/old"), b"earlier").unwrap();
        let body = body(folder.path(), 40 * MIB);
        let mut fill = |session: &Session| {
            if session.acknowledged == 8 * MIB as u64 {
                fill_but(drive.path(), random.below(30) * MIB as u64 + random.below(4096));
            }
            Ok(())
        };
        let error = to.upload(&cx, &key("pc/a"), &body, Session::default(), &mut fill).unwrap_err();
        assert_eq!(error.kind, Kind::DestinationFull, "{error}");
        assert!(number(&error, "needed") > number(&error, "free"));
        assert_same_names(drive.path(), &["filler", "pc/old", MARKER_NAME]);
        assert_eq!(to.get(&cx, &key("pc/old"), None).unwrap(), b"earlier");
        fs::remove_file(drive.path().join("filler")).unwrap();
        to.upload(&cx, &key("pc/a"), &body, Session::default(), &mut |_| Ok(())).unwrap();
    }
}

#[test]
fn p04_a_small_object_on_a_full_disk_keeps_the_old_one() {
    let Some(drive) = Drive::mount(16) else { return };
    let (cx, to) = (test_context(), create(drive.path()));
    to.put(&cx, &key("pc/a"), b"old").unwrap();
    fill_but(drive.path(), 0);
    let error = to.put(&cx, &key("pc/a"), &[7; 3 * MIB]).unwrap_err();
    assert_eq!((error.kind, number(&error, "needed")), (Kind::DestinationFull, 3 * MIB as u64));
    assert_eq!(to.get(&cx, &key("pc/a"), None).unwrap(), b"old");
    assert_same_names(drive.path(), &["filler", "pc/a", MARKER_NAME]);
    to.delete(&cx, &key("pc/a")).unwrap();
}

#[test]
fn a_write_protected_drive_can_be_read_but_not_written() {
    let Some(drive) = Drive::mount(32) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (cx, to, body) = (test_context(), create(drive.path()), body(folder.path(), 1000));
    to.put(&cx, &key("pc/a"), b"1").unwrap();
    drive.write_protect();
    let errors = [
        to.check(&cx).unwrap_err(),
        to.staging(&cx).unwrap_err(),
        to.put(&cx, &key("pc/a"), b"2").unwrap_err(),
        to.upload(&cx, &key("pc/b"), &body, Session::default(), &mut |_| Ok(())).unwrap_err(),
        to.delete(&cx, &key("pc/a")).unwrap_err(),
        to.clean(&cx).unwrap_err(),
        probe(&cx, &to).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind, Kind::DestinationDenied, "{error}");
        assert_eq!(error.get("destination"), drive.path().to_str());
    }
    assert_eq!(to.get(&cx, &key("pc/a"), None).unwrap(), b"1");
    assert_eq!((to.list(&cx, "").unwrap().len(), to.head(&cx, &key("pc/a")).unwrap().unwrap().size), (1, 1));
}

#[test]
fn a_drive_that_is_unmounted_is_absent_though_its_folder_stays() {
    let Some(drive) = Drive::mount(32) else { return };
    let (cx, to) = (test_context(), create(drive.path()));
    to.put(&cx, &key("pc/a"), b"1").unwrap();
    drive.unmount();
    assert!(drive.path().is_dir());
    assert_eq!(to.put(&cx, &key("pc/a"), b"2").unwrap_err().kind, Kind::DestinationAbsent);
    assert_eq!(to.list(&cx, "").unwrap_err().kind, Kind::DestinationAbsent);
    assert_same_names(drive.path(), &[]);
}

#[test]
fn a_staged_body_of_another_file_system_is_copied() {
    let Some(drive) = Drive::mount(64) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (cx, to) = (test_context(), create(&folder.path().join("usb")));
    let staging = to.staging(&cx).unwrap().unwrap();
    let mounted = std::process::Command::new("mount").arg("--bind").arg(drive.path()).arg(&staging).status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: no bind mount here");
        return;
    }
    let body = body(&staging, 1000);
    let sent = to.upload(&cx, &key("pc/a"), &body, Session::default(), &mut |_| Ok(()));
    assert!(std::process::Command::new("umount").arg(&staging).status().unwrap().success());
    sent.unwrap();
    assert_eq!(to.get(&cx, &key("pc/a"), None).unwrap().len(), 1000);
}

#[cfg(unix)]
#[test]
fn a_folder_that_refuses_us_is_denied() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (cx, to) = (test_context(), create(&folder.path().join("usb")));
    let mode = |mode| fs::set_permissions(to.root(), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    if fs::write(to.root().join("root may"), "").is_ok() {
        eprintln!("SKIPPED: modes do not bind root");
        return;
    }
    assert_eq!(to.check(&cx).unwrap_err().kind, Kind::DestinationDenied);
    assert_eq!(to.put(&cx, &key("a"), b"1").unwrap_err().kind, Kind::DestinationDenied);
    mode(0o000);
    assert_eq!(to.list(&cx, "").unwrap_err().kind, Kind::DestinationDenied);
    mode(0o755);
}
