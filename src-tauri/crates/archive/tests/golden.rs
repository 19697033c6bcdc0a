//! Archives written by earlier versions and kept as they were: today's reader and `restore.py` bring them back exactly.
//!
//! `RESGUARDO_WRITE_GOLDEN=1 cargo test -p resguardo-archive --test golden write_golden` writes the files of the present format into
//! `tests/golden/v2`. It is run once for a format, never to make a failing test pass. Those of version 1 were written by programs
//! that knew no other.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::chain::*;
use common::forge::sha;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;
use serde_json::{Value, json};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// What a state must bring back, in a form that can be kept: everything of an entry, content by its SHA-256.
fn expectation(state: &State) -> Value {
    let entry = |node: &Node| {
        let mut told = json!({ "mode": node.entry.mode, "mtime_ns": node.entry.stamp.mtime_ns });
        match &node.entry.kind {
            EntryKind::File => {
                told["size"] = json!(node.body.len());
                told["sha256"] = json!(sha(&node.body));
            }
            EntryKind::Folder => told["folder"] = json!(true),
            EntryKind::Symlink { target } => told["link"] = json!(target),
            EntryKind::Special(_) => told["special"] = json!(true),
        }
        told
    };
    state.iter().map(|(name, node)| (name.clone(), entry(node))).collect::<serde_json::Map<_, _>>().into()
}

fn lines(count: usize) -> Vec<u8> {
    b"customer 0001 owes 12.50\n".iter().copied().cycle().take(count).collect()
}

/// Content in pieces: a file, the data of a sparse one, changed pages; then the file cut short, and moved.
fn chain_in_pieces() -> Chain {
    let mut chain = Chain::new(World { part_size: Some(24_000), ..World::new() });
    let (db, disk) = ("databases/sqlite/shop/shop.db", "files/docs/disk.img");
    let spread =
        |seed: u64| (0..5).map(move |n| ((n * 13) << 20, noise(seed + n, 5_000))).collect::<Vec<_>>();
    let first = lines(7 * BLOCK + 500);
    let mut state: State = [
        special("files/docs", EntryKind::Folder),
        node("files/docs/letter.txt", text(1, 900)),
        node("files/docs/ledger.csv", lines(5 * BLOCK + 77)),
        node(db, first.clone()),
        sparse(disk, 66 << 20, &spread(20)),
    ]
    .into();
    chain.add(ArchiveKind::Full, state.clone());
    let mut second = first;
    for n in 0..6 {
        second[n * BLOCK + 4096..][..4000].copy_from_slice(&noise(n as u64, 4_000));
    }
    state.extend([node(db, second.clone())]);
    let mut moved = state.remove("files/docs/ledger.csv").unwrap();
    moved.entry.path = path("files/docs/moved.csv");
    state.insert("files/docs/moved.csv".into(), moved);
    chain.add(ArchiveKind::Incremental, state.clone());
    second.truncate(4 * BLOCK + 9);
    state.extend([node(db, second), sparse(disk, 67 << 20, &spread(21))]);
    chain.add(ArchiveKind::Incremental, state);
    for (step, name) in [(0, db), (0, "files/docs/ledger.csv"), (0, disk), (1, db), (2, disk)] {
        assert!(chain.steps[step].made.record(&chain.world.cx, name).stored().len() > 1, "{step} {name}");
    }
    chain
}

