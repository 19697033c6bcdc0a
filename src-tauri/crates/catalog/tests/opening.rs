//! Opening, closing, damage, newer programs, several programs at once, and stopping at every step.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::atomic::Ordering::Relaxed;

use resguardo_catalog::Catalog;
use resguardo_domain::{ArchiveKind, ComputerId, ComputerInfo, Kind};
use rusqlite::Connection;
use support::{StopAfter, World, digest, everything, file, ingest, manifest, names, plan, plan_id};

fn raw(world: &World) -> Connection {
    Connection::open(world.file()).unwrap()
}

fn number(connection: &Connection, key: &str) -> i64 {
    connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).unwrap()
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let world = World::new();
    world.open().save_plan(&world.cx, &plan(1, "Clínica")).unwrap();
    assert_eq!(world.open().plans().unwrap(), [plan(1, "Clínica")]);
}

#[test]
fn a_catalog_of_a_newer_program_is_refused_and_stays_as_it_was() {
    let world = World::new();
    world.open().save_plan(&world.cx, &plan(1, "a")).unwrap();
    raw(&world)
        .execute_batch("PRAGMA user_version = 99; UPDATE meta SET value = 99 WHERE key = 'min_reader'")
        .unwrap();
    let before = std::fs::read(world.file()).unwrap();

    for _ in 0..2 {
        let error = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap_err();
        assert_eq!(error.kind, Kind::CatalogNewer);
        assert_eq!(error.get("needed"), Some("99"));
    }

    assert_eq!(std::fs::read(world.file()).unwrap(), before);
}

#[test]
fn a_newer_schema_that_we_may_read_is_used_and_keeps_its_number() {
    let world = World::new();
    drop(world.open());
    raw(&world).execute_batch("PRAGMA user_version = 99").unwrap();
    world.open().save_plan(&world.cx, &plan(1, "a")).unwrap();
    let step: i64 = raw(&world).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(step, 99);
}

