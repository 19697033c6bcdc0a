//! In the window: pages that may do what they need and nothing else.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desk::{Desk, PROGRAM};
use crate::process::wait_for;

#[test]
fn the_window_shows_the_pages_and_asks_the_engine() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &["--open", "resguardo://settings"]);
    assert!(browser.title().contains("Resguardo"));
    wait_for("the heading", || (browser.text("h1") == "Settings").then_some(()));
    wait_for("the page that was asked for", || {
        let address = browser.script("return location.hash", &[]);
        address.as_str().is_some_and(|address| address.starts_with("#/settings")).then_some(())
    });
    assert_eq!(browser.call("plans.list", json!({})), Ok(json!([])));
    let told = browser.call("plans.show", json!({ "name": "shop" })).unwrap_err();
    assert_eq!((&told["kind"], &told["facts"]["name"]), (&json!("not_found"), &json!("shop")));
    assert!(told["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert_eq!(browser.invoke("zoom", &json!({ "factor": 1.5 })), Ok(Value::Null));
    // Drawn by the processor alone, for the driver can't take pictures of such a window.
    assert!(desk.picture().colours() > 100);
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

#[test]
fn what_starts_at_sign_in_is_the_program_beside_the_clock() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    let saved = browser.call("startup.save", json!({ "at_login": true, "watchdog": false })).unwrap();
    assert_eq!(saved["at_login"], json!(true), "{saved}");
    let entry = desk.folder().join("config/autostart/resguardo-agent.desktop");
    let text = std::fs::read_to_string(entry).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
    assert_eq!(line, format!("{PROGRAM} --hidden --home {}", desk.home().display()));
}

#[test]
fn what_is_typed_and_clicked_arrives() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    browser.script(
        "const [field, button] = [document.createElement('input'), document.createElement('button')];
         [field.id, button.id, button.textContent] = ['field', 'button', 'Go'];
         button.addEventListener('click', () => (document.title = field.value));
         document.body.replaceChildren(field, button);",
        &[],
    );
    browser.fill("#field", "Año 1.284 €");
    browser.click("#button");
    assert_eq!(browser.title(), "Año 1.284 €");
}
