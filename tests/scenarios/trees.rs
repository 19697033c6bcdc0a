//! Random trees through chains of archives: what comes back is what was there, no change is missed, no torn copy passes.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use jiff::SignedDuration;
use resguardo_domain::{ArchiveKind, Context, IssueKind, OperationState};
use resguardo_platform::SystemRandom;
use resguardo_testkit::{FixedClock, SeededRandom, diff, tree};
use resguardo_tests::figure;
use resguardo_tests::shop::{Shop, copy_tree};

#[test]
fn p09_every_generation_of_random_trees_comes_back_equal() {
    let started = Instant::now();
    let (trees, mut backups) = (figure(200, 2000), 0);
    for seed in 0..trees {
        backups += one_tree(seed);
    }
    println!("{trees} trees, {backups} backups, {:.1?}", started.elapsed());
}

/// Grows a tree, backs it up again and again with edits between, and restores some of its generations.
fn one_tree(seed: u64) -> u64 {
    let random = SeededRandom::new(seed ^ 0x7ee5);
    let shop = Shop::without_plan();
    // One in fifty has files of several blocks.
    let max_file = if random.one_in(50) { 3 << 20 } else { 30_000 };
    let shape = tree::Shape { entries: 4 + random.below(16) as usize, max_file, depth: 4 };
    let tree = tree::Tree::grow(&shop.data(), seed, shape);
    shop.write("never empty", "");
    shop.add_plan(&[&shop.drive()]);
    let length = if random.one_in(25) { 1 + random.below(30) } else { 1 + random.below(4) };
    let mut kept = Vec::new();
    for n in 0..length {
        let kinds = [
            None,
            None,
            Some(ArchiveKind::Incremental),
            Some(ArchiveKind::Differential),
            Some(ArchiveKind::Full),
        ];
        let operation = shop.back_up_as(*random.pick(&kinds));
        assert!(Shop::is_done_but_odd(&operation), "seed {seed} generation {n}: {operation:?}");
        let copy = shop.path(&format!("kept{n}"));
        copy_tree(&shop.data(), &copy);
        kept.push((operation.snapshot.unwrap().to_string(), copy));
        tree.mutate(seed * 1000 + n);
    }
    for _ in 0..2 {
        let n = random.below(length) as usize;
        let (snapshot, copy) = &kept[n];
        let restored = shop.restored(snapshot, "restored");
        assert_eq!(diff(copy, &restored), [""; 0], "seed {seed} generation {n} of {length}");
        std::fs::remove_dir_all(shop.path("restored")).unwrap();
    }
    length
}

/// A version of a file: its number, again and again. A mix of two versions shows.
fn version(number: u64, size: usize) -> Vec<u8> {
    number.to_le_bytes().into_iter().cycle().take(size).collect()
}

fn is_torn(bytes: &[u8]) -> bool {
    bytes.chunks_exact(8).any(|word| word != &bytes[..8])
}

/// A write that took so long that the file itself was a mix for longer than any reader waits: no program can tell such a
/// mix from a file, so it proves nothing.
struct SlowWrite {
    name: String,
    from: Instant,
    to: Instant,
}

const SLOW: Duration = Duration::from_millis(10);

/// What the writers and the reader tell each other.
#[derive(Default)]
struct Disturbance {
    stop: AtomicBool,
    slow: Mutex<Vec<SlowWrite>>,
    /// Writes that are over, by writer.
    finished: [AtomicU64; 3],
}

