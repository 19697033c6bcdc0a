//! The wire: every command of Resguardo, declared once, for the command line, the window and whatever comes later. It
//! converts and passes on; what is decided is decided in the engine.
#![deny(missing_docs)]

mod command;
mod commands;
mod requests;
pub mod types;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

pub use command::{Command, CommandInfo};
pub use commands::*;
pub use requests::*;
use resguardo_domain::{Error, Result, without_secrets};
use resguardo_engine::{Engine, Opening};
use resguardo_platform::Home;

/// The door to an engine; cloning shares it.
#[derive(Clone)]
pub struct Api {
    engine: Arc<Engine>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl Api {
    /// Opens the engine on `home_dir`, or on the home that the environment names.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::Busy`] when another program has the home open, and whatever opening the catalog ends with.
    pub fn open(home_dir: Option<PathBuf>) -> Result<(Self, Opening)> {
        let home = match home_dir {
            Some(folder) => Home::at(folder),
            None => Home::resolve(&|name| std::env::var_os(name))?,
        };
        let opened = Engine::open(home, resguardo_platform::system_context());
        let (engine, opening) = opened.map_err(|error| told("engine.open", error))?;
        Ok((Self { engine }, opening))
    }

    /// Calls a command from inside this program; the command decides the type of the answer.
    ///
    /// # Errors
    /// Whatever the command ends with.
    pub fn call<C: Command>(&self, request: C::Request) -> Result<C::Response> {
        C::run(&self.engine, request).map_err(|error| told(C::NAME, error))
    }

    /// Calls a command by its name with JSON in and JSON out; `null` stands for a request without fields.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown name, [`resguardo_domain::Kind::InvalidInput`] for a request of
    /// another shape, and whatever the command ends with.
    pub fn dispatch(&self, name: &str, request: serde_json::Value) -> Result<serde_json::Value> {
        let command = COMMANDS.iter().find(|command| command.name == name);
        let command = command.ok_or_else(|| Error::not_found("command", name))?;
        command.run(&self.engine, request).map_err(|error| told(command.name, error))
    }
}

/// The door is where a command ends: its error is logged here, once, and leaves without secrets.
fn told(command: &str, error: Error) -> Error {
    let error = without_secrets(error);
    tracing::warn!(command, error = %error, "command failed");
    error
}

#[cfg(test)]
mod tests;
