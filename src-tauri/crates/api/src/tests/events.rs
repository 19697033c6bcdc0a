//! A window that waits hears of what changes, through either door, and holds nobody up.

use resguardo_domain::Topic;

use super::*;
use crate::types::Events;

fn next(api: &Api, after: u64, wait_ms: u64) -> Events {
    api.call::<EventsNext>(EventsAfter { after, wait_ms }).unwrap()
}

/// A plan of one file, with everything below a folder of the test.
fn plan(below: &std::path::Path) -> crate::types::PlanDraft {
    let made = |name: &str| {
        let folder = below.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    };
    std::fs::write(made("shop").join("a.txt"), "a").unwrap();
    crate::types::PlanDraft {
        name: "Shop".to_owned(),
        folders: vec![made("shop").to_str().unwrap().to_owned()],
        to: vec![made("usb").to_str().unwrap().to_owned()],
        ..Default::default()
    }
}

/// Asks until a topic is told of; an answer without it only says that a wait was over.
fn hear(api: &Api, mut after: u64, topic: Topic) {
    loop {
        let events = next(api, after, 60_000);
        if events.topics.contains(&topic) {
            return;
        }
        after = events.sequence;
    }
}

#[test]
fn the_first_answer_is_everything_and_then_only_what_changes() {
    let (_home, api) = api();
    let first = next(&api, 0, 60_000);
    assert_eq!((first.topics.as_slice(), first.running.len()), (Topic::ALL.as_slice(), 0));
    let second = next(&api, first.sequence, 0);
    assert_eq!((second.topics.len(), second.sequence), (0, first.sequence));
    api.call::<SchedulesPause>(PauseRequest::default()).unwrap();
    let third = next(&api, first.sequence, 60_000);
    assert!(third.topics.contains(&Topic::Settings) && !third.topics.contains(&Topic::Plans));
    assert!(third.sequence > first.sequence);
}

#[test]
fn two_windows_that_wait_both_hear_of_a_change_at_once() {
    let (home, api) = api();
    let after = next(&api, 0, 0).sequence;
    std::thread::scope(|scope| {
        let windows = [(); 2].map(|()| scope.spawn(|| hear(&api, after, Topic::Plans)));
        api.call::<PlansAdd>(plan(home.path())).unwrap();
        windows.into_iter().for_each(|window| window.join().unwrap());
    });
}

#[test]
fn an_operation_is_told_of_when_it_begins_and_when_it_ends() {
    let (home, api) = api();
    api.call::<PlansAdd>(plan(home.path())).unwrap();
    let after = next(&api, 0, 0).sequence;
    let request =
        serde_json::from_value(json!({"verb": "back_up", "plan": "Shop", "class": "manual"})).unwrap();
    let id = api.call::<OperationsStart>(request).unwrap();
    hear(&api, after, Topic::Operations);
    let ended = api.watch(&id, &mut |_| ()).unwrap();
    assert!(ended.state.is_success());
    let last = next(&api, after, 60_000);
    assert!(last.topics.contains(&Topic::Snapshots) && last.topics.contains(&Topic::Status));
    assert!(next(&api, last.sequence, 0).running.is_empty());
}

#[test]
fn what_has_ended_is_not_paused_any_more_and_what_is_unknown_is_told_so() {
    let (home, api) = api();
    api.call::<PlansAdd>(plan(home.path())).unwrap();
    let request =
        serde_json::from_value(json!({"verb": "back_up", "plan": "Shop", "class": "manual"})).unwrap();
    let id = api.call::<OperationsStart>(request).unwrap();
    assert!(api.watch(&id, &mut |_| ()).unwrap().state.is_success());
    assert_eq!(api.dispatch("operations.pause", json!(id)).unwrap(), Value::Null);
    assert!(!api.call::<OperationsProgress>(id.clone()).unwrap().paused);
    assert_eq!(api.dispatch("operations.resume", json!(id)).unwrap(), Value::Null);
    let unknown = api.dispatch("operations.pause", json!("00000000000000ff")).unwrap_err();
    assert_eq!(unknown.kind, Kind::NotFound);
}

#[cfg(unix)]
#[test]
fn windows_of_other_programs_hear_of_it_too_and_one_that_waits_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let (agent, _) = Agent::open(Some(home.clone())).unwrap();
    let (inside, stop) = (agent.api(), agent.stopper());
    let running = std::thread::spawn(move || agent.run());
    let (outside, _) = Api::open(Some(home)).unwrap();
    assert!(outside.is_agent());
    let after = next(&outside, 0, 0).sequence;
    std::thread::scope(|scope| {
        let windows =
            [&inside, &outside, &outside].map(|api| scope.spawn(move || hear(api, after, Topic::Plans)));
        assert_eq!(outside.call::<PlansList>(Nothing {}).unwrap(), []);
        outside.call::<PlansAdd>(plan(folder.path())).unwrap();
        windows.into_iter().for_each(|window| window.join().unwrap());
    });
    stop.stop();
    assert!(running.join().unwrap());
}
