//! Damage at the destination: verification finds it, what it touches is not restored, everything else is.

use std::path::{Path, PathBuf};

use resguardo_domain::{ArchiveKind, Kind, OperationState, VerifyLevel};
use resguardo_engine::{Existing, Request, SnapshotView};
use resguardo_testkit::SeededRandom;
use resguardo_tests::figure;
use resguardo_tests::shop::{Shop, close, copy_tree, files_below, into_folder, restore, run};

/// A full and two increments; each adds a file of its own, `old.txt` is in the full only.
struct Chain {
    shop: Shop,
    snapshots: Vec<SnapshotView>,
}

impl Chain {
    fn new() -> Self {
        let shop = Shop::without_plan();
        let random = SeededRandom::new(6);
        shop.write("old.txt", random.bytes(9000));
        shop.add_plan(&[&shop.drive()]);
        for n in 0..3 {
            shop.write(&format!("new {n}.txt"), random.bytes(5000));
            assert!(
                shop.back_up_as(Some(if n == 0 { ArchiveKind::Full } else { ArchiveKind::Incremental }))
                    .state
                    .is_success()
            );
        }
        copy_tree(&shop.drive(), &shop.path("sound"));
        let snapshots = shop.snapshots();
        Self { shop, snapshots }
    }

    /// The files of an archive: its ZIP file and its manifest.
    fn files(&self, n: usize) -> [PathBuf; 2] {
        let find = |ending: &str| {
            let name = format!("{}{ending}", self.snapshots[n].name);
            let found = files_below(&self.shop.drive()).into_iter().find(|file| file.ends_with(&name));
            self.shop.drive().join(found.unwrap_or_else(|| panic!("no {name}")))
        };
        [find(".zip"), find("_manifest.json")]
    }

    /// Puts the sound files back; a copy that was found lost stays lost in the catalog until it is looked for again.
    fn heal(&self) {
        std::fs::remove_dir_all(self.shop.drive()).unwrap();
        copy_tree(&self.shop.path("sound"), &self.shop.drive());
        std::fs::remove_dir_all(self.shop.home()).unwrap();
        copy_tree(&self.shop.path("sound home"), &self.shop.home());
    }

    /// The error of verifying all, and the snapshots that it names.
    fn found(&self, what: &str) -> Vec<String> {
        let engine = self.shop.reopened(resguardo_platform::system_context());
        let verify = Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Checked };
        let operation = run(&engine, verify);
        close(engine);
        assert_eq!(operation.state, OperationState::Failed, "{what}: not noticed");
        let error = operation.error.unwrap();
        assert_eq!(error.kind, Kind::VerifyFailed, "{what}: {error}");
        let report: Vec<resguardo_engine::VerifyRow> =
            serde_json::from_str(error.get("report").unwrap()).unwrap();
        report.into_iter().filter(|row| row.error.is_some()).map(|row| row.snapshot.to_string()).collect()
    }

    /// Tries to restore one path of a snapshot into a fresh folder, by an engine that has verified nothing.
    fn restored(&self, n: usize, path: &str) -> Result<Vec<PathBuf>, Kind> {
        let engine = self.shop.reopened(resguardo_platform::system_context());
        let to = self.shop.path("restored");
        let request = restore(self.snapshots[n].id.as_str(), &[path], into_folder(&to), Existing::Replace);
        let operation = run(&engine, request);
        close(engine);
        let files = files_below(&to);
        let _ = std::fs::remove_dir_all(&to);
        match operation.error {
            Some(error) => {
                assert_eq!(files, Vec::<PathBuf>::new(), "something stands under a final name after {error}");
                Err(error.kind)
            }
            None => Ok(files),
        }
    }
}

fn chain() -> Chain {
    let chain = Chain::new();
    copy_tree(&chain.shop.home(), &chain.shop.path("sound home"));
    chain
}

