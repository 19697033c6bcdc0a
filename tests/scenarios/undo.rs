//! Random restores over random states, and taking them back.

use std::path::Path;

use resguardo_domain::OperationState;
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
    let (mut replaced, mut created) = (0, 0);
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
        assert_eq!(differences(&before, &over), [""; 0], "{what}");
    }
    println!("{created} files restored, {replaced} restores with a safety snapshot");
    assert!(replaced > 3 && created > 100);
}
