//! The list of commands keeps its promises: names, uniqueness, and the same answer on both ways in.

use std::collections::BTreeSet;

use resguardo_domain::Kind;
use serde_json::{Value, json};

use super::*;

mod events;
mod window;

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

#[test]
fn an_error_is_told_in_the_language_asked_for_with_its_facts() {
    let error = Error::invalid("name", "a/b", "a name holds none of /").fact("report", "[]");
    let told = Told::of(&error, resguardo_domain::Language::Spanish);
    assert_eq!(told.title, "El valor «a/b» no sirve");
    assert!(told.hint.starts_with("Un nombre tiene de 1 a 64 caracteres"), "{}", told.hint);
    assert_eq!(told.facts.get("field").map(String::as_str), Some("name"));
    assert!(told.technical.contains("a name holds none of /") && !told.technical.contains("report"));
    let (_home, api) = api();
    let request = json!({"errors": [error, Error::not_found("plan", "shop")], "language": "english"});
    let told = api.dispatch("errors.tell", request).unwrap();
    assert_eq!(told[0]["title"], "The value “a/b” can't be used");
    assert_eq!((&told[1]["title"], &told[1]["action"]), (&json!("There is no plan “shop”"), &json!("look")));
}

#[test]
fn a_limit_that_is_taken_away_is_another_thing_than_one_that_is_not_spoken_of() {
    use crate::types::PlanEdit;
    let sent = |edit: &PlanEdit| serde_json::from_value::<PlanEdit>(json!(edit)).unwrap();
    for part_size in [None, Some(None), Some(Some(7))] {
        let edit = PlanEdit { part_size, ..PlanEdit::default() };
        assert_eq!(sent(&edit).part_size, part_size);
    }
}

#[test]
fn the_state_and_its_reasons_are_told_as_sentences() {
    let (_home, api) = api();
    let told = api.dispatch("status.tell", json!({"language": "spanish"})).unwrap();
    assert_eq!(
        (&told["state"], &told["title"]),
        (&json!("to_start"), &json!("Todavía no hay nada protegido"))
    );
    assert_eq!(told["lines"][0]["reason"]["reason"], "no_plan");
    assert_eq!(
        (&told["lines"][0]["sentence"], &told["lines"][0]["label"]),
        (&json!("No hay ningún plan."), &json!("Crear un plan"))
    );
    assert_eq!(api.dispatch("alerts.tell", json!({})).unwrap(), json!([]));
}

#[test]
fn a_plan_whose_runs_fail_is_told_with_why() {
    let plan = resguardo_domain::PlanId::from_random(1);
    let error = Error::new(Kind::SourceMissing, "look at the source").fact("path", "/datos");
    let view = |failure: Option<Error>| -> resguardo_engine::requests::StatusView {
        let reasons = vec![resguardo_domain::StatusReason::RunsFail { plan: plan.clone(), failures: 3 }];
        let mut view = serde_json::to_value(resguardo_domain::Status::of(reasons, None)).unwrap();
        view["names"] = json!({"plans": {plan.as_str(): "Tienda"}, "sources": {}, "destinations": {}});
        view["plans"] = json!([{
            "id": plan, "plan": "Tienda", "last": null, "snapshots": 0, "waiting": 0, "running": null, "failure": failure,
        }]);
        serde_json::from_value(view).unwrap()
    };
    let now = "2026-09-13T01:00:00Z".parse().unwrap();
    for (failure, sentence) in [
        (None, "Las últimas 3 copias del plan «Tienda» fallaron. Las anteriores siguen a salvo."),
        (
            Some(error),
            "Las últimas 3 copias del plan «Tienda» fallaron. No está lo que hay que copiar: /datos.",
        ),
    ] {
        let told = StatusTold::of(view(failure), Some(resguardo_domain::Language::Spanish), now);
        assert_eq!((told.lines[0].sentence.as_str(), told.word.as_str()), (sentence, "Sin protección"));
    }
}

#[cfg(unix)]
mod with_an_agent {
    use super::*;

    fn home() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        (folder, home)
    }

    #[test]
    fn other_programs_go_to_the_agent_and_get_the_same_answers() {
        let (_folder, home) = home();
        let (agent, _) = Agent::open(Some(home.clone())).unwrap();
        let stop = agent.stopper();
        let running = std::thread::spawn(move || agent.run());
        let (api, opening) = Api::open(Some(home.clone())).unwrap();
        assert!(api.is_agent() && opening.interrupted.is_empty());
        assert_eq!(api.call::<PlansList>(Nothing {}).unwrap(), []);
        assert_eq!(api.call::<PlansShow>(WithName::new("shop")).unwrap_err().kind, Kind::NotFound);
        assert_eq!(api.dispatch("plans.list", Value::Null).unwrap(), json!([]));
        let pauses = api.call::<SchedulesPause>(PauseRequest::default()).unwrap();
        let view = api.call::<AgentShow>(OfPlan::default()).unwrap();
        assert_eq!((view.pid, view.paused), (Some(std::process::id()), pauses.all));
        stop.stop();
        assert!(running.join().unwrap());
        let (api, _) = Api::open(Some(home)).unwrap();
        assert!(!api.is_agent());
        assert!(!api.call::<AgentShow>(OfPlan::default()).unwrap().running);
    }

    #[test]
    fn a_home_has_one_agent() {
        let (_folder, home) = home();
        let first = Agent::open(Some(home.clone())).unwrap();
        let error = Agent::open(Some(home.clone())).unwrap_err();
        assert_eq!((error.kind, error.get("agent")), (Kind::Busy, home.to_str()));
        drop(first);
        assert!(Agent::open(Some(home)).is_ok());
    }

    #[test]
    fn what_is_no_call_is_told_so_and_the_next_call_is_answered() {
        use std::io::{BufRead, Write};
        let (_folder, home) = home();
        let (agent, _) = Agent::open(Some(home.clone())).unwrap();
        let stop = agent.stopper();
        let running = std::thread::spawn(move || agent.run());
        let mut line = String::new();
        let mut visitor = std::io::BufReader::new(Connection::open(&Home::at(home)).unwrap().unwrap());
        for (call, expected) in [
            ("nonsense\n", "\"invalid_input\""),
            ("{\"form\":9,\"command\":\"plans.list\",\"request\":null}\n", "\"invalid_input\""),
            ("{\"form\":1,\"command\":\"plans.list\",\"request\":null}\n", "{\"ok\":[]}"),
        ] {
            visitor.get_mut().write_all(call.as_bytes()).unwrap();
            line.clear();
            visitor.read_line(&mut line).unwrap();
            assert!(line.contains(expected), "{call}: {line}");
        }
        drop(visitor);
        stop.stop();
        assert!(running.join().unwrap());
    }
}
