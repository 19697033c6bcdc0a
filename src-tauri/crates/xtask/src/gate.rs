//! `cargo xtask test`: the steps that stand before every merge, in order, stopping at the first that fails.

use crate::process::{self, Outcome};
use crate::tally::Tally;
use crate::workspace;
use crate::{check, packages, shell, windows};
use std::path::Path;
use std::time::{Duration, Instant};

/// How much of the gate to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything CI runs.
    Full,
    /// What needs no other compiler and no other program than cargo's own.
    Fast,
}

/// One step; tests add to the tally.
#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    action: fn(&mut Tally) -> Outcome,
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
    Step { name: "cargo clippy", action: |_| clippy(), fast: true },
    Step { name: "tests", action: tests, fast: true },
    Step { name: "documentation tests", action: doctests, fast: true },
    Step { name: "pages of the window", action: |_| shell::pages(), fast: false },
    Step { name: "cargo clippy of the window", action: |_| shell::clippy(), fast: false },
    Step { name: "tests of the window", action: shell::tests, fast: false },
    Step { name: "windows check", action: |_| windows::check(), fast: false },
    Step { name: "cargo deny", action: |_| deny(), fast: false },
];

/// All that needs no web view.
const ENGINE: [&str; 3] = ["--workspace", "--exclude", shell::PACKAGE];

/// Runs the steps. The last line is always `N passed, N failed`; a step that is not a test and fails counts as one.
pub(crate) fn run(extent: Extent) -> Outcome {
    let steps: Vec<Step> = STEPS.into_iter().filter(|step| step.fast || extent == Extent::Full).collect();
    let mut tally = Tally::default();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (number, step) in steps.iter().enumerate() {
        println!("\n==> [{}/{}] {}", number + 1, steps.len(), step.name);
        let start = Instant::now();
        let failed_before = tally.failed;
        outcome = (step.action)(&mut tally);
        times.push((step.name, start.elapsed()));
        let Err(error) = &outcome else {
            println!("    ok, {}", shown(start.elapsed()));
            continue;
        };
        tally.failed += u64::from(tally.failed == failed_before);
        println!("\n==> FAILED: {} after {}: {error}", step.name, shown(start.elapsed()));
        break;
    }
    println!("\n==> times");
    times.iter().for_each(|(name, time)| println!("{:>10}  {name}", shown(*time)));
    println!("{tally}");
    // Everything has been said, and the tally must stay the last line.
    outcome.map_err(|_| String::new())
}

fn shown(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn system_packages() -> Outcome {
    packages::ensure(packages::BUILD.iter().chain(&packages::TESTS))
}

fn clippy() -> Outcome {
    let rest = ["--all-targets", "--", "-D", "warnings"];
    process::run(process::cargo(&["clippy"]).args(ENGINE).args(rest))
}

fn tests(tally: &mut Tally) -> Outcome {
    // Tests start the programs as people do, so these have to be there and fresh. Built together with the tests, for by
    // themselves they would take other features of their dependencies, and all of those would be built twice.
    process::run(process::cargo(&["build", "--all-targets"]).args(ENGINE))?;
    if process::has_subcommand("nextest") {
        let run = ["nextest", "run", "--profile", "ci", "--no-tests", "pass"];
        return tally.watch(process::cargo(&run).args(ENGINE));
    }
    println!("cargo-nextest is not installed: using cargo test");
    tally.watch(process::cargo(&["test", "--all-targets", "--no-fail-fast"]).args(ENGINE))
}

/// Runs the examples in documentation for the packages that have one; nextest does not.
fn doctests(tally: &mut Tally) -> Outcome {
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
    tally.watch(process::cargo(&["test", "--doc"]).args(found))
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
