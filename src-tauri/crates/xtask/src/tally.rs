//! Counting tests from what the test runners print, while it passes through to the terminal.

use crate::process::{self, Outcome};
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// How many tests passed and failed; it adds up over several runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Runs a test command with its output passed through, and adds what its summaries say.
    pub(crate) fn watch(&mut self, command: &mut Command) -> Outcome {
        // Colours would hide the words of the summary.
        command.env("CARGO_TERM_COLOR", "never").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| format!("cannot start {}: {error}", process::shown(command)))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let counted = thread::scope(|scope| {
            let from_errors = scope.spawn(|| stderr.map(|pipe| pass_through(pipe, std::io::stderr())));
            let mut counted = stdout.map(|pipe| pass_through(pipe, std::io::stdout())).unwrap_or_default();
            counted.add(from_errors.join().ok().flatten().unwrap_or_default());
            counted
        });
        self.add(counted);
        let status = child.wait().map_err(|error| format!("{}: {error}", process::shown(command)))?;
        if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", process::shown(command))) }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn pass_through(from: impl Read, mut to: impl Write) -> Tally {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut from = BufReader::new(from);
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A closed terminal must not stop the tests.
        let _ = to.write_all(&line);
        tally.add(summary(&String::from_utf8_lossy(&line)));
        line.clear();
    }
    tally
}

/// Reads nextest's `Summary [...] 9 tests run: 8 passed, 1 failed` and libtest's `test result: ok. 3 passed; ...`.
fn summary(line: &str) -> Tally {
    let line = line.trim();
    let mut tally = Tally::default();
    if !line.starts_with("Summary [") && !line.starts_with("test result:") {
        return tally;
    }
    let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || "();,:".contains(c)).collect();
    for pair in words.windows(2) {
        let Ok(count) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => tally.passed += count,
            "failed" | "exec" | "timed" => tally.failed += count,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_both_runners_are_read() {
        let nextest =
            "     Summary [   1.204s] 12 tests run: 9 passed (1 slow), 1 failed, 2 timed out, 3 skipped";
        assert_eq!(summary(nextest), Tally { passed: 9, failed: 3 });
        let libtest = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(summary(libtest), Tally { passed: 3, failed: 1 });
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(summary("3 passed, 4 failed"), Tally::default());
        assert_eq!(summary("        PASS [   0.005s] xtask a_test"), Tally::default());
    }

    #[test]
    fn output_passes_through_unchanged_and_sums_up() {
        let text = "a\r\ntest result: ok. 2 passed; 0 failed\ntest result: ok. 1 passed; 1 failed\nno end";
        let mut seen = Vec::new();
        assert_eq!(pass_through(text.as_bytes(), &mut seen), Tally { passed: 3, failed: 1 });
        assert_eq!(seen, text.as_bytes());
    }

    #[test]
    fn a_tally_reads_as_the_last_line_of_the_gate() {
        assert_eq!(Tally { passed: 12, failed: 0 }.to_string(), "12 passed, 0 failed");
    }
}
