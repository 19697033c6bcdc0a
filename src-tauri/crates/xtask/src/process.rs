//! Starting other programs: which cargo, what is on the PATH, and what a failure reads like.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What every command of this program returns; the error is a sentence for the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The cargo that started this program, so that nested builds use the same toolchain.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Runs to the end with our terminal; anything but exit code 0 is an error.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", shown(command))) }
}

/// Runs to the end with standard output sent to standard error, where it cannot spoil data on stdout.
pub(crate) fn run_on_stderr(command: &mut Command) -> Outcome {
    run(command.stdout(Stdio::from(std::io::stderr())))
}

/// Standard output of a program that must succeed.
pub(crate) fn stdout_of(command: &mut Command) -> Outcome<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    if !output.status.success() {
        return Err(format!("{} failed ({})", shown(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no UTF-8", shown(command)))
}

/// Replaces this program by another, so that exit code, streams and Ctrl-C are the other's own.
#[cfg(unix)]
pub(crate) fn become_program(command: &mut Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(format!("cannot start {}: {error}", shown(command)))
}

/// Runs another program as if it were this one: its exit code becomes ours.
#[cfg(not(unix))]
pub(crate) fn become_program(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("cannot start {}: {error}", shown(command)))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Whether cargo has a command that somebody installed.
pub(crate) fn has_subcommand(name: &str) -> bool {
    let program = format!("cargo-{name}{}", std::env::consts::EXE_SUFFIX);
    let in_cargo_home = std::env::var_os("CARGO_HOME")
        .is_some_and(|home| Path::new(&home).join("bin").join(&program).is_file());
    in_cargo_home || find(&program).is_some()
}

/// Where a program is on the PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// The command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_the_folder_of_its_program() {
        assert_eq!(shown(Command::new("/opt/bin/cargo").args(["fmt", "--check"])), "`cargo fmt --check`");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_with_its_name() {
        let message = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(message.contains("no-such-program-here"));
        assert!(find("no-such-program-here").is_none());
    }

    #[test]
    fn a_subcommand_that_is_not_there_is_not_found() {
        assert!(!has_subcommand("no-such-subcommand"));
    }
}
