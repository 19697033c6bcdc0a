//! Breaking off and failing at every step: whatever the moment, earlier backups stay whole and the next run finishes alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use resguardo_domain::{Kind, OperationState};
use resguardo_platform::system_context;
use resguardo_testkit::FaultScript;
use resguardo_tests::stage::{Act, Stage, sample};
use resguardo_tests::{figure, nightly};

use crate::DRIVER;

/// Dies at the steps of an act, each time from the same beginning. Returns the names of the steps it died at.
fn die_at_steps_of(act: Act) {
    let started = Instant::now();
    let stage = Stage::new();
    let names = stage.steps_of(act);
    let steps = sample(&names, figure(11, 1));
    let (mut died, mut seen) = (0, BTreeSet::new());
    for &n in &steps {
        stage.reset(act);
        let status = stage.driver(DRIVER, act, Some(n));
        assert_ne!(status.code(), Some(1), "{act:?}: failed before step {n}");
        died += usize::from(!status.success());
        seen.insert(names[n as usize - 1]);
        stage.check(act, &format!("{act:?} dead at step {n} ({})", names[n as usize - 1]));
    }
    // Threads take their steps in another order each time, so the last few may not be reached.
    assert!(died * 10 >= steps.len() * 9, "{died} of {} died", steps.len());
    println!(
        "{act:?}: died at {died} of {} steps, {} kinds, {:.1?}",
        names.len(),
        seen.len(),
        started.elapsed()
    );
}

#[test]
fn p01_a_backup_that_dies_at_any_step_harms_nothing_and_the_next_one_finishes() {
    die_at_steps_of(Act::Increment);
}

#[test]
fn p01_a_full_backup_that_dies_at_any_step_harms_nothing() {
    die_at_steps_of(Act::Full);
}

#[test]
fn p01_pruning_that_dies_at_any_step_is_finished_by_the_next() {
    die_at_steps_of(Act::Prune);
}

#[test]
fn p01_a_rebuild_that_dies_at_any_step_is_finished_by_the_next() {
    die_at_steps_of(Act::Rebuild);
}

#[test]
fn p01_a_restore_that_dies_at_any_step_can_be_taken_back_and_done_again() {
    die_at_steps_of(Act::Restore);
}

/// Lets the steps of an act fail; the act must say so, or must have succeeded all the same.
fn fail_at_steps_of(act: Act, kind: Kind) {
    let started = Instant::now();
    let stage = Stage::new();
    let names = stage.steps_of(act);
    let steps = sample(&names, figure(11, 1));
    let (mut hit, mut failed) = (0, 0);
    for &n in &steps {
        stage.reset(act);
        let script = FaultScript::fail_at(n, kind);
        let cx = system_context().with_faults(Arc::clone(&script) as _);
        let ended = act.perform(stage.folder(), cx);
        hit += usize::from(script.was_hit());
        let at = format!("{act:?}, {kind:?} at step {n} ({})", names[n as usize - 1]);
        match ended {
            Err(error) => {
                assert_eq!(error.get("step").is_some(), script.was_hit(), "{at}: {error}");
                failed += 1;
            }
            Ok(operation) if operation.state.is_success() => {}
            Ok(operation) => {
                assert!(script.was_hit(), "{at}: {operation:?}");
                let told = operation.error.is_some() || operation.state == OperationState::Interrupted;
                assert!(told, "{at}: {operation:?}");
                failed += 1;
            }
        }
        stage.check(act, &at);
    }
    assert!(hit * 10 >= steps.len() * 9, "{hit} of {} faults struck", steps.len());
    assert!(!nightly() || hit + 3 >= steps.len(), "{hit} of {} faults struck", steps.len());
    println!("{act:?}: {hit} faults of {} steps, {failed} failed, {:.1?}", names.len(), started.elapsed());
}

#[test]
fn p05_a_failing_disk_is_told_by_a_backup() {
    fail_at_steps_of(Act::Increment, Kind::Io);
}

#[test]
fn p05_refused_access_is_told_by_a_full_backup() {
    fail_at_steps_of(Act::Full, Kind::PermissionDenied);
}

#[test]
fn p05_a_failing_disk_is_told_by_pruning() {
    fail_at_steps_of(Act::Prune, Kind::Io);
}

#[test]
fn p05_a_failing_disk_is_told_by_a_rebuild() {
    fail_at_steps_of(Act::Rebuild, Kind::Io);
}

#[test]
fn p05_refused_access_is_told_by_a_restore() {
    fail_at_steps_of(Act::Restore, Kind::PermissionDenied);
}
