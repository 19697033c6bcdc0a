//! The languages that we speak.

use serde::{Deserialize, Serialize};

/// The languages that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Spanish.
    Spanish,
    /// English, also for everybody whose language we do not speak.
    #[default]
    English,
}

impl Language {
    /// The code of two letters: `es` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }
}
