//! The inbox, the outbox and what is remembered of destinations: written whole, read back as written, carried over from a damaged file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::slice::from_ref;

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::{Catalog, Draft, MessageState, PlaceMemory};
use resguardo_domain::{Cause, DestinationId, InboxRow, PlanId, Space};
use rusqlite::Connection;
use serde_json::json;
use support::{World, plan};

fn row(number: u64, closed_at: Option<Timestamp>, opened_at: Timestamp) -> InboxRow {
    let cause = Cause::Late { plan: PlanId::from_random(number), last: None };
    InboxRow { key: cause.key(), cause, opened_at, closed_at, told: None, times: 1 }
}

fn draft(key: &str, until: Timestamp) -> Draft {
    Draft { channel: "mail".into(), key: key.into(), until, body: json!({ "notice": "all_good" }) }
}

#[test]
fn an_alert_and_its_message_are_written_together_or_not_at_all() {
    let world = World::new();
    let (catalog, now) = (world.open(), world.cx.now());
    let open = row(1, None, now);
    catalog.save_alerts(&world.cx, from_ref(&open), &[draft("a", now)]).unwrap();
    assert_eq!(catalog.inbox().unwrap(), *from_ref(&open));
    assert_eq!(catalog.due_messages(now).unwrap().len(), 1);
    let closed = InboxRow { closed_at: Some(now), ..open };
    let stop = world.cx.fresh().with_faults(support::StopAfter::new(1));
    assert!(catalog.save_alerts(&stop, from_ref(&closed), &[draft("b", now)]).is_err());
    assert_eq!((catalog.inbox().unwrap()[0].closed_at, catalog.due_messages(now).unwrap().len()), (None, 1));
    catalog.save_alerts(&world.cx, from_ref(&closed), &[]).unwrap();
    assert_eq!(catalog.inbox().unwrap(), [closed]);
}

#[test]
fn a_message_waits_is_put_off_and_ends_once() {
    let world = World::new();
    let (catalog, now) = (world.open(), world.cx.now());
    catalog.queue_messages(&world.cx, &[draft("a", now), draft("b", now)]).unwrap();
    let due = catalog.due_messages(now).unwrap();
    assert_eq!(due.iter().map(|message| message.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let later = now.checked_add(SignedDuration::from_mins(5)).unwrap();
    catalog.put_message_off(&world.cx, due[0].id, later, "nobody there").unwrap();
    catalog.end_message(&world.cx, due[1].id, MessageState::Sent, None).unwrap();
    assert!(catalog.due_messages(now).unwrap().is_empty());
    assert_eq!(catalog.next_message_at().unwrap(), Some(later));
    let again = catalog.due_messages(later).unwrap();
    assert_eq!((again[0].attempts, again[0].note.as_deref()), (1, Some("nobody there")));
    // A clock that was set back by a day does not put a message off by a day.
    let before = now.checked_sub(SignedDuration::from_hours(24)).unwrap();
    assert_eq!(catalog.due_messages(before).unwrap().len(), 1);
    assert_eq!((catalog.last_told("b").unwrap(), catalog.last_told("c").unwrap()), (Some(now), None));
    catalog.drop_messages(&world.cx, "mail").unwrap();
    let states: Vec<MessageState> =
        catalog.recent_messages(9).unwrap().into_iter().map(|message| message.state).collect();
    assert_eq!(states, [MessageState::Sent, MessageState::GivenUp]);
}

#[test]
fn what_was_seen_of_a_destination_is_read_back_as_it_was() {
    let world = World::new();
    let (catalog, now) = (world.open(), world.cx.now());
    let (here, gone) = (DestinationId::from_random(1), DestinationId::from_random(2));
    let space = Some(Space { free: u64::MAX, total: 7 });
    let seen = PlaceMemory { seen_at: Some(now), absent_since: None, space };
    let absent = PlaceMemory { seen_at: None, absent_since: Some(now), space: None };
    catalog.remember_place(&world.cx, &here, &seen).unwrap();
    catalog.remember_place(&world.cx, &gone, &seen).unwrap();
    catalog.remember_place(&world.cx, &gone, &absent).unwrap();
    assert_eq!(catalog.place_memories().unwrap(), [(here, seen), (gone, absent)].into());
}

#[test]
fn a_damaged_catalog_loses_no_open_alert_and_no_age() {
    let world = World::new();
    let catalog = world.open();
    let now = world.cx.now();
    catalog.save_plan(&world.cx, &plan(1, "Shop")).unwrap();
    catalog.save_alerts(&world.cx, &[row(1, None, now)], &[]).unwrap();
    let gone = PlaceMemory { absent_since: Some(now), ..PlaceMemory::default() };
    catalog.remember_place(&world.cx, &DestinationId::from_random(1), &gone).unwrap();
    drop(catalog);
    spoil_the_names(&world);
    let (catalog, aside) = Catalog::open_or_set_aside(&world.cx, &world.file()).unwrap();
    assert!(aside.is_some());
    assert_eq!(catalog.inbox().unwrap(), [row(1, None, now)]);
    assert_eq!(catalog.plan_made_at(&PlanId::from_random(1)).unwrap(), Some(now));
    assert_eq!(catalog.place_memories().unwrap().into_values().collect::<Vec<_>>(), [gone]);
}

/// Overwrites the page on which the table of names begins; the next opening is a day later and looks.
fn spoil_the_names(world: &World) {
    let file = Connection::open(world.file()).unwrap();
    file.execute_batch("PRAGMA journal_mode = delete").unwrap();
    let number = |query: &str| file.query_row(query, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
    let page = number("SELECT rootpage FROM sqlite_schema WHERE name = 'names'");
    let size = number("PRAGMA page_size");
    drop(file);
    let mut bytes = std::fs::read(world.file()).unwrap();
    bytes[(page - 1) * size..page * size].fill(0xA5);
    std::fs::write(world.file(), bytes).unwrap();
    world.machine.second.fetch_add(48 * 3600, std::sync::atomic::Ordering::Relaxed);
}
