//! What is larger than a part is stored in pieces over several parts: it comes back here, by restore.py and by hand.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use common::chain::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

const PART: u64 = 4 << 20;

fn split_world(level: Level) -> World {
    World { part_size: Some(PART), level, ..World::new() }
}

/// Bytes that pack to about half.
fn half_packed(seed: u64, count: usize) -> Vec<u8> {
    let mut body = noise(seed, count);
    body.chunks_mut(1000).filter(|chunk| chunk.len() > 500).for_each(|chunk| chunk[..500].fill(b'-'));
    body
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("files/docs/a.txt", text(1, 3_000)),
        ("files/docs/film.mkv", [b"\x1aE\xdf\xa3".to_vec(), noise(2, 30_000_000)].concat()),
        ("files/docs/half.bin", half_packed(3, 30_000_000)),
        ("files/docs/ledger.csv", text(4, 9_000_000)),
        ("files/docs/piece.001", text(5, 4_000)),
        ("files/docs/z.bin", noise(6, 900_000)),
    ]
}

fn assert_parts_fit(made: &Made) {
    for (path, part) in made.paths.iter().zip(&made.sealed.parts) {
        assert!(part.size <= PART, "{part:?}");
        assert_eq!(std::fs::metadata(path).unwrap().len(), part.size);
    }
}

#[test]
fn a_file_larger_than_a_part_is_stored_in_pieces_and_comes_back() {
    for level in [Level::Fast, Level::Normal, Level::Small, Level::Number(0), Level::Number(6)] {
        let world = split_world(level);
        let made = world.write_files(0, &samples(), |_| None);
        assert_eq!(made.sealed.issues, [], "{level}");
        assert_eq!(made.sealed.format, FORMAT_VERSION);
        assert_parts_fit(&made);
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
        for (name, body) in samples() {
            let record = made.record(&world.cx, name);
            assert!(content(&world.cx, &made, &record) == body, "{level} {name}");
            let large = name.ends_with("film.mkv") || name.ends_with("half.bin");
            assert_eq!(record.pieces.len() > 1, large || body.len() > 8 << 20 && level == Level::Number(0));
        }
        // Pieces fill their parts: one part for each, and no more of them than the bytes need.
        let film = made.record(&world.cx, "files/docs/film.mkv").pieces;
        assert!((8..=11).contains(&film.len()), "{level}: {}", film.len());
        assert!(film.windows(2).all(|pair| pair[0].place.part + 1 == pair[1].place.part));
        assert_eq!(world.leftovers(), [] as [String; 0]);
    }
}

#[test]
fn blocks_of_pieces_are_unpacked_by_several_threads() {
    let world = split_world(Level::Fast);
    let body = half_packed(3, 20_000_000);
    let made = world.write_files(0, &[("files/half.bin", body.clone())], |_| None);
    let record = made.record(&world.cx, "files/half.bin");
    assert!(record.pieces.iter().all(|piece| piece.place.blocks.len() > 1));
    let parts = made.parts();
    let layers: Vec<_> = record.stored().into_iter().map(|stored| Layer::of(&parts, stored)).collect();
    let out = Out::new(body.len() as u64);
    assemble(&world.cx, &layers, record.size, 3, &out).unwrap();
    assert!(out.bytes() == body);
}

fn assert_succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
}

#[test]
fn ordinary_tools_open_every_part_and_the_pieces_joined_are_the_file() {
    let world = split_world(Level::Fast);
    let made = world.write_files(0, &samples(), |_| None);
    let out = world.dir.path().join("by hand");
    for path in &made.paths {
        let zip = path.to_str().unwrap();
        let tools: [&[&str]; 5] = [
            &["unzip", "-tqq", zip],
            &["7z", "t", zip],
            &["bsdtar", "-tf", zip],
            &["python3", "-m", "zipfile", "-t", zip],
            &["jar", "tf", zip],
        ];
        tools.iter().for_each(|tool| assert_succeeds(Command::new(tool[0]).args(&tool[1..])));
        assert_succeeds(Command::new("unzip").args(["-qo", zip, "-d"]).arg(&out));
    }
    assert_succeeds(
        Command::new("sha256sum").args(["-c", "--quiet", "--strict", "SHA256SUMS"]).current_dir(&out),
    );
    for (name, body) in samples() {
        let pieces = out.join("pieces").join(name);
        let shell = format!("cat 'pieces/{name}'/* > '{name}'");
        if pieces.exists() {
            assert!(!out.join(name).exists(), "{name} is there twice");
            assert_succeeds(Command::new("sh").args(["-c", &shell]).current_dir(&out));
        }
        assert!(std::fs::read(out.join(name)).unwrap() == body, "{name}");
    }
}

