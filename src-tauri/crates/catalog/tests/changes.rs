//! What is written is told of, each kind under its own topic, once it is committed.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use resguardo_catalog::{Catalog, Draft, PlaceMemory};
use resguardo_domain::{
    Cause, DestinationId, InboxRow, Operation, OperationId, OperationState, PlanId, RunId, Topic, Verb,
};
use serde_json::json;
use support::{StopAfter, World, plan};

fn operation(number: u64) -> Operation {
    Operation {
        id: OperationId::from_random(number),
        run: RunId::from_random(number),
        verb: Verb::BackUp,
        plan: None,
        snapshot: None,
        state: OperationState::Running,
        started_at: jiff::Timestamp::UNIX_EPOCH,
        ended_at: None,
        progress: None,
        error: None,
        issues: Vec::new(),
        issue_count: 0,
        result: None,
    }
}

/// What a piece of work is told as.
fn told(catalog: &Catalog, work: impl FnOnce(&Catalog)) -> Vec<Topic> {
    let before = catalog.changes().since(0).sequence;
    work(catalog);
    catalog.changes().since(before).topics
}

#[test]
fn each_kind_of_change_has_its_topic() {
    use Topic as T;
    let world = World::new();
    let (catalog, cx, now) = (&world.open(), &world.cx, world.cx.now());
    let plans = told(catalog, |catalog| catalog.save_plan(cx, &plan(1, "Shop")).unwrap());
    assert!(plans.contains(&T::Plans) && plans.contains(&T::Status), "{plans:?}");
    let mut row = operation(1);
    assert_eq!(told(catalog, |c| c.insert_operation(cx, &row).unwrap()), [T::Operations, T::Status]);
    row.state = OperationState::Failed;
    assert_eq!(told(catalog, |c| c.update_operation(cx, &row).unwrap()), [T::Operations, T::Status]);
    let far = now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
    let forgotten = told(catalog, |c| assert_eq!(c.forget_operations(cx, far).unwrap(), 1));
    assert_eq!(forgotten, [T::Operations, T::Status]);
    let place = DestinationId::from_random(3);
    let seen = PlaceMemory { seen_at: Some(now), ..PlaceMemory::default() };
    for _ in 0..2 {
        let places = told(catalog, |c| c.remember_place(cx, &place, &seen).unwrap());
        assert_eq!(places, [T::Destinations, T::Status]);
    }
    let cause = Cause::Late { plan: PlanId::from_random(1), last: None };
    let inbox = InboxRow { key: cause.key(), cause, opened_at: now, closed_at: None, told: None, times: 1 };
    assert_eq!(told(catalog, |c| c.save_alerts(cx, &[inbox], &[]).unwrap()), [T::Alerts]);
    let draft = Draft { channel: "mail".into(), key: "a".into(), until: now, body: json!({}) };
    assert_eq!(told(catalog, |c| c.queue_messages(cx, &[draft]).unwrap()), [T::Channels]);
    assert_eq!(told(catalog, |c| c.set_setting(cx, "notices", &1).unwrap()), [T::Settings, T::Status]);
    let pauses = told(catalog, |c| c.set_setting(cx, "pauses", &1).unwrap());
    assert_eq!(pauses, [T::Settings, T::Slots, T::Status]);
    assert_eq!(told(catalog, |c| c.set_setting(cx, "channels", &1).unwrap()), [T::Channels]);
    assert_eq!(told(catalog, |c| c.clear_setting(cx, "channels").unwrap()), [T::Channels]);
}

#[test]
fn what_is_rolled_back_is_not_told_and_not_told_later_either() {
    let world = World::new();
    let catalog = world.open();
    let stop = world.cx.fresh().with_faults(StopAfter::new(1));
    let untold = told(&catalog, |c| assert!(c.save_plan(&stop, &plan(1, "Shop")).is_err()));
    assert!(untold.is_empty(), "{untold:?}");
    assert_eq!(told(&catalog, |c| c.set_setting(&world.cx, "channels", &1).unwrap()), [Topic::Channels]);
}

#[test]
fn another_program_that_writes_is_noticed_and_our_own_writing_is_not_taken_for_it() {
    let world = World::new();
    let (ours, theirs) = (world.open(), world.open());
    ours.set_setting(&world.cx, "channels", &1).unwrap();
    assert!(told(&ours, |c| c.look_for_others().unwrap()).is_empty());
    theirs.save_plan(&world.cx, &plan(1, "Shop")).unwrap();
    assert_eq!(told(&ours, |c| c.look_for_others().unwrap()), Topic::ALL);
    assert!(told(&ours, |c| c.look_for_others().unwrap()).is_empty());
}

#[test]
fn who_waits_is_woken_by_the_change_and_everybody_hears_of_it() {
    let world = World::new();
    let catalog = &world.open();
    let after = catalog.changes().since(0).sequence;
    let wait = || catalog.changes().wait(after, Duration::from_secs(600)).topics;
    std::thread::scope(|scope| {
        let waiting = [scope.spawn(wait), scope.spawn(wait)];
        catalog.set_setting(&world.cx, "channels", &1).unwrap();
        for waiter in waiting {
            assert_eq!(waiter.join().unwrap(), [Topic::Channels]);
        }
    });
    assert!(catalog.changes().wait(after + 1, Duration::from_millis(1)).topics.is_empty());
}
