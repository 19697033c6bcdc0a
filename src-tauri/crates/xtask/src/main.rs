//! Development commands of the project (`cargo xtask ...`): the gate, the architecture rules, the cross checks.
//!
//! It depends on no crate of the product, so that it builds in seconds and works while the rest does not compile.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for developers talks through the terminal"
)]

mod check;
mod cross;
mod gate;
mod licences;
mod macos;
mod packages;
mod process;
mod product;
mod shell;
mod tally;
mod windows;
mod workspace;

use process::Outcome;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check [--verbose] [--marks]   the rules of the architecture; --marks prints the figures instead
  test [--fast]                 everything CI runs, in order; --fast leaves out the window, Windows and the licences
  run                           build the window (release) and open it; installs what is missing
  run -- ARGS                   build `resguardo` (release) and run it; build messages go to stderr
  bindings                      write the types of the wire into the window's sources
  bench [-- ARGS]               build and run the benchmarks (release)
  bench window [FILES]          the window beside an empty one; clicks while so many files are copied
  licences                      write the list of other people's licences anew, after a change of Cargo.lock
  icons                         draw every icon anew from icons/*.svg
  pictures                      take the pictures of the README anew, of the real window
  nightly                       the long tests, with bigger figures (release)
  shots [FOLDER]                a picture of every screen and state, in both themes and languages
  windows check                 type-check the workspace for Windows (Debian only)
  macos check                   type-check the workspace for macOS (Debian only)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("xtask: {message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Outcome {
    match words {
        ["check", flags @ ..] => check::run(check::Options::parse(flags)?),
        ["test"] => gate::run(gate::Extent::Full),
        ["test", "--fast"] => gate::run(gate::Extent::Fast),
        ["run", rest @ ..] => product::run(after_dashes(rest)),
        ["bindings"] => product::bindings(),
        ["bench", rest @ ..] => product::bench(after_dashes(rest)),
        ["icons"] => shell::icons(),
        ["licences"] => licences::write(),
        ["pictures"] => shell::pictures(),
        ["nightly"] => product::nightly(),
        ["shots"] => shell::shots(None),
        ["shots", folder] => shell::shots(Some(folder)),
        ["windows", "check"] => windows::check(),
        ["macos", "check"] => macos::check(),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("unknown command: {}\n\n{USAGE}", words.join(" "))),
    }
}

/// Drops one leading `--`, so that `run -- list` and `run list` mean the same.
fn after_dashes<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    match words {
        ["--", rest @ ..] => rest,
        all => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_dashes_are_dropped() {
        assert_eq!(after_dashes(&["--", "ls", "--", "x"]), ["ls", "--", "x"]);
        assert_eq!(after_dashes(&["ls"]), ["ls"]);
        assert!(after_dashes(&[]).is_empty());
    }

    #[test]
    fn an_unknown_command_is_refused_with_the_usage() {
        let message = dispatch(&["fly"]).unwrap_err();
        assert!(message.contains("unknown command: fly") && message.contains("usage:"));
    }
}
