//! Lets the window call our own commands and nothing else, and packs the pages of `ui/dist` into the program.

use tauri_build::{AppManifest, Attributes};

#[path = "src/commands.rs"]
mod commands;

fn main() {
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(&commands::COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
