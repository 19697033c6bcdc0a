//! The log: what happened, as JSON lines in the program's own folder, for whoever has to find out why.
//!
//! Each line is redacted before it is written, each file is readable by its owner alone, and all of it stays below 10 MiB for each
//! role. A log that can't be written is no reason for anything else to fail. What is worth a line is decided where it
//! happens, by `tracing`'s macros; nothing is written while nothing happens.

mod file;
mod layer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_domain::{HIDDEN, Redactor, hide_secrets, is_secret_name};
use serde_json::Value;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::{Environment, Home, SystemClock};
use file::LogFile;
use layer::JsonLines;

/// Names the level, or `target=level` pairs; see [`start`].
const VARIABLE: &str = "RESGUARDO_LOG";
/// What our own crates are called, for the filter.
const OURS: &str = "resguardo";

/// Which program writes: each has files of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The command line.
    Cli,
    /// The engine that stays.
    Agent,
}

impl Role {
    /// The stem of its files: `cli`, `agent`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Agent => "agent",
        }
    }
}

/// Begins to log for this process, into the home's folder for logs once there is one. `RESGUARDO_LOG` is a level (`off`, `error`,
/// `warn`, `info`, `debug`, `trace`) for our own crates, or `target=level` pairs as `tracing` has them; `info` when it is missing
/// or can't be read. A second call changes nothing. Panics are logged too.
pub fn start(home: &Home, role: Role, env: Environment<'_>) {
    let wanted = env(VARIABLE).map(|value| value.to_string_lossy().into_owned());
    let file = LogFile::new(home.logs(), home.locks(), role.name());
    let subscriber = tracing_subscriber::registry().with(layer(file, wanted.as_deref()));
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        log_panics();
    }
}

fn layer(
    file: LogFile,
    wanted: Option<&str>,
) -> impl Layer<tracing_subscriber::Registry> + Send + Sync + 'static {
    JsonLines::new(file, Arc::new(SystemClock)).with_filter(filter(wanted.unwrap_or_default()))
}

/// What is written: other people's crates only when they are named.
fn filter(wanted: &str) -> Targets {
    let ours = |level| Targets::new().with_target(OURS, level);
    match wanted.trim().parse::<LevelFilter>() {
        Ok(level) if !wanted.trim().is_empty() => ours(level),
        _ => match wanted.parse::<Targets>() {
            Ok(targets) if wanted.contains('=') => targets,
            _ => ours(LevelFilter::INFO),
        },
    }
}

/// A panic's message may quote what it stumbled over, so the standard library's own report on stderr is replaced too.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let message =
            hide_secrets(&panic.payload_as_str().unwrap_or("a panic without words").replace('\n', " "));
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "resguardo", message = "panic", panic = %message, place);
        let _ = writeln!(std::io::stderr(), "panic at {place}: {message}");
    }));
}

/// The log files of every role below a home, the newest of a role first.
pub fn files(home: &Home) -> Vec<PathBuf> {
    [Role::Cli, Role::Agent].iter().flat_map(|role| file::generations(&home.logs(), role.name())).collect()
}

/// A log file as it may leave this computer: every text of every line redacted once more, by a redactor that may know names to
/// replace. What is no JSON line, such as one cut by a power cut, is redacted as text.
///
/// # Errors
/// When the file can't be read.
pub fn redacted(path: &Path, redactor: &Redactor) -> resguardo_domain::Result<String> {
    let bytes = std::fs::read(path)
        .map_err(|cause| resguardo_domain::Error::io(&cause, "read the log", path.display()))?;
    let mut out = String::with_capacity(bytes.len());
    for line in String::from_utf8_lossy(&bytes).lines() {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => out.push_str(&redact_json(value, redactor).to_string()),
            Err(_) => out.push_str(&redactor.text(line)),
        }
        out.push('\n');
    }
    Ok(out)
}

/// A JSON value with every text in it redacted; texts under a telling name, such as `password`, are hidden whole.
pub fn redact_json(value: Value, redactor: &Redactor) -> Value {
    match value {
        Value::String(text) => Value::String(redactor.text(&text)),
        Value::Array(items) => items.into_iter().map(|item| redact_json(item, redactor)).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| match value {
                    Value::String(_) if is_secret_name(&name) => (name, Value::String(HIDDEN.to_owned())),
                    value => (redactor.text(&name), redact_json(value, redactor)),
                })
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests;
