//! A window's host for tests: an agent behind a small server on this computer, with the built pages beside it.
//!
//! `bridge HOME PAGES [POLICY]` opens the agent of a home, prints its address, and ends when its standard input does. It answers
//! `POST /call/COMMAND?language=es` as the shell answers the window (422 with the error in words when the command fails), `POST
//! /host/pick_...` with the next line of the variable `BRIDGE_PICKS`, and `GET` with the pages.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test's tool ends when it can't do its work, and says where it can be reached"
)]

mod pages;

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_api::types::{Error, Language};
use resguardo_api::{Agent, Api, Told};
use serde_json::Value;
use tiny_http::{Header, Method, Request, Response, Server};

use pages::Pages;

/// A request of the window is never larger.
const LONGEST: u64 = 32 << 20;

/// What answers the window.
struct Bridge {
    api: Api,
    pages: Pages,
    /// What the person chooses when asked for a folder or a file.
    picks: Mutex<VecDeque<String>>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let home = arguments.next().expect("the first argument is the home");
    let pages = arguments.next().expect("the second argument is the folder of the pages");
    let (agent, _) = Agent::open(Some(home.into())).expect("the agent opens");
    let picks = std::env::var("BRIDGE_PICKS").unwrap_or_default().lines().map(str::to_owned).collect();
    let pages = Pages::new(pages.into(), arguments.next());
    let bridge = Arc::new(Bridge { api: agent.api(), pages, picks: Mutex::new(picks) });
    let server = Server::http("127.0.0.1:0").expect("a port of this computer");
    println!("http://{}", server.server_addr());
    let (stop, running) = (agent.stopper(), std::thread::spawn(move || agent.run()));
    std::thread::spawn(move || serve(&server, &bridge));
    // What is written there means nothing; only its end does.
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    stop.stop();
    let _ = running.join();
}

/// A thread for each request: one that waits for news holds nobody up.
fn serve(server: &Server, bridge: &Arc<Bridge>) {
    for request in server.incoming_requests() {
        let bridge = Arc::clone(bridge);
        std::thread::spawn(move || bridge.answer(request));
    }
}

impl Bridge {
    fn answer(&self, mut request: Request) {
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let response = match (request.method(), path.strip_prefix("/call/"), path.strip_prefix("/host/")) {
            (Method::Post, Some(command), _) => json(self.call(command, language(query), &mut request)),
            (Method::Post, _, Some(what)) => json(self.host(what)),
            (Method::Get, ..) => self.pages.answer(path),
            _ => Response::from_data(Vec::new()).with_status_code(405),
        };
        // A window that is gone needs no answer.
        let _ = request.respond(response);
    }

    fn call(&self, command: &str, language: Language, request: &mut Request) -> Result<Value, Value> {
        let told = |error: Error| {
            serde_json::to_value(Told::of(&error, language)).expect("an error in words is JSON")
        };
        let mut body = String::new();
        let read = request.as_reader().take(LONGEST).read_to_string(&mut body);
        read.map_err(|cause| told(Error::io(&cause, "read the request", "")))?;
        let body = if body.trim().is_empty() { "null" } else { &body };
        let value = serde_json::from_str(body)
            .map_err(|cause| told(Error::invalid("request", command, "not JSON").because(cause)))?;
        self.api.dispatch(command, value).map_err(told)
    }

    /// What only a window's host can do; there is nothing to be seen of it here.
    fn host(&self, what: &str) -> Result<Value, Value> {
        match what {
            "pick_folder" | "pick_file" | "pick_save" => {
                let mut picks = self.picks.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(picks.pop_front().map_or(Value::Null, Value::String))
            }
            _ => Ok(Value::Null),
        }
    }
}

fn language(query: &str) -> Language {
    let spanish = query.split('&').any(|part| matches!(part, "language=es" | "language=spanish"));
    if spanish { Language::Spanish } else { Language::English }
}

fn json(answer: Result<Value, Value>) -> Response<std::io::Cursor<Vec<u8>>> {
    let (value, status) = match answer {
        Ok(value) => (value, 200),
        Err(told) => (told, 422),
    };
    let response = Response::from_data(value.to_string()).with_status_code(status);
    response.with_header(header("Content-Type", "application/json"))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header of plain letters")
}
