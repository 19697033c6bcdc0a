//! The script beside the archives brings back every generation without Resguardo, and refuses what is damaged or unsafe.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::PathBuf;

use common::chain::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

fn edited(body: &[u8], at: &[usize]) -> Vec<u8> {
    let mut body = body.to_vec();
    at.iter().for_each(|&at| body[at] ^= 0x5A);
    body
}

fn first_state() -> State {
    let odd = EntryPath::parse("files/docs").unwrap();
    let odd = |raw: &[u8]| odd.join_raw(raw).to_string();
    let mut state: State = [
        special("files/docs", EntryKind::Folder),
        special("files/docs/empty folder", EntryKind::Folder),
        special("files/docs/link", EntryKind::Symlink { target: encode_name(b"../caf\xe9") }),
        special("files/docs/fifo", EntryKind::Special(SpecialKind::Fifo)),
        node("files/docs/empty", Vec::new()),
        node("files/docs/letter.txt", text(1, 20_000)),
        node("files/docs/año ½ 日本.txt", text(2, 400)),
        node(&odd(b"caf\xe9"), text(3, 100)),
        node(&odd(b"a\\b"), text(4, 100)),
        node(&odd(b"line\nbreak"), text(5, 100)),
        node(&odd("\u{FFFD}41".as_bytes()), text(6, 100)),
        node("files/docs/photo.jpg", [b"\xff\xd8\xff".to_vec(), noise(2, 300_000)].concat()),
        node("files/docs/move me", noise(8, 70_000)),
        node("files/docs/remove me", noise(9, 7_000)),
        node("files/docs/kept", text(11, 7_000)),
        node("databases/sqlite/shop/shop.db", noise(10, 5 * BLOCK + 1234)),
        sparse("files/docs/disk.img", 80 << 20, &[(3 << 20, noise(3, 70_000)), (79 << 20, vec![5; 10])]),
    ]
    .into();
    state.remove("files/docs/fifo");
    let letter = state.get_mut("files/docs/letter.txt").unwrap();
    letter.entry.mode = 0o4640;
    letter.entry.xattrs = vec![Xattr { name: b"user.comment".to_vec(), value: vec![0, 255, 7] }];
    state.get_mut("files/docs/kept").unwrap().entry.hard_link = Some(path("files/docs/kept"));
    let mut second = state["files/docs/kept"].clone();
    second.entry.path = path("files/docs/second name");
    second.entry.hard_link = Some(path("files/docs/kept"));
    state.insert("files/docs/second name".into(), second);
    state
}

fn replace(state: &mut State, (name, node): (String, Node)) {
    state.insert(name, node);
}

/// A full, incrementals that cut and grow and move, a differential, and one on top of it.
fn long_chain(world: World) -> Chain {
    let mut chain = Chain::new(world);
    let db = "databases/sqlite/shop/shop.db";
    let mut state = first_state();
    chain.add(ArchiveKind::Full, state.clone());

    let mut body = edited(&state[db].body, &[5_000, 2 * BLOCK, 4 * BLOCK - 1]);
    replace(&mut state, node(db, body.clone()));
    let mut moved = state.remove("files/docs/move me").unwrap();
    moved.entry.path = path("files/docs/moved");
    state.insert("files/docs/moved".into(), moved);
    state.remove("files/docs/remove me");
    let grown = [(3 << 20, noise(3, 70_000)), (40 << 20, noise(4, 9_000)), (79 << 20, vec![6; 10])];
    replace(&mut state, sparse("files/docs/disk.img", 80 << 20, &grown));
    chain.add(ArchiveKind::Incremental, state.clone());

    body.truncate(3 * BLOCK + 77);
    replace(&mut state, node(db, body.clone()));
    replace(&mut state, sparse("files/docs/disk.img", 70 << 20, &[(40 << 20, noise(4, 9_000))]));
    replace(&mut state, special("files/docs/moved", EntryKind::Folder));
    replace(&mut state, node("files/docs/moved/inside", text(40, 99)));
    chain.add(ArchiveKind::Incremental, state.clone());

    body.extend(noise(77, 2 * BLOCK));
    replace(&mut state, node(db, edited(&body, &[9, BLOCK])));
    replace(&mut state, sparse("files/docs/disk.img", 81 << 20, &[(40 << 20, noise(4, 9_000))]));
    replace(&mut state, node("files/docs/remove me", text(12, 300)));
    chain.add(ArchiveKind::Incremental, state.clone());

    replace(&mut state, node("files/docs/letter.txt", text(1, 20_001)));
    chain.add(ArchiveKind::Differential, state.clone());
    let last = edited(&state[db].body, &[3 * BLOCK]);
    replace(&mut state, node(db, last));
    chain.add(ArchiveKind::Incremental, state.clone());
    chain
}

