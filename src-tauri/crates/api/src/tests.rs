//! The list of commands keeps its promises: names, uniqueness, and the same answer on both ways in.

use std::collections::BTreeSet;

use resguardo_domain::Kind;
use serde_json::{Value, json};

use super::*;

fn api() -> (tempfile::TempDir, Api) {
    let home = tempfile::tempdir().unwrap();
    let (api, opening) = Api::open(Some(home.path().join("home"))).unwrap();
    assert!(opening.catalog_set_aside.is_none() && opening.interrupted.is_empty());
    (home, api)
}

#[test]
fn every_name_is_a_noun_a_dot_and_a_verb_and_stands_once() {
    let names: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
    assert_eq!(names.len(), COMMANDS.len());
    for name in names {
        let parts: Vec<&str> = name.split('.').collect();
        let plain = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        assert!(parts.len() == 2 && parts.iter().all(plain), "{name}");
    }
}

#[test]
fn both_ways_in_give_the_same_answer() {
    let (_home, api) = api();
    assert_eq!(api.call::<PlansList>(Nothing {}).unwrap(), []);
    assert_eq!(api.dispatch("plans.list", Value::Null).unwrap(), json!([]));
    assert_eq!(api.dispatch(PlansList::NAME, json!({})).unwrap(), json!([]));
    let typed = api.call::<PlansShow>(WithName::new("shop")).unwrap_err();
    assert_eq!(typed.kind, Kind::NotFound);
    assert_eq!(api.dispatch("plans.show", json!({"name": "shop"})).unwrap_err(), typed);
}

#[test]
fn an_unknown_name_and_a_wrong_shape_are_told_apart() {
    let (_home, api) = api();
    let unknown = api.dispatch("plans.fly", json!({})).unwrap_err();
    assert_eq!((unknown.kind, unknown.get("name")), (Kind::NotFound, Some("plans.fly")));
    let shape = api.dispatch("plans.show", json!({"nombre": "x"})).unwrap_err();
    assert_eq!((shape.kind, shape.get("value")), (Kind::InvalidInput, Some("plans.show")));
}
