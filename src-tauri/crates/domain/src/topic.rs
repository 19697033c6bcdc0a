//! What changes: the nouns by which a window is told that it shows something old.

use serde::{Deserialize, Serialize};

/// Something that may look another way now; who shows it asks for it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Plans.
    Plans,
    /// Snapshots with their copies, pins and flags.
    Snapshots,
    /// Operations that began, ended, were paused or resumed.
    Operations,
    /// Destinations and what was last seen of them.
    Destinations,
    /// Archives on their way.
    Uploads,
    /// The inbox.
    Alerts,
    /// Channels and the messages that wait for them.
    Channels,
    /// What the owner set, pauses among it.
    Settings,
    /// The schedules' due times and what became of them.
    Slots,
    /// Other computers.
    Computers,
    /// The state of the business.
    Status,
}

impl Topic {
    /// Every topic, by its number.
    pub const ALL: [Self; 11] = [
        Self::Plans,
        Self::Snapshots,
        Self::Operations,
        Self::Destinations,
        Self::Uploads,
        Self::Alerts,
        Self::Channels,
        Self::Settings,
        Self::Slots,
        Self::Computers,
        Self::Status,
    ];

    /// Whether the state of the business may be another one when this has changed.
    pub fn bears_on_status(self) -> bool {
        !matches!(self, Self::Alerts | Self::Channels | Self::Computers | Self::Status)
    }
}
