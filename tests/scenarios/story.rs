//! The main story: back up in every kind, browse, restore, undo, prune, lose everything and rebuild.

use resguardo_domain::{ArchiveKind, Kind, OperationState, SnapshotState, VerifyLevel};
use resguardo_engine::{PlanEdit, Request, RestoreReport, UndoReport};
use resguardo_testkit::{diff, tree};
use resguardo_tests::shop::{Shop, copy_tree};

#[test]
fn p09_every_generation_of_a_random_tree_comes_back() {
    for seed in 0..6_u64 {
        let shop = Shop::without_plan();
        let tree =
            tree::Tree::grow(&shop.data(), seed, tree::Shape { entries: 60, max_file: 3 << 20, depth: 5 });
        shop.add_plan(&[&shop.drive()]);
        let mut kept = Vec::new();
        for (n, kind) in [None, None, Some(ArchiveKind::Differential), None, Some(ArchiveKind::Full), None]
            .into_iter()
            .enumerate()
        {
            let operation = shop.back_up_as(kind);
            assert!(operation.state.is_success(), "{operation:?}");
            let copy = shop.path(&format!("kept{n}"));
            copy_tree(&shop.data(), &copy);
            kept.push((operation.snapshot.unwrap().to_string(), copy));
            tree.mutate(seed * 100 + n as u64);
        }
        for (n, (snapshot, copy)) in kept.iter().enumerate() {
            let restored = shop.restored(snapshot, &format!("restored{n}"));
            assert_eq!(diff(copy, &restored), [] as [String; 0], "seed {seed} generation {n}");
        }
        let operation = shop.run(Request::Verify { snapshots: Vec::new(), level: VerifyLevel::Opened });
        assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    }
}

#[test]
fn a_run_without_changes_stores_next_to_nothing_and_browsing_knows_every_date() {
    let shop = Shop::new();
    shop.write("docs/a.txt", "one");
    shop.back_up();
    shop.write("docs/a.txt", "three");
    shop.write("docs/new.txt", "new");
    std::fs::remove_file(shop.data().join("first.txt")).unwrap();
    shop.back_up();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    shop.back_up();
    shop.back_up();
    let snapshots = shop.engine.snapshots(Some("shop")).unwrap();
    assert_eq!(
        snapshots.iter().map(|s| s.kind).collect::<Vec<_>>()[..2],
        [ArchiveKind::Full, ArchiveKind::Incremental]
    );
    assert_eq!(snapshots[3].changes, (0, 0, 0));
    assert_eq!(snapshots[3].files, 2);
    let names = |n: usize| -> Vec<String> {
        let entries = shop.engine.entries(snapshots[n].id.as_str(), "files/data").unwrap();
        entries.into_iter().map(|e| e.path).collect()
    };
    assert_eq!(names(0), ["files/data/docs", "files/data/first.txt"]);
    assert_eq!(names(3), ["files/data/docs"]);
    let found = shop.engine.find("a.txt", None, 10).unwrap();
    assert_eq!(
        found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>().last(),
        Some(&"files/data/docs/a.txt")
    );
}

#[test]
fn p19_a_restore_in_place_can_be_taken_back() {
    let shop = Shop::without_plan();
    let tree = tree::Tree::grow(&shop.data(), 5, tree::Shape { entries: 40, max_file: 100_000, depth: 4 });
    shop.add_plan(&[&shop.drive()]);
    let snapshot = shop.back_up();
    tree.mutate(77);
    tree.mutate(78);
    let before = shop.path("before");
    assert!(
        std::process::Command::new("cp").arg("-a").arg(shop.data()).arg(&before).status().unwrap().success()
    );
    let operation = shop.in_place(&snapshot, &[]);
    assert!(operation.state.is_success(), "{operation:?}");
    let report: RestoreReport = serde_json::from_str(operation.result.as_deref().unwrap()).unwrap();
    assert!(report.restored > 0 && report.safety.is_some(), "{report:?}");
    let undone = shop.run(Request::Undo { operation: operation.id.to_string() });
    assert_eq!(undone.state, OperationState::Succeeded, "{undone:?}");
    let undone: UndoReport = serde_json::from_str(undone.result.as_deref().unwrap()).unwrap();
    assert_eq!(undone.kept, 0);
    assert_eq!(diff(&before, &shop.data()), [] as [String; 0]);
    let again = shop.error_of(Request::Undo { operation: operation.id.to_string() });
    assert_eq!(again.kind, Kind::CannotUndo);
}

