//! A setup is carried out: files first, then the system's own commands, whose failure is told but stops nothing.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use resguardo_domain::{Context, Error, Kind, Result};

use super::{MARK, Setup, SetupFile};
use crate::durable;

/// How a command of the system ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOutcome {
    /// The command line.
    pub line: String,
    /// Why it did not work, in its own words; `None` when it did.
    pub failure: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetupReport {
    /// Files that were written or removed.
    pub files: Vec<PathBuf>,
    /// Files that stay because somebody else wrote them.
    pub foreign: Vec<PathBuf>,
    /// The system's commands.
    pub commands: Vec<CommandOutcome>,
}

/// Writes the files and tells the system.
///
/// # Errors
/// [`Kind::AlreadyExists`] when a file of that name is somebody else's (nothing is written then), and what writing says.
pub fn install(cx: &Context, setup: &Setup) -> Result<SetupReport> {
    if let Some(foreign) = setup.files.iter().find(|file| is_foreign(file)) {
        return Err(Error::new(Kind::AlreadyExists, "install the agent")
            .fact("what", "file")
            .fact("name", foreign.path.display()));
    }
    let mut report = SetupReport::default();
    for file in &setup.files {
        if let Some(folder) = file.path.parent() {
            cx.step("make the folder for settings")?;
            std::fs::create_dir_all(folder)
                .map_err(|cause| Error::io(&cause, "make the folder", folder.display()))?;
        }
        durable::write_file(cx, &file.path, &file.content)?;
        report.files.push(file.path.clone());
    }
    report.commands = setup.install.iter().map(|line| run(line)).collect();
    Ok(report)
}

/// Tells the system and removes the files, those that [`install`] wrote.
///
/// # Errors
/// What removing says.
pub fn remove(cx: &Context, setup: &Setup) -> Result<SetupReport> {
    let mut report = SetupReport::default();
    if setup.files.iter().any(|file| file.path.exists() && !is_foreign(file)) {
        report.commands = setup.remove.iter().map(|line| run(line)).collect();
    }
    for file in setup.files.iter().filter(|file| file.path.exists()) {
        if is_foreign(file) {
            report.foreign.push(file.path.clone());
            continue;
        }
        cx.step("remove a setup file")?;
        std::fs::remove_file(&file.path)
            .map_err(|cause| Error::io(&cause, "remove the file", file.path.display()))?;
        report.files.push(file.path.clone());
    }
    if !report.files.is_empty() {
        report.commands.extend(setup.after_remove.iter().map(|line| run(line)));
    }
    Ok(report)
}

/// A file that is there and does not carry our mark, in whatever encoding ours is.
pub(super) fn is_foreign(file: &SetupFile) -> bool {
    let Ok(there) = std::fs::read(&file.path) else { return false };
    let holds = |mark: &[u8]| there.windows(mark.len()).any(|window| window == mark);
    let wide: Vec<u8> = MARK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    !holds(MARK.as_bytes()) && !holds(&wide)
}

pub(super) fn run(line: &[String]) -> CommandOutcome {
    let told = line.join(" ");
    let Some((program, arguments)) = line.split_first() else {
        return CommandOutcome { line: told, failure: None };
    };
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let failure = match output {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let first = words.lines().find(|line| !line.trim().is_empty()).map(str::trim);
            Some(first.map_or_else(|| output.status.to_string(), str::to_owned))
        }
        Err(cause) => Some(cause.to_string()),
    };
    CommandOutcome { line: told, failure }
}
