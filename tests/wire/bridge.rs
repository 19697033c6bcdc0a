//! The bridge answers a browser as the shell answers the window.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A bridge on a fresh home, with one page and one script.
struct Bridge {
    folder: tempfile::TempDir,
    program: Child,
    address: String,
}

impl Bridge {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        std::fs::create_dir(&pages).unwrap();
        std::fs::write(pages.join("index.html"), "<title>window</title>").unwrap();
        std::fs::write(pages.join("app.js"), "1").unwrap();
        std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_bridge"))
            .args([folder.path().join("home"), pages])
            .arg("default-src 'self'")
            .env("BRIDGE_PICKS", "/one\n/two")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().to_owned();
        Self { folder, program, address }
    }

    /// The status and headers, and the body.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}", self.address);
        write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn call(&self, command: &str, request: &Value) -> (String, Value) {
        let (head, body) = self.ask("POST", &format!("/call/{command}?language=es"), &request.to_string());
        (head, serde_json::from_str(&body).unwrap())
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        let _ = self.program.wait();
    }
}

#[test]
fn a_call_gets_its_answer_and_an_error_is_told_in_the_language_asked_for() {
    let bridge = Bridge::start();
    let (head, plans) = bridge.call("plans.list", &json!({}));
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("application/json"), "{head}");
    assert_eq!(plans, json!([]));
    let (head, told) = bridge.call("plans.show", &json!({"name": "shop"}));
    assert!(head.starts_with("HTTP/1.1 422"), "{head}");
    assert_eq!((&told["kind"], &told["title"]), (&json!("not_found"), &json!("No existe el plan «shop»")));
    let (head, body) = bridge.ask("POST", "/call/plans.show", "{");
    assert!(head.starts_with("HTTP/1.1 422") && body.contains("invalid_input"), "{head} {body}");
}

#[test]
fn a_window_that_waits_for_news_holds_no_other_call_up() {
    let bridge = &Bridge::start();
    let (_, first) = bridge.call("events.next", &json!({"after": 0, "wait_ms": 0}));
    std::thread::scope(|scope| {
        let after = first["sequence"].clone();
        let waiting = scope.spawn(move || {
            loop {
                let (_, news) = bridge.call("events.next", &json!({"after": after, "wait_ms": 60_000}));
                if news["topics"].as_array().unwrap().contains(&json!("settings")) {
                    return;
                }
            }
        });
        assert_eq!(bridge.call("plans.list", &json!({})).1, json!([]));
        bridge.call("schedules.pause", &json!({}));
        waiting.join().unwrap();
    });
}

#[test]
fn pages_come_with_their_type_and_policy_and_nothing_else_is_served() {
    let bridge = Bridge::start();
    let (head, body) = bridge.ask("GET", "/app.js", "");
    assert!(head.contains("text/javascript") && head.contains("default-src 'self'"), "{head}");
    assert_eq!(body, "1");
    for path in ["/", "/plans/shop", "/../secret.txt", "//etc/hostname"] {
        let (head, body) = bridge.ask("GET", path, "");
        assert!(head.contains("text/html") && body.contains("window"), "{path}: {head}");
    }
    assert!(bridge.folder.path().join("secret.txt").exists());
}

#[test]
fn folders_are_chosen_from_the_list_and_then_none_is() {
    let bridge = Bridge::start();
    let chosen = [(); 3].map(|()| bridge.ask("POST", "/host/pick_folder", "{}").1);
    assert_eq!(chosen, ["\"/one\"", "\"/two\"", "null"]);
    assert_eq!(bridge.ask("POST", "/host/reveal", "{}").1, "null");
}

#[test]
fn it_ends_when_its_standard_input_does() {
    let mut bridge = Bridge::start();
    drop(bridge.program.stdin.take());
    assert!(bridge.program.wait().unwrap().success());
}
