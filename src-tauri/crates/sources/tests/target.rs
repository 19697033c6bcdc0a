//! Stories about the place that a restore writes to, many of them hostile.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a failed step fails the test")]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use common::{is_root, names_in, path};
use resguardo_domain::{EntryKind, EntryPath, Kind, Xattr};
use resguardo_sources::target::{Metadata, Overwrite, Target};
use resguardo_testkit::{Fault, at_every_step, test_context};

struct Place {
    folder: tempfile::TempDir,
    target: Target,
}

/// A target, and beside it a folder that nothing may be written into.
fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("root")).unwrap();
    fs::create_dir(folder.path().join("outside")).unwrap();
    fs::write(folder.path().join("outside/precious"), "precious").unwrap();
    let target = Target::open(&test_context(), &folder.path().join("root")).unwrap();
    Place { folder, target }
}

impl Place {
    fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("root")
    }

    fn put(&self, at: &str, content: &str, overwrite: Overwrite) -> resguardo_domain::Result<()> {
        let file = self.target.create(&path(at), content.len() as u64)?;
        file.write_at(content.as_bytes(), 0)?;
        file.commit(&plain(), overwrite).map(drop)
    }

    fn assert_outside_is_untouched(&self) {
        assert_eq!(names_in(&self.folder.path().join("outside")), ["precious"]);
        assert_eq!(fs::read_to_string(self.folder.path().join("outside/precious")).unwrap(), "precious");
    }
}

fn plain() -> Metadata {
    let facts = fs::metadata("/proc/self").unwrap();
    Metadata {
        mode: 0o644,
        uid: facts.uid(),
        gid: facts.gid(),
        mtime_ns: 1_700_000_000_123_456_789,
        ..Metadata::default()
    }
}

#[test]
fn a_file_appears_whole_with_its_metadata() {
    let place = place();
    let file = place.target.create(&path("a/b/f"), 8).unwrap();
    file.write_at(b"5678", 4).unwrap();
    file.write_at(b"1234", 0).unwrap();
    file.set_len(10).unwrap();
    let mut back = [0; 16];
    assert_eq!(file.read_at(&mut back, 0).unwrap(), 10);
    assert_eq!(&back[..10], b"12345678\0\0");
    assert_eq!(place.target.kind_of(&path("a/b/f")).unwrap(), None);

    let metadata = Metadata {
        mode: 0o640,
        xattrs: vec![Xattr { name: b"user.color".to_vec(), value: b"rojo".to_vec() }],
        ..plain()
    };
    let issues = file.commit(&metadata, Overwrite::Never).unwrap();
    place.target.sync_folders().unwrap();

    assert_eq!(names_in(&place.root().join("a/b")), ["f"]);
    let found = place.target.kind_of(&path("a/b/f")).unwrap().unwrap();
    assert_eq!(
        (found.kind, found.size, found.mode, found.mtime_ns),
        (EntryKind::File, 10, 0o640, metadata.mtime_ns)
    );
    if issues.is_empty() {
        let mut value = [0; 16];
        let length = rustix::fs::getxattr(place.root().join("a/b/f"), "user.color", &mut value[..]).unwrap();
        assert_eq!(&value[..length], b"rojo");
    } else {
        println!("SKIPPED: attributes: {issues:?}");
    }
}

#[test]
fn a_file_given_up_leaves_nothing() {
    let place = place();
    drop(place.target.create(&path("f"), 0).unwrap());
    assert!(names_in(&place.root()).is_empty());
    at_every_step(Fault::Fail(Kind::DiskFull), |cx, script| {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::open(cx, folder.path()).unwrap();
        let work = || {
            let file = target.create(&path("a/f"), 4)?;
            file.write_at(b"1234", 0)?;
            file.commit(&plain(), Overwrite::Never)?;
            target.symlink(&path("a/l"), "f", &plain(), Overwrite::Never)?;
            target.hard_link(&path("a/f"), &path("a/h"), Overwrite::Never)
        };
        assert_eq!(work().is_err(), script.was_hit());
        let all = names_in(folder.path()).into_iter().chain(
            folder
                .path()
                .join("a")
                .exists()
                .then(|| names_in(&folder.path().join("a")))
                .into_iter()
                .flatten(),
        );
        assert!(all.into_iter().all(|name| !name.contains("resguardo")));
    });
}

