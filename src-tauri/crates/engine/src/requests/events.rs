//! What is answered about changes.

use resguardo_domain::{Operation, Sample, Topic};
use serde::{Deserialize, Serialize};

/// An operation at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RunningOperation {
    /// The operation.
    pub operation: Operation,
    /// Its counters; `None` when another program runs it.
    pub sample: Option<Sample>,
    /// Whether it is held up until somebody resumes it.
    pub paused: bool,
}

/// What has changed, and what is at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Events {
    /// The number to ask with the next time.
    pub sequence: u64,
    /// What may look another way now.
    pub topics: Vec<Topic>,
    /// Operations at work, the oldest first.
    pub running: Vec<RunningOperation>,
}
