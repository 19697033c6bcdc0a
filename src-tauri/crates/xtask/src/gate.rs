//! `cargo xtask test`: the steps that stand before every merge, in order, stopping at the first that fails.

use crate::process::{self, Outcome};
use crate::tally::Tally;
use crate::workspace;
use crate::{check, packages, shell, windows};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How much of the gate to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything CI runs.
    Full,
    /// What needs no other compiler and no other program than cargo's own.
    Fast,
}

/// What the steps share.
struct Gate {
    extent: Extent,
    /// What tests said.
    tally: Tally,
}

impl Gate {
    /// What is built: all of it at once, for each choice of packages has features of its own, and what depends on those would be
    /// built once more for it. Without the window nothing waits for a web view.
    fn packages(&self) -> &'static [&'static str] {
        match self.extent {
            Extent::Full => &["--workspace"],
            Extent::Fast => &["--workspace", "--exclude", shell::PACKAGE],
        }
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut command = process::cargo(words);
        command.args(self.packages());
        command
    }
}

/// One step; tests add to the tally.
#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    action: fn(&mut Gate) -> Outcome,
    fast: bool,
}

const STEPS: [Step; 11] = [
    Step { name: "system packages", action: |_| system_packages(), fast: false },
    Step {
        name: "cargo fmt --check",
        action: |_| process::run(&mut process::cargo(&["fmt", "--check"])),
        fast: true,
    },
    Step { name: "xtask check", action: |_| check::run(check::Options::default()), fast: true },
    // The program is built with its pages in it.
    Step { name: "pages of the window", action: |_| shell::pages(), fast: false },
    Step { name: "cargo clippy", action: |gate| clippy(gate), fast: true },
    Step { name: "tests", action: tests, fast: true },
    Step { name: "documentation tests", action: doctests, fast: true },
    Step { name: "pages in a browser", action: |_| shell::browser(), fast: false },
    Step { name: "tests of the window", action: tests_of_the_window, fast: false },
    Step { name: "windows check", action: |_| windows::check(), fast: false },
    Step { name: "cargo deny", action: |_| deny(), fast: false },
];

/// Runs the steps. The last line is always `N passed, N failed`; a step that is not a test and fails counts as one.
pub(crate) fn run(extent: Extent) -> Outcome {
    let steps: Vec<Step> = STEPS.into_iter().filter(|step| step.fast || extent == Extent::Full).collect();
    let mut gate = Gate { extent, tally: Tally::default() };
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (number, step) in steps.iter().enumerate() {
        println!("\n==> [{}/{}] {}", number + 1, steps.len(), step.name);
        let start = Instant::now();
        let failed_before = gate.tally.failed;
        outcome = (step.action)(&mut gate);
        times.push((step.name, start.elapsed()));
        let Err(error) = &outcome else {
            println!("    ok, {}", shown(start.elapsed()));
            continue;
        };
        gate.tally.failed += u64::from(gate.tally.failed == failed_before);
        println!("\n==> FAILED: {} after {}: {error}", step.name, shown(start.elapsed()));
        break;
    }
    println!("\n==> times");
    times.iter().for_each(|(name, time)| println!("{:>10}  {name}", shown(*time)));
    println!("{}", gate.tally);
    // Everything has been said, and the tally must stay the last line.
    outcome.map_err(|_| String::new())
}

fn shown(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn system_packages() -> Outcome {
    let all =
        [&packages::BUILD[..], &packages::TESTS, &packages::WINDOW, &packages::BROWSER, &packages::DESK];
    packages::ensure(all.into_iter().flatten())
}

fn clippy(gate: &Gate) -> Outcome {
    process::run(gate.cargo(&["clippy"]).args(["--all-targets", "--", "-D", "warnings"]))
}

/// Builds everything and runs all tests but those of the window. Tests start the programs as people do, so these have to be there
/// and fresh.
fn tests(gate: &mut Gate) -> Outcome {
    process::run(&mut gate.cargo(&["build", "--all-targets"]))?;
    if process::has_subcommand("nextest") {
        return nextest(gate, &format!("not package({})", shell::PACKAGE));
    }
    println!("cargo-nextest is not installed: using cargo test");
    let engine = ["--workspace", "--exclude", shell::PACKAGE];
    gate.tally.watch(process::cargo(&["test", "--all-targets", "--no-fail-fast"]).args(engine))
}

/// The stories of the window each have a desktop of their own and wait for what they see there: beside all other tests, too long.
fn tests_of_the_window(gate: &mut Gate) -> Outcome {
    if process::has_subcommand("nextest") {
        return nextest(gate, &format!("package({})", shell::PACKAGE));
    }
    let two = ["--no-fail-fast", "--", "--test-threads=2"];
    gate.tally.watch(process::cargo(&["test", "-p", shell::PACKAGE]).args(two))
}

/// Everything stays built as it is; a filter says what runs.
fn nextest(gate: &mut Gate, filter: &str) -> Outcome {
    let mut command = gate.cargo(&["nextest", "run", "--profile", "ci", "--no-tests", "pass", "-E", filter]);
    gate.tally.watch(&mut command)
}

/// Runs the examples in documentation for the packages that have one; nextest does not.
fn doctests(gate: &mut Gate) -> Outcome {
    let metadata = workspace::metadata()?;
    let files = workspace::files(&metadata.root)?;
    let mut found = Vec::new();
    for package in &metadata.packages {
        let folder = package.manifest.trim_end_matches("Cargo.toml");
        let mut sources = files.iter().filter(|path| path.starts_with(folder) && path.ends_with(".rs"));
        if package.is_library && sources.any(|path| has_example(&metadata.root.join(path))) {
            found.extend(["--package", &package.name]);
        }
    }
    if found.is_empty() {
        println!("no example in the documentation yet");
        return Ok(());
    }
    gate.tally.watch(process::cargo(&["test", "--doc"]).args(found))
}

fn has_example(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().any(|line| matches!(line.trim_start().get(..7), Some("/// ```" | "//! ```")))
}

fn deny() -> Outcome {
    if !process::has_subcommand("deny") {
        println!("SKIPPED: cargo-deny is not installed");
        return Ok(());
    }
    process::run(&mut process::cargo(&["deny", "check", "--config", ".cargo-deny.toml"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_gate_keeps_the_order_and_leaves_out_the_slow_steps() {
        let fast: Vec<&str> = STEPS.iter().filter(|step| step.fast).map(|step| step.name).collect();
        assert_eq!(
            fast,
            ["cargo fmt --check", "xtask check", "cargo clippy", "tests", "documentation tests"]
        );
    }

    #[test]
    fn a_time_reads_in_seconds() {
        assert_eq!(shown(Duration::from_millis(1250)), "1.2 s");
    }
}
