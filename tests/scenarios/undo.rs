//! Random restores over random states, and taking them back.

use std::path::Path;

use resguardo_domain::{Class, Kind, Operation, OperationState};
use resguardo_engine::{Existing, Request, RestoreReport, RestoreTarget, UndoReport};
use resguardo_testkit::{Ignore, SeededRandom, diff_except, tree};
use resguardo_tests::figure;
use resguardo_tests::shop::{Shop, copy_tree, into_folder, restore};

/// Up to three random entries of a snapshot, or everything.
fn some_paths(shop: &Shop, snapshot: &str, random: &SeededRandom) -> Vec<String> {
    let mut paths = Vec::new();
    if random.one_in(3) {
        return paths;
    }
    for _ in 0..=random.below(3) {
        let mut folder = "files/data".to_owned();
        loop {
            let entries = shop.engine.entries(snapshot, &folder).unwrap();
            if entries.is_empty() {
                break;
            }
            let entry = random.pick(&entries);
            if entry.kind == "folder" && !random.one_in(3) {
                folder.clone_from(&entry.path);
                continue;
            }
            paths.push(entry.path.clone());
            break;
        }
    }
    paths
}

/// Folders' times move with every entry made in them.
fn differences(before: &Path, after: &Path) -> Vec<String> {
    diff_except(before, after, Ignore { folder_mtime: true, ..Ignore::default() })
}

#[test]
fn p19_any_restore_can_be_taken_back() {
    let (mut replaced, mut created, mut parted, mut refused) = (0, 0, 0, 0);
    for seed in 0..figure(40, 500) {
        let random = SeededRandom::new(seed ^ 0x19);
        let shop = Shop::without_plan();
        let shape = tree::Shape { entries: 20, max_file: 20_000, depth: 4 };
        let tree = tree::Tree::grow(&shop.data(), seed, shape);
        shop.write("never empty", "x");
        shop.add_plan(&[&shop.drive()]);
        let snapshot = shop.back_up();
        for n in 0..1 + random.below(4) {
            tree.mutate(seed * 100 + n);
        }
        let elsewhere = random.one_in(3);
        let (target, over) = if elsewhere {
            let to = shop.path("elsewhere");
            // What is there already is a later state of the same files.
            if random.one_in(2) {
                std::fs::create_dir_all(to.join("files")).unwrap();
                copy_tree(&shop.data(), &to.join("files/data"));
            }
            (into_folder(&to), to)
        } else {
            (RestoreTarget::InPlace, shop.data())
        };
        std::fs::create_dir_all(&over).unwrap();
        let before = shop.path("before");
        copy_tree(&over, &before);
        let paths = some_paths(&shop, &snapshot, &random);
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let existing =
            *random.pick(&[Existing::Missing, Existing::Replace, Existing::Replace, Existing::KeepBoth]);
        let what = format!("seed {seed}, {existing:?}, {paths:?}, elsewhere {elsewhere}");
        let operation = shop.run(restore(&snapshot, &paths, target, existing));
        let kind = operation.error.as_ref().map(|error| error.kind);
        if matches!(kind, Some(Kind::AlreadyExists | Kind::NothingRestored)) {
            // A file stands where a folder above the selected entries must be, or only empty folders are selected: refused
            // before anything changes.
            assert_eq!(differences(&before, &over), [""; 0], "{what}");
            refused += 1;
            continue;
        }
        assert_eq!(operation.state, OperationState::Succeeded, "{what}: {operation:?}");
        let report: RestoreReport = serde_json::from_str(operation.result.as_deref().unwrap()).unwrap();
        replaced += u64::from(report.safety.is_some());
        created += report.restored;
        if existing == Existing::Missing {
            let lost: Vec<_> = differences(&before, &over)
                .into_iter()
                .filter(|line| !line.ends_with("only in the second") && !line.contains("one file only"))
                .collect();
            assert_eq!(lost, [""; 0], "{what}: something that was there has changed");
        }
        let undone = shop.run(Request::Undo { operation: operation.id.to_string() });
        assert_eq!(undone.state, OperationState::Succeeded, "{what}: {undone:?}");
        let report: UndoReport = serde_json::from_str(undone.result.as_deref().unwrap()).unwrap();
        assert_eq!(report.kept, 0, "{what}");
        // A name that was replaced without the other names of its file (not selected, or newer than the snapshot) is a file
        // of its own from then on.
        let lines = differences(&before, &over);
        let (links, lines): (Vec<_>, Vec<_>) =
            lines.into_iter().partition(|line| line.contains(": one file only"));
        assert_eq!(lines, [""; 0], "{what}");
        parted += usize::from(!links.is_empty());
    }
    println!(
        "{created} files restored, {replaced} restores with a safety snapshot, {parted} parted hard links"
    );
    assert!(parted * 20 < figure(40, 500) as usize, "hard links are lost too often");
    assert!(replaced > 3 && created > 100 && refused * 20 < figure(40, 500));
}

#[test]
fn p19_a_file_whose_place_a_restored_folder_took_comes_back_unless_the_folder_is_used() {
    for used in [false, true] {
        let shop = Shop::new();
        shop.write("thing/inside.txt", "old");
        let snapshot = shop.back_up();
        let thing = shop.data().join("thing");
        std::fs::remove_dir_all(&thing).unwrap();
        std::fs::write(&thing, "a file that is in no backup").unwrap();
        let operation = shop.in_place(&snapshot, &["files/data/thing"]);
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
        assert_eq!(std::fs::read(thing.join("inside.txt")).unwrap(), b"old");
        if used {
            shop.write("thing/added since.txt", "mine");
        }
        let undone = shop.run(Request::Undo { operation: operation.id.to_string() });
        if used {
            assert_eq!(undone.state, OperationState::SucceededWithIssues, "{undone:?}");
            assert_eq!(std::fs::read(thing.join("added since.txt")).unwrap(), b"mine");
        } else {
            assert_eq!(undone.state, OperationState::Succeeded, "{undone:?}");
            assert_eq!(std::fs::read(&thing).unwrap(), b"a file that is in no backup");
        }
    }
}

#[test]
fn p19_whether_a_restore_can_be_taken_back_is_told() {
    let shop = Shop::new();
    let snapshot = shop.back_up();
    let possible = |operation: &Operation| shop.engine.undo_view(operation.id.as_str()).unwrap().possible;
    let restore = |text: &str| {
        shop.write("first.txt", text);
        shop.in_place(&snapshot, &[])
    };
    let first = restore("worse");
    assert!(possible(&first) && shop.engine.undo_view(first.id.as_str()).unwrap().until.is_some());
    assert!(shop.run(Request::Undo { operation: first.id.to_string() }).state.is_success());
    assert!(!possible(&first), "it was taken back");
    let second = restore("worst");
    let safety = shop.snapshots().into_iter().rfind(|row| row.class == Class::Safety).unwrap();
    let delete = Request::Delete { snapshot: safety.id.to_string() };
    assert!(shop.run(delete).state.is_success());
    assert!(!possible(&second), "what was there before is gone");
    assert_eq!(shop.engine.undo_view("no such one").unwrap_err().kind, Kind::NotFound);
}