#[test]
fn what_is_there_is_replaced_only_when_allowed() {
    let place = place();
    place.put("f", "old", Overwrite::Never).unwrap();
    assert_eq!(place.put("f", "new", Overwrite::Never).unwrap_err().kind, Kind::AlreadyExists);
    assert_eq!(fs::read_to_string(place.root().join("f")).unwrap(), "old");
    place.put("f", "new", Overwrite::Replace).unwrap();
    assert_eq!(fs::read_to_string(place.root().join("f")).unwrap(), "new");
    place.target.ensure_folder(&path("folder")).unwrap();
    assert_eq!(place.put("folder", "x", Overwrite::Replace).unwrap_err().kind, Kind::AlreadyExists);
    assert_eq!(place.target.ensure_folder(&path("f/below")).unwrap_err().kind, Kind::AlreadyExists);
    assert_eq!(names_in(&place.root()), ["f", "folder"]);
}

#[test]
fn p28_a_link_planted_in_the_target_leads_nowhere() {
    let place = place();
    let outside = place.folder.path().join("outside");
    symlink(&outside, place.root().join("door")).unwrap();
    symlink("../outside", place.root().join("back-door")).unwrap();
    symlink(outside.join("precious"), place.root().join("file")).unwrap();
    for door in ["door", "back-door"] {
        let inside = format!("{door}/precious");
        assert_eq!(place.put(&inside, "bad", Overwrite::Replace).unwrap_err().kind, Kind::AlreadyExists);
        assert_eq!(
            place.target.ensure_folder(&path(&format!("{door}/new"))).unwrap_err().kind,
            Kind::AlreadyExists
        );
        assert_eq!(place.target.ensure_folder(&path(door)).unwrap_err().kind, Kind::AlreadyExists);
        assert_eq!(place.target.kind_of(&path(&inside)).unwrap(), None);
        place.target.remove_file(&path(&inside)).unwrap();
        assert!(place.target.rename(&path(&inside), &path("mine"), Overwrite::Never).is_err());
        assert!(place.target.hard_link(&path(&inside), &path("mine"), Overwrite::Never).is_err());
        assert!(place.target.symlink(&path(&inside), "x", &plain(), Overwrite::Replace).is_err());
        assert!(place.target.set_folder_metadata(&path(door), &plain()).is_err());
    }
    // A link in the place of the file itself is replaced, not followed; a second name of it is refused.
    assert!(place.target.hard_link(&path("file"), &path("mine"), Overwrite::Never).is_err());
    place.put("file", "restored", Overwrite::Replace).unwrap();
    assert!(fs::symlink_metadata(place.root().join("file")).unwrap().is_file());
    place.assert_outside_is_untouched();
}

#[test]
fn p28_a_link_from_the_archive_is_not_followed_by_later_entries() {
    let place = place();
    place.target.symlink(&path("a"), "../outside", &plain(), Overwrite::Never).unwrap();
    assert!(place.put("a/precious", "bad", Overwrite::Replace).is_err());
    place.target.symlink(&path("b"), "/etc", &plain(), Overwrite::Never).unwrap();
    assert!(place.put("b/passwd.bad", "bad", Overwrite::Never).is_err());
    place.assert_outside_is_untouched();
}

#[test]
fn p28_a_folder_swapped_for_a_link_between_two_calls_leads_nowhere() {
    let place = place();
    place.put("a/b/first", "1", Overwrite::Never).unwrap();
    let open = place.target.create(&path("a/b/second"), 1).unwrap();
    fs::rename(place.root().join("a"), place.root().join("away")).unwrap();
    symlink("../outside", place.root().join("a")).unwrap();
    fs::create_dir(place.folder.path().join("outside/b")).unwrap();
    // What is open already goes where it was; what is new goes there too or fails.
    open.commit(&plain(), Overwrite::Never).unwrap();
    let _ = place.put("a/b/third", "3", Overwrite::Never);
    let _ = place.put("a/c/fourth", "4", Overwrite::Never);
    let fresh = Target::open(&test_context(), &place.root()).unwrap();
    assert_eq!(fresh.create(&path("a/b/fifth"), 0).unwrap_err().kind, Kind::AlreadyExists);
    assert!(names_in(&place.folder.path().join("outside/b")).is_empty());
    fs::remove_dir(place.folder.path().join("outside/b")).unwrap();
    place.assert_outside_is_untouched();
    assert!(place.root().join("away/b/second").exists());
}

