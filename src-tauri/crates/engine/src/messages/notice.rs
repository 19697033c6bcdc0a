//! A message as it waits in the outbox: what happened, not how it is said. The words come when it is sent, in the language of that
//! moment.

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::{Draft, MessageRow};
use resguardo_domain::{Cause, Error, PlanId, Result, Severity as Grave};
use resguardo_notices::{ChannelConfig, Link, Message, MessageFact, Severity};
use resguardo_words::{AlertText, Week, Words};
use serde::{Deserialize, Serialize};

use super::ChannelRow;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub(crate) enum Notice {
    /// Something is wrong.
    Alert { cause: Cause },
    /// What was wrong is over.
    AllGood,
    /// A backup failed.
    RunFailed { plan: PlanId, at: Timestamp },
    /// The first backup of a plan.
    FirstCopy { plan: PlanId, files: u64, at: Timestamp },
    /// How things stand, once a week.
    Week { week: Box<Week> },
    /// A sign of life of a run.
    Ping { sign: PingSign, text: String },
}

/// Which sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PingSign {
    Start,
    Success,
    Fail,
}

/// A notice for a channel, on its way from now on.
pub(crate) fn draft(channel: &ChannelRow, key: &str, notice: &Notice, now: Timestamp) -> Result<Draft> {
    // What is late is of no use: a notice on the desktop after half a day, a sign of life after an hour.
    let worth = match channel.config {
        ChannelConfig::Desktop => SignedDuration::from_hours(12),
        ChannelConfig::Ping(_) => SignedDuration::from_hours(1),
        ChannelConfig::Email(_) | ChannelConfig::Webhook(_) => SignedDuration::from_hours(3 * 24),
    };
    Ok(Draft {
        channel: channel.id.clone(),
        key: key.to_owned(),
        until: now.saturating_add(worth).unwrap_or(Timestamp::MAX),
        body: serde_json::to_value(notice)
            .map_err(|cause| Error::internal("write a message").because(cause))?,
    })
}

impl Notice {
    /// What a row of the outbox says.
    pub(super) fn of(row: &MessageRow) -> Result<Self> {
        serde_json::from_value(row.body.clone())
            .map_err(|cause| Error::internal("read a message").because(cause))
    }

    /// The message in words.
    pub(super) fn message(&self, words: &Words<'_>, row: &MessageRow, computer: &str) -> Message {
        let (text, severity, at) = match self {
            Self::Alert { cause } => (words.alert(cause), severity(cause.severity()), row.made_at),
            Self::AllGood => (words.all_good(), Severity::Info, row.made_at),
            Self::RunFailed { plan, at } => (words.run_failed(plan, *at), Severity::Warning, *at),
            Self::FirstCopy { plan, files, at } => (words.first_copy(plan, *files, *at), Severity::Info, *at),
            Self::Week { week } => (words.week(week), Severity::Info, row.made_at),
            Self::Ping { text, .. } => {
                let text = AlertText { title: text.clone(), body: String::new() };
                (text, Severity::Info, row.made_at)
            }
        };
        let facts = self.plan().map(|plan| MessageFact {
            key: "plan".to_owned(),
            label: words.plan_label().to_owned(),
            value: words.names.plan(plan).to_owned(),
        });
        Message {
            facts: facts.into_iter().collect(),
            ..message(words, text, severity, &row.key, computer, at)
        }
    }

    /// Where in the window a click on it leads: `alerts/KEY` for what is wrong.
    pub(super) fn link(&self, words: &Words<'_>, row: &MessageRow) -> Link {
        let (route, is_trouble) = match self {
            // Keys are words and ids: the space is all that an address can't hold.
            Self::Alert { .. } => (format!("alerts/{}", row.key.replace(' ', "%20")), true),
            Self::RunFailed { .. } => ("activity".to_owned(), true),
            Self::AllGood | Self::FirstCopy { .. } | Self::Week { .. } | Self::Ping { .. } => {
                ("home".to_owned(), false)
            }
        };
        Link { url: format!("resguardo://{route}"), label: words.link_label(is_trouble).to_owned() }
    }

    fn plan(&self) -> Option<&PlanId> {
        let cause = match self {
            Self::RunFailed { plan, .. } | Self::FirstCopy { plan, .. } => return Some(plan),
            Self::Alert { cause } => cause,
            Self::AllGood | Self::Week { .. } | Self::Ping { .. } => return None,
        };
        match cause {
            Cause::Late { plan, .. }
            | Cause::NoCopy { plan, .. }
            | Cause::RunsFail { plan, .. }
            | Cause::Flagged { plan, .. } => Some(plan),
            _ => None,
        }
    }
}

/// A message without facts and without a link.
pub(super) fn message(
    words: &Words<'_>,
    text: AlertText,
    severity: Severity,
    cause: &str,
    computer: &str,
    at: Timestamp,
) -> Message {
    Message {
        title: text.title,
        body: text.body,
        severity,
        cause: cause.to_owned(),
        link: None,
        facts: Vec::new(),
        computer: computer.to_owned(),
        at,
        when: words.customs.date(at),
        language: words.customs.language().code().to_owned(),
    }
}

fn severity(grave: Grave) -> Severity {
    match grave {
        Grave::Warning => Severity::Warning,
        Grave::Alarm => Severity::Alarm,
    }
}

#[cfg(test)]
mod tests {
    use resguardo_catalog::MessageState;
    use resguardo_domain::Language;
    use resguardo_words::{Customs, Names};

    use super::*;

    fn link(notice: &Notice, key: &str) -> (String, String) {
        let row = MessageRow {
            id: 1,
            channel: "desktop".to_owned(),
            key: key.to_owned(),
            made_at: Timestamp::UNIX_EPOCH,
            due_at: Timestamp::UNIX_EPOCH,
            until: Timestamp::MAX,
            attempts: 0,
            state: MessageState::Waiting,
            body: serde_json::Value::Null,
            note: None,
        };
        let (customs, names) = (Customs::new(Language::Spanish), Names::default());
        let link = notice.link(&Words { customs: &customs, names: &names }, &row);
        (link.url, link.label)
    }

    #[test]
    fn a_notice_leads_to_what_it_is_about() {
        let plan = PlanId::from_random(1);
        let cause = Cause::Late { plan: plan.clone(), last: None };
        let key = cause.key();
        let expected = format!("resguardo://alerts/copy%20{plan}");
        assert_eq!(link(&Notice::Alert { cause }, &key), (expected, "Arreglar".to_owned()));
        let failed = Notice::RunFailed { plan, at: Timestamp::UNIX_EPOCH };
        assert_eq!(link(&failed, "run").0, "resguardo://activity");
        let good = ("resguardo://home".to_owned(), "Abrir Resguardo".to_owned());
        assert_eq!(link(&Notice::AllGood, "good"), good);
    }
}