fn flip(path: &Path, at: u64, bit: u8) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at as usize] ^= 1 << bit;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn p06_a_flipped_bit_anywhere_is_noticed_and_only_what_it_touches_is_lost() {
    let chain = chain();
    let random = SeededRandom::new(606);
    for _ in 0..figure(60, 5000) {
        let n = random.below(3) as usize;
        let file = random.pick(&chain.files(n)).clone();
        let at = random.below(file.metadata().unwrap().len());
        flip(&file, at, random.below(8) as u8);
        let what = format!("{} byte {at}", file.display());
        // First without having looked: what comes back is right or refused, never wrong.
        for path in ["files/data/old.txt", "files/data/new 2.txt"] {
            let _ = chain.restored(2, path);
        }
        assert_eq!(chain.found(&what), [chain.snapshots[n].id.to_string()], "{what}");
        chain.heal();
    }
}

#[test]
fn p06_an_entry_whose_bytes_are_damaged_is_refused_and_its_neighbours_come_back() {
    let chain = chain();
    let [zip, _] = chain.files(0);
    let original = std::fs::read(chain.shop.data().join("old.txt")).unwrap();
    let bytes = std::fs::read(&zip).unwrap();
    let at = bytes.windows(64).position(|window| window == &original[4000..4064]);
    flip(&zip, at.expect("bytes that do not compress stand as they are") as u64, 3);
    assert_eq!(chain.restored(2, "files/data/old.txt"), Err(Kind::ArchiveDamaged));
    assert_eq!(chain.restored(0, "files/data/old.txt"), Err(Kind::ArchiveDamaged));
    for (n, name) in [(0, "new 0.txt"), (2, "new 0.txt"), (2, "new 1.txt"), (2, "new 2.txt")] {
        let files = chain.restored(n, &format!("files/data/{name}"));
        assert_eq!(files, Ok(vec![PathBuf::from("files/data").join(name)]), "{name} of {n}");
    }
}

#[test]
fn p07_a_cut_archive_is_noticed_at_every_length() {
    let chain = chain();
    let random = SeededRandom::new(707);
    for _ in 0..figure(25, 1000) {
        let n = random.below(3) as usize;
        let file = random.pick(&chain.files(n)).clone();
        let length = random.below(file.metadata().unwrap().len());
        std::fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(length).unwrap();
        let what = format!("{} cut to {length}", file.display());
        assert_eq!(chain.found(&what), [chain.snapshots[n].id.to_string()], "{what}");
        chain.heal();
    }
}

#[test]
fn p07_swapped_replayed_and_missing_archives_are_noticed() {
    let chain = chain();
    let id = |n: usize| chain.snapshots[n].id.to_string();
    let [[zip0, manifest0], [zip1, manifest1], [zip2, manifest2]] = [0, 1, 2].map(|n| chain.files(n));
    let swap = |a: &Path, b: &Path| {
        let between = chain.shop.path("between");
        std::fs::rename(a, &between).unwrap();
        std::fs::rename(b, a).unwrap();
        std::fs::rename(between, b).unwrap();
    };
    swap(&zip1, &zip2);
    assert_eq!(chain.found("two archives swapped"), [id(1), id(2)]);
    chain.heal();

    swap(&zip1, &zip2);
    swap(&manifest1, &manifest2);
    assert_eq!(chain.found("two archives swapped with their manifests"), [id(1), id(2)]);
    chain.heal();

    std::fs::copy(&manifest1, &manifest2).unwrap();
    assert_eq!(chain.found("an older manifest replayed"), [id(2)]);
    chain.heal();

    for file in [&zip0, &manifest0] {
        std::fs::remove_file(file).unwrap();
    }
    assert_eq!(chain.found("the chain's full deleted"), [id(0)]);
    assert_eq!(chain.restored(2, "files/data/old.txt"), Err(Kind::ChainBroken));
    assert!(
        chain.restored(2, "files/data/new 2.txt").is_ok(),
        "what stands in the increment itself comes back"
    );
    let engine = chain.shop.reopened(resguardo_platform::system_context());
    let damaged = |n: usize| engine.snapshot(&id(n)).unwrap().state;
    assert!(
        (0..3).all(|n| damaged(n) == resguardo_domain::SnapshotState::Damaged),
        "what needs it is damaged too"
    );
}
