//! What a page of ours can't do, even one that somebody else had got to write.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::desk::Desk;
use crate::process::wait_for;

/// Longer than anything that somebody types.
const MEGABYTES: usize = 10 << 20;

#[test]
fn p32_every_command_refuses_what_is_not_its_own() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    browser.find("h1");
    let long = "a".repeat(MEGABYTES);
    let wrong = [
        ("call", json!({})),
        ("call", json!({ "name": 5, "request": {} })),
        ("call", json!({ "name": "plans.everything", "request": {} })),
        ("call", json!({ "name": "../plans.list", "request": {} })),
        ("call", json!({ "name": &long, "request": {} })),
        ("call", json!({ "name": "plans.show", "request": {} })),
        ("call", json!({ "name": "plans.show", "request": { "name": 5 } })),
        ("call", json!({ "name": "plans.show", "request": { "name": &long } })),
        ("call", json!({ "name": "snapshots.page", "request": { "snapshot": "latest", "folder": "../.." } })),
        ("call", json!({ "name": "plans.list", "request": {}, "language": 5 })),
        ("pick_folder", json!({})),
        ("pick_folder", json!({ "title": 5 })),
        ("pick_folder", json!({ "title": &long })),
        ("pick_folder", json!({ "title": "a", "start": "../etc" })),
        ("pick_file", json!({ "title": "a", "extensions": "db" })),
        ("pick_file", json!({ "title": "a", "extensions": ["../db"] })),
        ("pick_file", json!({ "title": "a", "extensions": [&long] })),
        ("pick_file", json!({ "title": "a", "start": &long })),
        ("pick_save", json!({ "title": "a" })),
        ("pick_save", json!({ "title": "a", "name": "../a.zip" })),
        ("pick_save", json!({ "title": "a", "name": &long })),
        ("reveal", json!({ "path": 5 })),
        ("reveal", json!({ "path": "etc" })),
        ("reveal", json!({ "path": "/etc/../etc" })),
        ("reveal", json!({ "path": "file:///etc" })),
        ("reveal", json!({ "path": format!("/{long}") })),
        // Nothing newer is known, and none can be named.
        ("open_release", json!({ "page": "https://elsewhere.example" })),
        ("zoom", json!({})),
        ("zoom", json!({ "factor": "2" })),
        ("zoom", json!({ "factor": null })),
    ];
    for (command, arguments) in wrong {
        let said = browser.invoke(command, &arguments);
        let shown = arguments.to_string();
        let error = said.expect_err(&shown[..shown.len().min(100)]).to_string();
        assert!(error.len() < 100_000, "{command} says {} bytes of it again", error.len());
    }
    assert_eq!(browser.invoke("route", &json!({ "route": 5 })), Ok(Value::Null));
    assert_eq!(browser.call("plans.list", json!({})), Ok(json!([])));
    assert_eq!(desk.windows().len(), 1);
}

#[test]
fn p32_a_page_reaches_no_address_and_runs_nothing_but_its_own() {
    let desk = Desk::new();
    let browser = Browser::open(&desk, &[]);
    browser.find("h1");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let visits = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&visits);
    std::thread::spawn(move || {
        listener.incoming().for_each(|_| {
            counted.fetch_add(1, SeqCst);
        });
    });
    browser.script(ATTACK, &[json!(at)]);
    let wanted = ["connect-src", "frame-src", "font-src", "img-src", "script-src", "style-src", "object-src"];
    for directive in wanted {
        wait_for(directive, || {
            let heard = browser.script("return window.refused", &[]);
            let heard = heard.as_array().cloned().unwrap_or_default();
            let is_it = |told: &Value| told.as_str().is_some_and(|told| told.starts_with(directive));
            heard.iter().any(is_it).then_some(())
        });
    }
    assert_eq!(browser.script("return window.ran ?? 'nothing'", &[]), json!("nothing"));
    assert_eq!(visits.load(SeqCst), 0, "a page reached another address");
    assert!(browser.title().contains("Resguardo"));
}

/// Every way out that pages have, and every way to run what somebody wrote.
const ATTACK: &str = "
    const [at] = arguments;
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.refused.push(event.effectiveDirective));
    const put = (name, values) => document.body.append(Object.assign(document.createElement(name), values));
    const quietly = (work) => { try { work(); } catch (error) { window.refused.push(String(error)); } };
    fetch(`${at}/fetch`).catch(() => undefined);
    quietly(() => new WebSocket(at.replace('http', 'ws')));
    quietly(() => new EventSource(`${at}/events`));
    quietly(() => navigator.sendBeacon(`${at}/beacon`, 'a'));
    quietly(() => new Worker(`${at}/worker.js`));
    put('img', { src: `${at}/image.png` });
    put('script', { src: `${at}/script.js` });
    put('script', { textContent: 'window.ran = 1' });
    put('iframe', { src: `${at}/frame` });
    put('object', { data: `${at}/object` });
    put('link', { rel: 'stylesheet', href: `${at}/style.css` });
    put('style', { textContent: `@font-face { font-family: a; src: url(${at}/font) } * { color: red }` });
    put('form', { action: `${at}/form`, method: 'post' });
    quietly(() => document.forms[document.forms.length - 1].submit());
    document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.ran = 2\" style=\"color: red\">a</p>');
    document.body.lastElementChild.click();
    const face = new FontFace('b', `url(${at}/font)`);
    face.load().catch(() => undefined);
    quietly(() => setTimeout('window.ran = 3', 0));
    import(`${at}/module.js`).catch(() => undefined);
    import('data:text/javascript,window.ran=4').catch(() => undefined);";
