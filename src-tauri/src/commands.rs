//! The commands of the window, by name: what the build lets a page call, and what the tests try.

pub(crate) const COMMANDS: [&str; 8] =
    ["call", "pick_folder", "pick_file", "pick_save", "reveal", "open_release", "route", "zoom"];
