//! bupstash: encrypts always, with a key in a file.

use std::path::PathBuf;
use std::process::Command;

use super::{Place, Step, Tool, quietly, version_of};
use crate::Outcome;

pub(super) struct Bupstash;

fn settle(place: &Place, mut command: Command) -> Command {
    command.env("BUPSTASH_REPOSITORY", &place.store).env("BUPSTASH_KEY", place.own.join("key"));
    command.env("BUPSTASH_SEND_LOG", place.own.join("sent.log"));
    command.env("BUPSTASH_QUERY_CACHE", place.own.join("queries.cache"));
    command
}

impl Tool for Bupstash {
    fn name(&self) -> String {
        "bupstash".to_owned()
    }

    fn version(&self) -> Option<String> {
        version_of("bupstash", "version").or_else(|| version_of("bupstash", "--version"))
    }

    fn encrypted(&self) -> bool {
        true
    }

    fn prepare(&self, place: &Place) -> Outcome {
        let mut key = settle(place, place.command("bupstash"));
        key.args(["new-key", "-o"]).arg(place.own.join("key"));
        quietly(key)?;
        let mut command = settle(place, place.command("bupstash"));
        command.arg("init");
        // It makes the folder itself.
        std::fs::remove_dir(&place.store)?;
        quietly(command)
    }

    fn command(&self, step: Step, place: &Place) -> Option<Command> {
        let mut command = match step {
            Step::Full | Step::None | Step::Changed => place.command("bupstash"),
            Step::Restore | Step::One => place.command("sh"),
        };
        let newest = r#"bupstash get -q id="$(bupstash list -q --format=jsonl1 | tail -n 1 | sed 's/.*"id":"\([^"]*\)".*/\1/')""#;
        match step {
            Step::Full | Step::None | Step::Changed => {
                command.args(["put", "--quiet", "name=bench"]).arg(&place.data)
            }
            Step::Restore => command.arg("-c").arg(format!("{newest} | tar -x")),
            Step::One => {
                command.arg("-c").arg(newest.replace("get -q", r#"get -q --pick "$0""#) + " > one");
                command.arg(&place.one)
            }
        };
        Some(settle(place, command))
    }

    fn restored(&self, place: &Place) -> PathBuf {
        place.out.clone()
    }

    fn restored_one(&self, place: &Place) -> PathBuf {
        place.out.join("one")
    }
}
