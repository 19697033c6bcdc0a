//! What is answered about other computers.

use resguardo_domain::{ComputerId, HeartbeatDoubt, ProtectionState};
use serde::{Deserialize, Serialize};

/// Another computer, seen at a destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComputerView {
    /// Its installation.
    pub id: ComputerId,
    /// Its name.
    pub name: String,
    /// Names of the destinations at which it was seen.
    pub destinations: Vec<String>,
    /// When it told of itself last, by its own clock; `None` when nothing of it was believed.
    pub told_at: Option<jiff::Timestamp>,
    /// When its newest proven copy was made.
    pub last_copy: Option<jiff::Timestamp>,
    /// How it stands there.
    pub state: Option<ProtectionState>,
    /// Version of its program.
    pub version: Option<String>,
    /// Whether it signs what it tells.
    pub signed: bool,
    /// Days without a copy, when that is longer than it should be.
    pub silent_days: Option<u32>,
    /// Why what stands there now under its name is not believed.
    pub doubt: Option<HeartbeatDoubt>,
    /// The owner wants to hear of it only when it is heard of again.
    pub dismissed: bool,
}
