//! The real program on a screen of its own: icon, menu, window, notices. Every story gets a bus, a screen, a window manager and a home
//! that nobody else has, and all that was started for it ends with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_debug_implementations,
    reason = "a story's tool ends the story when it can't do its work, and tells its figures"
)]

mod browser;
mod desk;
mod notices;
mod process;
mod screen;
mod stories;
mod tray;