/// Rows changed in place: differences from the full, over a cut, over new rows, beside pages that changed altogether.
fn chain_of_differences() -> Chain {
    let mut chain = Chain::new(World::new());
    let db = "databases/sqlite/shop/shop.db";
    let mut body = noise(7, 4 * BLOCK + 5_000);
    let with = |body: &[u8]| -> State { [node(db, body.to_vec())].into() };
    chain.add(ArchiveKind::Full, with(&body));
    for n in 0..12 {
        body[n * 300_000 + 77..][..40].copy_from_slice(&noise(n as u64, 40));
    }
    chain.add(ArchiveKind::Incremental, with(&body));
    body.truncate(3 * BLOCK + 9);
    body[300_077..][..40].copy_from_slice(&noise(50, 40));
    body[BLOCK + 8192..][..60_000].copy_from_slice(&noise(51, 60_000));
    chain.add(ArchiveKind::Incremental, with(&body));
    body.extend(noise(7, 4 * BLOCK)[3 * BLOCK + 9..].iter().map(|byte| byte ^ 1));
    body[600_077..][..40].copy_from_slice(&noise(52, 40));
    chain.add(ArchiveKind::Incremental, with(&body));
    body[900_077..][..40].copy_from_slice(&noise(53, 40));
    chain.add(ArchiveKind::Differential, with(&body));
    for step in &chain.steps[1..] {
        let delta = step.made.record(&chain.world.cx, db).delta.unwrap();
        assert!(!delta.differences.is_empty() && step.made.sealed.format == FORMAT_VERSION);
    }
    chain
}

/// Writes the golden archives of a new format, when asked to.
#[test]
fn write_golden() {
    if std::env::var_os("RESGUARDO_WRITE_GOLDEN").is_none() {
        return;
    }
    for (chain, name) in [(chain_in_pieces(), "pieces"), (chain_of_differences(), "differences")] {
        let folder = golden().join("v2").join(name);
        chain.lay_out(&folder);
        std::fs::remove_file(folder.join("restore.py")).unwrap();
        std::fs::remove_file(folder.join("LEEME-README.txt")).unwrap();
        let expected: BTreeMap<String, Value> =
            chain.steps.iter().map(|s| (s.made.name.manifest(), expectation(&s.state))).collect();
        std::fs::write(folder.join("expected.json"), serde_json::to_vec_pretty(&expected).unwrap()).unwrap();
    }
}

/// An archive of a folder, opened.
struct Kept {
    manifest: Manifest,
    parts: FileParts,
    records: BTreeMap<String, Record>,
}

fn open_kept(manifest: &Path) -> Kept {
    let cx = cx();
    let told = parse_manifest(&std::fs::read(manifest).unwrap()).unwrap();
    let folder = manifest.parent().unwrap();
    let paths: Vec<PathBuf> = told.parts.iter().map(|part| folder.join(&part.name)).collect();
    let parts = FileParts::open(&paths).unwrap();
    for (number, part) in (1..).zip(&told.parts) {
        check_part(&cx, &parts, number, part).unwrap();
    }
    open_archive(&cx, &parts, &told, 2).unwrap();
    let records = ListingReader::new(&cx, &parts, &told.listing)
        .map(|record| record.unwrap())
        .map(|record| (record.path.to_string(), record))
        .collect();
    Kept { manifest: told, parts, records }
}

/// The archives that a manifest needs by generation, itself included.
fn open_chain(manifest: &Path) -> BTreeMap<u64, Kept> {
    let newest = open_kept(manifest);
    let plan = manifest.parent().unwrap().parent().unwrap();
    let older = |link: &ChainLink| plan.join(format!("{}_manifest.json", link.name));
    let mut chain: BTreeMap<u64, Kept> =
        newest.manifest.chain.iter().map(|link| (link.generation, open_kept(&older(link)))).collect();
    chain.insert(newest.manifest.generation, newest);
    chain
}

/// A record's content, put together as FORMAT.md says.
fn content_of(chain: &BTreeMap<u64, Kept>, generation: u64, record: &Record) -> Vec<u8> {
    let (mut layers, mut limit) = (Vec::new(), record.size);
    let mut next = Some((generation, record.clone()));
    while let Some((generation, record)) = next.take() {
        let kept = &chain[&generation];
        limit = limit.min(record.size);
        let follow = |reference: &Reference| {
            (reference.generation, chain[&reference.generation].records[reference.path.as_str()].clone())
        };
        next = record.same.as_ref().map(follow);
        next = next.or_else(|| record.delta.as_ref()?.base.as_ref().map(follow));
        // A version that was cut hides what older ones had beyond.
        let cut = |(at, from, length): Run| (at < limit).then(|| (at, from, length.min(limit - at)));
        for mut stored in record.stored() {
            stored.runs = stored.runs.into_iter().filter_map(cut).collect();
            layers.push(Layer::of(&kept.parts, stored));
        }
    }
    let out = Out::new(record.size);
    assemble(&cx(), &layers, record.size, 2, &out).unwrap();
    out.bytes()
}

