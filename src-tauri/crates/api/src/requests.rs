//! The requests that are the wire's own; those with a meaning to the engine come from there.

mod window;

use resguardo_domain::{Language, Nearness, Operation, Sample, Secret};
use resguardo_engine::requests::PlanEdit;
use resguardo_engine::{ChannelConfig, ChannelDraft, SupportText};
use serde::{Deserialize, Serialize};

pub use window::*;

/// A request without fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Nothing {}

/// A thing by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WithName {
    /// The name, or the id where there is one.
    pub name: String,
}

impl WithName {
    /// A request for the thing of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

/// Changes to a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlanChange {
    /// The plan's name.
    pub name: String,
    /// What changes.
    pub edit: PlanEdit,
}

/// Which plan goes, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlanRemoval {
    /// The plan's name.
    pub name: String,
    /// Whether its archives are deleted everywhere.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub delete_archives: bool,
}

/// A new destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct DestinationDraft {
    /// Its name; made from the folder when missing.
    #[serde(default)]
    pub name: Option<String>,
    /// Its folder: an absolute path.
    pub folder: String,
    /// Whether it is here or away; a folder is here when missing.
    #[serde(default)]
    pub nearness: Option<Nearness>,
}

/// Changes to a destination: what is missing stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct DestinationEdit {
    /// The destination's name.
    pub name: String,
    /// A new name.
    #[serde(default)]
    pub new_name: Option<String>,
    /// A new folder: an absolute path.
    #[serde(default)]
    pub folder: Option<String>,
    /// Whether it is here or away.
    #[serde(default)]
    pub nearness: Option<Nearness>,
}

/// A password or a secret address on its way to the key store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(..)")
    }
}

/// A channel to be set up or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ChannelSave {
    /// Its name.
    pub name: String,
    /// Its choices, without its secret.
    pub config: ChannelConfig,
    /// Whether it is used.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default = "yes")]
    pub on: bool,
    /// Its password or address; the one that is kept stays when missing.
    #[serde(default)]
    pub secret: Option<SecretText>,
    /// Whether there must be none of that name yet.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub fresh: bool,
}

fn yes() -> bool {
    true
}

impl From<ChannelSave> for ChannelDraft {
    fn from(request: ChannelSave) -> Self {
        let ChannelSave { name, config, on, secret, fresh } = request;
        Self { name, config, on, secret: secret.map(|text| Secret::new(text.0)), fresh }
    }
}

/// A channel to be tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChannelTest {
    /// The channel's name.
    pub name: String,
    /// The language of the test, where the owner chose none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub language: Language,
}

/// The newest operations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct RecentOperations {
    /// Of this plan only.
    pub plan: Option<String>,
    /// At most so many.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub limit: usize,
}

impl Default for RecentOperations {
    fn default() -> Self {
        Self { plan: None, limit: 50 }
    }
}

/// How far an operation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OperationProgress {
    /// The operation, once it has ended.
    pub operation: Option<Operation>,
    /// Its counters, while it runs in the program that answers.
    pub sample: Option<Sample>,
    /// Whether it is held up until somebody resumes it.
    #[serde(default)]
    pub paused: bool,
}

/// What is heard of next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EventsAfter {
    /// The number that the last answer gave; 0 for everything.
    pub after: u64,
    /// How many milliseconds to wait for news, 60,000 at most.
    pub wait_ms: u64,
}

/// A pause to begin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct PauseRequest {
    /// Of this plan; of everything when missing.
    pub plan: Option<String>,
    /// When it ends by itself.
    pub until: Option<jiff::Timestamp>,
}

/// Of one plan, or of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct OfPlan {
    /// The plan's name.
    pub plan: Option<String>,
}

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Selector {
    /// An id or its beginning, `latest`, `PLAN@latest` or `PLAN@2026-09-12`.
    pub snapshot: String,
}

impl Selector {
    /// A request for the snapshot that the text selects.
    pub fn new(snapshot: impl Into<String>) -> Self {
        Self { snapshot: snapshot.into() }
    }
}

/// A place in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntriesOf {
    /// Which snapshot, as in [`Selector`].
    pub snapshot: String,
    /// A path in it; empty for the top.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub path: String,
}

/// A search for names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct FindNames {
    /// Part of a name, or a pattern with `*` and `?`.
    pub pattern: String,
    /// In this plan only.
    #[serde(default)]
    pub plan: Option<String>,
    /// At most so many answers.
    pub limit: usize,
}

/// A person's word for a snapshot that the change guard flagged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FlagDecision {
    /// Which snapshot, as in [`Selector`].
    pub snapshot: String,
    /// Whether it is as it should be.
    pub accept: bool,
}

/// Whether a snapshot is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pin {
    /// Which snapshot, as in [`Selector`].
    pub snapshot: String,
    /// Whether it is from now on.
    pub pinned: bool,
}

/// How a message for the technician is collected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct SupportOptions {
    /// Whether the names of the user, the home folder and the computer are replaced too.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub anonymous: bool,
}

/// A message for the technician as one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SupportFile {
    /// The file: an absolute path, where nothing is yet.
    pub file: String,
    /// As in [`SupportOptions`]; for the summaries.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    #[serde(default)]
    pub anonymous: bool,
    /// What people read; redacted before it is written.
    pub summaries: Vec<SupportText>,
    /// What was collected.
    pub texts: Vec<SupportText>,
}
