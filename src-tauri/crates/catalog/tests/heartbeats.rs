//! What was seen of other computers: kept, replaced, dismissed, and carried over when the catalog is damaged.
#![allow(clippy::unwrap_used)]

mod support;

use resguardo_catalog::{Catalog, CopyState, DestinationRow, HeartbeatRow};
use resguardo_domain::{
    ArchiveKind, ComputerId, ComputerInfo, DestinationId, DestinationKind, Heartbeat, HeartbeatDoubt,
    ProtectionState, SeenHeartbeat, Writer,
};
use support::{World, digest, file, ingest, plan, plan_id};

fn row(computer: u64, place: u64) -> HeartbeatRow {
    let computer = ComputerInfo { id: ComputerId::from_random(computer), name: "tienda".into() };
    let heartbeat = Heartbeat {
        format: 1,
        computer: computer.clone(),
        made_at: "2026-09-12T02:05:00Z".parse().unwrap(),
        state: ProtectionState::Protected,
        plans: Vec::new(),
        program: Writer { name: "resguardo".into(), version: "0.1.0".into() },
        key: Some("key".into()),
    };
    let seen = SeenHeartbeat {
        destination: DestinationId::from_random(place),
        computer,
        believed: Some(heartbeat),
        seen_at: "2026-09-12T03:00:00Z".parse().unwrap(),
        doubt: None,
        dismissed: false,
    };
    HeartbeatRow { seen, key: Some("key".into()), digest: digest(1) }
}

#[test]
fn what_was_seen_is_kept_and_replaced_by_computer_and_destination() {
    let world = World::new();
    let catalog = world.open();
    for row in [row(2, 1), row(1, 2), row(1, 1)] {
        catalog.save_heartbeat(&world.cx, &row).unwrap();
    }
    let mut doubted = row(1, 2);
    (doubted.seen.doubt, doubted.seen.believed) = (Some(HeartbeatDoubt::OtherKey), None);
    catalog.save_heartbeat(&world.cx, &doubted).unwrap();
    assert_eq!(catalog.heartbeats().unwrap(), [row(1, 1), doubted, row(2, 1)]);
}

#[test]
fn a_dismissed_computer_is_forgotten_but_for_what_lies_there() {
    let world = World::new();
    let catalog = world.open();
    for row in [row(1, 1), row(1, 2), row(2, 1)] {
        catalog.save_heartbeat(&world.cx, &row).unwrap();
    }
    assert_eq!(catalog.dismiss_computer(&world.cx, &ComputerId::from_random(1)).unwrap(), 2);
    assert_eq!(catalog.dismiss_computer(&world.cx, &ComputerId::from_random(9)).unwrap(), 0);
    let found = catalog.heartbeats().unwrap();
    let facts = |row: &HeartbeatRow| (row.seen.dismissed, row.key.is_some(), row.seen.believed.is_some());
    assert_eq!(
        found.iter().map(facts).collect::<Vec<_>>(),
        [(true, false, false), (true, false, false), (false, true, true)]
    );
    assert_eq!(found[0].digest, digest(1));
}

#[test]
fn a_removed_destination_takes_what_was_seen_there_along() {
    let world = World::new();
    let catalog = world.open();
    let destination = DestinationRow {
        id: DestinationId::from_random(1),
        name: "USB".into(),
        kind: DestinationKind::Local,
        config: serde_json::json!({}),
    };
    catalog.save_destination(&world.cx, &destination).unwrap();
    for row in [row(1, 1), row(1, 2)] {
        catalog.save_heartbeat(&world.cx, &row).unwrap();
    }
    catalog.remove_destination(&world.cx, &destination.id).unwrap();
    assert_eq!(catalog.heartbeats().unwrap(), [row(1, 2)]);
}

#[test]
fn a_damaged_catalog_keeps_the_keys_of_other_computers() {
    let world = World::new();
    let catalog = world.open();
    catalog.save_plan(&world.cx, &plan(1, "Clínica")).unwrap();
    catalog.save_heartbeat(&world.cx, &row(1, 1)).unwrap();
    ingest(&world, &catalog, 7, None, (0..9000).map(|at| file(&format!("files/{at}"), at + 1)).collect());
    drop(catalog);
    let mut bytes = std::fs::read(world.file()).unwrap();
    let from = bytes.len() * 2 / 3;
    bytes[from..].fill(0xA5);
    std::fs::write(world.file(), bytes).unwrap();
    world.machine.second.fetch_add(48 * 3600, std::sync::atomic::Ordering::Relaxed);

    let (catalog, aside) = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap();

    assert!(aside.is_some());
    assert_eq!(catalog.heartbeats().unwrap(), [row(1, 1)]);
}

#[test]
fn copies_are_counted_by_place_and_each_archive_once() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let next = support::manifest(2, ArchiveKind::Incremental, Some(&full));
    catalog.ingest(&world.cx, &next, digest(2), [Ok(file("files/a", 2))].into_iter()).unwrap();
    let place = DestinationId::from_random;
    for (id, destination, state) in [
        (&full.id, 1, CopyState::Present),
        (&full.id, 2, CopyState::Present),
        (&next.id, 1, CopyState::Present),
        (&next.id, 2, CopyState::Waiting),
    ] {
        catalog.set_copy(&world.cx, id, &place(destination), state).unwrap();
    }
    let counts = catalog.copy_counts().unwrap();
    let of = |destination: Option<u64>| {
        let destination = destination.map(place);
        counts.iter().find(|c| c.plan == plan_id() && c.destination == destination).map(|c| c.copies)
    };
    assert_eq!((of(Some(1)), of(Some(2)), of(None)), (Some(2), Some(1), Some(2)));
}