/// Every kept manifest of every format with what it must bring back.
fn kept() -> Vec<(PathBuf, serde_json::Map<String, Value>)> {
    let mut all = Vec::new();
    let inside = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for folder in ["v1", "v2"].into_iter().flat_map(|version| inside(golden().join(version))) {
        let expected = std::fs::read(folder.join("expected.json")).unwrap();
        let expected: serde_json::Map<String, Value> = serde_json::from_slice(&expected).unwrap();
        all.extend(expected.into_iter().map(|(name, entries)| {
            let Value::Object(entries) = entries else { panic!("{name}") };
            (folder.join("manual").join(name), entries)
        }));
    }
    assert!(all.len() >= 16);
    all
}

#[test]
fn todays_reader_brings_back_every_kept_archive() {
    for (manifest, expected) in kept() {
        let chain = open_chain(&manifest);
        let mut state: BTreeMap<&str, (u64, &Record)> = BTreeMap::new();
        for (generation, kept) in &chain {
            for (name, record) in &kept.records {
                if record.is_removal() {
                    state.remove(name.as_str());
                } else {
                    state.insert(name, (*generation, record));
                }
            }
        }
        assert!(state.keys().eq(expected.keys()), "{manifest:?}");
        for (name, told) in &expected {
            let (generation, record) = state[name.as_str()];
            assert_eq!(json!(record.mode), told["mode"], "{name}");
            assert_eq!(json!(record.mtime_ns), told["mtime_ns"], "{name}");
            assert_eq!(json!(record.link), told["link"], "{name}");
            if record.tag == 'f' {
                let body = content_of(&chain, generation, record);
                assert_eq!(json!(body.len()), told["size"], "{name}");
                assert_eq!(json!(sha(&body)), told["sha256"], "{manifest:?} {name}");
            }
        }
    }
}

#[test]
fn restore_py_brings_back_every_kept_archive() {
    for (manifest, expected) in kept() {
        let place = tempfile::tempdir().unwrap();
        let script = place.path().join("restore.py");
        std::fs::write(&script, RESTORE_PY).unwrap();
        let target = place.path().join("target");
        let output =
            std::process::Command::new("python3").arg(&script).args([&manifest, &target]).output().unwrap();
        if manifest.to_str().unwrap().contains("zstd") && !output.status.success() {
            assert!(said(&output).contains("Python 3.14"), "{}", said(&output));
            continue;
        }
        assert!(output.status.success(), "{manifest:?}: {}", said(&output));
        for (name, told) in &expected {
            let real = real_path(&target, name);
            if told["special"] == json!(true) {
                assert!(!real.exists());
            } else if let Some(link) = told["link"].as_str() {
                use std::os::unix::ffi::OsStrExt;
                let found = std::fs::read_link(&real).unwrap();
                assert_eq!(found.as_os_str().as_bytes(), decode_name(link), "{name}");
            } else if told["folder"] != json!(true) {
                let body = std::fs::read(&real).unwrap();
                assert_eq!(json!(sha(&body)), told["sha256"], "{manifest:?} {name}");
            }
        }
    }
}

#[test]
fn ordinary_tools_open_every_kept_part() {
    for (manifest, _) in kept() {
        for part in open_kept(&manifest).manifest.parts {
            let zip = manifest.with_file_name(&part.name);
            let is_zstd = manifest.to_str().unwrap().contains("zstd");
            let tool = if is_zstd { vec!["7z", "t"] } else { vec!["unzip", "-tqq"] };
            let status =
                std::process::Command::new(tool[0]).args(&tool[1..]).arg(&zip).output().unwrap().status;
            assert!(status.success(), "{zip:?}");
        }
    }
}
