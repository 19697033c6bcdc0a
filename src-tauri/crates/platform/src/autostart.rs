//! Starting by itself: what is written where, and which programs of the system are told, so that the agent runs after a sign-in
//! or a start of the computer, and is started again when it should run and does not.
//!
//! Everything is a value first ([`Setup`]), the same on every system, so that it can be shown and tested; carrying it out is
//! separate and never removes a file that it did not write.

mod carry_out;
mod linux;
mod macos;
mod parts;
mod windows;

use std::path::PathBuf;

pub use carry_out::{CommandOutcome, SetupReport, install, remove};
pub use parts::{Change, Parts, found};

/// In every file that is written: what carries it may be removed again.
pub(crate) const MARK: &str = "Written by `resguardo agent install`; `resguardo agent remove` removes it.";
/// Minutes between two looks of the system whether the agent runs.
const WATCH_MINUTES: u32 = 15;

/// The systems that have their own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// systemd and the desktops' autostart folder.
    Linux,
    /// launchd.
    MacOs,
    /// The Run key and the Task Scheduler.
    Windows,
}

impl System {
    /// The one this program was built for.
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }
}

/// For whom the agent is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For one user, at sign-in.
    User,
    /// For a server, at the start of the computer, as its administrator.
    Computer,
}

/// Where things are on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The program that is started.
    pub program: PathBuf,
    /// Its arguments; where its home is follows them, when that is not the platform's own.
    pub arguments: Vec<String>,
    /// The program's home, when it is not the platform's own.
    pub home: Option<PathBuf>,
    /// The user's folder for settings (`~/.config`, `~/Library`, the program's home on Windows).
    pub user_settings: PathBuf,
    /// The computer's folder for them (`/etc`, `/Library`, the program's home on Windows).
    pub computer_settings: PathBuf,
    /// The user's number; 0 where there are none.
    pub user: u32,
}

impl Places {
    /// Finds them from the environment.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] when the environment names no folder of the user.
    pub fn find(env: crate::Environment<'_>, scope: Scope) -> resguardo_domain::Result<Self> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let program = std::env::current_exe()
            .map_err(|cause| resguardo_domain::Error::io(&cause, "find this program", ""))?;
        let own = crate::Home::resolve(env)?.root().to_owned();
        let user_settings = match System::current() {
            System::Linux => set("XDG_CONFIG_HOME")
                .filter(|path| path.is_absolute())
                .or_else(|| set("HOME").map(|home| home.join(".config"))),
            System::MacOs => set("HOME").map(|home| home.join("Library")),
            System::Windows => Some(own.clone()),
        };
        let computer_settings = match System::current() {
            System::Linux => PathBuf::from("/etc"),
            System::MacOs => PathBuf::from("/Library"),
            System::Windows => own.clone(),
        };
        let missing = || resguardo_domain::Error::invalid("HOME", "", "the user's own folder is not set");
        // An administrator's service has no user's environment to find its home by.
        let home = (set("RESGUARDO_HOME").is_some() || scope == Scope::Computer).then_some(own);
        Ok(Self {
            program,
            arguments: words(&["agent", "run", "--unless-running"]),
            home,
            user_settings: user_settings.ok_or_else(missing)?,
            computer_settings,
            user: user(),
        })
    }

    /// The words that run the agent.
    fn command(&self) -> Vec<String> {
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        let mut words = vec![text(&self.program)];
        words.extend(self.arguments.iter().cloned());
        if let Some(home) = &self.home {
            words.extend(["--home".to_owned(), text(home)]);
        }
        words
    }
}

#[cfg(unix)]
fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn user() -> u32 {
    0
}

/// A file of a setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupFile {
    /// Where.
    pub path: PathBuf,
    /// All of it.
    pub content: Vec<u8>,
}

/// Everything that makes the agent start by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Setup {
    /// Files to write.
    pub files: Vec<SetupFile>,
    /// Commands of the system, run after the files were written.
    pub install: Vec<Vec<String>>,
    /// Commands run before the files are removed.
    pub remove: Vec<Vec<String>>,
    /// Commands run after the files were removed.
    pub after_remove: Vec<Vec<String>>,
}

impl Setup {
    /// The setup of a system.
    pub fn of(system: System, scope: Scope, places: &Places) -> Self {
        match system {
            System::Linux => linux::setup(scope, places),
            System::MacOs => macos::setup(scope, places),
            System::Windows => windows::setup(scope, places),
        }
    }
}

/// A command line from its words.
fn words(line: &[&str]) -> Vec<String> {
    line.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests;
