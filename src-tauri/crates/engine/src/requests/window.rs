//! What the window keeps and asks about this computer.

use serde::{Deserialize, Serialize};

/// The language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// The user's, as the system tells it.
    #[default]
    Auto,
    /// Spanish.
    Es,
    /// English.
    En,
}

/// How the window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the owner chose for the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct WindowSettings {
    /// Its language.
    pub language: LanguageChoice,
    /// How it looks.
    pub theme: Theme,
    /// Size of its text in percent, 80 to 200; the system's when missing.
    pub text_size: Option<u16>,
    /// Whether the program stays beside the clock when the window is closed.
    pub stay: bool,
    /// Whether the first steps were gone through, or put off by the owner.
    pub first_run_done: bool,
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self {
            language: LanguageChoice::Auto,
            theme: Theme::System,
            text_size: None,
            stay: true,
            first_run_done: false,
        }
    }
}

/// What starts the agent by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Startup {
    /// It starts when the user signs in.
    pub at_login: bool,
    /// The system looks every 15 minutes whether it runs, and starts it again.
    pub watchdog: bool,
}

/// A program to be started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StartupProgram {
    /// The program: an absolute path.
    pub path: String,
    /// Its arguments; those of `resguardo agent run` when missing.
    #[serde(default)]
    pub arguments: Option<Vec<String>>,
}

/// What became of a change of the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StartupView {
    /// How it is now.
    #[serde(flatten)]
    pub startup: Startup,
    /// Commands of the system that did not work, with its words: what they begin comes at the next sign-in only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub refused: Vec<String>,
}

/// A version that is newer than this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewerVersion {
    /// Its number.
    pub version: String,
    /// The day on which it came out.
    pub date: jiff::civil::Date,
    /// The web page where it can be had.
    pub page: String,
    /// What is new, in Spanish.
    pub es: String,
    /// The same in English.
    pub en: String,
}

/// What is known of newer versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UpdateView {
    /// Whether this build looks for them: it was given its makers' key.
    pub looks: bool,
    /// The newest, when it is newer than this one.
    pub newer: Option<NewerVersion>,
}

/// This computer and this installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComputerFacts {
    /// Its name at the destinations.
    pub name: String,
    /// The folder in which the program keeps everything of its own.
    pub home: String,
    /// Version of the program that answers.
    pub version: String,
    /// Bytes of the catalog.
    pub catalog_bytes: u64,
    /// IANA name of its time zone; `None` when the system does not say.
    pub zone: Option<String>,
}
