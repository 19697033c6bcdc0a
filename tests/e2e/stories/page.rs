//! In the window: pages that may do what they need and nothing else.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desk::Desk;
use crate::process::wait_for;

#[test]
fn the_window_shows_the_pages_and_asks_the_engine() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &["--open", "resguardo://alerts/copy%20a1"]);
    assert!(browser.title().contains("Resguardo"));
    browser.find("body *");
    assert_eq!(browser.call("plans.list", json!({})), Ok(json!([])));
    let told = browser.call("plans.show", json!({ "name": "shop" })).unwrap_err();
    assert_eq!(told["kind"], "not_found");
    assert!(browser.picture().len() > 1000);
}

#[test]
fn the_window_has_the_agent_beside_it() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    desk.tray().wait("Nothing is protected yet");
    let agent = browser.call("agent.show", json!({})).unwrap();
    assert_eq!(agent["running"], json!(true));
}

#[test]
fn a_page_may_not_leave_nor_call_what_is_not_its_own() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    browser.script("window.location = 'https://example.com/'; window.open('https://example.com/')", &[]);
    assert_eq!(browser.script("try { return eval('1') } catch { return 'refused' }", &[]), json!("refused"));
    assert!(browser.title().contains("Resguardo"));
    assert_eq!(desk.windows().len(), 1);
    for command in ["plugin:webview|create_webview_window", "plugin:dialog|open", "plugin:opener|open_url"] {
        assert!(browser.invoke(command, &json!({})).is_err(), "{command}");
    }
    assert!(browser.invoke("reveal", &json!({ "path": "etc" })).is_err());
}

#[test]
fn a_folder_is_picked_in_the_systems_own_dialog() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    let wanted = desk.folder().join("Documents");
    std::fs::create_dir(&wanted).unwrap();
    let picked = std::thread::scope(|scope| {
        scope.spawn(|| desk.pick("Which folder?", &wanted));
        browser.invoke("pick_folder", &json!({ "title": "Which folder?", "start": desk.folder() }))
    });
    assert_eq!(picked, Ok(json!(wanted)));
}

#[test]
fn the_page_hears_of_what_others_do() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    browser.script(
        "window.heard = [];
         window.__TAURI_INTERNALS__.invoke('plugin:event|listen', {
             event: 'resguardo', target: { kind: 'Any' },
             handler: window.__TAURI_INTERNALS__.transformCallback((event) => window.heard.push(event.payload)),
         });",
        &[],
    );
    desk.plan("shop");
    wait_for("the change", || {
        let heard = browser.script("return window.heard", &[]);
        heard.as_array().is_some_and(|heard| heard.iter().any(names_plans)).then_some(())
    });
}

fn names_plans(events: &Value) -> bool {
    events["topics"].as_array().is_some_and(|topics| topics.iter().any(|topic| topic == "plans"))
}
