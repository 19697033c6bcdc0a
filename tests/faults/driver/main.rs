//! Performs one act on a stage: `driver FOLDER ACT [STEP]`; dies at the step, when one is given. Ends with 0 when the
//! operation succeeded, with 1 when it failed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test's tool ends when it can't do its work")]

use std::path::PathBuf;
use std::process::ExitCode;

use resguardo_platform::system_context;
use resguardo_testkit::FaultScript;
use resguardo_tests::stage::Act;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let act = Act::parse(arguments.next().expect("an act").to_str().unwrap()).expect("a known act");
    let step = arguments.next().map(|step| step.to_str().unwrap().parse().expect("a number"));
    let cx = match step {
        Some(step) => system_context().with_faults(FaultScript::abort_at(step)),
        None => system_context(),
    };
    match act.perform(&folder, cx) {
        Ok(operation) if operation.state.is_success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