#[test]
fn what_packs_into_one_part_stays_whole_and_opens_everywhere() {
    let world = split_world(Level::Fast);
    let body = text(4, 12 << 20);
    let made = world.write_files(0, &[("files/ledger.csv", body.clone())], |_| None);
    assert_eq!((made.sealed.format, made.paths.len()), (FIRST_FORMAT, 1));
    assert!(zip_content(&made.paths[0], "files/ledger.csv") == body);
    let zip = made.paths[0].to_str().unwrap();
    for tool in
        [&["unzip", "-tqq", zip][..], &["7z", "t", zip], &["bsdtar", "-xOf", zip], &["jar", "tf", zip]]
    {
        assert_succeeds(Command::new(tool[0]).args(&tool[1..]));
    }
    open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
}

#[test]
fn more_pieces_than_three_digits_count_still_sort_as_they_follow() {
    // A part of which nothing but one block finds room: a piece for each.
    let world = World { part_size: Some(9_000), ..World::new() };
    let made = world.write_files(0, &[("files/long", vec![b'x'; 1001 * BLOCK])], |_| None);
    let pieces = made.record(&world.cx, "files/long").pieces;
    assert_eq!(pieces.len(), 1001);
    for (number, path) in (1..).zip(&made.paths).take(1001).step_by(100) {
        let name = format!("pieces/files/long/piece.{number:04}");
        assert_eq!(zip_content(path, &name).len(), BLOCK);
    }
}

/// A file of noise that changes for its first readings, or fails at a position.
struct Restless {
    body: Vec<u8>,
    changes: AtomicU32,
    fails_at: u64,
}

impl ReadAt for Restless {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        if offset >= self.fails_at {
            return Err(std::io::Error::other("the disk is scratched"));
        }
        let rest = self.body.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        Ok(self.changes.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok())
    }
}

struct RestlessOpener(Arc<Restless>);

impl Opener for RestlessOpener {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        let before = Arc::new(Memory(noise(7, 700_000), None));
        let data: Arc<dyn ReadAt> = if entry.path.name() == "log" { self.0.clone() } else { before };
        Ok(Opened { data, entry: entry.clone(), database: None })
    }
}

/// Writes a small file, a restless large one and another small one.
fn write_restless(world: &World, changes: u32, fails_at: u64) -> (Made, Vec<u8>) {
    let body = noise(9, 14 << 20);
    let restless = Restless { body: body.clone(), changes: AtomicU32::new(changes), fails_at };
    let opener: Arc<dyn Opener> = Arc::new(RestlessOpener(Arc::new(restless)));
    let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
    for (name, size) in [("files/a", 700_000), ("files/log", body.len()), ("files/z", 700_000)] {
        writer.submit(vec![Item { entry: file(name, size), prior: None }], &opener).unwrap();
    }
    let sealed = writer.finish(Closing::default()).unwrap();
    let paths = sealed.parts.iter().map(|part| world.dir.path().join(&part.name)).collect();
    (Made { sealed, name: world.options(0).name, paths }, body)
}

/// Archive files in the world's folder.
fn zips(world: &World) -> usize {
    let names = std::fs::read_dir(world.dir.path()).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.extension().is_some_and(|e| e == "zip")).count()
}

#[test]
fn a_file_in_pieces_that_changes_is_taken_back_and_read_again() {
    for (changes, marked) in [(2, false), (99, true)] {
        let world = split_world(Level::Fast);
        let (made, body) = write_restless(&world, changes, u64::MAX);
        let record = made.record(&world.cx, "files/log");
        assert!(record.pieces.len() >= 4);
        assert_eq!(record.changed, marked);
        assert!(content(&world.cx, &made, &record) == body);
        assert_parts_fit(&made);
        assert_eq!(zips(&world), made.paths.len());
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    }
}

