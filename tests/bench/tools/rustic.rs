//! rustic: restic's format in Rust; encrypts always.

use std::path::PathBuf;
use std::process::Command;

use super::{Place, Step, Tool, password, password_file, quietly, version_of};
use crate::Outcome;

pub(super) struct Rustic;

fn rustic(place: &Place) -> Command {
    let mut command = place.command("rustic");
    command.args(["--log-level", "error", "--no-progress", "--repository"]).arg(&place.store);
    command.arg("--password-file").arg(password_file(place));
    command.arg("--cache-dir").arg(place.own.join("cache"));
    command
}

impl Tool for Rustic {
    fn name(&self) -> String {
        "rustic".to_owned()
    }

    fn version(&self) -> Option<String> {
        version_of("rustic", "--version")
    }

    fn encrypted(&self) -> bool {
        true
    }

    fn prepare(&self, place: &Place) -> Outcome {
        password(place)?;
        let mut command = rustic(place);
        command.arg("init");
        quietly(command)
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = rustic(place);
        match step {
            Step::Full | Step::None | Step::Changed => command.arg("backup").arg(&place.data),
            Step::Restore => {
                command.arg("restore").arg(format!("latest:{}", place.data.display())).arg(&place.out)
            }
            Step::One => {
                let path = place.data.join(&place.one);
                command.arg("restore").arg(format!("latest:{}", path.display())).arg(&place.out)
            }
        };
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.out.clone()
    }

    fn restored_one(&self, place: &Place) -> PathBuf {
        place.out.join(place.one.rsplit('/').next().unwrap_or_default())
    }
}
