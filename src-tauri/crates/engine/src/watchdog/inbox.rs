//! The inbox: what the rules decided is written down together with the messages that tell of it, and read by whoever asks.

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::Draft;
use resguardo_domain::{AlertStep, Cause, Channel, InboxRow, Result, Severity, Told};
use resguardo_words::Names;
use serde::{Deserialize, Serialize};

use super::rung;
use crate::Engine;
use crate::messages::{ChannelRow, Notice, draft};

/// Alerts that were closed are shown for so long.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An alert as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AlertView {
    /// Stays the same while the cause does.
    pub key: String,
    /// What is or was wrong.
    pub cause: Cause,
    /// How grave that is.
    pub severity: Severity,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when; `None` while it lasts.
    pub closed_at: Option<Timestamp>,
    /// When and how far it was last told.
    pub told: Option<Told>,
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AlertsView {
    /// Open ones first, the gravest and then the newest first; then those of the last 30 days.
    pub alerts: Vec<AlertView>,
    /// The owner's names for what they are about.
    pub names: Names,
}

impl Engine {
    /// What is wrong, and what was lately.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn alerts(&self) -> Result<AlertsView> {
        let now = self.cx.now();
        let recent = |row: &InboxRow| row.closed_at.is_none_or(|at| now.duration_since(at) <= SHOWN);
        let rows = self.catalog.inbox()?.into_iter().filter(recent);
        let mut alerts: Vec<AlertView> = rows.map(view).collect();
        alerts.sort_by_key(|alert| {
            let grave = alert.closed_at.is_none().then_some(alert.severity);
            std::cmp::Reverse((grave, alert.closed_at.unwrap_or(alert.opened_at)))
        });
        Ok(AlertsView { alerts, names: self.owner_names(&self.plans()?)? })
    }

    /// Writes down what was decided and queues what is to be told, in one go.
    pub(super) fn carry_out_alerts(
        &self,
        inbox: Vec<InboxRow>,
        steps: &[AlertStep],
        channels: &[ChannelRow],
        now: Timestamp,
    ) -> Result<()> {
        let (rows, told) = applied(inbox, steps, now);
        let mut messages: Vec<Draft> = Vec::new();
        for (key, notice, rungs) in &told {
            let wanted = |row: &&ChannelRow| row.on && rung(&row.config).is_some_and(|r| rungs.contains(&r));
            for channel in channels.iter().filter(wanted) {
                messages.push(draft(channel, key, notice, now)?);
            }
        }
        self.catalog.save_alerts(&self.cx.fresh(), &rows, &messages)?;
        for row in &rows {
            crate::log::alert(row);
        }
        self.mail.ring();
        Ok(())
    }
}

fn view(row: InboxRow) -> AlertView {
    let InboxRow { key, cause, opened_at, closed_at, told, .. } = row;
    AlertView { key, severity: cause.severity(), cause, opened_at, closed_at, told }
}

/// The key, what is told, and on which rungs.
type Telling = (String, Notice, Vec<Channel>);

/// The rows that changed, and what is told where.
fn applied(mut inbox: Vec<InboxRow>, steps: &[AlertStep], now: Timestamp) -> (Vec<InboxRow>, Vec<Telling>) {
    let mut changed: Vec<String> = Vec::new();
    let mut told = Vec::new();
    for step in steps {
        match step {
            AlertStep::Open { cause } => {
                let row = row_of(&mut inbox, cause, now);
                (row.cause, row.opened_at, row.closed_at) = (cause.clone(), now, None);
                changed.push(row.key.clone());
            }
            AlertStep::Update { cause } => {
                let row = row_of(&mut inbox, cause, now);
                row.cause = cause.clone();
                changed.push(row.key.clone());
            }
            AlertStep::Tell { cause, channels } => {
                let row = row_of(&mut inbox, cause, now);
                row.told = channels.last().map(|channel| Told { at: now, channel: *channel });
                row.times = row.times.saturating_add(1);
                changed.push(row.key.clone());
                told.push((row.key.clone(), Notice::Alert { cause: cause.clone() }, channels.clone()));
            }
            AlertStep::Close { key } => {
                inbox.iter_mut().filter(|row| row.key == *key).for_each(|row| row.closed_at = Some(now));
                changed.push(key.clone());
            }
            AlertStep::AllGood { keys, channels } => {
                inbox.iter_mut().filter(|row| keys.contains(&row.key)).for_each(|row| row.times = 0);
                changed.extend(keys.iter().cloned());
                told.push(("all good".to_owned(), Notice::AllGood, channels.clone()));
            }
        }
    }
    inbox.retain(|row| changed.contains(&row.key));
    (inbox, told)
}

/// The row of a cause, made when there is none.
fn row_of<'a>(inbox: &'a mut Vec<InboxRow>, cause: &Cause, now: Timestamp) -> &'a mut InboxRow {
    let key = cause.key();
    let at = inbox.iter().position(|row| row.key == key).unwrap_or_else(|| {
        let cause = cause.clone();
        inbox.push(InboxRow { key, cause, opened_at: now, closed_at: None, told: None, times: 0 });
        inbox.len() - 1
    });
    &mut inbox[at]
}