#[test]
fn a_file_that_can_not_be_read_to_its_end_leaves_no_piece() {
    // The first place is looked at before anything is packed, the second is met when pieces are there.
    for (fails_at, parts) in [(11 << 20, 1), (13 << 20, 2)] {
        let world = split_world(Level::Fast);
        let (made, _) = write_restless(&world, 0, fails_at);
        assert_eq!(made.sealed.issues.len(), 1);
        assert_eq!(made.sealed.issues[0].kind, IssueKind::Unreadable);
        assert_eq!(made.sealed.format, FIRST_FORMAT);
        let names: Vec<_> = made.records(&world.cx).iter().map(|r| r.path.to_string()).collect();
        assert_eq!(names, ["files/a", "files/z"]);
        assert_eq!((zips(&world), made.paths.len()), (parts, parts));
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    }
}

#[test]
fn cancelled_amid_the_pieces_nothing_stays() {
    let world = split_world(Level::Fast);
    let body =
        Arc::new(Restless { body: noise(9, 20 << 20), changes: AtomicU32::new(0), fails_at: u64::MAX });
    struct Cancelling(Arc<Restless>, Context);
    impl ReadAt for Cancelling {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
            if offset >= 19 << 20 {
                self.1.cancel_flag().cancel();
            }
            self.0.read_at(buffer, offset)
        }
        fn has_changed(&self) -> std::io::Result<bool> {
            Ok(false)
        }
    }
    impl Opener for Cancelling {
        fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
            let data = Arc::new(Self(Arc::clone(&self.0), self.1.clone()));
            Ok(Opened { data, entry: entry.clone(), database: None })
        }
    }
    let opener: Arc<dyn Opener> = Arc::new(Cancelling(body, world.cx.clone()));
    let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
    writer.submit(vec![Item { entry: file("files/log", 20 << 20), prior: None }], &opener).unwrap();
    assert!(writer.finish(Closing::default()).unwrap_err().is_cancelled());
    assert_eq!(zips(&world), 0);
    assert_eq!(world.leftovers(), [] as [String; 0]);
}

/// Fails at the step with a number.
struct FailAt(AtomicU32);

impl Faults for FailAt {
    fn at(&self, step: &'static str) -> Result<()> {
        let left = self.0.fetch_sub(1, Relaxed);
        if left == 1 { Err(Error::new(Kind::DiskFull, step)) } else { Ok(()) }
    }
}

#[test]
fn whichever_step_fails_amid_the_pieces_nothing_stays() {
    let body = noise(9, 9 << 20);
    let mut step = 0;
    loop {
        step += 1;
        let mut world = split_world(Level::Fast);
        world.cx = cx().with_faults(Arc::new(FailAt(AtomicU32::new(step))));
        let data = Arc::new(Restless { body: body.clone(), changes: AtomicU32::new(1), fails_at: u64::MAX });
        let opener: Arc<dyn Opener> = Arc::new(RestlessOpener(data));
        let written = ArchiveWriter::create(&world.cx, &world.options(0), None).and_then(|writer| {
            writer.submit(vec![Item { entry: file("files/log", body.len()), prior: None }], &opener)?;
            writer.finish(Closing::default())
        });
        match written {
            Ok(sealed) => break assert_eq!(zips(&world), sealed.parts.len()),
            Err(error) => {
                assert_eq!((error.kind, zips(&world)), (Kind::DiskFull, 0), "step {step}: {error:?}")
            }
        }
        assert_eq!(world.leftovers(), [] as [String; 0], "step {step}");
    }
    assert!(step > 40, "{step}");
}

fn rewritten(body: &[u8], from: usize, count: usize, seed: u64) -> Vec<u8> {
    let mut body = body.to_vec();
    body[from..from + count].copy_from_slice(&noise(seed, count));
    body
}

