//! What only a folder can go through: unplugged, swapped, write-protected and full drives, litter, links, crashes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that can't do its work ends"
)]

mod drives;

use std::fs;
use std::path::{Path, PathBuf};

use drives::{assert_same_names, names_below};
use resguardo_destinations::{LocalDestination, MARKER_NAME, STAGING_NAME, marker_of};
use resguardo_domain::{Body, Context, Destination, DestinationId, Digest, Kind, ObjectKey, Result, Session};
use resguardo_testkit::{Fault, SeededRandom, abort, at_every_step, test_context};
use sha2::Digest as _;

const MIB: usize = 1 << 20;

fn id() -> DestinationId {
    DestinationId::from_random(1)
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new(name).unwrap()
}

fn body(path: PathBuf, seed: u64, size: usize) -> Body {
    let bytes = SeededRandom::new(seed).bytes(size);
    fs::write(&path, &bytes).unwrap();
    Body { path, size: size as u64, sha256: Digest(sha2::Sha256::digest(&bytes).into()) }
}

fn hash_of(path: &Path) -> Digest {
    Digest(sha2::Sha256::digest(fs::read(path).unwrap()).into())
}

/// A folder with a destination in it, and the destination.
fn destination() -> (tempfile::TempDir, LocalDestination) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("usb");
    let destination = LocalDestination::create(&test_context(), id(), &root).unwrap();
    (folder, destination)
}

/// The errors of all verbs.
fn errors_of_all_verbs(cx: &Context, to: &LocalDestination, body: &Body) -> Vec<Kind> {
    let send = to.upload(cx, &key("pc/new"), body, Session::default(), &mut |_| Ok(()));
    [
        to.check(cx).err(),
        to.staging(cx).err(),
        to.put(cx, &key("pc/a"), b"2").err(),
        send.err(),
        to.delete(cx, &key("pc/a")).err(),
        to.clean(cx).err(),
        to.limits(cx).err(),
        to.space(cx).err(),
        to.get(cx, &key("pc/a"), None).err(),
        to.head(cx, &key("pc/a")).err(),
        to.list(cx, "").err(),
    ]
    .into_iter()
    .map(|error| error.map_or(Kind::Internal, |error| error.kind))
    .collect()
}

#[test]
fn an_unplugged_drive_is_absent_and_nothing_is_made_in_its_place() {
    let (folder, to) = destination();
    let (cx, root) = (test_context(), to.root().to_owned());
    let body = body(folder.path().join("body"), 1, 1000);
    to.put(&cx, &key("pc/a"), b"1").unwrap();
    let away = folder.path().join("in the drawer");
    fs::rename(&root, &away).unwrap();
    assert_eq!(errors_of_all_verbs(&cx, &to, &body), [Kind::DestinationAbsent; 11]);
    assert!(!root.exists());
    // What a mount point looks like when nothing is mounted.
    fs::create_dir(&root).unwrap();
    assert_eq!(errors_of_all_verbs(&cx, &to, &body), [Kind::DestinationAbsent; 11]);
    assert_same_names(&root, &[]);
    let error = to.check(&cx).unwrap_err();
    assert_eq!(error.get("destination"), Some(root.to_str().unwrap()));
    fs::remove_dir(&root).unwrap();
    fs::rename(&away, &root).unwrap();
    assert_eq!(to.get(&cx, &key("pc/a"), None).unwrap(), b"1");
}

#[test]
fn another_drive_in_its_place_is_foreign() {
    let (folder, to) = destination();
    let (cx, body) = (test_context(), body(folder.path().join("body"), 1, 1000));
    fs::remove_dir_all(to.root()).unwrap();
    LocalDestination::create(&cx, DestinationId::from_random(2), to.root()).unwrap();
    assert_eq!(errors_of_all_verbs(&cx, &to, &body), [Kind::DestinationForeign; 11]);
    fs::write(to.root().join(MARKER_NAME), "{\"format\": 1").unwrap();
    assert_eq!(errors_of_all_verbs(&cx, &to, &body), [Kind::DestinationForeign; 11]);
    assert_same_names(to.root(), &[MARKER_NAME]);
}

