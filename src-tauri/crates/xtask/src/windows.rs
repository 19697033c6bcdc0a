//! `cargo xtask windows check`: the workspace type-checked for Windows on a Debian machine; nothing is linked or run.

use crate::process::Outcome;
use crate::{cross, packages, workspace};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Checks, or says that it was skipped and why.
pub(crate) fn check() -> Outcome {
    cross::check("windows", TARGET, &workspace::metadata()?, &packages::MINGW, |_| {})
}
