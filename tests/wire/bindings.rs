//! Writes the types of the wire for the window to the file that its argument names (`cargo xtask bindings`).
#![allow(clippy::expect_used, reason = "a tool for developers ends when it can't do its work")]

use std::path::PathBuf;

fn main() {
    let file = PathBuf::from(std::env::args_os().nth(1).expect("the argument is the file to write"));
    let folder = file.parent().expect("the file lies in a folder");
    std::fs::create_dir_all(folder).expect("its folder can be made");
    let text = resguardo_api::typescript::bindings().expect("every type has a name of its own");
    std::fs::write(&file, text).expect("the file can be written");
}