#[test]
fn p28_names_that_lead_elsewhere_once_decoded_are_refused() {
    let place = place();
    // `../outside/precious`, a lone `..`, `.`, NUL and a slash, each hidden behind escapes.
    let hidden = [
        "\u{FFFD}2E\u{FFFD}2E/outside/precious",
        "\u{FFFD}2E.",
        "a/\u{FFFD}2E",
        "x\u{FFFD}00",
        "\u{FFFD}2E\u{FFFD}2E\u{FFFD}2Foutside\u{FFFD}2Fprecious",
        "\u{FFFD}2Fetc",
    ];
    for text in hidden {
        let at = EntryPath::parse(text).unwrap();
        let kinds = [
            place.target.create(&at, 0).map(drop),
            place.target.ensure_folder(&at),
            place.target.symlink(&at, "x", &plain(), Overwrite::Never).map(drop),
            place.target.kind_of(&at).map(drop),
            place.target.rename(&at, &path("y"), Overwrite::Never),
        ]
        .map(|answer| answer.err().map(|error| error.kind));
        for kind in kinds {
            assert!(matches!(kind, Some(Kind::ArchiveHostile | Kind::NotFound) | None), "{text:?}: {kind:?}");
        }
        assert_eq!(kinds[1], Some(Kind::ArchiveHostile), "{text:?}");
    }
    let root = EntryPath::root();
    assert_eq!(place.target.create(&root, 0).unwrap_err().kind, Kind::ArchiveHostile);
    let bad_link = place.target.symlink(&path("l"), "a\u{FFFD}00b", &plain(), Overwrite::Never);
    assert_eq!(bad_link.unwrap_err().kind, Kind::ArchiveHostile);
    place.assert_outside_is_untouched();
}

#[test]
fn p28_a_path_of_three_thousand_folders_is_an_error_or_a_folder_but_no_crash() {
    let place = place();
    let deep = path(&vec!["d"; 3_000].join("/"));
    assert_eq!(place.target.kind_of(&deep).unwrap(), None);
    place.target.ensure_folder(&deep).unwrap();
    assert!(place.target.kind_of(&deep).unwrap().is_some());
}

#[test]
fn links_come_back_as_they_were() {
    let place = place();
    place.put("a/f", "content", Overwrite::Never).unwrap();
    place.target.hard_link(&path("a/f"), &path("b/g"), Overwrite::Never).unwrap();
    // Once more, as after an interruption: nothing is left behind.
    place.target.hard_link(&path("a/f"), &path("b/g"), Overwrite::Replace).unwrap();
    assert_eq!(names_in(&place.root().join("b")), ["g"]);
    let inode = |name: &str| fs::metadata(place.root().join(name)).unwrap().ino();
    assert_eq!(inode("a/f"), inode("b/g"));

    place.target.symlink(&path("l"), "caf\u{FFFD}E9/../x", &plain(), Overwrite::Never).unwrap();
    let found = place.target.kind_of(&path("l")).unwrap().unwrap();
    assert_eq!(found.kind, EntryKind::Symlink { target: "caf\u{FFFD}E9/../x".into() });
    assert_eq!(found.mtime_ns, plain().mtime_ns);
    let taken = place.target.symlink(&path("l"), "y", &plain(), Overwrite::Never);
    assert_eq!(taken.unwrap_err().kind, Kind::AlreadyExists);
    place.target.symlink(&path("l"), "y", &plain(), Overwrite::Replace).unwrap();
    assert_eq!(fs::read_link(place.root().join("l")).unwrap(), Path::new("y"));
}

