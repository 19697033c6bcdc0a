//! Programs that end with the story, waiting that ends too, and what the system says of running programs.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// Long enough for any machine; it is waited for only when the story fails.
pub(crate) const LONG: Duration = Duration::from_secs(90);
const GLANCE: Duration = Duration::from_millis(50);

/// A program in a group of its own; whatever it started ends with it.
pub(crate) struct Kept(Child);

impl Kept {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// What it writes, when its output was piped.
    fn output(&mut self) -> std::process::ChildStdout {
        self.0.stdout.take().unwrap()
    }

    /// Its exit code, when it has ended.
    pub(crate) fn ended(&mut self) -> Option<Option<i32>> {
        self.0.try_wait().unwrap().map(|status| status.code())
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) -> Option<i32> {
        wait_for("the end of a program", || self.ended())
    }

    /// Asks it to end, as the end of a session does.
    pub(crate) fn ask_to_end(&self) {
        rustix::process::kill_process(self.group(), Signal::TERM).unwrap();
    }

    fn group(&self) -> Pid {
        Pid::from_child(&self.0)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // It may have ended long ago, and its group with it.
        let _ = kill_process_group(self.group(), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// The first line that a program with a piped output writes.
pub(crate) fn first_line(program: &mut Kept) -> String {
    let mut line = String::new();
    BufReader::new(program.output()).read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// Looks again and again until there is an answer.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < LONG, "waited in vain for {what}");
        std::thread::sleep(GLANCE);
    }
}

/// The programs that were started with a folder in their environment: number and name.
pub(crate) fn programs_of(folder: &Path) -> Vec<(u32, String)> {
    let wanted = folder.as_os_str().as_encoded_bytes();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A program that ended just now has nothing to read any more; one that nobody has waited for reads as nothing.
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        if environment.windows(wanted.len()).any(|window| window == wanted) {
            let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            found.push((pid, name.trim().to_owned()));
        }
    }
    found
}

/// Ends them all, and waits until they are gone.
pub(crate) fn end_programs_of(folder: &Path) {
    let start = Instant::now();
    loop {
        let left = programs_of(folder);
        if left.is_empty() || start.elapsed() > LONG {
            return;
        }
        for pid in left.iter().filter_map(|(pid, _)| Pid::from_raw(i32::try_from(*pid).ok()?)) {
            // It may have ended just now.
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(GLANCE);
    }
}

/// The memory that a program alone takes, and its share of what it has with others, in bytes.
pub(crate) fn memory(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = text.lines().find(|line| line.starts_with("Pss:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