#[test]
fn another_programs_database_is_not_taken_for_ours() {
    let world = World::new();
    raw(&world).execute_batch("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)").unwrap();
    assert_eq!(Catalog::open(&world.cx, &world.file()).unwrap_err().kind, Kind::CatalogDamaged);
    let kept: i64 = raw(&world).query_row("SELECT a FROM theirs", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn a_file_closed_in_order_is_checked_once_a_day() {
    let world = World::new();
    drop(world.open());
    let first = number(&raw(&world), "checked_at");
    world.machine.second.store(3600, Relaxed);
    world.open().save_plan(&world.cx, &plan(1, "a")).unwrap();
    assert_eq!(number(&raw(&world), "checked_at"), first);
    world.machine.second.store(25 * 3600, Relaxed);
    drop(world.open());
    assert_eq!(number(&raw(&world), "checked_at"), first + 25 * 3600);
}

#[test]
fn a_file_not_closed_in_order_is_checked_at_the_next_opening() {
    let world = World::new();
    let killed = world.open();
    killed.save_plan(&world.cx, &plan(1, "a")).unwrap();
    // A killed program runs no destructor.
    std::mem::forget(killed);
    world.machine.second.store(60, Relaxed);
    drop(world.open());
    let checked = number(&raw(&world), "checked_at");
    assert_eq!(checked, 1_790_000_060);
    assert_eq!(number(&raw(&world), "clean"), 1);
}

fn fill(world: &World) {
    let catalog = world.open();
    catalog.save_plan(&world.cx, &plan(1, "Clínica")).unwrap();
    let computer = ComputerInfo { id: ComputerId::from_random(5), name: "caja".into() };
    catalog.set_computer(&world.cx, &computer).unwrap();
    catalog.set_setting(&world.cx, "language", &"es").unwrap();
    let files = (0..3000).map(|at| file(&format!("files/{}/{at}", at % 50), at + 1)).collect();
    ingest(world, &catalog, 7, None, files);
}

/// Overwrites the last third of the file, where the versions are.
fn damage(world: &World) {
    let mut bytes = std::fs::read(world.file()).unwrap();
    let from = bytes.len() * 2 / 3;
    bytes[from..].fill(0xA5);
    std::fs::write(world.file(), bytes).unwrap();
    world.machine.second.fetch_add(48 * 3600, Relaxed);
}

#[test]
fn a_damaged_catalog_is_set_aside_and_what_the_owner_typed_is_carried_over() {
    let world = World::new();
    fill(&world);
    damage(&world);
    assert_eq!(Catalog::open(&world.cx, &world.file()).unwrap_err().kind, Kind::CatalogDamaged);

    let (catalog, aside) = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap();

    let aside = aside.unwrap();
    assert!(aside.exists());
    assert!(aside.file_name().unwrap().to_str().unwrap().starts_with("catalog.damaged-2026"));
    assert_eq!(catalog.plans().unwrap(), [plan(1, "Clínica")]);
    assert_eq!(catalog.computer().unwrap().unwrap().name, "caja");
    assert_eq!(catalog.setting::<String>("language").unwrap().as_deref(), Some("es"));
    assert!(catalog.snapshots(None).unwrap().is_empty());
    // A generation is never given twice, rebuilt or not.
    assert_eq!(catalog.next_generation(&world.cx, &plan_id()).unwrap(), 8);
    drop(catalog);
    assert!(Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap().1.is_none());
}

#[test]
fn a_file_that_is_no_database_is_set_aside_too() {
    let world = World::new();
    std::fs::write(world.file(), b"not a database, but long enough to be looked at as one").unwrap();
    let (catalog, aside) = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap();
    assert!(aside.unwrap().exists());
    assert!(catalog.plans().unwrap().is_empty());
}

#[test]
fn stopping_at_any_step_of_setting_aside_loses_no_plan() {
    let mut finished = false;
    for steps in 0..40 {
        let world = World::new();
        fill(&world);
        damage(&world);
        let faulty = world.cx.clone().with_faults(StopAfter::new(steps));

        finished = Catalog::open_or_set_aside(&faulty, &world.file()).is_ok();

        let (catalog, _) = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap();
        assert_eq!(catalog.plans().unwrap(), [plan(1, "Clínica")], "stopped after {steps} steps");
        if finished {
            break;
        }
    }
    assert!(finished);
}

#[test]
fn stopping_at_any_step_of_an_ingest_leaves_all_of_it_or_nothing() {
    let world = World::new();
    let catalog = world.open();
    let full =
        ingest(&world, &catalog, 1, None, (1..9000).map(|at| file(&format!("files/{at}"), at)).collect());
    let next = manifest(2, ArchiveKind::Incremental, Some(&full));
    let mut stopped_at = Vec::new();
    for steps in 0.. {
        let faults = StopAfter::new(steps);
        let faulty = world.cx.clone().with_faults(faults.clone());
        let records = (1..9000).map(|at| Ok(file(&format!("files/{at}"), at + 1)));
        if catalog.ingest(&faulty, &next, digest(2), records).is_ok() {
            break;
        }
        stopped_at.push(*faults.last.lock().unwrap());
        assert_eq!(catalog.snapshot(&next.id).unwrap(), None);
        let seen = everything(&catalog, &full.id, "files/77");
        assert_eq!((seen[0].record.size, seen[0].introduced), (77, 1));
        assert_eq!(catalog.view(&full.id).unwrap().folders().unwrap().len(), 1);
    }
    assert!(stopped_at.contains(&"catalog ingest records") && stopped_at.contains(&"catalog commit"));
    assert_eq!(everything(&catalog, &next.id, "files/77")[0].record.size, 78);
}

#[test]
fn a_failing_record_or_a_cancelled_operation_leaves_nothing() {
    let world = World::new();
    let catalog = world.open();
    let full = manifest(1, ArchiveKind::Full, None);
    let bad = resguardo_domain::Error::new(Kind::ArchiveDamaged, "read the listing");
    let records = [Ok(file("files/a", 1)), Err(bad)];
    let error = catalog.ingest(&world.cx, &full, digest(1), records.into_iter()).unwrap_err();
    assert_eq!(error.kind, Kind::ArchiveDamaged);

    let cancelled = world.cx.fresh();
    let records = (0..100_000).map(|at| {
        if at == 5000 {
            cancelled.cancel_flag().cancel();
        }
        Ok(file(&format!("files/{at}"), at))
    });
    let error = catalog.ingest(&cancelled, &full, digest(1), records).unwrap_err();
    assert!(error.is_cancelled());
    assert!(catalog.snapshots(None).unwrap().is_empty());
    // What was cancelled can still be noted.
    catalog.set_setting(&cancelled, "noted", &true).unwrap();
}

#[test]
fn two_programs_write_at_once_and_nothing_is_lost() {
    let world = World::new();
    let (one, other) = (world.open(), world.open());
    std::thread::scope(|scope| {
        for (at, catalog) in [&one, &other].into_iter().enumerate() {
            for thread in 0..2_u64 {
                let cx = world.cx.clone();
                scope.spawn(move || {
                    for turn in 0..25_u64 {
                        catalog.next_generation(&cx, &plan_id()).unwrap();
                        let key = format!("{at} {thread} {turn}");
                        catalog.set_setting(&cx, &key, &turn).unwrap();
                    }
                });
            }
        }
    });
    assert_eq!(one.next_generation(&world.cx, &plan_id()).unwrap(), 101);
    assert_eq!(other.setting::<u64>("1 1 24").unwrap(), Some(24));
    assert_eq!(one.setting::<u64>("0 0 24").unwrap(), Some(24));
}

#[test]
fn reading_goes_on_while_another_ingests() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let next = manifest(2, ArchiveKind::Incremental, Some(&full));
    let records = (0..2000).map(|at| {
        if at % 500 == 0 {
            assert_eq!(names(&everything(&catalog, &full.id, "")), ["files/a"]);
            assert_eq!(catalog.snapshots(None).unwrap().len(), 1);
        }
        Ok(file(&format!("files/{at}"), at))
    });
    catalog.ingest(&world.cx, &next, digest(2), records).unwrap();
    assert_eq!(everything(&catalog, &next.id, "").len(), 2001);
}

#[test]
fn its_own_backup_is_whole_and_replaces_the_one_before() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let copy = world.folder.path().join("copy.db");
    std::fs::write(&copy, b"an older copy").unwrap();

    catalog.back_up_to(&world.cx, &copy).unwrap();

    let opened = Catalog::open(&world.cx, &copy).unwrap();
    assert_eq!(names(&everything(&opened, &full.id, "")), ["files/a"]);
    assert!(!world.folder.path().join("copy.db.part").exists());
}

#[test]
fn a_backup_of_itself_that_is_stopped_leaves_the_one_before() {
    let world = World::new();
    let catalog = world.open();
    let copy = world.folder.path().join("copy.db");
    for steps in 0..3 {
        std::fs::write(&copy, b"an older copy").unwrap();
        let faulty = world.cx.clone().with_faults(StopAfter::new(steps));
        catalog.back_up_to(&faulty, &copy).unwrap_err();
        assert_eq!(std::fs::read(&copy).unwrap(), b"an older copy");
        assert!(!world.folder.path().join("copy.db.part").exists());
    }
}

#[test]
fn programs_that_open_a_fresh_catalog_at_the_same_moment_all_get_it() {
    for round in 0..40 {
        let world = World::new();
        let start = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    let opened = Catalog::open(&world.cx, &world.file());
                    assert!(opened.is_ok(), "round {round}: {opened:?}");
                });
            }
        });
    }
}