#[test]
fn owners_are_set_by_root_and_programs_never_gain_rights() {
    let place = place();
    let metadata =
        Metadata { mode: 0o6755, uid: 999_999, gid: 54_321, user_name: Some("daemon".into()), ..plain() };
    let file = place.target.create(&path("f"), 0).unwrap();
    file.commit(&metadata, Overwrite::Never).unwrap();
    let found = place.target.kind_of(&path("f")).unwrap().unwrap();
    if is_root() {
        // `daemon` is 1 here, whatever number it had elsewhere.
        assert_eq!((found.uid, found.gid, found.mode), (1, 54_321, 0o6755));
    } else {
        assert_eq!(found.mode, 0o755);
        println!("SKIPPED: setting owners needs root");
    }
    if std::env::var_os("RESGUARDO_TEST_NOBODY").is_none() && is_root() {
        assert_ne!(common::as_nobody("owners_are_set_by_root_and_programs_never_gain_rights"), Some(false));
    }
}

#[test]
fn folders_get_their_metadata_at_the_end() {
    let place = place();
    place.put("a/b/f", "1", Overwrite::Never).unwrap();
    for folder in ["a/b", "a", ""] {
        let metadata = Metadata { mode: 0o551, ..plain() };
        assert!(place.target.set_folder_metadata(&path(folder), &metadata).unwrap().is_empty());
    }
    for folder in ["a/b", "a", ""] {
        let found = place.target.kind_of(&path(folder)).unwrap().unwrap();
        assert_eq!((found.mode, found.mtime_ns), (0o551, plain().mtime_ns), "{folder}");
    }
    fs::set_permissions(place.root(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.root().join("a"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.root().join("a/b"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn things_are_moved_removed_and_given_free_names() {
    let place = place();
    place.put("a/f.odt", "1", Overwrite::Never).unwrap();
    assert_eq!(place.target.free_name(&path("a/g.odt")).unwrap(), path("a/g.odt"));
    let free = place.target.free_name(&path("a/f.odt")).unwrap();
    assert_eq!(free, path("a/f (2).odt"));
    place.target.rename(&path("a/f.odt"), &free, Overwrite::Never).unwrap();
    place.put("a/f.odt", "2", Overwrite::Never).unwrap();
    assert_eq!(place.target.free_name(&path("a/f.odt")).unwrap(), path("a/f (3).odt"));
    let taken = place.target.rename(&free, &path("a/f.odt"), Overwrite::Never);
    assert_eq!(taken.unwrap_err().kind, Kind::AlreadyExists);

    // After a folder moved, its old path is free, and what is written there does not land in the moved one.
    place.target.rename(&path("a"), &path("b"), Overwrite::Never).unwrap();
    place.put("a/new", "3", Overwrite::Never).unwrap();
    assert_eq!(names_in(&place.root().join("b")), ["f (2).odt", "f.odt"]);

    place.target.remove_file(&path("b/f.odt")).unwrap();
    place.target.remove_file(&path("b/f.odt")).unwrap();
    place.target.remove_file(&path("b/nowhere/f.odt")).unwrap();
    assert!(place.target.remove_file(&path("b")).is_err());
    assert!(!place.target.is_case_insensitive().unwrap());
    assert_eq!(names_in(&place.root()), ["a", "b"]);
}

#[test]
fn a_size_that_does_not_fit_is_refused_before_anything_is_written() {
    let place = place();
    assert_eq!(place.target.create(&path("f"), u64::MAX / 2).unwrap_err().kind, Kind::DiskFull);
    assert!(names_in(&place.root()).is_empty());
    assert_eq!(Target::open(&test_context(), &place.root().join("no")).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn many_threads_restore_into_one_target() {
    let place = place();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let place = &place;
            scope.spawn(move || {
                for number in 0..200 {
                    place
                        .put(
                            &format!("d{}/e{}/f{thread}-{number}", number % 7, number % 40),
                            "x",
                            Overwrite::Never,
                        )
                        .unwrap();
                }
            });
        }
    });
    place.target.sync_folders().unwrap();
    let count = walk_count(&place.root());
    assert_eq!(count, 800);
}

fn walk_count(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { walk_count(&path) } else { 1 })
        .sum()
}
