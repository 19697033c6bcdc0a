//! What the window asks, in its own words: JSON in, JSON out.

use super::*;

#[test]
fn the_windows_choices_go_out_and_come_back() {
    let (home, api) = api();
    let shown = api.dispatch("settings.show", Value::Null).unwrap();
    let expected = json!({"language": "auto", "theme": "system", "text_size": null, "stay": true, "first_run_done": false});
    assert_eq!(shown, expected);
    let chosen = json!({"language": "es", "theme": "dark", "first_run_done": true});
    api.dispatch("settings.save", chosen).unwrap();
    let shown = api.dispatch("settings.show", json!({})).unwrap();
    assert_eq!(
        (&shown["language"], &shown["stay"], &shown["first_run_done"]),
        (&json!("es"), &json!(true), &json!(true))
    );
    let wrong = api.dispatch("settings.save", json!({"theme": "pink"})).unwrap_err();
    assert_eq!(wrong.kind, Kind::InvalidInput);
    let computer = api.dispatch("computer.show", json!({})).unwrap();
    assert_eq!(computer["home"], json!(home.path().join("home")));
}

#[test]
fn a_draft_is_looked_at_field_by_field() {
    let (home, api) = api();
    let preview = |draft: Value| api.dispatch("plans.preview", json!({ "draft": draft })).unwrap();
    let empty = preview(json!({}));
    let fields: Vec<&Value> = empty["problems"].as_array().unwrap().iter().map(|p| &p["field"]).collect();
    assert_eq!(fields, ["name", "folders", "to"]);
    let folder = home.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    let draft = json!({
        "name": "Consultorio", "folders": [folder], "to": [home.path().join("drive")],
        "schedules": [{"every": "day", "at": "20:00:00", "zone": "Europe/Madrid", "class": "daily", "kind": null}],
    });
    let good = preview(draft.clone());
    assert_eq!((&good["problems"], good["runs"].as_array().unwrap().len()), (&json!([]), 5));
    assert_eq!(good["retention"]["reasons"]["daily"], json!(14));
    assert!(good["prune"].is_null());
    assert!(!home.path().join("drive").exists(), "a look makes nothing");
    let made = api.dispatch("plans.replace", json!({ "draft": draft })).unwrap();
    let kept = api.dispatch("plans.draft", json!({"name": "consultorio"})).unwrap();
    assert_eq!((&kept["name"], &kept["schedules"]), (&made["name"], &draft["schedules"].clone()));
}

#[test]
fn what_this_computer_has_is_found_without_anything_being_kept() {
    let (home, api) = api();
    for command in ["suggestions.sources", "suggestions.places"] {
        assert!(api.dispatch(command, json!({})).unwrap().is_array(), "{command}");
    }
    let folder = home.path().join("data");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a"), "abc").unwrap();
    let measured = api.dispatch("suggestions.measure", json!({"path": folder, "budget_ms": 5000})).unwrap();
    assert_eq!(measured, json!({"files": 1, "bytes": 3, "complete": true}));
    let late = api.dispatch("suggestions.databases", json!({"budget_ms": 60001})).unwrap_err();
    assert_eq!(late.get("field"), Some("budget_ms"));
    assert_eq!(api.dispatch("destinations.list", json!({})).unwrap(), json!([]));
}

#[test]
fn empty_lists_are_pages_too_and_what_is_unknown_is_told() {
    let (_home, api) = api();
    assert_eq!(api.dispatch("operations.page", json!({})).unwrap(), json!({"rows": [], "more": false}));
    let days = api.dispatch(
        "snapshots.days",
        json!({"from": "2026-03-28", "to": "2026-03-30", "zone": "Europe/Madrid"}),
    );
    let days = days.unwrap();
    assert_eq!((days.as_array().unwrap().len(), &days[1]["date"]), (3, &json!("2026-03-29")));
    let request = json!({"snapshot": "latest", "target": {"to": "in_place"}, "safety": true});
    for (command, request) in [
        ("snapshots.page", json!({"snapshot": "latest"})),
        ("restore.entries", json!({ "request": request, "limit": 10 })),
        ("plans.draft", json!({"name": "none"})),
        ("operations.page", json!({"before": "0123456789abcdef"})),
    ] {
        assert_eq!(api.dispatch(command, request).unwrap_err().kind, Kind::NotFound, "{command}");
    }
}

#[test]
fn a_program_that_is_not_there_is_not_started_at_sign_in() {
    let (home, api) = api();
    let before = api.dispatch("startup.show", json!({})).unwrap();
    for program in ["resguardo", "/nowhere/resguardo", "", home.path().to_str().unwrap()] {
        let save = json!({"at_login": true, "watchdog": true, "program": {"path": program}});
        let error = api.dispatch("startup.save", save).unwrap_err();
        assert_eq!((error.kind, error.get("field")), (Kind::InvalidInput, Some("program")), "{program}");
    }
    assert_eq!(api.dispatch("startup.show", json!({})).unwrap(), before);
}