#[test]
fn every_generation_of_a_chain_comes_back_byte_for_byte() {
    for part_size in [None, Some(6 << 20)] {
        let chain = long_chain(World { part_size, ..World::new() });
        let place = tempfile::tempdir().unwrap();
        let manifests = chain.lay_out(&place.path().join("pc/Clínica"));
        assert_eq!(chain.steps[0].made.paths.len() > 1, part_size.is_some());
        for (n, manifest) in manifests.iter().enumerate() {
            let target = place.path().join(format!("target {n}"));
            let output = run_restore(manifest, &target, &[]);
            assert!(output.status.success(), "{n}: {}", said(&output));
            compare(&target, &chain.steps[n].state);
        }
        let linked = |name: &str| {
            use std::os::unix::fs::MetadataExt;
            std::fs::metadata(place.path().join("target 0/files/docs").join(name)).unwrap().ino()
        };
        assert_eq!(linked("kept"), linked("second name"));
    }
}

#[test]
fn attributes_come_back_and_holes_stay_holes() {
    use std::os::unix::fs::MetadataExt;
    let mut chain = Chain::new(World::new());
    chain.add(ArchiveKind::Full, first_state());
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    let target = place.path().join("target");
    let output = run_restore(&manifests[0], &target, &["--no-check"]);
    assert!(output.status.success(), "{}", said(&output));
    let disk = std::fs::metadata(target.join("files/docs/disk.img")).unwrap();
    assert!(disk.blocks() * 512 < 2 << 20, "{} bytes", disk.blocks() * 512);
    let ask = "import os,sys; print(os.getxattr(sys.argv[1], 'user.comment'))";
    let letter = target.join("files/docs/letter.txt");
    let answer = std::process::Command::new("python3").args(["-c", ask]).arg(letter).output().unwrap();
    let refused = said(&output).contains("letter.txt");
    assert!(refused || said(&answer).contains(r"b'\x00\xff\x07'"), "{}", said(&answer));
}

