//! What the program says, as sentences in the owner's language: for the window, which has no texts of its own for what the engine
//! knows.

use std::collections::BTreeMap;

use resguardo_domain::{
    Error, Kind, Language, PlanId, ProtectionState, StatusAction, StatusReason, without_secrets,
};
use resguardo_engine::requests::StatusView;
use resguardo_engine::{AlertView, AlertsView};
use resguardo_platform::user_language;
use resguardo_words::{Customs, ErrorAction, Words, technical, without_report};
use serde::{Deserialize, Serialize};

/// In which language something is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
#[serde(default)]
pub struct Tell {
    /// The user's when missing.
    pub language: Option<Language>,
}

/// Errors to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct TellErrors {
    /// As they stand in other answers.
    pub errors: Vec<Error>,
    /// The user's when missing.
    #[serde(default)]
    pub language: Option<Language>,
}

/// An error as a person is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Told {
    /// What a caller can do about it.
    pub kind: Kind,
    /// What happened, in one sentence.
    pub title: String,
    /// Whether the data is safe, and what to do.
    pub hint: String,
    /// The one thing that helps.
    pub action: ErrorAction,
    /// The same, as a button says it.
    pub label: String,
    /// The error's facts by name; `field` names the input at fault.
    pub facts: BTreeMap<String, String>,
    /// What was being done, the facts as they are and the cause, for "Technical detail".
    pub technical: String,
}

impl Told {
    /// An error in a language; its secrets are left out.
    pub fn of(error: &Error, language: Language) -> Self {
        let error = without_report(&without_secrets(error.clone()));
        let text = Customs::new(language).error(&error);
        let technical = technical(&error);
        let mut facts = BTreeMap::new();
        for fact in error.facts {
            facts.entry(fact.name).or_insert(fact.value);
        }
        Self {
            kind: error.kind,
            title: text.title,
            hint: text.hint.to_owned(),
            action: text.action,
            label: text.label.to_owned(),
            facts,
            technical,
        }
    }
}

/// A reason of the state, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StatusLine {
    /// The reason.
    pub reason: StatusReason,
    /// The same in one sentence.
    pub sentence: String,
    /// What to do.
    pub action: StatusAction,
    /// The same, as a button says it.
    pub label: String,
}

/// The state of the business in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StatusTold {
    /// The state.
    pub state: ProtectionState,
    /// The title in two or three words.
    pub word: String,
    /// What the state is, as a title.
    pub title: String,
    /// Every reason, the main one first.
    pub lines: Vec<StatusLine>,
}

impl StatusTold {
    pub(crate) fn of(view: StatusView, wanted: Option<Language>, now: jiff::Timestamp) -> Self {
        let customs = Customs::new(language(wanted)).read_at(now);
        let words = Words { customs: &customs, names: &view.names };
        let failure = |plan: &PlanId| view.plans.iter().find(|status| status.id == *plan)?.failure.as_ref();
        let line = |reason: &StatusReason| {
            let action = reason.action();
            let label = words.action(&action).to_owned();
            let sentence = match reason.failed_plan().and_then(failure) {
                Some(error) => words.reason_because(reason, &without_report(&without_secrets(error.clone()))),
                None => words.reason(reason),
            };
            StatusLine { reason: reason.clone(), sentence, action, label }
        };
        Self {
            state: view.status.state,
            word: words.short_title(&view.status).to_owned(),
            title: words.title(&view.status).to_owned(),
            lines: view.status.reasons.iter().map(line).collect(),
        }
    }
}

/// An alert in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AlertTold {
    /// The alert.
    #[serde(flatten)]
    pub alert: AlertView,
    /// One line.
    pub title: String,
    /// What is the matter since when, and what to do.
    pub body: String,
}

impl AlertTold {
    pub(crate) fn all(view: AlertsView, wanted: Option<Language>, now: jiff::Timestamp) -> Vec<Self> {
        let customs = Customs::new(language(wanted)).read_at(now);
        let words = Words { customs: &customs, names: &view.names };
        let told = |alert: AlertView| {
            let text = words.alert(&alert.cause);
            Self { alert, title: text.title, body: text.body }
        };
        view.alerts.into_iter().map(told).collect()
    }
}

/// The language asked for, else the user's.
pub(crate) fn language(wanted: Option<Language>) -> Language {
    wanted.unwrap_or_else(|| user_language(&|name| std::env::var_os(name)))
}
