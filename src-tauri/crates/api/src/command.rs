//! What a command is: a name, a request, a response, and the few lines between them.

use std::sync::Arc;

use resguardo_domain::{Error, Result};
use resguardo_engine::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A command of the wire.
pub trait Command {
    /// Its name: `noun.verb`.
    const NAME: &'static str;
    /// What it is given.
    type Request: Serialize + DeserializeOwned;
    /// What it answers.
    type Response: Serialize + DeserializeOwned;

    /// Asks the engine.
    ///
    /// # Errors
    /// Whatever the engine ends with.
    fn run(engine: &Arc<Engine>, request: Self::Request) -> Result<Self::Response>;
}

/// A command as the list of all commands shows it.
#[derive(Debug, Clone, Copy)]
pub struct CommandInfo {
    /// Its name: `noun.verb`.
    pub name: &'static str,
    run: fn(&Arc<Engine>, Value) -> Result<Value>,
}

impl CommandInfo {
    /// The entry of a command.
    pub(crate) const fn of<C: Command>() -> Self {
        Self { name: C::NAME, run: run_json::<C> }
    }

    pub(crate) fn run(&self, engine: &Arc<Engine>, request: Value) -> Result<Value> {
        (self.run)(engine, request)
    }
}

fn run_json<C: Command>(engine: &Arc<Engine>, request: Value) -> Result<Value> {
    let request = if request.is_null() { Value::Object(serde_json::Map::new()) } else { request };
    let request: C::Request = serde_json::from_value(request)
        .map_err(|cause| Error::invalid("request", C::NAME, &cause.to_string()))?;
    let response = C::run(engine, request)?;
    serde_json::to_value(response)
        .map_err(|cause| Error::internal("write the answer").fact("command", C::NAME).because(cause))
}

/// Declares the commands: for each a type that carries its contract, and one line in `COMMANDS`.
macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $wire:literal: |$engine:ident, $request:ident: $in:ty| -> $out:ty $body:block)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::Command for $name {
                const NAME: &'static str = $wire;
                type Request = $in;
                type Response = $out;

                fn run(
                    $engine: &std::sync::Arc<resguardo_engine::Engine>,
                    $request: $in,
                ) -> resguardo_domain::Result<$out> $body
            }
        )*

        /// Every command.
        pub const COMMANDS: &[$crate::CommandInfo] = &[$($crate::CommandInfo::of::<$name>()),*];

        /// Every command with its types.
        #[cfg(feature = "typescript")]
        pub(crate) fn describe(bindings: &mut $crate::typescript::Bindings) {
            $(bindings.command::<$in, $out>($wire);)*
        }
    };
}

pub(crate) use commands;
