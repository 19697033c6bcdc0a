//! Stories about the wire between the engine and the window.
#![allow(clippy::unwrap_used, reason = "a test ends when it can't do its work")]

mod bridge;
mod types;
