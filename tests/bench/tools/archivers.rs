//! Plain archivers, for the steps that make sense with one archive: Info-ZIP and 7-Zip.

use std::path::PathBuf;
use std::process::Command;

use super::{Place, Step, Tool, version_of};
use crate::Outcome;

pub(super) struct Zip;
pub(super) struct SevenZip;

fn archive(place: &Place) -> PathBuf {
    place.store.join("data.zip")
}

fn in_archive(place: &Place) -> String {
    format!("data/{}", place.one)
}

impl Tool for Zip {
    fn name(&self) -> String {
        "zip".to_owned()
    }

    fn version(&self) -> Option<String> {
        let version = version_of("zip", "-v")?;
        version_of("unzip", "-v").map(|_| version)
    }

    fn encrypted(&self) -> bool {
        false
    }

    fn prepare(&self, _: &Place) -> Outcome {
        Ok(())
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = place.command(if step == Step::Full { "zip" } else { "unzip" });
        match step {
            Step::Full => {
                command.current_dir(place.data.parent()?);
                command.args(["-q", "-r", "-6"]).arg(archive(place)).arg("data")
            }
            Step::Restore => command.arg("-q").arg(archive(place)),
            Step::One => command.arg("-q").arg(archive(place)).arg(in_archive(place)),
            Step::None | Step::Changed => return None,
        };
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.out.join("data")
    }

    fn keeps_versions(&self) -> bool {
        false
    }
}

impl Tool for SevenZip {
    fn name(&self) -> String {
        "7z".to_owned()
    }

    fn version(&self) -> Option<String> {
        version_of("7z", "i")
    }

    fn encrypted(&self) -> bool {
        false
    }

    fn prepare(&self, _: &Place) -> Outcome {
        Ok(())
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = place.command("7z");
        match step {
            Step::Full => {
                command.current_dir(place.data.parent()?);
                command.args(["a", "-bd", "-tzip", "-mx1"]).arg(archive(place)).arg("data")
            }
            Step::Restore => command.args(["x", "-bd", "-y"]).arg(archive(place)),
            Step::One => command.args(["x", "-bd", "-y"]).arg(archive(place)).arg(in_archive(place)),
            Step::None | Step::Changed => return None,
        };
        Some(command)
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.out.join("data")
    }

    fn keeps_versions(&self) -> bool {
        false
    }
}
