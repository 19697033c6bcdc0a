//! Files larger than a part of their archive: stored in pieces, restored, taken up again, rebuilt, and opened by hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use resguardo_domain::{OperationState, VerifyLevel};
use resguardo_engine::{PlanEdit, Request};
use resguardo_testkit::SeededRandom;
use resguardo_tests::shop::Shop;

const PART: u64 = 4 << 20;

fn noise(seed: u64, count: usize) -> Vec<u8> {
    let random = SeededRandom::new(seed);
    let words = std::iter::repeat_with(|| random.next().to_le_bytes());
    words.flatten().take(count).collect()
}

/// A shop whose archives are split into the smallest parts there can be.
fn split_shop() -> Shop {
    let shop = Shop::new();
    let edit = PlanEdit { part_size: Some(Some(PART)), ..PlanEdit::default() };
    shop.engine.edit_plan("shop", edit).unwrap();
    shop
}

fn fill(shop: &Shop) {
    shop.write("film.mkv", noise(1, 30_000_000));
    shop.write("ledger.csv", "customer 17 owes 12.50\n".repeat(1_300_000));
    let database = rusqlite::Connection::open(shop.data().join("shop.db")).unwrap();
    let fill = "CREATE TABLE sales (id INTEGER PRIMARY KEY, what BLOB, price INTEGER);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
                INSERT INTO sales SELECT i, randomblob(900), i * 7 FROM n";
    database.execute_batch(fill).unwrap();
}

fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    all.sort();
    all
}

fn assert_restores(shop: &Shop, snapshot: &str, name: &str, expected: &[(String, Vec<u8>)]) {
    let found = contents(&shop.restored(snapshot, name));
    assert_eq!(found.len(), expected.len(), "{name}");
    for ((found, body), (wanted, expected)) in found.iter().zip(expected) {
        assert!(found == wanted && body == expected, "{name}: {found} differs");
    }
}

/// The files at the drive whose names end so, sorted.
fn at_drive(shop: &Shop, end: &str) -> Vec<PathBuf> {
    let found = Command::new("find").arg(shop.drive()).args(["-name", &format!("*{end}")]).output().unwrap();
    let mut found: Vec<PathBuf> = String::from_utf8(found.stdout).unwrap().lines().map(Into::into).collect();
    found.sort();
    found
}

#[test]
fn every_generation_of_files_larger_than_a_part_comes_back() {
    let shop = split_shop();
    fill(&shop);
    let mut generations = Vec::new();
    let mut back_up = |what: &str, most: u64| {
        let operation = shop.back_up_as(None);
        assert_eq!(operation.state, OperationState::Succeeded, "{what}: {operation:?}");
        let stored = shop.engine.snapshots(None).unwrap().last().unwrap().bytes_stored;
        assert!(stored <= most, "{what}: {stored}");
        generations.push((operation.snapshot.unwrap().to_string(), contents(&shop.data())));
    };
    back_up("everything", 48_000_000);
    back_up("nothing", 8_000);
    std::fs::rename(shop.data().join("film.mkv"), shop.data().join("moved.mkv")).unwrap();
    back_up("a moved film", 10_000);
    let database = rusqlite::Connection::open(shop.data().join("shop.db")).unwrap();
    database.execute_batch("UPDATE sales SET price = price + 1 WHERE id = 6000").unwrap();
    back_up("a page of the database", 40_000);
    database.execute_batch("UPDATE sales SET what = randomblob(900) WHERE id > 2000").unwrap();
    back_up("more pages than a part holds", 13_000_000);
    shop.write("moved.mkv", noise(2, 9_000_000));
    back_up("another film of another size", 10_000_000);
    assert!(at_drive(&shop, ".zip").iter().all(|part| part.metadata().unwrap().len() <= PART));
    let verify = Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Opened };
    let verified = shop.run(verify);
    assert_eq!(verified.state, OperationState::Succeeded, "{verified:?}");
    for (n, (snapshot, expected)) in generations.iter().enumerate() {
        assert_restores(&shop, snapshot, &format!("restored {n}"), expected);
    }
    // The same without Resguardo.
    let script = at_drive(&shop, "restore.py").pop().unwrap();
    for (n, manifest) in at_drive(&shop, "_manifest.json").iter().enumerate() {
        let target = shop.path(&format!("by script {n}"));
        let status = Command::new("python3").arg(&script).arg(manifest).arg(&target).output().unwrap();
        assert!(status.status.success(), "{n}: {}", String::from_utf8_lossy(&status.stdout));
    }
    // And on another computer, from the drive alone.
    let other = Shop::without_plan();
    std::fs::rename(shop.drive(), other.drive()).unwrap();
    other.engine.add_local_destination(Some("usb"), other.drive().to_str().unwrap(), None).unwrap();
    assert_eq!(other.engine.adopt("usb").unwrap().found, generations.len() as u64);
    for (n, (snapshot, expected)) in generations.iter().enumerate() {
        assert_restores(&other, snapshot, &format!("adopted {n}"), expected);
    }
}

#[test]
fn p10_every_part_opens_with_ordinary_tools_and_the_joined_pieces_are_the_files() {
    let shop = split_shop();
    fill(&shop);
    shop.back_up();
    let out = shop.path("by hand");
    let parts = at_drive(&shop, ".zip");
    assert!(parts.len() >= 10, "{}", parts.len());
    for part in parts {
        let zip = part.to_str().unwrap();
        for tool in [&["unzip", "-qqt", zip][..], &["7z", "t", zip], &["python3", "-m", "zipfile", "-t", zip]]
        {
            let output = Command::new(tool[0]).args(&tool[1..]).output().unwrap();
            assert!(output.status.success(), "{tool:?}");
        }
        assert!(Command::new("unzip").args(["-qo", zip, "-d"]).arg(&out).status().unwrap().success());
    }
    let sums = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(&out).status();
    assert!(sums.unwrap().success());
    let mut joined = 0;
    for (name, body) in contents(&shop.data()) {
        let pieces = out.join("pieces/files/data").join(&name);
        let mut found = Vec::new();
        if pieces.is_dir() {
            contents(&pieces).into_iter().for_each(|(_, piece)| found.extend(piece));
            joined += 1;
        } else {
            found = std::fs::read(out.join("files/data").join(&name)).unwrap();
        }
        assert!(found == body, "{name}");
    }
    assert_eq!(joined, 2, "the film and the database");
}
