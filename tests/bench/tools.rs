//! The programs that are measured: how each is set up, and the command for each step.

mod archivers;
mod borg;
mod bupstash;
mod resguardo;
mod restic;
mod rustic;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, failure};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Full,
    None,
    Changed,
    Restore,
    One,
}

impl Step {
    pub(crate) const ALL: [Self; 5] = [Self::Full, Self::None, Self::Changed, Self::Restore, Self::One];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::None => "none",
            Self::Changed => "changed",
            Self::Restore => "restore",
            Self::One => "one",
        }
    }
}

/// Where one program works on one corpus.
pub(crate) struct Place {
    /// The folder that is backed up.
    pub(crate) data: PathBuf,
    /// The database in it, when that is what it is about.
    pub(crate) database: Option<PathBuf>,
    /// The file for the step "one", below `data`.
    pub(crate) one: String,
    /// What it stores: the bytes in here are counted.
    pub(crate) store: PathBuf,
    /// Its caches, keys and settings.
    pub(crate) own: PathBuf,
    /// Where it restores to.
    pub(crate) out: PathBuf,
}

impl Place {
    /// An absolute path below the restore folder.
    fn below_out(&self, path: &Path) -> PathBuf {
        self.out.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A command that keeps to this place.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("HOME", &self.own).env("XDG_CACHE_HOME", self.own.join("cache")).current_dir(&self.out);
        command
    }
}

/// A program that is measured.
pub(crate) trait Tool {
    fn name(&self) -> String;
    /// What it says of itself; `None` when it is not installed.
    fn version(&self) -> Option<String>;
    /// Whether what it stores is encrypted.
    fn encrypted(&self) -> bool;
    /// Makes its repository, outside the timing.
    fn prepare(&self, place: &Place) -> Outcome;
    /// The command for a step; `None` where the step makes no sense.
    fn command(&self, step: Step, place: &Place) -> Option<Command>;
    /// What stands for the corpus's folder after a restore.
    fn restored(&self, place: &Place) -> PathBuf;

    /// What stands for the file of the step "one" after it.
    fn restored_one(&self, place: &Place) -> PathBuf {
        self.restored(place).join(&place.one)
    }

    /// Whether a second version can be stored beside the first.
    fn keeps_versions(&self) -> bool {
        true
    }
}

/// Every program, ours first.
pub(crate) fn all() -> Vec<Box<dyn Tool>> {
    vec![
        Box::new(resguardo::Resguardo { level: "fast" }),
        Box::new(resguardo::Resguardo { level: "normal" }),
        Box::new(restic::Restic),
        Box::new(rustic::Rustic),
        Box::new(borg::Borg { lz4: true }),
        Box::new(borg::Borg { lz4: false }),
        Box::new(bupstash::Bupstash),
        Box::new(archivers::Zip),
        Box::new(archivers::SevenZip),
    ]
}

/// The first line with a digit of what a program says when asked for its version.
fn version_of(program: &str, flag: &str) -> Option<String> {
    let output = Command::new(program).arg(flag).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.contains(|c: char| c.is_ascii_digit()) && !line.contains("(c)"));
    let line = line.or_else(|| said.lines().find(|line| line.contains(|c: char| c.is_ascii_digit())))?;
    Some(line.chars().take(60).collect::<String>().trim().to_owned())
}

/// Runs a command outside the timing.
fn quietly(mut command: Command) -> Outcome {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(failure(format!("{}: {said}", command.get_program().display())))
}

/// A throw-away password in a file.
fn password(place: &Place) -> Outcome {
    Ok(fs::write(password_file(place), "only for measuring\n")?)
}

fn password_file(place: &Place) -> PathBuf {
    place.own.join("password")
}
