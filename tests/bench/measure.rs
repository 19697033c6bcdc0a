//! One whole process measured: wall, processor time, peak memory, and what the others used meanwhile.
//!
//! A small process stands between: memory counts from the fork on, so a program started by a large one would look large.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use wait4::Wait4;

use crate::{Outcome, failure};

/// Clock ticks of `/proc/stat` in a second: the same on every Linux that programs see.
const TICKS: f64 = 100.0;

/// What one process and its children cost.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time, user and system.
    pub(crate) cpu: f64,
    /// Peak resident memory in bytes.
    pub(crate) peak: u64,
    /// Seconds of processor time that other processes used; `None` where the system does not tell.
    pub(crate) foreign: Option<f64>,
    /// Whether it ended well.
    pub(crate) succeeded: bool,
}

/// Runs a command and measures it. What it says on standard error goes into the error when it fails.
pub(crate) fn run(command: &Command, notes: &Path) -> Outcome<Measured> {
    let mut middle = Command::new(std::env::current_exe()?);
    let (result, errors) = (notes.with_extension("measured"), notes.with_extension("stderr"));
    middle.arg("measure").arg(&result).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => middle.env(name, value),
            None => middle.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        middle.current_dir(folder);
    }
    middle.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&errors)?);
    let status = middle.status()?;
    let said = || String::from_utf8_lossy(&fs::read(&errors).unwrap_or_default()).trim().to_owned();
    if !status.success() {
        return Err(failure(format!("{}: {}", command.get_program().display(), said())));
    }
    let measured: Measured = serde_json::from_slice(&fs::read(&result)?)?;
    if !measured.succeeded {
        return Err(failure(format!("{}: {}", command.get_program().display(), said())));
    }
    Ok(measured)
}

/// The process in between: starts the program, waits, writes what it cost.
pub(crate) fn stand_between(words: &[String]) -> Outcome {
    let [result, program, arguments @ ..] = words else {
        return Err(failure("measure RESULT PROGRAM [ARGUMENT]..."));
    };
    let before = busy();
    let start = Instant::now();
    let child = Command::new(program).args(arguments).spawn()?;
    let used = child.wait4()?;
    let wall = start.elapsed().as_secs_f64();
    let after = busy();
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    let foreign = before.zip(after).map(|(before, after)| (after - before - cpu).max(0.0));
    let measured =
        Measured { wall, cpu, peak: used.rusage.maxrss, foreign, succeeded: used.status.success() };
    fs::write(result, serde_json::to_vec(&measured)?)?;
    Ok(())
}

/// Seconds of processor time that all processes have used since the system started.
fn busy() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let fields: Vec<f64> =
        stat.lines().next()?.split_whitespace().skip(1).filter_map(|field| field.parse().ok()).collect();
    // user nice system idle iowait irq softirq: idle and waiting are no work.
    let worked = [0, 1, 2, 5, 6].iter().map(|place| fields.get(*place).copied().unwrap_or(0.0));
    Some(worked.sum::<f64>() / TICKS)
}
