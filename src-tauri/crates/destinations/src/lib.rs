//! The places where archives are kept: adapters to the contract [`resguardo_domain::Destination`] and what is written once
//! above it. Which archives go where, and when they are deleted, is decided elsewhere.
#![deny(missing_docs)]

mod local;
mod probe;

pub use local::{LocalDestination, MARKER_NAME, Marker, STAGING_NAME, marker_of};
pub use probe::{Probe, probe};