#[test]
fn single_paths_are_restored_and_an_unknown_one_is_an_error() {
    let chain = long_chain(World::new());
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    let target = place.path().join("target");
    let output = run_restore(&manifests[3], &target, &["files/docs/disk.img", "databases"]);
    assert!(output.status.success(), "{}", said(&output));
    for name in ["files/docs/disk.img", "databases/sqlite/shop/shop.db"] {
        assert!(std::fs::read(target.join(name)).unwrap() == chain.steps[3].state[name].body, "{name}");
    }
    assert!(!target.join("files/docs/letter.txt").exists());
    // A hard link's second name alone is a file of its own.
    assert!(run_restore(&manifests[3], &target, &["files/docs/second name"]).status.success());
    assert_eq!(run_restore(&manifests[3], &target, &["files/nothing"]).status.code(), Some(1));
    // What is there already is not touched.
    std::fs::write(target.join("files/docs/disk.img"), "mine").unwrap();
    let output = run_restore(&manifests[3], &target, &["files/docs/disk.img"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(std::fs::read(target.join("files/docs/disk.img")).unwrap(), b"mine");
}

#[test]
fn archives_copied_into_one_folder_are_found_too() {
    let chain = long_chain(World::new());
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    std::fs::rename(place.path().join("plan/manual"), place.path().join("plan/all")).unwrap();
    let manifest = place.path().join("plan/all").join(manifests[2].file_name().unwrap());
    let target = place.path().join("target");
    let output = run_restore(&manifest, &target, &[]);
    assert!(output.status.success(), "{}", said(&output));
    compare(&target, &chain.steps[2].state);
}

#[test]
fn zstandard_entries_come_back_or_say_what_is_needed() {
    let mut chain = Chain::new(World { level: Level::Small, ..World::new() });
    chain.add(
        ArchiveKind::Full,
        [node("files/a", text(1, 9_000)), node("files/b", text(2, 2 * BLOCK))].into(),
    );
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    let target = place.path().join("target");
    let output = run_restore(&manifests[0], &target, &[]);
    if output.status.success() {
        compare(&target, &chain.steps[0].state);
    } else {
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("7-Zip"), "{}", said(&output));
        assert!(!target.join("files/a").exists());
    }
}

/// A chain of one archive whose manifest or part is spoiled by `spoil`.
fn spoiled(spoil: impl Fn(&Chain, &[PathBuf])) -> (std::process::Output, Vec<String>) {
    let mut chain = Chain::new(World::new());
    chain.add(ArchiveKind::Full, [node("files/a", text(1, 9_000)), node("files/b", noise(2, 900))].into());
    chain.add(ArchiveKind::Incremental, [node("files/a", text(3, 9_000))].into());
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    spoil(&chain, &manifests);
    let target = place.path().join("target");
    let output = run_restore(&manifests[1], &target, &[]);
    let names = std::fs::read_dir(&target).into_iter().flatten();
    (output, names.map(|e| e.unwrap().file_name().into_string().unwrap()).collect())
}

#[test]
fn a_damaged_missing_or_foreign_archive_is_noticed_before_anything_is_written() {
    let flip = |path: &PathBuf, at: usize| {
        let mut bytes = std::fs::read(path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    let part =
        |manifest: &PathBuf| PathBuf::from(manifest.to_str().unwrap().replace("_manifest.json", ".zip"));
    for at in (0..9_000).step_by(3_001) {
        assert_eq!(spoiled(|_, m| flip(&m[0], at)).0.status.code(), Some(2), "manifest of the full, {at}");
        assert_eq!(spoiled(|_, m| flip(&m[1], at)).0.status.code(), Some(2), "manifest, {at}");
        let (output, names) = spoiled(|_, m| flip(&part(&m[0]), at));
        assert_eq!((output.status.code(), names.len()), (Some(2), 0), "part {at}");
    }
    assert_eq!(spoiled(|_, m| std::fs::remove_file(&m[0]).unwrap()).0.status.code(), Some(2));
    assert_eq!(spoiled(|_, m| std::fs::remove_file(part(&m[0])).unwrap()).0.status.code(), Some(2));
    let swapped = spoiled(|_, m| {
        std::fs::copy(&m[1], &m[0]).unwrap();
    });
    assert_eq!(swapped.0.status.code(), Some(2), "{}", said(&swapped.0));
    let newer = spoiled(|chain, m| {
        let manifest = Manifest { format: FORMAT_VERSION + 1, ..chain.steps[1].manifest.clone() };
        std::fs::write(&m[1], manifest_to_bytes(&manifest).unwrap()).unwrap();
    });
    assert_eq!(newer.0.status.code(), Some(2));
}

/// Lays out a forged archive of one part and restores it; what was said, the exit code and the place.
fn restore_forged(records: &[serde_json::Value]) -> (String, Option<i32>, tempfile::TempDir) {
    use common::forge::*;
    let world = World::new();
    let manifest = world.write_files(0, &[("files/a", vec![1])], |_| None).manifest();
    let (parts, manifest) = fake_archive(records, &manifest, &[Fake::stored("files/x/a", b"hello")]);
    let place = tempfile::tempdir().unwrap();
    let class = place.path().join("plan/manual");
    std::fs::create_dir_all(&class).unwrap();
    std::fs::create_dir(place.path().join("outside")).unwrap();
    std::fs::write(place.path().join("plan/restore.py"), RESTORE_PY).unwrap();
    std::fs::write(class.join(&manifest.parts[0].name), &parts.0[0]).unwrap();
    let path = class.join("x_manifest.json");
    std::fs::write(&path, manifest_to_bytes(&manifest).unwrap()).unwrap();
    let output = run_restore(&path, &place.path().join("target"), &[]);
    (said(&output), output.status.code(), place)
}

#[test]
fn nothing_is_written_outside_of_the_target() {
    use serde_json::json;
    let hello = |path: &str| json!({ "p": path, "t": "f", "s": 5, "at": { "o": 39, "z": 5, "k": 0 }, "h": common::forge::sha(b"hello") });
    let (text, code, place) = restore_forged(&[hello("files/x/a")]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(std::fs::read(place.path().join("target/files/x/a")).unwrap(), b"hello");
    let bad = common::forge::BAD_PATHS;
    let leading = [
        "../outside/a",
        "files/../../outside/a",
        "/outside/a",
        "files/\u{FFFD}2E\u{FFFD}2E/\u{FFFD}2E\u{FFFD}2E/outside/a",
    ];
    for path in bad.into_iter().filter(|path| path.contains("..") || path.starts_with('/')).chain(leading) {
        // A backslash is a letter like any other outside of Windows.
        let is_name = path.contains('\\');
        let (text, code, place) = restore_forged(&[hello(path)]);
        assert!(is_name || code == Some(1), "{path:?}: {text}");
        assert_eq!(std::fs::read_dir(place.path().join("outside")).unwrap().count(), 0, "{path:?}");
        let names = std::fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name());
        assert_eq!(names.count(), 3, "{path:?}");
    }
    // Not through a link that the archive itself brings.
    let link = json!({ "p": "files/x", "t": "l", "l": "../../outside" });
    for records in [[link.clone(), hello("files/x/a")], [hello("files/x/a"), link]] {
        let (text, code, place) = restore_forged(&records);
        assert_eq!(code, Some(1), "{text}");
        assert_eq!(std::fs::read_dir(place.path().join("outside")).unwrap().count(), 0);
    }
}

#[test]
fn entries_that_lie_fail_alone_and_leave_nothing_half_written() {
    use serde_json::json;
    let sha = common::forge::sha(b"hello");
    let record = |content: serde_json::Value| {
        let mut record = json!({ "p": "files/x/a", "t": "f", "s": 5, "h": sha });
        record.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        record
    };
    let bad = [
        record(json!({})),
        record(json!({ "at": { "o": 40, "z": 5, "k": 0 } })),
        record(json!({ "at": { "o": 39, "z": 4, "k": 0 } })),
        record(json!({ "at": { "o": 39, "z": 5 } })),
        record(json!({ "at": { "o": 39, "z": 5, "k": 7 } })),
        record(json!({ "at": { "n": 9, "o": 39, "z": 5, "k": 0 } })),
        record(json!({ "at": { "o": 1_u64 << 60, "z": 1_u64 << 60, "k": 0 } })),
        record(json!({ "s": 6, "at": { "o": 39, "z": 6, "k": 0 } })),
        record(json!({ "r": { "g": 1, "p": "files/x/a" } })),
        record(json!({ "r": { "g": 7, "p": "files/x/a" } })),
        record(json!({ "r": { "g": 1, "p": "files/x/none" } })),
        record(json!({ "d": { "v": { "g": 1, "p": "files/x/a" }, "y": 4096, "r": [] } })),
        record(json!({ "h": common::forge::sha(b"other"), "at": { "o": 39, "z": 5, "k": 0 } })),
    ];
    for record in bad {
        let good = json!({ "p": "files/x/b", "t": "f", "s": 5, "h": sha, "at": { "o": 39, "z": 5, "k": 0 } });
        let (text, code, place) = restore_forged(&[record.clone(), good]);
        assert_eq!(code, Some(1), "{record}: {text}");
        let names = std::fs::read_dir(place.path().join("target/files/x")).unwrap();
        let names: Vec<_> = names.map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["b"], "{record}");
    }
}
