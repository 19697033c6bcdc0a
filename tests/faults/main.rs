//! Stories in which something breaks: the program, the power, the disk, the bytes.
// The stories use tools and calls of Unix; on other systems there is nothing to run here.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod due;
mod full;
mod kills;
mod power;
mod steps;

/// The program that is killed.
const DRIVER: &str = env!("CARGO_BIN_EXE_resguardo-test-driver");
