//! Lets the window call our own commands and nothing else, and packs the pages of `ui/dist` into the program.

use tauri_build::{AppManifest, Attributes};

const COMMANDS: &[&str] = &["call", "pick_folder", "pick_file", "pick_save", "reveal", "route", "zoom"];

fn main() {
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