#[test]
fn what_somebody_changed_after_a_restore_survives_its_undo() {
    let shop = Shop::new();
    shop.write("a.txt", "old");
    let snapshot = shop.back_up();
    shop.write("a.txt", "newer");
    std::fs::remove_file(shop.data().join("first.txt")).unwrap();
    let operation = shop.in_place(&snapshot, &[]);
    shop.write("a.txt", "typed after the restore");
    let undone = shop.run(Request::Undo { operation: operation.id.to_string() });
    assert_eq!(undone.state, OperationState::SucceededWithIssues, "{undone:?}");
    assert_eq!(std::fs::read(shop.data().join("a.txt")).unwrap(), b"typed after the restore");
    assert!(!shop.data().join("first.txt").exists());
}

#[test]
fn p34_a_lost_computer_comes_back_from_the_destination_alone() {
    let shop = Shop::new();
    for n in 0..4 {
        shop.write("n.txt", format!("{n}"));
        shop.back_up();
    }
    let before = shop.engine.snapshots(None).unwrap();
    let other = Shop::without_plan();
    std::fs::rename(shop.drive(), other.drive()).unwrap();
    other.engine.add_local_destination(Some("usb"), other.drive().to_str().unwrap(), None).unwrap();
    let report = other.engine.adopt("usb").unwrap();
    assert_eq!((report.found, report.plans.as_slice()), (4, &["shop".to_owned()][..]), "{report:?}");
    let after = other.engine.snapshots(None).unwrap();
    assert_eq!(
        after.iter().map(|s| &s.id).collect::<Vec<_>>(),
        before.iter().map(|s| &s.id).collect::<Vec<_>>()
    );
    for (n, snapshot) in after.iter().enumerate() {
        let restored = other.restored(snapshot.id.as_str(), &format!("r{n}"));
        assert_eq!(std::fs::read_to_string(restored.join("n.txt")).unwrap(), n.to_string());
    }
}

#[test]
fn pruning_shows_its_reasons_and_keeps_what_is_needed() {
    let shop = Shop::new();
    for n in 0..5 {
        shop.write("n.txt", format!("{n}"));
        let operation = shop.run(Request::BackUp {
            plan: "shop".into(),
            kind: Some(ArchiveKind::Full),
            class: resguardo_domain::Class::Daily,
        });
        assert!(operation.state.is_success());
    }
    let retention = resguardo_domain::Retention { last: Some(2), ..resguardo_domain::Retention::EMPTY };
    shop.engine.edit_plan("shop", PlanEdit { retention: Some(retention), ..PlanEdit::default() }).unwrap();
    assert_eq!(shop.engine.plan_prune("shop").unwrap().deleted, 3);
    let refused = shop.run(Request::Prune { plan: "shop".into(), confirmed: false });
    assert_eq!(refused.error.unwrap().kind, Kind::ConfirmationNeeded);
    assert_eq!(shop.engine.snapshots(None).unwrap().len(), 5);
    let pruned = shop.run(Request::Prune { plan: "shop".into(), confirmed: true });
    assert_eq!(pruned.state, OperationState::Succeeded, "{pruned:?}");
    let left = shop.engine.snapshots(None).unwrap();
    assert_eq!(left.len(), 2);
    for snapshot in &left {
        shop.restored(snapshot.id.as_str(), snapshot.id.as_str());
    }
    let zips =
        std::process::Command::new("find").arg(shop.drive()).args(["-name", "*.zip"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&zips.stdout).lines().count(), 2);
}

