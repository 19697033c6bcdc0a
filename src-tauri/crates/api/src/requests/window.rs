//! Requests that the window brought along.

use resguardo_domain::{Language, OperationId, Verb};
use resguardo_engine::ActivityQuery;
use resguardo_engine::requests::{PlanDraft, RestoreDeed, RestoreRequest, Startup, StartupProgram};
use serde::{Deserialize, Serialize};

/// A folder to be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct MeasureOf {
    /// The folder: an absolute path.
    pub path: String,
    /// Milliseconds that it may take, at most 60,000.
    pub budget_ms: u64,
}

/// How long a look may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Budget {
    /// Milliseconds, at most 60,000.
    pub budget_ms: u64,
}

/// A plan as it shall be from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PlanReplacement {
    /// The plan's name as it is; the draft becomes a new plan when missing.
    #[serde(default)]
    pub name: Option<String>,
    /// All of it.
    pub draft: PlanDraft,
}

/// A draft to be looked at before it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PreviewOf {
    /// The draft.
    pub draft: PlanDraft,
    /// The name of the plan that it would replace.
    #[serde(default)]
    pub plan: Option<String>,
    /// How many runs to tell, at most 100.
    #[serde(default = "five")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub dates: u32,
}

fn five() -> u32 {
    5
}

/// The days of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct DaysOf {
    /// The plan's name; all plans together when missing.
    #[serde(default)]
    pub plan: Option<String>,
    /// The first day.
    pub from: jiff::civil::Date,
    /// The last day; at most 1,100 days after the first.
    pub to: jiff::civil::Date,
    /// IANA name of the zone in which days begin; the computer's when missing.
    #[serde(default)]
    pub zone: Option<String>,
}

/// Which operations are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct OperationsOf {
    /// Of this plan only.
    pub plan: Option<String>,
    /// Of these verbs only; all when empty.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub verbs: Vec<Verb>,
    /// Only those that failed, were cut off or have something worth reading.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub only_problems: bool,
    /// Only those in which this text stands: plan, archive, target, paths and causes; upper and lower case the same.
    pub search: Option<String>,
}

impl OperationsOf {
    pub(crate) fn query(&self) -> ActivityQuery<'_> {
        ActivityQuery {
            plan: self.plan.as_deref(),
            verbs: &self.verbs,
            only_problems: self.only_problems,
            search: self.search.as_deref(),
        }
    }
}

/// Operations for the activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct OperationsPageOf {
    /// Which.
    #[serde(flatten)]
    pub of: OperationsOf,
    /// Only those that began before this one.
    pub before: Option<OperationId>,
    /// At most so many; 500 are the most.
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub limit: u32,
}

impl Default for OperationsPageOf {
    fn default() -> Self {
        Self { of: OperationsOf::default(), before: None, limit: 50 }
    }
}

/// Operations, written as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct OperationsFile {
    /// The new file.
    pub file: String,
    /// Which.
    #[serde(flatten)]
    pub of: OperationsOf,
    /// The user's when missing.
    #[serde(default)]
    pub language: Option<Language>,
}

/// What a restore would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct RestorePlanOf {
    /// The restore.
    pub request: RestoreRequest,
    /// Milliseconds to wait for the end, 80 when missing; 2,000 are the most.
    #[serde(default = "a_blink")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub wait_ms: u64,
}

fn a_blink() -> u64 {
    80
}

/// What a restore would do, a page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct RestoreEntriesOf {
    /// The restore.
    pub request: RestoreRequest,
    /// How many rows come before the page.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(as = "Option<_>", optional))]
    pub offset: u64,
    /// At most so many; 1,000 are the most.
    pub limit: u64,
    /// Only those to which this happens.
    #[serde(default)]
    pub only: Option<RestoreDeed>,
}

/// How the agent shall be started from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct StartupSave {
    /// What starts it.
    #[serde(flatten)]
    pub startup: Startup,
    /// What is started; the program that answers when missing.
    #[serde(default)]
    pub program: Option<StartupProgram>,
}

/// Where the configuration is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigFile {
    /// The file: an absolute path, where nothing is yet.
    pub file: String,
}
