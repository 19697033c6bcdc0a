//! The real program on a screen of its own: icon, menu, window, notices. Every story gets a bus, a screen, a window manager and a home
//! that nobody else has, and all that was started for it ends with it.
#![allow(missing_debug_implementations, reason = "the stories' tools are shown to nobody")]

mod browser;
mod desk;
mod notices;
mod process;
mod stories;
mod tray;
