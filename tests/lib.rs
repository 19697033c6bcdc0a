//! What the longer tests share: a small shop that is backed up, a stage on which operations are killed, and the budget.
//!
//! The tests themselves stand in `scenarios` (whole stories) and `faults` (stories in which something breaks). Each one
//! carries the number of the promise it proves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_debug_implementations,
    reason = "a test's tool ends the test when it can't do its work, and tells its figures"
)]

pub mod due;
pub mod shop;
pub mod stage;

/// Whether the full figures are asked for (`RESGUARDO_TESTS=nightly`) instead of the ones that every change can afford.
pub fn nightly() -> bool {
    std::env::var("RESGUARDO_TESTS").is_ok_and(|value| value == "nightly")
}

/// A figure: the one for every change, or the full one.
pub fn figure(per_change: u64, full: u64) -> u64 {
    if nightly() { full } else { per_change }
}
