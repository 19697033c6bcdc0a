//! Whole stories of the product, each named by the promise it proves.
// The stories use tools and calls of Unix; on other systems there is nothing to run here.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod activity;
mod alerts;
mod bad_input;
mod damage;
mod databases;
mod drafts;
mod drill;
mod guard;
mod heartbeat;
mod looking;
mod pausing;
mod pieces;
mod places;
mod proving;
mod rebuild;
mod retention;
mod schedule;
mod status;
mod story;
mod suggestions;
mod trees;
mod undo;
