//! Every changed byte is noticed, cut and swapped archives too, and large and odd sizes work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use common::chain::*;
use common::forge::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

fn nightly() -> bool {
    std::env::var("RESGUARDO_TESTS").is_ok_and(|value| value == "nightly")
}

type PartAndManifest = (Vec<u8>, Vec<u8>);

/// A small set: a full and an incremental with their manifests, as bytes.
fn small_set() -> (Chain, Vec<PartAndManifest>) {
    let mut chain = Chain::new(World::new());
    let mut state: State = (0..12)
        .map(|n| node(&format!("files/docs/{n}"), if n % 2 == 0 { text(n, 2_000) } else { noise(n, 500) }))
        .collect();
    chain.add(ArchiveKind::Full, state.clone());
    state.extend([node("files/docs/3", text(99, 3_000)), node("files/new", noise(98, 90))]);
    chain.add(ArchiveKind::Incremental, state);
    let bytes = |step: &Step| {
        (std::fs::read(&step.made.paths[0]).unwrap(), manifest_to_bytes(&step.manifest).unwrap())
    };
    let set = chain.steps.iter().map(bytes).collect();
    (chain, set)
}

#[test]
fn every_changed_byte_of_an_archive_set_is_noticed() {
    let wanted = if nightly() { 200_000 } else { 6_000 };
    let (chain, set) = small_set();
    let total: usize = set.iter().map(|(part, manifest)| part.len() + manifest.len()).sum();
    // Every position in the nightly run, with as many different changes as it takes; a sample otherwise.
    let step = if nightly() { 1 } else { (total / wanted).max(1) };
    let masks: Vec<u8> = (1..=255).take((wanted * step / total).clamp(1, 255) + 1).collect();
    let mut tried = 0;
    for ((part, manifest), made) in set.iter().zip(&chain.steps) {
        let info = &made.manifest.parts[0];
        for at in (0..part.len().max(manifest.len())).step_by(step) {
            for mask in &masks {
                if at < manifest.len() {
                    let mut flipped = manifest.clone();
                    flipped[at] ^= mask;
                    assert!(parse_manifest(&flipped).is_err(), "manifest byte {at} mask {mask}");
                    tried += 1;
                }
                if at < part.len() {
                    let mut flipped = part.clone();
                    flipped[at] ^= mask;
                    assert!(check_part(&cx(), &InMemory(vec![flipped]), 1, info).is_err(), "byte {at}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= wanted, "{tried}");
}

#[test]
fn a_bit_anywhere_in_a_large_archive_is_noticed() {
    let world = World::new();
    let made =
        world.write_files(0, &[("files/a", text(1, 6 * BLOCK)), ("files/b", noise(2, BLOCK))], |_| None);
    let mut parts = InMemory(vec![std::fs::read(&made.paths[0]).unwrap()]);
    let mut seed = 5_u64;
    for _ in 0..if nightly() { 5_000 } else { 100 } {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (seed >> 20) as usize % parts.0[0].len();
        let bit = 1 << (seed >> 60 & 7);
        parts.0[0][at] ^= bit;
        assert!(check_part(&world.cx, &parts, 1, &made.sealed.parts[0]).is_err(), "byte {at}");
        parts.0[0][at] ^= bit;
    }
    check_part(&world.cx, &parts, 1, &made.sealed.parts[0]).unwrap();
}

#[test]
fn cut_swapped_and_older_archives_are_noticed() {
    let (chain, set) = small_set();
    let [first, second] = [&chain.steps[0].manifest, &chain.steps[1].manifest];
    let parts: Vec<InMemory> = set.iter().map(|(part, _)| InMemory(vec![part.clone()])).collect();
    for (manifest, own, other) in [(first, &parts[0], &parts[1]), (second, &parts[1], &parts[0])] {
        check_part(&cx(), own, 1, &manifest.parts[0]).unwrap();
        open_archive(&cx(), own, manifest, 2).unwrap();
        assert!(check_part(&cx(), other, 1, &manifest.parts[0]).is_err());
        assert!(open_archive(&cx(), other, manifest, 2).is_err());
    }
    for length in (0..set[0].0.len()).step_by((set[0].0.len() / 1_000).max(1)) {
        let cut = InMemory(vec![set[0].0[..length].to_vec()]);
        assert!(check_part(&cx(), &cut, 1, &first.parts[0]).is_err(), "{length}");
    }
    for length in 0..set[0].1.len() {
        assert!(parse_manifest(&set[0].1[..length]).is_err(), "{length}");
    }
    // An older manifest in the newer one's place says so: its generation and its chain are not the newer one's.
    let replayed = parse_manifest(&set[0].1).unwrap();
    assert!(replayed.generation < second.generation && replayed.id != second.id);
    assert_eq!(second.chain[0].id, replayed.id);
}

#[test]
fn parts_in_the_wrong_order_are_noticed() {
    let world = World { part_size: Some(1 << 20), ..World::new() };
    let files: Vec<(String, Vec<u8>)> =
        (0..12).map(|n| (format!("files/{n:02}"), noise(n, 200_000))).collect();
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    let made = world.write_files(0, &files, |_| None);
    let mut parts = InMemory(made.paths.iter().map(|path| std::fs::read(path).unwrap()).collect());
    open_archive(&world.cx, &parts, &made.manifest(), 2).unwrap();
    parts.0.swap(0, 1);
    assert!(open_archive(&world.cx, &parts, &made.manifest(), 2).is_err());
    parts.0.swap(0, 1);
    let last = parts.0.pop().unwrap();
    assert!(open_archive(&world.cx, &parts, &made.manifest(), 2).is_err());
    parts.0.push(last.clone());
    parts.0.push(last);
    open_archive(&world.cx, &parts, &made.manifest(), 2).unwrap();
}

/// A file made while it is read: lines of text that depend on the position alone, and holes.
struct Synthetic {
    size: u64,
    ranges: Option<Vec<(u64, u64)>>,
    read: AtomicU64,
}

impl Synthetic {
    fn fill(buffer: &mut [u8], offset: u64) {
        for (n, byte) in buffer.iter_mut().enumerate() {
            let at = offset + n as u64;
            *byte = b"0123456789abcdef"[((at >> 4 ^ at >> 13) & 15) as usize];
        }
    }

    fn opener(size: u64, ranges: Option<Vec<(u64, u64)>>) -> (Arc<Self>, Arc<dyn Opener>) {
        let file = Arc::new(Self { size, ranges, read: AtomicU64::new(0) });
        (Arc::clone(&file), Arc::new(SyntheticOpener(file)))
    }
}

impl ReadAt for Synthetic {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let count = (self.size.saturating_sub(offset)).min(buffer.len() as u64) as usize;
        self.read.fetch_add(count as u64, Relaxed);
        let Some(ranges) = &self.ranges else {
            Self::fill(&mut buffer[..count], offset);
            return Ok(count);
        };
        buffer[..count].fill(0);
        for (start, length) in ranges {
            let (from, to) = ((*start).max(offset), (start + length).min(offset + count as u64));
            if from < to {
                Self::fill(&mut buffer[(from - offset) as usize..(to - offset) as usize], from);
            }
        }
        Ok(count)
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        Ok(false)
    }
    fn data_ranges(&self) -> Option<Vec<(u64, u64)>> {
        self.ranges.clone()
    }
}

struct SyntheticOpener(Arc<Synthetic>);

impl Opener for SyntheticOpener {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        Ok(Opened { data: Arc::clone(&self.0) as Arc<dyn ReadAt>, entry: entry.clone(), database: None })
    }
}

fn write_synthetic(world: &World, size: u64, opener: &Arc<dyn Opener>) -> Made {
    let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
    let entry = Entry::plain(path("files/large"), EntryKind::File, size, 5);
    writer.submit(vec![Item { entry, prior: None }], opener).unwrap();
    let sealed = writer.finish(Closing::default()).unwrap();
    let paths = sealed.parts.iter().map(|part| world.dir.path().join(&part.name)).collect();
    Made { sealed, name: world.options(0).name, paths }
}

#[test]
fn a_tebibyte_of_holes_takes_seconds() {
    let size = 1_u64 << 40;
    let ranges = vec![(0, 4096), (3 << 30, 70_000), (size - 5_000, 5_000)];
    let (source, opener) = Synthetic::opener(size, Some(ranges));
    let world = World::new();
    let made = write_synthetic(&world, size, &opener);
    assert!(source.read.load(Relaxed) < 16 << 20);
    assert!(made.sealed.parts[0].size < 1 << 20, "{}", made.sealed.parts[0].size);
    let record = made.record(&world.cx, "files/large");
    assert_eq!((record.size, record.sparse_digest), (size, true));
    let Content::Delta(delta) = record.content() else { panic!("not kept as pages") };
    let runs: Vec<_> = delta.ranges(size).collect();
    let unpacked = runs.last().map_or(0, |(_, from, length)| from + length);
    let parts = made.parts();
    let layer = Layer {
        parts: &parts,
        place: delta.place.unwrap(),
        runs,
        size: unpacked,
        whole: false,
        differences: Vec::new(),
    };
    let written = AtomicU64::new(0);
    let sink = Each(|bytes: &[u8], offset: u64| {
        let mut expected = vec![0; bytes.len()];
        source.read_at(&mut expected, offset).unwrap();
        assert!(bytes == expected, "{offset}");
        written.fetch_add(bytes.len() as u64, Relaxed);
    });
    assemble(&world.cx, &[layer], size, 2, &sink).unwrap();
    assert!(written.load(Relaxed) >= 4096 + 70_000 + 5_000);
    open_archive(&world.cx, &parts, &made.manifest(), 2).unwrap();
}

#[test]
fn more_than_four_gibibytes_in_one_entry() {
    if !nightly() {
        return;
    }
    let size = 4_402_341_478;
    let (source, opener) = Synthetic::opener(size, None);
    let world = World::new();
    let made = write_synthetic(&world, size, &opener);
    let record = made.record(&world.cx, "files/large");
    let Content::Here(place) = record.content() else { panic!("not whole") };
    let parts = made.parts();
    let written = AtomicU64::new(0);
    let sink = Each(|bytes: &[u8], offset: u64| {
        let mut expected = vec![0; bytes.len()];
        source.read_at(&mut expected, offset).unwrap();
        assert!(bytes == expected, "{offset}");
        written.fetch_add(bytes.len() as u64, Relaxed);
    });
    assemble(&world.cx, &[Layer::whole(&parts, place, size)], size, 2, &sink).unwrap();
    assert_eq!(written.load(Relaxed), size);
    open_archive(&world.cx, &parts, &made.manifest(), 2).unwrap();
    let tested = std::process::Command::new("unzip").arg("-tqq").arg(&made.paths[0]).status().unwrap();
    assert!(tested.success());
}

#[test]
fn ten_thousand_files_a_deep_path_and_empty_ones() {
    let world = World::new();
    let deep = format!("files/{}leaf", "d/".repeat(100));
    let mut files: Vec<(String, Vec<u8>)> =
        (0..10_000).map(|n| (format!("files/{n:05}"), noise(n, 4_096))).collect();
    files.extend([(deep.clone(), text(1, 77)), ("files/empty".into(), Vec::new())]);
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    let made = world.write_files(0, &files, |_| None);
    open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    let records = made.records(&world.cx);
    assert_eq!(records.len(), files.len());
    let parts = made.parts();
    let mut small = Extractor::default();
    for (record, (name, body)) in records.iter().zip(&files) {
        assert_eq!(record.path.as_str(), *name);
        match record.content() {
            Content::Here(place) => {
                assert!(small.read(&world.cx, &parts, &place, record.size).unwrap() == body, "{name}");
            }
            _ => assert!(body.is_empty(), "{name}"),
        }
    }
}

/// A file that is shorter than it was when it was listed, and goes on changing; `gap` makes its second block short as well.
struct Shrunk {
    body: Vec<u8>,
    ranges: Option<Vec<(u64, u64)>>,
    gap: bool,
}

impl ReadAt for Shrunk {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let block = BLOCK as u64;
        if self.gap && (block..2 * block).contains(&offset) {
            return Ok(0);
        }
        Memory(Vec::new(), None).read_at(buffer, offset)?;
        let rest = self.body.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        Ok(true)
    }
    fn data_ranges(&self) -> Option<Vec<(u64, u64)>> {
        self.ranges.clone()
    }
}

struct ShrunkOpener(Arc<Shrunk>);

impl Opener for ShrunkOpener {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        Ok(Opened { data: Arc::clone(&self.0) as Arc<dyn ReadAt>, entry: entry.clone(), database: None })
    }
}

#[test]
fn a_file_that_shrank_while_it_was_read_can_be_read_back() {
    let sparse = Some(vec![(0, 1 << 20), (9 << 20, 4 << 20), (70 << 20, 1 << 20)]);
    let cases = [
        (text(1, 2 * BLOCK + 500), 5 * BLOCK as u64, None, false),
        (text(1, 2 * BLOCK), 5 * BLOCK as u64, None, false),
        (Vec::new(), 5 * BLOCK as u64, None, false),
        (text(2, 10 * BLOCK + 7), 80 << 20, sparse, false),
        (text(3, 4 * BLOCK), 4 * BLOCK as u64, None, true),
    ];
    for (n, (body, size, ranges, gap)) in cases.into_iter().enumerate() {
        let world = World::new();
        let opener: Arc<dyn Opener> =
            Arc::new(ShrunkOpener(Arc::new(Shrunk { body: body.clone(), ranges: ranges.clone(), gap })));
        let made = write_synthetic(&world, size, &opener);
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
        let Some(record) = made.records(&world.cx).pop() else {
            assert_eq!(made.sealed.issues[0].kind, IssueKind::Unreadable, "case {n}");
            assert!(gap, "case {n}");
            continue;
        };
        assert!(record.changed && !gap, "case {n}");
        let out = Out::new(record.size);
        let parts = made.parts();
        let layer = match record.content() {
            Content::Here(place) => Layer::whole(&parts, place, record.size),
            Content::Delta(delta) => {
                let runs: Vec<_> = delta.ranges(record.size).collect();
                let size = runs.last().map_or(0, |(_, from, length)| from + length);
                Layer {
                    parts: &parts,
                    place: delta.place.unwrap(),
                    runs,
                    size,
                    whole: false,
                    differences: Vec::new(),
                }
            }
            content => panic!("case {n}: {content:?}"),
        };
        assemble(&world.cx, &[layer], record.size, 2, &out).unwrap();
        let whole = out.bytes();
        let found = if record.sparse_digest {
            let mut read = |buffer: &mut [u8], at: u64| {
                buffer.copy_from_slice(&whole[at as usize..][..buffer.len()]);
                Ok(())
            };
            sparse_digest(record.size, &[(0, record.size)], &mut read).unwrap()
        } else {
            sha(&whole)
        };
        assert_eq!(Some(found), record.digest, "case {n}");
    }
}

#[test]
fn attributes_too_large_for_a_line_are_an_issue() {
    let world = World::new();
    let mut entry = file("files/a", 5);
    entry.xattrs = vec![Xattr { name: b"user.fork".to_vec(), value: vec![7; 20 << 20] }];
    let bodies = Bodies([("files/a".to_owned(), Arc::new(Memory(b"hello".to_vec(), None)))].into());
    let made = world.write(0, vec![Item { entry, prior: None }], bodies, None);
    assert_eq!(made.sealed.issues[0].kind, IssueKind::Metadata);
    assert!(made.record(&world.cx, "files/a").xattrs.is_empty());
}
