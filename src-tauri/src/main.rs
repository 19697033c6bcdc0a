//! `resguardo-app`: the program with a window. In truth two: one beside the clock, which is the agent and stays, and one with the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod chores;
#[cfg(test)]
mod commands;
mod herald;
mod host;
mod ipc;
mod led;
mod program;
mod start;
mod stumble;
mod texts;
mod tray;
mod window;

use std::process::ExitCode;

use resguardo_platform::{draw_plainly, give_back_what_loading_took};
use start::{Role, Start};

fn main() -> ExitCode {
    // First of all: both want to be alone.
    draw_plainly();
    give_back_what_loading_took();
    let Start { role, route, home } = Start::parse(std::env::args().skip(1));
    let ran = match role {
        Role::Tray { hidden } => program::run(hidden, route, home),
        Role::Window { led } => window::run(led, route, home),
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "there is no window to say it in")]
            {
                eprintln!("resguardo-app: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// What both programs are made of: the pages, the icons, the rules for the window.
fn context<R: tauri::Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}