#[test]
fn an_absent_drive_waits_and_is_never_replaced_by_a_folder() {
    let shop = Shop::new();
    shop.back_up();
    std::fs::rename(shop.drive(), shop.path("unplugged")).unwrap();
    std::fs::create_dir(shop.drive()).unwrap();
    shop.write("later.txt", "later");
    let operation = shop.back_up_as(None);
    assert_eq!(operation.state, OperationState::SucceededWithIssues, "{operation:?}");
    assert_eq!(
        std::fs::read_dir(shop.drive()).unwrap().count(),
        0,
        "nothing is written into the empty mount point"
    );
    assert_eq!(shop.engine.snapshots(None).unwrap()[1].state, SnapshotState::Waiting);
    std::fs::remove_dir(shop.drive()).unwrap();
    std::fs::rename(shop.path("unplugged"), shop.drive()).unwrap();
    let sync = shop.run(Request::Sync { plan: None });
    assert_eq!(sync.state, OperationState::Succeeded, "{sync:?}");
    let snapshots = shop.engine.snapshots(None).unwrap();
    assert_eq!(snapshots[1].state, SnapshotState::Complete);
    shop.restored(snapshots[1].id.as_str(), "back");
    assert_eq!(std::fs::read_dir(shop.home().join("staging")).unwrap().count(), 0);
}

#[test]
fn a_database_at_rest_comes_back_byte_for_byte_and_a_small_change_costs_pages() {
    let shop = Shop::new();
    let path = shop.data().join("shop.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("CREATE TABLE sales (id INTEGER PRIMARY KEY, what TEXT, price INTEGER)").unwrap();
    let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
                INSERT INTO sales SELECT i, hex(randomblob(20)), i * 7 FROM n";
    database.execute_batch(fill).unwrap();
    shop.back_up();
    database.execute_batch("UPDATE sales SET price = price + 1 WHERE id = 20000").unwrap();
    let second = std::fs::read(&path).unwrap();
    let snapshot = shop.back_up();
    let snapshots = shop.engine.snapshots(None).unwrap();
    assert!(snapshots[0].bytes_stored > 500_000, "{}", snapshots[0].bytes_stored);
    assert!(snapshots[1].bytes_stored < 20_000, "{}", snapshots[1].bytes_stored);
    let restored = shop.restored(&snapshot, "second");
    assert!(std::fs::read(restored.join("shop.db")).unwrap() == second);
    let rows = shop.engine.entries(&snapshot, "files/data/shop.db").unwrap();
    assert_eq!(rows[0].rows.get("sales"), Some(&40_000));
}

#[test]
fn another_plans_destination_inside_a_source_is_left_out() {
    let shop = Shop::new();
    let inside = shop.data().join("usb");
    shop.engine.add_local_destination(Some("usb"), inside.to_str().unwrap(), None).unwrap();
    std::fs::write(inside.join("archive of another plan"), "x").unwrap();
    let snapshot = shop.back_up();
    let entries = shop.engine.entries(&snapshot, "files/data").unwrap();
    assert_eq!(entries.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(), ["files/data/first.txt"]);
}

#[test]
fn what_a_file_lost_when_it_was_cut_stays_lost_when_it_grows_again() {
    let shop = Shop::new();
    let name = "ledger.bin";
    let first: Vec<u8> = (0..3_000_000_u32).map(|n| (n / 7) as u8).collect();
    shop.write(name, &first);
    shop.back_up();
    let mut second = first[..2_000_000].to_vec();
    second[5] ^= 1;
    shop.write(name, &second);
    shop.back_up();
    let mut third = second.clone();
    third.extend(vec![0; 900_000]);
    shop.write(name, &third);
    let snapshot = shop.back_up();
    assert!(std::fs::read(shop.restored(&snapshot, "third").join(name)).unwrap() == third);
}