#[test]
fn a_drive_pulled_in_the_middle_of_an_upload_is_absent_and_comes_back() {
    let (folder, to) = destination();
    let (cx, body) = (test_context(), body(folder.path().join("body"), 2, 30 * MIB));
    let away = folder.path().join("away");
    let mut session = Session::default();
    let mut pull = |now: &Session| {
        if session.acknowledged == 0 {
            fs::rename(to.root(), &away).unwrap();
            fs::create_dir(to.root()).unwrap();
        }
        session = now.clone();
        Ok(())
    };
    let error = to.upload(&cx, &key("pc/a"), &body, Session::default(), &mut pull).unwrap_err();
    assert_eq!(error.kind, Kind::DestinationAbsent);
    // Fails when so much as a folder was made where the drive had been.
    fs::remove_dir(to.root()).unwrap();
    fs::rename(&away, to.root()).unwrap();
    assert_eq!(to.head(&cx, &key("pc/a")).unwrap(), None);
    to.upload(&cx, &key("pc/a"), &body, session, &mut |_| Ok(())).unwrap();
    assert_eq!(hash_of(&to.root().join("pc/a")), body.sha256);
}

#[test]
fn making_a_destination_adopts_makes_or_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let cx = test_context();
    let create = |path: &str| LocalDestination::create(&cx, id(), &folder.path().join(path));
    assert_eq!(create("missing/usb").unwrap_err().kind, Kind::DestinationAbsent);
    fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(create("file").unwrap_err().kind, Kind::InvalidInput);
    assert_eq!(create("file/below").unwrap_err().kind, Kind::DestinationAbsent);
    // A drive with other things on it.
    fs::create_dir(folder.path().join("usb")).unwrap();
    fs::write(folder.path().join("usb/photo.jpg"), "1").unwrap();
    let made = create("usb").unwrap();
    assert_eq!(marker_of(made.root()).unwrap().unwrap().id, id());
    let adopted =
        LocalDestination::create(&cx, DestinationId::from_random(9), &folder.path().join("usb")).unwrap();
    assert_eq!((adopted.info().id, &adopted), (id(), &made));
    assert_same_names(made.root(), &["photo.jpg", MARKER_NAME]);
    fs::write(made.root().join(MARKER_NAME), r#"{"format":2}"#).unwrap();
    assert_eq!(create("usb").unwrap_err().kind, Kind::NewerFormat);
    assert_same_names(folder.path(), &["file", "usb/photo.jpg", &format!("usb/{MARKER_NAME}")]);
}

#[test]
fn p05_making_a_destination_can_be_repeated_after_a_fault_at_any_step() {
    at_every_step(Fault::Fail(Kind::Io), |cx, script| {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("usb");
        assert_eq!(LocalDestination::create(cx, id(), &root).is_err(), script.was_hit());
        LocalDestination::create(&test_context(), id(), &root).unwrap().check(&test_context()).unwrap();
        assert_same_names(&root, &[MARKER_NAME]);
    });
}

#[test]
fn our_own_names_are_never_objects() {
    let (folder, to) = destination();
    let cx = test_context();
    let staging = to.staging(&cx).unwrap().unwrap();
    fs::write(staging.join("archive.zip"), "1").unwrap();
    fs::create_dir_all(to.root().join("pc")).unwrap();
    fs::write(to.root().join("pc/a.zip.0123abcd.partial"), "1").unwrap();
    assert_eq!(to.list(&cx, "").unwrap(), []);
    for name in
        [MARKER_NAME, &format!("{STAGING_NAME}/archive.zip"), "pc/a.zip.0123abcd.partial", "lost+found/x"]
    {
        let body = body(folder.path().join("body"), 1, 10);
        let key = key(name);
        let errors = [
            to.put(&cx, &key, b"2").unwrap_err(),
            to.upload(&cx, &key, &body, Session::default(), &mut |_| Ok(())).unwrap_err(),
            to.get(&cx, &key, None).unwrap_err(),
            to.head(&cx, &key).unwrap_err(),
            to.delete(&cx, &key).unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.kind == Kind::InvalidInput), "{errors:?}");
        assert_eq!(to.local_path(&key), None);
    }
    assert_eq!(to.local_path(&key("pc/a.zip")), Some(to.root().join("pc/a.zip")));
    assert_eq!(to.own_folders(), [to.root()]);
}

