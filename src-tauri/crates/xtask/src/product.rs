//! Building and starting the product itself: the command line, the benchmarks, the long tests.

use crate::packages;
use crate::process::{self, Outcome};
use crate::shell;
use crate::workspace;
use std::process::Command;

const COMMAND_LINE: (&str, &str) = ("resguardo-cli", "resguardo");
const BENCHMARKS: (&str, &str) = ("resguardo-tests", "bench");

/// Builds the program with the window in release and becomes it; with arguments, the command line.
pub(crate) fn run(arguments: &[&str]) -> Outcome {
    if arguments.is_empty() {
        return shell::run();
    }
    process::become_program(built(COMMAND_LINE)?.args(arguments))
}

/// Builds the benchmarks in release and becomes them; those of the window have their own.
pub(crate) fn bench(arguments: &[&str]) -> Outcome {
    if let ["window", rest @ ..] = arguments {
        return shell::bench(rest);
    }
    packages::ensure(&packages::TESTS)?;
    process::become_program(built(BENCHMARKS)?.args(arguments))
}

/// Writes the types of the wire into the window's sources.
pub(crate) fn bindings() -> Outcome {
    let file = workspace::metadata()?.root.join("ui/src/shared/ipc/bindings.ts");
    let run = ["run", "--quiet", "--package", BENCHMARKS.0, "--bin", "bindings", "--"];
    process::run(process::cargo(&run).arg(file))
}

/// Runs the scenarios in release with the figures of a night: the tests read `RESGUARDO_TESTS`.
pub(crate) fn nightly() -> Outcome {
    packages::ensure(packages::BUILD.iter().chain(&packages::TESTS))?;
    // Tests start the command line as people do, so it has to be there.
    process::run(&mut process::cargo(&["build", "--release", "--package", COMMAND_LINE.0]))?;
    let packages = ["--package", "resguardo-tests", "--package", COMMAND_LINE.0];
    let mut tests =
        process::cargo(&[&["nextest", "run", "--release", "--no-fail-fast"][..], &packages].concat());
    process::run(tests.env("RESGUARDO_TESTS", "nightly"))
}

/// Everything cargo and apt say goes to standard error, so that `run -- list --json` prints JSON alone.
fn built((package, binary): (&str, &str)) -> Outcome<Command> {
    packages::ensure(&packages::BUILD)?;
    let arguments = ["build", "--release", "--package", package, "--bin", binary];
    process::run_on_stderr(&mut process::cargo(&arguments))?;
    let program = format!("{binary}{}", std::env::consts::EXE_SUFFIX);
    Ok(Command::new(workspace::metadata()?.target.join("release").join(program)))
}
