//! The real program in a home of its own, with a small shop to back up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A folder with a home, some documents and a place for copies.
pub(crate) struct Shop {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }
}

/// Waits until something is so; not for ever.
#[allow(dead_code, reason = "each file of tests is a program of its own, and some wait for nothing")]
pub(crate) fn until(patience: Duration, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < patience, "it never came");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The kind of the error that a run answered with.
pub(crate) fn kind_of(run: &Run) -> String {
    run.json()["error"]["kind"].as_str().unwrap_or_default().to_owned()
}

impl Shop {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let documents = folder.path().join("Documents");
        fs::create_dir_all(documents.join("letters")).unwrap();
        fs::write(documents.join("prices.txt"), "one").unwrap();
        fs::write(documents.join("letters/año.txt"), "two").unwrap();
        let till = rusqlite::Connection::open(folder.path().join("till.db")).unwrap();
        till.execute_batch("create table sale(id integer primary key); insert into sale values (1), (2);")
            .unwrap();
        Self { folder }
    }

    pub(crate) fn with_plan(&self) {
        let args = ["plan", "add", "Shop", "--json", "--folder", &self.text("Documents"), "--sqlite"];
        self.ok(&[&args[..], &[&self.text("till.db"), "--to", &self.text("copies")]].concat());
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        // The catalog keeps paths as they were given; macOS hands out temporary folders behind a link.
        fs::canonicalize(self.folder.path()).unwrap().join(Path::new(name))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_resguardo"));
        command.args(args).env("RESGUARDO_HOME", self.path("home")).env_remove("RESGUARDO_LANG");
        command.env("LC_ALL", "C").stdin(Stdio::null()).current_dir(self.folder.path());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn ok(&self, args: &[&str]) -> Value {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {} {}", run.out, run.err);
        run.json()
    }

    pub(crate) fn fails(&self, args: &[&str], code: i32, kind: &str) {
        let run = self.run(args);
        assert_eq!((run.code, kind_of(&run).as_str()), (code, kind), "{args:?}: {} {}", run.out, run.err);
        assert_eq!(run.json()["error"]["exit_code"], code, "{args:?}");
    }
}