/// A full with everything in pieces, then pages in pieces, a moved file, one that shrinks, and one that becomes whole.
fn chain_in_pieces() -> Chain {
    let mut chain = Chain::new(split_world(Level::Fast));
    let (db, film, disk) = ("databases/sqlite/shop/shop.db", "files/docs/film.mkv", "files/docs/disk.img");
    let first = noise(1, 14 << 20);
    let ranges = |seed| [(3 << 20, noise(seed, 5 << 20)), (60 << 20, noise(seed + 1, 6 << 20))];
    let mut state: State = [
        special("files/docs", EntryKind::Folder),
        node("files/docs/a.txt", text(1, 5_000)),
        node(film, [b"\x1aE\xdf\xa3".to_vec(), noise(2, 11 << 20)].concat()),
        node(db, first.clone()),
        sparse(disk, 80 << 20, &ranges(30)),
    ]
    .into();
    chain.add(ArchiveKind::Full, state.clone());
    // Nearly all pages change: more than one part holds.
    let second = rewritten(&first, 2 << 20, 9 << 20, 77);
    state.extend([node(db, second.clone())]);
    let mut moved = state.remove(film).unwrap();
    moved.entry.path = path("files/docs/moved.mkv");
    state.insert("files/docs/moved.mkv".into(), moved);
    chain.add(ArchiveKind::Incremental, state.clone());
    // It shrinks into a piece and grows again: what was cut off must not show through.
    let mut third = second[..(7 << 20) + 123].to_vec();
    state.extend([node(db, third.clone()), sparse(disk, 80 << 20, &ranges(50))]);
    chain.add(ArchiveKind::Incremental, state.clone());
    third.extend(vec![0; 3 << 20]);
    state.extend([node(db, third), node("files/docs/moved.mkv", noise(90, 2 << 20))]);
    chain.add(ArchiveKind::Incremental, state);
    chain
}

#[test]
fn every_generation_over_pieces_comes_back_byte_for_byte() {
    let chain = chain_in_pieces();
    let cx = &chain.world.cx;
    let of = |n: usize, name: &str| chain.steps[n].made.record(cx, name);
    let db = "databases/sqlite/shop/shop.db";
    assert!(of(0, "files/docs/disk.img").delta.unwrap().pieces.len() > 1);
    assert!(of(0, db).pieces.len() > 1);
    let delta = of(1, db).delta.unwrap();
    assert!(delta.pieces.len() > 1 && delta.base.is_some());
    let moved = Reference { generation: 1, path: path("files/docs/film.mkv") };
    assert_eq!(of(1, "files/docs/moved.mkv").content(), Content::Same(moved));
    for step in &chain.steps {
        assert_parts_fit(&step.made);
        open_archive(cx, &step.made.parts(), &step.manifest, 2).unwrap();
    }
    let place = tempfile::tempdir().unwrap();
    let manifests = chain.lay_out(&place.path().join("plan"));
    for (n, manifest) in manifests.iter().enumerate() {
        let target = place.path().join(format!("target {n}"));
        let output = run_restore(manifest, &target, &[]);
        assert!(output.status.success(), "{n}: {}", said(&output));
        compare(&target, &chain.steps[n].state);
    }
    assert_holes(&place.path().join("target 0/files/docs/disk.img"), 13 << 20);
}

fn assert_holes(path: &Path, most: u64) {
    let blocks = std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(path).unwrap());
    assert!(blocks * 512 < most, "{} bytes", blocks * 512);
}

#[test]
fn the_same_content_read_again_costs_no_part() {
    let world = split_world(Level::Fast);
    let body = noise(8, 14 << 20);
    let first = world.write_files(0, &[("files/film", body.clone())], |_| None);
    let record = first.record(&world.cx, "files/film");
    let reference = Reference { generation: 1, path: record.path.clone() };
    let prior = Prior {
        digest: record.digest,
        size: record.size,
        reference: reference.clone(),
        whole: None,
        quiet: false,
    };
    for forget in [false, true] {
        if forget {
            world.options(0).pages.shrink(0).unwrap();
        }
        let made = world
            .write_files(1 + u32::from(forget), &[("files/film", body.clone())], |_| Some(prior.clone()));
        assert_eq!(made.record(&world.cx, "files/film").content(), Content::Same(reference.clone()));
        assert_eq!(made.paths.len(), 1);
        assert!(made.sealed.parts[0].size < 8_000);
    }
}

#[test]
fn a_flipped_byte_of_a_piece_is_noticed() {
    let world = split_world(Level::Fast);
    let made = world.write_files(0, &[("files/film", noise(8, 9 << 20))], |_| None);
    let piece = made.record(&world.cx, "files/film").pieces[1].clone();
    let path = &made.paths[piece.place.part as usize - 1];
    let mut bytes = std::fs::read(path).unwrap();
    bytes[(piece.place.offset + piece.place.packed / 2) as usize] ^= 1;
    std::fs::write(path, bytes).unwrap();
    let parts = made.parts();
    assert!(
        check_part(&world.cx, &parts, piece.place.part, &made.sealed.parts[piece.place.part as usize - 1])
            .is_err()
    );
    assert_eq!(open_archive(&world.cx, &parts, &made.manifest(), 2).unwrap_err().kind, Kind::ArchiveDamaged);
}
