//! A real `kill -9` at system calls that write: nothing that was promised before is harmed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use resguardo_testkit::SeededRandom;
use resguardo_tests::figure;
use resguardo_tests::stage::{Act, Stage};

use crate::DRIVER;

const CALLS: &str = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate";

pub(crate) fn has_strace() -> bool {
    let there = Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    if !there {
        println!("SKIPPED: strace is not installed");
    }
    there
}

/// Runs an act under strace; tells whether it ended by itself.
fn traced(stage: &Stage, act: Act, arguments: &[String], output: &Path) -> bool {
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o"])
        .arg(output)
        .args(["-e", &format!("trace={CALLS}")])
        .args(arguments)
        .arg(DRIVER)
        .arg(stage.folder())
        .arg(act.word())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    status.success()
}

/// How often each call is made by the thread that makes most of them; strace counts for each thread by itself.
fn calls_of(stage: &Stage, act: Act) -> BTreeMap<String, u64> {
    stage.reset(act);
    let output = stage.path("trace");
    assert!(traced(stage, act, &[], &output), "{act:?} under strace");
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in std::fs::read_to_string(output).unwrap().lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        if let Some((call, _)) = rest.trim_start().split_once('(')
            && CALLS.split(',').any(|known| known == call)
        {
            *counts.entry((call.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((call, _), count) in counts {
        let slot = most.entry(call).or_insert(0);
        *slot = count.max(*slot);
    }
    most
}

#[test]
fn p02_a_real_kill_at_any_write_harms_nothing_and_the_next_run_finishes() {
    if !has_strace() {
        return;
    }
    let started = Instant::now();
    let stage = Stage::new();
    let random = SeededRandom::new(2);
    let (wanted, mut landed) = (figure(5, 45), 0);
    for act in Act::ALL {
        let calls = calls_of(&stage, act);
        let names: Vec<&String> = calls.keys().collect();
        for n in 0..wanted {
            // Each call in turn, so that the rare ones are hit as well.
            let call = names[n as usize % names.len()];
            let when = 1 + random.below(calls[call]);
            stage.reset(act);
            let inject = ["-e".to_owned(), format!("inject={call}:signal=SIGKILL:when={when}")];
            landed += u64::from(!traced(&stage, act, &inject, Path::new("/dev/null")));
            stage.check(act, &format!("{act:?} killed at {call} number {when}"));
        }
    }
    println!("{landed} kills landed, {:.1?}", started.elapsed());
    assert!(landed >= wanted * 5 * 8 / 10, "only {landed} kills landed");
}
