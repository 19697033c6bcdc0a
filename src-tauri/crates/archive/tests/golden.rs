//! Archives written by earlier versions and kept as they were: today's reader and `restore.py` bring them back exactly.
//!
//! `RESGUARDO_WRITE_GOLDEN=1 cargo test -p resguardo-archive --test golden write_golden` writes the files of the present format into
//! `tests/golden/v1`. It is run once for a format, never to make a failing test pass.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use common::chain::*;
use common::forge::sha;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;
use serde_json::{Value, json};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
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

fn edited(body: &[u8], at: usize) -> Vec<u8> {
    let mut body = body.to_vec();
    body[at..at + 5].copy_from_slice(b"EDIT!");
    body
}

/// Full, incremental, differential, and an incremental on it, with everything that a record can say.
fn chain_v1() -> Chain {
    let mut chain = Chain::new(World::new());
    let db = "databases/sqlite/shop/shop.db";
    let folder = path("files/docs");
    let mut state: State = [
        special("files/docs", EntryKind::Folder),
        special("files/docs/link", EntryKind::Symlink { target: encode_name(b"../caf\xe9") }),
        special("files/docs/pipe", EntryKind::Special(SpecialKind::Fifo)),
        node("files/docs/empty", Vec::new()),
        node("files/docs/letter.txt", text(1, 900)),
        node("files/docs/packed.bin", noise(2, 700)),
        node("files/docs/año ½ 日本.txt", text(3, 100)),
        node(folder.join_raw(b"caf\xe9\\n\n").as_str(), text(4, 60)),
        node("files/docs/move me", text(5, 500)),
        node("files/docs/remove me", text(6, 40)),
        node("files/docs/first name", text(7, 80)),
        node("files/docs/ledger.csv", lines(2 * BLOCK + 99)),
        node(db, lines(BLOCK + 5_000)),
        sparse("files/docs/disk.img", 65 << 20, &[(7 << 20, noise(8, 600)), (64 << 20, vec![9; 10])]),
    ]
    .into();
    state.get_mut("files/docs/first name").unwrap().entry.hard_link = Some(path("files/docs/first name"));
    let mut second = state["files/docs/first name"].clone();
    second.entry.path = path("files/docs/second name");
    second.entry.hard_link = Some(path("files/docs/first name"));
    state.insert("files/docs/second name".into(), second);
    state.get_mut("files/docs/letter.txt").unwrap().entry.xattrs =
        vec![Xattr { name: b"user.comment".to_vec(), value: vec![0, 255, 7] }];
    chain.add(ArchiveKind::Full, state.clone());

    let first = lines(BLOCK + 5_000);
    state.extend([node(db, edited(&first, 9_000))]);
    let mut moved = state.remove("files/docs/move me").unwrap();
    moved.entry.path = path("files/docs/moved");
    state.insert("files/docs/moved".into(), moved);
    state.remove("files/docs/remove me");
    let second = [(7 << 20, noise(8, 600)), (30 << 20, noise(10, 50))];
    state.extend([sparse("files/docs/disk.img", 64 << 20, &second)]);
    chain.add(ArchiveKind::Incremental, state.clone());

    state.extend([node("files/docs/letter.txt", text(11, 950))]);
    chain.add(ArchiveKind::Differential, state.clone());
    let mut longer = edited(&edited(&first, 9_000), BLOCK);
    longer.extend(lines(300));
    state.extend([node(db, longer), sparse("files/docs/disk.img", 66 << 20, &second)]);
    chain.add(ArchiveKind::Incremental, state);
    chain
}

fn single(level: Level, part_size: Option<u64>) -> Chain {
    let mut chain = Chain::new(World { level, part_size, ..World::new() });
    let state = [
        node("files/a.txt", text(1, 3_000)),
        node("files/b.bin", noise(2, 2_500)),
        node("files/c.bin", noise(3, 2_500)),
        node("files/ledger.csv", lines(if part_size.is_some() { 5_000 } else { BLOCK + 70_000 })),
    ];
    chain.add(ArchiveKind::Full, state.into());
    chain
}

/// Writes the golden archives of a new format, when asked to.
#[test]
fn write_golden() {
    if std::env::var_os("RESGUARDO_WRITE_GOLDEN").is_none() {
        return;
    }
    let chains = [
        ("chain", chain_v1()),
        ("parts", single(Level::Normal, Some(10_000))),
        ("store", single(Level::Number(0), Some(1 << 30))),
        ("normal", single(Level::Normal, None)),
        ("zstd", single(Level::Small, None)),
    ];
    for (name, chain) in chains {
        let folder = golden().join(name);
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
        let (place, runs, size) = match record.content() {
            Content::None => break,
            Content::Same(reference) => {
                next = Some(follow(&reference));
                continue;
            }
            Content::Here(place) => (Some(place), vec![(0, 0, record.size)], record.size),
            Content::Delta(delta) => {
                let runs: Vec<Piece> = delta.ranges(record.size).collect();
                let size = runs.last().map_or(0, |(_, from, length)| from + length);
                next = delta.base.as_ref().map(follow);
                (delta.place, runs, size)
            }
        };
        // A version that was cut hides what older ones had beyond.
        let cut = |(at, from, length): Piece| (at < limit).then(|| (at, from, length.min(limit - at)));
        let runs = runs.into_iter().filter_map(cut).collect();
        layers.extend(place.map(|place| Layer { parts: &kept.parts, place, runs, size }));
    }
    let out = Mutex::new(vec![0; record.size as usize]);
    let sink = |bytes: &[u8], offset: u64| {
        out.lock().unwrap()[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    };
    assemble(&cx(), &layers, record.size, 2, &sink).unwrap();
    out.into_inner().unwrap()
}

/// Every kept manifest of every format with what it must bring back.
fn kept() -> Vec<(PathBuf, serde_json::Map<String, Value>)> {
    let mut all = Vec::new();
    for folder in std::fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()) {
        let expected = std::fs::read(folder.join("expected.json")).unwrap();
        let expected: serde_json::Map<String, Value> = serde_json::from_slice(&expected).unwrap();
        all.extend(expected.into_iter().map(|(name, entries)| {
            let Value::Object(entries) = entries else { panic!("{name}") };
            (folder.join("manual").join(name), entries)
        }));
    }
    assert!(all.len() >= 8);
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