impl Disturbance {
    /// Waits until every write that has begun is over and noted.
    fn settle(&self) {
        for finished in &self.finished {
            let before = finished.load(Relaxed);
            while finished.load(Relaxed) == before {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// Whether the file itself was a mix for long at some time between two moments.
    fn excuses(&self, name: &str, began: Instant, ended: Instant) -> bool {
        let slow = self.slow.lock().unwrap();
        slow.iter().any(|one| one.name == name && one.to > began && one.from < ended)
    }
}

/// Rewrites, cuts and appends to files until it is told to stop.
fn disturb(files: &[PathBuf], writer: usize, shared: &Disturbance) {
    let seed = writer as u64 + 1;
    let random = SeededRandom::new(seed);
    let mut number = seed << 32;
    while !shared.stop.load(Relaxed) {
        number += 1;
        let path = random.pick(files);
        let file = OpenOptions::new().write(true).open(path).unwrap();
        let size = file.metadata().unwrap().len() as usize;
        let from = Instant::now();
        match random.below(4) {
            // The whole file in one call: the new version is there or not, but for a reader in between.
            0 | 1 => file.write_all_at(&version(number, size.max(8)), 0).unwrap(),
            2 => {
                file.set_len(0).unwrap();
                let size = 8 + random.below(1_500_000) as usize / 8 * 8;
                file.write_all_at(&version(number, size), 0).unwrap();
            }
            _ => {
                let bytes = std::fs::read(path).unwrap();
                if bytes.len() >= 8
                    && bytes.len() < 2_000_000
                    && bytes.len().is_multiple_of(8)
                    && !is_torn(&bytes)
                {
                    let more: Vec<u8> = bytes[..8].iter().copied().cycle().take(80_000).collect();
                    file.write_all_at(&more, bytes.len() as u64).unwrap();
                }
            }
        }
        if from.elapsed() > SLOW {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            shared.slow.lock().unwrap().push(SlowWrite { name, from, to: Instant::now() });
        }
        shared.finished[writer].fetch_add(1, Relaxed);
        std::thread::sleep(Duration::from_micros(random.below(3000)));
    }
}

#[test]
fn p11_a_file_that_changes_while_it_is_read_is_never_stored_as_good() {
    let shop = Shop::without_plan();
    let files: Vec<PathBuf> = (0..12).map(|n| shop.data().join(format!("file {n}"))).collect();
    for (n, path) in files.iter().enumerate() {
        std::fs::write(path, version(n as u64, 200_000 * (1 + n % 6))).unwrap();
    }
    shop.add_plan(&[&shop.drive()]);
    let shared = Arc::<Disturbance>::default();
    let writers: Vec<_> = (0..3)
        .map(|n| {
            // Each file has one writer, so that the source itself is never a mix for long.
            let (own, shared) = (files[n * 4..n * 4 + 4].to_vec(), Arc::clone(&shared));
            std::thread::spawn(move || disturb(&own, n, &shared))
        })
        .collect();
    let (mut marked, mut torn, mut excused) = (0, 0, 0);
    for n in 0..figure(40, 1000) {
        let began = Instant::now();
        let operation = shop.back_up_as(None);
        assert!(operation.state.is_success(), "{operation:?}");
        let changed: BTreeSet<String> = operation
            .issues
            .iter()
            .filter(|issue| issue.kind == IssueKind::ChangedWhileRead)
            .map(|issue| issue.path.name().to_owned())
            .collect();
        marked += changed.len();
        let ended = Instant::now();
        shared.settle();
        let restored = shop.restored(operation.snapshot.unwrap().as_str(), "restored");
        for path in &files {
            let name = path.file_name().unwrap().to_str().unwrap();
            if is_torn(&std::fs::read(restored.join(name)).unwrap()) {
                torn += 1;
                let excuse = shared.excuses(name, began, ended);
                excused += usize::from(excuse && !changed.contains(name));
                assert!(changed.contains(name) || excuse, "backup {n}: {name} is a mix and nobody says so");
            }
        }
        std::fs::remove_dir_all(shop.path("restored")).unwrap();
    }
    shared.stop.store(true, Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    println!(
        "{marked} copies marked as changed while read, {torn} torn, {excused} of these because the writer was interrupted"
    );
    assert!(marked > 0, "nothing ever changed while it was read: this proves nothing");
}

fn set_time(path: &Path, time: SystemTime) {
    File::open(path).unwrap().set_modified(time).unwrap();
}

/// One edit that hides: the same size, the time restored, another file's place taken, times cut to two seconds.
fn hidden_edit(folder: &Path, random: &SeededRandom) {
    let path = folder.join(format!("{}", random.below(30)));
    let facts = path.metadata().unwrap();
    let (size, time) = (facts.len() as usize, facts.modified().unwrap());
    match random.below(5) {
        0 | 1 => {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            let at = random.below(size as u64 - 8);
            file.write_all_at(&random.next().to_le_bytes(), at).unwrap();
            file.set_modified(time).unwrap();
        }
        2 => {
            let fresh = folder.join("fresh");
            std::fs::write(&fresh, random.bytes(size)).unwrap();
            set_time(&fresh, time);
            std::fs::rename(fresh, &path).unwrap();
        }
        3 => {
            let other = folder.join(format!("{}", random.below(30)));
            let between = folder.join("between");
            std::fs::rename(&path, &between).unwrap();
            if other.exists() {
                std::fs::rename(&other, &path).unwrap();
                std::fs::rename(between, other).unwrap();
            } else {
                std::fs::rename(between, &path).unwrap();
            }
        }
        _ => {
            std::fs::write(&path, random.bytes(size)).unwrap();
            let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
            set_time(&path, SystemTime::UNIX_EPOCH + Duration::from_secs(seconds / 2 * 2));
        }
    }
}

#[test]
fn p12_no_hidden_edit_is_missed_by_an_incremental_backup() {
    let clock = FixedClock::default();
    clock.set(jiff::Timestamp::now());
    let shop = Shop::with_context(Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom)));
    let random = SeededRandom::new(12);
    let time = SystemTime::now() - Duration::from_secs(86_400);
    for n in 0..30 {
        let path = shop.data().join(format!("{n}"));
        std::fs::write(&path, random.bytes(4096)).unwrap();
        set_time(&path, time);
    }
    shop.add_plan(&[&shop.drive()]);
    shop.back_up();
    let (edits, mut done) = (figure(400, 10_000), 0);
    while done < edits {
        let some = 1 + random.below(20);
        (0..some).for_each(|_| hidden_edit(&shop.data(), &random));
        done += some;
        // The computer's clock is wrong by up to ten days in both directions; mostly it is set back.
        clock.set(jiff::Timestamp::now());
        clock.advance(SignedDuration::from_hours(random.below(300) as i64 - 240));
        let operation = shop.back_up_as(Some(ArchiveKind::Incremental));
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
        let restored = shop.restored(operation.snapshot.unwrap().as_str(), "restored");
        assert_eq!(diff(&shop.data(), &restored), [""; 0], "after {done} edits");
        std::fs::remove_dir_all(shop.path("restored")).unwrap();
    }
    let kinds: Vec<_> = shop.snapshots().iter().map(|snapshot| snapshot.kind).collect();
    assert!(kinds.iter().filter(|kind| **kind == ArchiveKind::Incremental).count() * 2 > kinds.len());
}
