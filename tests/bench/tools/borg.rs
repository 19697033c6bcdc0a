//! borg: with its defaults (a key in the repository, LZ4), and without encryption but with Zstandard.

use std::path::PathBuf;
use std::process::Command;

use super::{Place, Step, Tool, quietly, version_of};
use crate::Outcome;

pub(super) struct Borg {
    pub(super) lz4: bool,
}

fn borg(place: &Place) -> Command {
    let mut command = place.command("borg");
    command.env("BORG_BASE_DIR", &place.own).env("BORG_PASSPHRASE", "only for measuring");
    command.env("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes").env("BORG_REPO", &place.store);
    command
}

impl Tool for Borg {
    fn name(&self) -> String {
        if self.lz4 { "borg" } else { "borg-zstd" }.to_owned()
    }

    fn version(&self) -> Option<String> {
        version_of("borg", "--version")
    }

    fn encrypted(&self) -> bool {
        self.lz4
    }

    fn prepare(&self, place: &Place) -> Outcome {
        let mut command = borg(place);
        command.args(["init", "--encryption", if self.lz4 { "repokey-blake2" } else { "none" }]);
        quietly(command)
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = borg(place);
        let relative = |path: PathBuf| path.strip_prefix("/").map(PathBuf::from).unwrap_or(path);
        let mut create = |archive: &str| {
            let compression = if self.lz4 { "lz4" } else { "zstd,3" };
            command.args(["create", "--compression", compression, archive]).arg(&place.data);
        };
        match step {
            Step::Full => create("::full"),
            Step::None => create("::none"),
            Step::Changed => create("::changed"),
            Step::Restore | Step::One => {
                // The newest archive has no short name: every version is made with its step's.
                let newest = r#"borg extract "::$(borg list --last 1 --short)" "$0""#;
                let path = if step == Step::One { place.data.join(&place.one) } else { place.data.clone() };
                let mut shell = place.command("sh");
                for (name, value) in command.get_envs() {
                    shell.env(name, value.unwrap_or_default());
                }
                shell.args(["-c", newest]).arg(relative(path));
                return Some(shell);
            }
        }
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.below_out(&place.data)
    }
}
