//! What is told to the owner, where and how often.
//!
//! A cause has a stable key and one row in the inbox. It is told at most once a day: first in the tray, a day later on the desktop,
//! then by e-mail and webhook, then once a week. When everything that was told is over, "all good again" is told once.

mod causes;

pub use causes::{AlertFacts, AlertSettings, Cause, Severity, SignInExpiry, Stall, causes};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The tray icon and its menu.
    Tray,
    /// A notice on the desktop.
    Desktop,
    /// An e-mail.
    Email,
    /// A web hook.
    Webhook,
}

/// That something was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LastTold"))]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// The farthest channel it was told through.
    pub channel: Channel,
}

/// A row of the inbox: one for each key, opened again when its cause comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// The cause's key.
    pub key: String,
    /// The cause as it was last seen.
    pub cause: Cause,
    /// When it was opened, the last time.
    pub opened_at: Timestamp,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// When and where it was last told; outlives closing, so that a cause that comes and goes is not told each time.
    pub told: Option<Told>,
    /// How often it was told since "all good again" was told.
    pub times: u32,
}

/// What to do with the inbox and the channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum AlertStep {
    /// Add a row, or open the closed one of this key again: `opened_at` is now, `closed_at` empty, the rest stays.
    Open {
        /// The cause.
        cause: Cause,
    },
    /// The cause goes on with other figures: keep them.
    Update {
        /// The cause.
        cause: Cause,
    },
    /// Tell it, and write down `told` (now, the last of the channels) and one more of `times`.
    Tell {
        /// The cause.
        cause: Cause,
        /// Where; at least one.
        channels: Vec<Channel>,
    },
    /// The cause is over: `closed_at` is now.
    Close {
        /// The row's key.
        key: String,
    },
    /// Tell "all good again", and set `times` of these rows to 0.
    AllGood {
        /// The rows that it ends.
        keys: Vec<String>,
        /// Where: everywhere that one of them was told.
        channels: Vec<Channel>,
    },
}

/// Between two notices of one cause.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Between two notices of a cause that was told on every channel.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Compares the causes that hold now with the inbox. `remote` are the channels beyond this computer that the owner set up.
pub fn decide(causes: &[Cause], inbox: &[InboxRow], remote: &[Channel], now: Timestamp) -> Vec<AlertStep> {
    let mut steps = Vec::new();
    for cause in unique(causes) {
        let row = inbox.iter().find(|row| row.key == cause.key());
        match row {
            Some(row) if row.closed_at.is_none() => {
                if row.cause != *cause {
                    steps.push(AlertStep::Update { cause: cause.clone() });
                }
            }
            _ => steps.push(AlertStep::Open { cause: cause.clone() }),
        }
        if let Some(channels) = telling(cause, row, remote, now) {
            steps.push(AlertStep::Tell { cause: cause.clone(), channels });
        }
    }
    let over =
        |row: &&InboxRow| row.closed_at.is_none() && !causes.iter().any(|cause| cause.key() == row.key);
    steps.extend(inbox.iter().filter(over).map(|row| AlertStep::Close { key: row.key.clone() }));
    steps.extend(all_good(causes, inbox, remote));
    steps
}

/// Two facts can lead to one cause; the graver one is told.
fn unique(causes: &[Cause]) -> Vec<&Cause> {
    let mut unique: Vec<&Cause> = Vec::new();
    for cause in causes {
        match unique.iter_mut().find(|known| known.key() == cause.key()) {
            Some(known) if known.severity() < cause.severity() => *known = cause,
            Some(_) => {}
            None => unique.push(cause),
        }
    }
    unique
}

/// Where a cause is told now; `None` when it is not its time.
fn telling(
    cause: &Cause,
    row: Option<&InboxRow>,
    remote: &[Channel],
    now: Timestamp,
) -> Option<Vec<Channel>> {
    let times = row.map_or(0, |row| row.times);
    let last = row.and_then(|row| row.told);
    let pause = if times > 2 { WEEK } else { DAY };
    // A notice dated well ahead was given by a clock that was wrong.
    let waits = last.is_some_and(|told| {
        let age = now.duration_since(told.at);
        age < pause && age > -DAY
    });
    if waits {
        return None;
    }
    // What is grave does not begin in the tray.
    let rung = times + u32::from(times == 0 && cause.severity() == Severity::Alarm);
    Some(match rung {
        0 => vec![Channel::Tray],
        1 => vec![Channel::Tray, Channel::Desktop],
        _ => [Channel::Tray, Channel::Desktop].into_iter().chain(far(remote)).collect(),
    })
}

fn far(remote: &[Channel]) -> impl Iterator<Item = Channel> {
    [Channel::Email, Channel::Webhook].into_iter().filter(|channel| remote.contains(channel))
}

/// When nothing is wrong any more and something had been told beyond the tray (whose icon changes by itself).
fn all_good(causes: &[Cause], inbox: &[InboxRow], remote: &[Channel]) -> Option<AlertStep> {
    let told: Vec<&InboxRow> = inbox.iter().filter(|row| row.times > 0).collect();
    let farthest = told.iter().filter_map(|row| row.told).map(|told| told.channel).max()?;
    if !causes.is_empty() {
        return None;
    }
    let mut channels = vec![Channel::Tray];
    if farthest >= Channel::Desktop {
        channels.push(Channel::Desktop);
    }
    if farthest > Channel::Desktop {
        channels.extend(far(remote));
    }
    Some(AlertStep::AllGood { keys: told.iter().map(|row| row.key.clone()).collect(), channels })
}

#[cfg(test)]
mod tests;
