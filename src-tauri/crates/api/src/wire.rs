//! The wire between two programs of one user: a line of JSON for a call, a line for its answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use resguardo_domain::{Error, Result};
use resguardo_platform::{Connection, Home, Listener};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Api;

/// Both ends must speak the same form.
const FORM: u32 = 1;
/// The longest line: a configuration of a thousand plans fits.
const LONGEST_LINE: u64 = 32 << 20;
/// Programs that are talked to at once.
const MOST_VISITORS: usize = 32;

#[derive(Serialize, Deserialize)]
struct Call {
    form: u32,
    command: String,
    request: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Ok(Value),
    Error(Error),
}

/// Calls a command in the agent of a home; `None` when none runs there.
pub(crate) fn call(home: &Home, command: &str, request: Value) -> Result<Option<Value>> {
    let Some(mut connection) = Connection::open(home)? else { return Ok(None) };
    let broken = |cause: std::io::Error| Error::io(&cause, "talk to the agent", home.root().display());
    send(&mut connection, &Call { form: FORM, command: command.to_owned(), request }).map_err(broken)?;
    let line = receive(&mut BufReader::new(connection)).map_err(broken)?;
    let answer = line.ok_or_else(|| broken(std::io::ErrorKind::UnexpectedEof.into()))?;
    match serde_json::from_str(&answer) {
        Ok(Answer::Ok(value)) => Ok(Some(value)),
        Ok(Answer::Error(error)) => Err(error),
        Err(cause) => Err(Error::internal("read the agent's answer").because(cause)),
    }
}

/// Answers calls until the listener is closed.
pub(crate) fn serve(api: &Api, listener: &Listener) {
    let visitors = Arc::new(AtomicUsize::new(0));
    while let Ok(Some(connection)) = listener.accept() {
        if visitors.fetch_add(1, Relaxed) >= MOST_VISITORS {
            visitors.fetch_sub(1, Relaxed);
            continue;
        }
        let (api, left) = (api.clone(), Arc::clone(&visitors));
        let spawned = std::thread::Builder::new().name("visitor".into()).spawn(move || {
            // A visitor that goes away in the middle of a word has nothing to be told.
            let _ = converse(&api, connection);
            left.fetch_sub(1, Relaxed);
        });
        if spawned.is_err() {
            visitors.fetch_sub(1, Relaxed);
        }
    }
}

fn converse(api: &Api, connection: Connection) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    while let Some(line) = receive(&mut reader)? {
        let answer = match answer(api, &line) {
            Ok(value) => Answer::Ok(value),
            Err(error) => Answer::Error(error),
        };
        send(reader.get_mut(), &answer)?;
    }
    Ok(())
}

fn answer(api: &Api, line: &str) -> Result<Value> {
    let call: Call = serde_json::from_str(line)
        .map_err(|cause| Error::invalid("request", "", "not a call").because(cause))?;
    if call.form != FORM {
        return Err(Error::invalid("request", call.form, "the agent is of another version"));
    }
    api.dispatch(&call.command, call.request)
}

fn send<T: Serialize>(to: &mut impl Write, value: &T) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}

/// The next line; `None` at the end. One that does not end in time or in length is an end too.
fn receive(from: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let mut limited = from.take(LONGEST_LINE);
    limited.read_line(&mut line)?;
    Ok(line.ends_with('\n').then_some(line))
}
