//! Resguardo: its command line when it stands beside this program, otherwise this program driving the engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Place, Step, Tool, quietly};
use crate::Outcome;

pub(super) struct Resguardo {
    pub(super) level: &'static str,
}

/// The command line beside this program, when it is new enough to know `backup`.
fn command_line() -> Option<PathBuf> {
    let beside =
        std::env::current_exe().ok()?.with_file_name(format!("resguardo{}", std::env::consts::EXE_SUFFIX));
    let help = Command::new(&beside).arg("--help").output().ok()?;
    (help.status.success() && String::from_utf8_lossy(&help.stdout).contains("backup")).then_some(beside)
}

fn resguardo(place: &Place) -> Option<Command> {
    let mut command = match command_line() {
        Some(program) => place.command(program),
        None => {
            let mut command = place.command(std::env::current_exe().ok()?);
            command.arg("drive");
            command
        }
    };
    command.env("RESGUARDO_HOME", place.own.join("home"));
    Some(command)
}

/// The one file with a name like that, however deep.
fn find(folder: &Path, extension: &str) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    let here = entries.iter().find(|path| path.is_file() && path.extension().is_some_and(|e| e == extension));
    here.cloned()
        .or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find(path, extension)))
}

impl Tool for Resguardo {
    fn name(&self) -> String {
        format!("resguardo-{}", self.level)
    }

    fn version(&self) -> Option<String> {
        let by = if command_line().is_some() { "command line" } else { "engine" };
        Some(format!("resguardo {} ({by})", env!("CARGO_PKG_VERSION")))
    }

    fn encrypted(&self) -> bool {
        false
    }

    fn prepare(&self, place: &Place) -> Outcome {
        let Some(mut command) = resguardo(place) else { return Ok(()) };
        command.args(["plan", "add", "bench"]);
        match &place.database {
            Some(database) => command.arg("--sqlite").arg(database),
            None => command.arg("--folder").arg(&place.data),
        };
        command.arg("--to").arg(&place.store).args(["--level", self.level]);
        quietly(command)
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = resguardo(place)?;
        match step {
            Step::Full => command.args(["backup", "bench", "--kind", "full"]),
            Step::None | Step::Changed => command.args(["backup", "bench", "--kind", "incremental"]),
            Step::Restore => command.args(["restore", "bench@latest", "--to"]).arg(&place.out),
            Step::One => {
                command.args(["restore", "bench@latest"]);
                if place.database.is_none() {
                    command.arg(format!("files/data/{}", place.one));
                }
                command.arg("--to").arg(&place.out)
            }
        };
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        match place.database {
            Some(_) => find(&place.out, "db").unwrap_or_default().parent().unwrap_or(&place.out).to_owned(),
            None => place.out.join("files/data"),
        }
    }
}