#[cfg(target_os = "linux")]
#[test]
fn links_and_strange_things_on_the_drive_are_passed_over() {
    use std::os::unix::ffi::OsStrExt;
    let (folder, to) = destination();
    let cx = test_context();
    to.put(&cx, &key("pc/a"), b"1").unwrap();
    fs::write(folder.path().join("outside"), "secret").unwrap();
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, to.root().join(name)).unwrap();
    link("..", "up");
    link(".", "pc/round");
    link("../outside", "outside");
    fs::write(to.root().join(std::ffi::OsStr::from_bytes(b"caf\xe9")), "1").unwrap();
    fs::write(to.root().join("line\nbreak"), "1").unwrap();
    let made = std::process::Command::new("mkfifo").arg(to.root().join("pipe")).status();
    let names: Vec<_> = to.list(&cx, "").unwrap().into_iter().map(|info| info.key).collect();
    assert_eq!(names, [key("pc/a")]);
    assert_eq!(to.head(&cx, &key("outside")).unwrap(), None);
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(to.get(&cx, &key("pipe"), None).unwrap_err().kind, Kind::NotFound);
    }
}

#[test]
fn deleting_the_last_object_removes_our_folders_and_nothing_else() {
    let (_folder, to) = destination();
    let cx = test_context();
    to.put(&cx, &key("pc/plan/daily/a"), b"1").unwrap();
    to.put(&cx, &key("pc/other/b"), b"1").unwrap();
    to.delete(&cx, &key("pc/plan/daily/a")).unwrap();
    assert_same_names(to.root(), &["pc/other/b", MARKER_NAME]);
    assert!(!to.root().join("pc/plan").exists());
    fs::write(to.root().join("pc/notes.txt"), "mine").unwrap();
    to.delete(&cx, &key("pc/other/b")).unwrap();
    assert_same_names(to.root(), &["pc/notes.txt", MARKER_NAME]);
    fs::remove_file(to.root().join("pc/notes.txt")).unwrap();
    to.delete(&cx, &key("pc/other/b")).unwrap();
    assert!(!to.root().join("pc").exists() && to.root().exists());
}

#[test]
fn only_our_own_old_partial_uploads_are_cleaned_away() {
    let (_folder, to) = destination();
    let cx = test_context();
    fs::create_dir_all(to.root().join("pc")).unwrap();
    let file = |name: &str, days: u64| {
        let path = to.root().join(name);
        fs::write(&path, "1").unwrap();
        let time =
            std::time::SystemTime::from(cx.now()) - std::time::Duration::from_secs(days * 24 * 3600 + 60);
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    };
    file("pc/old.zip.0123abcd.partial", 7);
    file("older.zip.ffffffff.partial", 700);
    file("pc/young.zip.0123abcd.partial", 6);
    file("pc/theirs.partial", 700);
    file("pc/download.zip.0123abcd.part", 700);
    file("pc/archive.zip", 700);
    let theirs = ["pc/archive.zip", "pc/download.zip.0123abcd.part", "pc/theirs.partial"];
    let young = "pc/young.zip.0123abcd.partial";
    assert_eq!((to.clean(&cx).unwrap(), to.clean(&cx).unwrap()), (2, 0));
    assert_same_names(to.root(), &[theirs[0], theirs[1], theirs[2], young, MARKER_NAME]);
}

/// Interrupts an upload after two steps; returns the session and the partial file.
fn interrupted(to: &LocalDestination, body: &Body) -> (Session, PathBuf) {
    let cx = test_context();
    let mut last = Session::default();
    let mut stop = |session: &Session| {
        last = session.clone();
        if session.acknowledged > 10 * MIB as u64 {
            cx.cancel_flag().cancel();
        }
        Ok(())
    };
    to.upload(&cx, &key("pc/a"), body, Session::default(), &mut stop).unwrap_err();
    let partial = to.root().join(format!("pc/a.{}.partial", &body.sha256.to_string()[..8]));
    assert_eq!(fs::metadata(&partial).unwrap().len(), 16 * MIB as u64);
    (last, partial)
}

fn resume(to: &LocalDestination, body: &Body, session: Session) -> Result<Vec<u64>> {
    let mut seen = Vec::new();
    let mut note = |session: &Session| {
        seen.push(session.acknowledged / MIB as u64);
        Ok(())
    };
    to.upload(&test_context(), &key("pc/a"), body, session, &mut note)?;
    Ok(seen)
}

fn overwrite(path: &Path, at: usize) {
    use std::io::{Seek, SeekFrom, Write};
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at as u64)).unwrap();
    file.write_all(b"scribble").unwrap();
}

#[test]
fn p20_what_was_sent_is_not_read_or_sent_again() {
    let (folder, to) = destination();
    let body = body(folder.path().join("body"), 3, 20 * MIB);
    let (session, _) = interrupted(&to, &body);
    // Were the beginning sent again, this would be in it.
    overwrite(&body.path, 5);
    assert_eq!(resume(&to, &body, session).unwrap(), [20]);
    assert_eq!(hash_of(&to.root().join("pc/a")), body.sha256);
}

