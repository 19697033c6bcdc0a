//! The wire: every command of Resguardo, declared once, for the command line, the window and whatever comes later. It
//! converts and passes on; what is decided is decided in the engine.
#![deny(missing_docs)]

mod agent;
mod command;
mod commands;
mod requests;
mod surroundings;
mod told;
pub mod types;
#[cfg(feature = "typescript")]
pub mod typescript;
mod watch;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;

pub use agent::{Agent, Stop};
pub use command::{Command, CommandInfo};
pub use commands::*;
pub use requests::*;
use resguardo_domain::{Error, Kind, Result, without_secrets};
use resguardo_engine::{Engine, Opening};
use resguardo_platform::{Connection, Home};
pub use told::*;

/// The door to an engine; cloning shares it.
#[derive(Clone)]
pub struct Api {
    door: Door,
}

/// Where the engine is.
#[derive(Clone)]
enum Door {
    /// In this program.
    Here(Arc<Engine>),
    /// In the agent of this home.
    There(Home),
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl Api {
    /// Goes to the agent of `home_dir`, or of the home that the environment names; opens the engine there when none runs.
    ///
    /// # Errors
    /// Whatever opening the catalog ends with; [`resguardo_domain::Kind::PermissionDenied`] when the agent's socket can't be
    /// trusted.
    pub fn open(home_dir: Option<PathBuf>) -> Result<(Self, Opening)> {
        resguardo_platform::leave_no_core_file();
        let home = match home_dir {
            Some(folder) => Home::at(folder),
            None => Home::resolve(&|name| std::env::var_os(name))?,
        };
        if Connection::open(&home)?.is_some() {
            return Ok((Self { door: Door::There(home) }, Opening::default()));
        }
        let opened = Engine::open(home, resguardo_platform::system_context());
        let (engine, opening) = opened.map_err(|error| told("engine.open", error))?;
        Ok((Self::here(engine), opening))
    }

    pub(crate) fn here(engine: Arc<Engine>) -> Self {
        Self { door: Door::Here(engine) }
    }

    /// Whether calls are answered by an agent that runs.
    pub fn is_agent(&self) -> bool {
        matches!(self.door, Door::There(_))
    }

    /// Calls a command; the command decides the type of the answer.
    ///
    /// # Errors
    /// Whatever the command ends with, and [`resguardo_domain::Kind::Io`] when the agent went away.
    pub fn call<C: Command>(&self, request: C::Request) -> Result<C::Response> {
        let home = match &self.door {
            Door::Here(engine) => return C::run(engine, request).map_err(|error| told(C::NAME, error)),
            Door::There(home) => home,
        };
        let odd = |cause: serde_json::Error| Error::internal("call the agent").because(cause);
        let request = serde_json::to_value(request).map_err(odd)?;
        let answer = wire::call(home, C::NAME, request)?.ok_or_else(|| gone(home))?;
        serde_json::from_value(answer).map_err(odd)
    }

    /// Calls a command by its name with JSON in and JSON out; `null` stands for a request without fields.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown name, [`resguardo_domain::Kind::InvalidInput`] for a request of
    /// another shape, and whatever the command ends with.
    pub fn dispatch(&self, name: &str, request: serde_json::Value) -> Result<serde_json::Value> {
        match &self.door {
            Door::Here(engine) => {
                let command = COMMANDS.iter().find(|command| command.name == name);
                let command = command.ok_or_else(|| Error::not_found("command", name))?;
                command.run(engine, request).map_err(|error| told(command.name, error))
            }
            Door::There(home) => wire::call(home, name, request)?.ok_or_else(|| gone(home)),
        }
    }
}

/// The agent ended between two calls.
fn gone(home: &Home) -> Error {
    Error::new(Kind::Io, "talk to the agent").fact("path", home.root().display())
}

/// The door is where a command ends: its error is logged here, once, and leaves without secrets.
fn told(command: &str, error: Error) -> Error {
    let error = without_secrets(error);
    tracing::warn!(command, error = %error, "command failed");
    error
}

#[cfg(test)]
mod tests;
