//! The two parts of starting by itself that a user can choose: at sign-in, and being looked after. What runs is never stopped by
//! a change, for it may be what asks for it.

use resguardo_domain::{Context, Result};

use super::carry_out::{self, is_foreign, run};
use super::{Places, Scope, Setup, SetupFile, SetupReport, System, linux, macos, windows};

/// What starts the agent of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// It is started when the user signs in.
    pub at_login: bool,
    /// The system looks every quarter of an hour whether it runs.
    pub watchdog: bool,
}

impl Parts {
    /// As `agent install` sets it up.
    pub(super) const BOTH: Self = Self { at_login: true, watchdog: true };

    fn any(self) -> bool {
        self.at_login || self.watchdog
    }
}

/// How it is on this computer now.
pub fn found(system: System, places: &Places) -> Parts {
    let ours = |file: &&SetupFile| file.path.exists() && !is_foreign(file);
    let files = Setup::of(system, Scope::User, places).files;
    let files: Vec<&SetupFile> = files.iter().filter(ours).collect();
    let has = |suffix: &str| files.iter().any(|file| file.path.extension().is_some_and(|end| end == suffix));
    match system {
        System::Linux => Parts { at_login: has("desktop"), watchdog: has("timer") },
        System::MacOs => {
            let text = files.first().and_then(|file| std::fs::read_to_string(&file.path).ok());
            text.map(|text| macos::parts_of(&text)).unwrap_or_default()
        }
        System::Windows => {
            Parts { at_login: run(&windows::question()).failure.is_none(), watchdog: has("xml") }
        }
    }
}

/// What leads from one choice to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Commands run first.
    pub drop: Vec<Vec<String>>,
    /// Files that go then, those that are ours.
    pub remove: Vec<SetupFile>,
    /// What is written and told to the system at last.
    pub install: Option<Setup>,
}

impl Change {
    /// The change between two choices. What stays is written anew: the program may be another one.
    pub fn between(system: System, places: &Places, before: Parts, wanted: Parts) -> Self {
        let gone = Parts {
            at_login: before.at_login && !wanted.at_login,
            watchdog: before.watchdog && !wanted.watchdog,
        };
        let (setup, drop) = match system {
            System::Linux => (linux::of_parts(places, wanted), linux::drop_commands(gone)),
            System::MacOs => (macos::of_parts(places, wanted, !before.any()), Vec::new()),
            System::Windows => (windows::of_parts(places, wanted), windows::drop_commands(gone)),
        };
        let install = wanted.any().then_some(setup);
        let stays = |file: &SetupFile| {
            install.iter().flat_map(|setup| &setup.files).any(|other| other.path == file.path)
        };
        let all = Setup::of(system, Scope::User, places).files;
        Self { drop, remove: all.into_iter().filter(|file| !stays(file)).collect(), install }
    }

    /// Carries it out.
    ///
    /// # Errors
    /// As [`super::install`] and [`super::remove`].
    pub fn carry_out(&self, cx: &Context) -> Result<SetupReport> {
        let mut report = SetupReport::default();
        report.commands.extend(self.drop.iter().map(|line| run(line)));
        let gone = carry_out::remove(cx, &Setup { files: self.remove.clone(), ..Setup::default() })?;
        report.foreign = gone.foreign;
        if let Some(setup) = &self.install {
            let installed = carry_out::install(cx, setup)?;
            report.files = installed.files;
            report.commands.extend(installed.commands);
        }
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use resguardo_testkit::test_context;

    use super::*;

    fn places(folder: &std::path::Path) -> Places {
        Places {
            program: "/opt/resguardo-window".into(),
            arguments: vec!["--quiet".to_owned()],
            home: None,
            user_settings: folder.join("user"),
            computer_settings: folder.join("computer"),
            user: 1000,
        }
    }

    const LOGIN: Parts = Parts { at_login: true, watchdog: false };
    const WATCH: Parts = Parts { at_login: false, watchdog: true };
    const NONE: Parts = Parts { at_login: false, watchdog: false };

    /// The files alone: a test tells nothing to the system.
    fn change(system: System, places: &Places, wanted: Parts) {
        let mut change = Change::between(system, places, found(system, places), wanted);
        change.drop.clear();
        if let Some(setup) = &mut change.install {
            setup.install.clear();
        }
        change.carry_out(&test_context()).unwrap();
    }

    #[test]
    fn each_part_can_be_chosen_and_taken_away_alone() {
        for system in [System::Linux, System::MacOs] {
            let folder = tempfile::tempdir().unwrap();
            let places = places(folder.path());
            assert_eq!(found(system, &places), NONE);
            for wanted in [LOGIN, Parts::BOTH, WATCH, LOGIN, NONE, Parts::BOTH, NONE] {
                change(system, &places, wanted);
                assert_eq!(found(system, &places), wanted, "{system:?}");
            }
            let left = Setup::of(system, Scope::User, &places).files;
            assert!(left.iter().all(|file| !file.path.exists()), "{system:?}");
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_neither_counted_nor_touched() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        let file = Setup::of(System::Linux, Scope::User, &places).files.remove(2);
        std::fs::create_dir_all(file.path.parent().unwrap()).unwrap();
        std::fs::write(&file.path, "mine").unwrap();
        assert_eq!(found(System::Linux, &places), NONE);
        change(System::Linux, &places, NONE);
        assert_eq!(std::fs::read_to_string(&file.path).unwrap(), "mine");
        let wanted = Change::between(System::Linux, &places, NONE, LOGIN);
        assert!(wanted.carry_out(&test_context()).is_err());
    }

    #[test]
    fn the_program_that_was_named_is_started_and_none_that_runs_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path());
        let lines = |change: &Change| -> Vec<String> {
            let install = change.install.iter().flat_map(|setup| &setup.install);
            change.drop.iter().chain(install).map(|words| words.join(" ")).collect()
        };
        let linux = Change::between(System::Linux, &places, Parts::BOTH, WATCH);
        let expected = [
            "systemctl --user disable resguardo-agent.service",
            "systemctl --user daemon-reload",
            "systemctl --user enable --now resguardo-agent.timer",
        ];
        assert_eq!(lines(&linux), expected);
        let service = String::from_utf8(linux.install.unwrap().files[0].content.clone()).unwrap();
        assert!(service.contains("ExecStart=/opt/resguardo-window --quiet\n"), "{service}");
        let windows = Change::between(System::Windows, &places, WATCH, LOGIN);
        let told = lines(&windows);
        assert_eq!((told.len(), windows.remove.len()), (2, 1));
        assert!(told[0].starts_with("schtasks /Delete") && told[1].starts_with("reg add"), "{told:?}");
        assert!(lines(&Change::between(System::MacOs, &places, LOGIN, Parts::BOTH)).is_empty());
    }
}
