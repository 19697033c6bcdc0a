//! Whole stories of the product, each named by the promise it proves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod bad_input;
mod damage;
mod databases;
mod rebuild;
mod retention;
mod trees;
mod undo;
