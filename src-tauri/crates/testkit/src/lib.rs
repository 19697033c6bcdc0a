//! What tests of every crate share: scripted faults, a settable clock, repeatable chance, random trees and their
//! comparison, databases under load. Development only; the program never depends on it.
#![deny(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's tool ends the test when it can't do its work"
)]

pub mod abort;
mod compare;
mod context;
#[cfg(target_os = "linux")]
pub mod desk;
mod faults;
pub mod sqlite;
pub mod tree;

pub use compare::{Ignore, diff, diff_except};
pub use context::{FixedClock, SeededRandom, test_context};
pub use faults::{Fault, FaultScript, at_every_step};
