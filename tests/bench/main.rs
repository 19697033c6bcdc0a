//! Benchmarks: Resguardo beside other backup programs on the same work: wall, processor time, memory, bytes stored.
//!
//! `cargo xtask bench -- --help` tells how. Nothing here asserts a time: a machine is not a reason to fail.

mod bars;
mod check;
mod corpus;
mod database;
mod drive;
mod files;
mod measure;
mod options;
mod random;
mod results;
mod rounds;
mod table;
mod text;
mod tools;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

fn failure(message: impl Into<String>) -> Box<dyn Error + Send + Sync> {
    message.into().into()
}

/// A line for the person who waits; figures go to standard output, this does not.
fn report(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match words.split_first() {
        Some((first, rest)) if first == "measure" => measure::stand_between(rest),
        Some((first, rest)) if first == "drive" => drive::run(rest),
        _ => bench(&words),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn bench(words: &[String]) -> Outcome {
    let Some(options) = options::Options::parse(words)? else {
        return Ok(std::io::stdout().write_all(options::USAGE.as_bytes())?);
    };
    let results = rounds::run(&options)?;
    results.keep(&options.json)?;
    let mut text = table::tables(&results);
    text.push_str(&bars::judged(&results));
    std::io::stdout().write_all(text.as_bytes())?;
    report(&format!("kept: {}", options.json.display()));
    Ok(())
}
