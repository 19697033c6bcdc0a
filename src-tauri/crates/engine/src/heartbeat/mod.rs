//! Heartbeats: after a run each present destination of the plan gets a small signed file for other computers and a page for people;
//! and what other computers left at our destinations is read, weighed and remembered.
//!
//! Only the small verbs of the contract are used (`put`, `get`, `list`, `head`), so every kind of destination takes part.

mod file;
mod lookout;
mod signer;
mod tell;
mod view;

pub use lookout::Lookout;
