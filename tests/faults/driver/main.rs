//! Performs one act on a stage: `driver FOLDER ACT [STEP]`; dies at the step, when one is given. Ends with 0 when the
//! operation succeeded, with 1 when it failed. The act `due` is the scheduler's tick that serves a due time.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's tool ends when it can't do its work")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use resguardo_domain::{Context, Faults};
use resguardo_platform::system_context;
use resguardo_testkit::FaultScript;
use resguardo_tests::stage::Act;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let act = arguments.next().expect("an act");
    let step = arguments.next().map(|step| step.to_str().unwrap().parse().expect("a number"));
    let faults = step.map(|step| FaultScript::abort_at(step) as Arc<dyn Faults>);
    if act == "due" {
        let served = resguardo_tests::due::serve(&folder, faults);
        return if matches!(served, Ok(true)) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let act = Act::parse(act.to_str().unwrap()).expect("a known act");
    let cx = faults.into_iter().fold(system_context(), Context::with_faults);
    match act.perform(&folder, cx) {
        Ok(operation) if operation.state.is_success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
