//! Errors: what happened, whether the data is safe, and what to do, by the kind and the facts of an error.

mod action;
mod en;
mod es;
mod kinds;
#[cfg(test)]
mod tests;

pub use action::ErrorAction;
use kinds::Kinds;
use resguardo_domain::{Error, Kind};

use crate::Customs;
use crate::fill::fill;

/// What an error's kind means.
#[derive(Debug, Clone, Copy)]
pub struct KindText {
    /// What happened, with blanks for the facts.
    pub title: &'static str,
    /// Whether the data is safe, and what to do.
    pub hint: &'static str,
}

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened, in one sentence.
    pub title: String,
    /// Whether the data is safe, and what to do.
    pub hint: &'static str,
    /// The one thing that helps.
    pub action: ErrorAction,
    /// The same, as a button says it.
    pub label: &'static str,
}

/// What a field of the input expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Unneeded,
    Flagged,
    Name,
    Number,
    Hours,
    ExistingPath,
    Address,
    Future,
    Rules,
    Secret,
    Zone,
    Level,
}

impl Expected {
    fn of(error: &Error) -> Option<Self> {
        let field = error.get("field").filter(|_| error.kind == Kind::InvalidInput)?;
        Some(match field {
            "snapshot" if error.get("needed_by").is_some() => Self::Unneeded,
            "snapshot" if error.get("flag").is_some() => Self::Flagged,
            "name" => Self::Name,
            "keep-last" | "keep-days" | "keep-daily" | "keep-weekly" | "keep-monthly" => Self::Number,
            "retention" => Self::Rules,
            "every" => Self::Hours,
            "level" => Self::Level,
            "zone" => Self::Zone,
            "from" if error.get("value").is_some_and(|value| value.contains('@')) => Self::Address,
            "address" => Self::Address,
            "until" => Self::Future,
            "secret" | "url" | "password" => Self::Secret,
            "folder" | "folders" | "path" | "sqlite" => Self::ExistingPath,
            _ => return None,
        })
    }
}

impl Customs {
    /// An error in words, for who stands before the field that it is about: the field is not named.
    pub fn error(&self, error: &Error) -> ErrorText {
        let action = ErrorAction::of(error.kind);
        let hint = self.expected(error).unwrap_or(self.kind(error.kind).hint);
        ErrorText { title: self.error_title(error, None), hint, action, label: self.error_action(action) }
    }

    /// What happened, in one sentence; `field` is how the field at fault is called, where it has to be.
    pub fn error_title(&self, error: &Error, field: Option<&str>) -> String {
        let facts = error.facts.iter().filter(|fact| !fact.value.is_empty() && fact.name != "field");
        let mut values: Vec<(&str, String)> =
            facts.map(|fact| (fact.name.as_str(), self.fact(&fact.name, &fact.value))).collect();
        values.extend(field.map(|field| ("field", field.to_owned())));
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(self.kind(error.kind).title, &values)
    }

    /// What an error's kind means and what to do.
    pub fn kind(&self, kind: Kind) -> KindText {
        self.pick(&es::KINDS, &en::KINDS).of(kind)
    }

    /// What the field at fault expects, where more can be said than the kind's hint does.
    pub fn expected(&self, error: &Error) -> Option<&'static str> {
        let expected = Expected::of(error)?;
        Some(self.pick(es::expected(expected), en::expected(expected)))
    }

    /// An action in a few words.
    pub fn error_action(&self, action: ErrorAction) -> &'static str {
        self.pick(es::action(action), en::action(action))
    }

    /// The value of a fact as people read it: sizes in their units, things by their names.
    pub fn fact(&self, name: &str, value: &str) -> String {
        match (name, value.parse::<u64>()) {
            ("free" | "needed" | "size" | "limit", Ok(bytes)) => self.size(bytes),
            ("what", _) => self.pick(es::thing(value), en::thing(value)).unwrap_or(value).to_owned(),
            _ => value.to_owned(),
        }
    }
}

/// The technical part of an error: what was being done, the facts as they are, the cause.
pub fn technical(error: &Error) -> String {
    let text = without_report(error).to_string();
    text.split_once(": ").map_or(text.clone(), |(kind, rest)| format!("{rest} [{kind}]"))
}

/// A failed verification carries its report as a fact, which is told as a report and not as a fact.
pub fn without_report(error: &Error) -> Error {
    let mut error = error.clone();
    error.facts.retain(|fact| fact.name != "report");
    error
}
