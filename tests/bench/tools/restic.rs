//! restic: encrypts always; its default compression (Zstandard) where it has one.

use std::path::PathBuf;
use std::process::Command;

use super::{Place, Step, Tool, password, password_file, quietly, version_of};
use crate::Outcome;

pub(super) struct Restic;

fn restic(place: &Place) -> Command {
    let mut command = place.command("restic");
    command.env("RESTIC_REPOSITORY", &place.store).env("RESTIC_PASSWORD_FILE", password_file(place));
    command.env("RESTIC_CACHE_DIR", place.own.join("cache")).arg("--quiet");
    command
}

impl Tool for Restic {
    fn name(&self) -> String {
        "restic".to_owned()
    }

    fn version(&self) -> Option<String> {
        version_of("restic", "version")
    }

    fn encrypted(&self) -> bool {
        true
    }

    fn prepare(&self, place: &Place) -> Outcome {
        password(place)?;
        let mut command = restic(place);
        // Version 2 compresses; before 0.14 there is none.
        command.args(["init", "--repository-version", "2"]);
        quietly(command)
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = restic(place);
        match step {
            Step::Full | Step::None | Step::Changed => command.arg("backup").arg(&place.data),
            Step::Restore => command.args(["restore", "latest", "--target"]).arg(&place.out),
            Step::One => {
                command.args(["restore", "latest", "--target"]).arg(&place.out);
                command.arg("--include").arg(place.data.join(&place.one))
            }
        };
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.below_out(&place.data)
    }
}