#[test]
fn a_partial_upload_that_was_damaged_is_sent_anew() {
    for (at, expected) in [(15 * MIB + 5, vec![8, 16, 20]), (5, vec![20, 8, 16, 20])] {
        let (folder, to) = destination();
        let body = body(folder.path().join("body"), 4, 20 * MIB);
        let (session, partial) = interrupted(&to, &body);
        overwrite(&partial, at);
        assert_eq!(resume(&to, &body, session).unwrap(), expected);
        assert_eq!(hash_of(&to.root().join("pc/a")), body.sha256);
        assert!(!partial.exists());
    }
}

#[test]
fn a_partial_upload_shorter_or_longer_than_acknowledged_goes_on_from_the_shorter() {
    for (length, expected) in [(10 * MIB, vec![18, 20]), (18 * MIB, vec![20]), (0, vec![8, 16, 20])] {
        let (folder, to) = destination();
        let body = body(folder.path().join("body"), 5, 20 * MIB);
        let (session, partial) = interrupted(&to, &body);
        fs::OpenOptions::new().write(true).open(&partial).unwrap().set_len(length as u64).unwrap();
        assert_eq!(resume(&to, &body, session).unwrap(), expected);
        assert_eq!(hash_of(&to.root().join("pc/a")), body.sha256);
    }
}

#[test]
fn an_upload_that_proves_wrong_leaves_no_partial_file() {
    let (folder, to) = destination();
    let mut body = body(folder.path().join("body"), 6, 10 * MIB);
    body.sha256 = Digest::EMPTY;
    assert_eq!(resume(&to, &body, Session::default()).unwrap_err().kind, Kind::VerifyFailed);
    assert_same_names(to.root(), &[MARKER_NAME]);
}

fn p01_story(cx: &Context, folder: &Path) {
    let to = LocalDestination::open(id(), folder.join("usb"));
    let sent = body(folder.join("sent"), 7, 17 * MIB);
    to.upload(cx, &key("pc/sent"), &sent, Session::default(), &mut |_| Ok(())).unwrap();
    let staged = body(to.staging(cx).unwrap().unwrap().join("staged"), 8, 1000);
    to.upload(cx, &key("pc/staged"), &staged, Session::default(), &mut |_| Ok(())).unwrap();
    to.put(cx, &key("pc/manifest"), b"second").unwrap();
    to.delete(cx, &key("old/gone")).unwrap();
}

#[test]
fn p01_killed_at_any_step_every_object_is_whole_or_absent_and_the_story_can_be_repeated() {
    if let Some(child) = abort::child() {
        p01_story(&child.cx, &child.folder);
        return;
    }
    let steps = abort::at_every_step(
        "p01_killed_at_any_step_every_object_is_whole_or_absent_and_the_story_can_be_repeated",
        |folder| {
            let cx = test_context();
            let to = LocalDestination::create(&cx, id(), &folder.join("usb")).unwrap();
            to.put(&cx, &key("pc/manifest"), b"first").unwrap();
            to.put(&cx, &key("old/gone"), b"1").unwrap();
            to.put(&cx, &key("kept"), b"earlier").unwrap();
        },
        |folder, step| {
            let cx = test_context();
            let to = LocalDestination::open(id(), folder.join("usb"));
            let look = || {
                assert_eq!(to.get(&cx, &key("kept"), None).unwrap(), b"earlier");
                let manifest = to.get(&cx, &key("pc/manifest"), None).unwrap();
                assert!(manifest == b"first" || manifest == b"second");
                for info in to.list(&cx, "").unwrap() {
                    let expected = match info.key.as_str() {
                        "pc/sent" => SeededRandom::new(7).bytes(17 * MIB),
                        "pc/staged" => SeededRandom::new(8).bytes(1000),
                        _ => continue,
                    };
                    assert!(to.get(&cx, &info.key, None).unwrap() == expected, "{} at step {step}", info.key);
                }
            };
            look();
            p01_story(&cx, folder);
            look();
            assert_eq!(
                names_below(&to.root().join("pc")).iter().filter(|name| !name.ends_with("partial")).count(),
                3
            );
            assert!(!to.root().join("old").exists());
        },
    );
    assert!(steps >= 20, "{steps}");
}
