//! The courier: sends what waits in the outbox, tries again what was not taken, and gives up what has become too old. It sleeps until
//! a message is due.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use resguardo_catalog::{MessageRow, MessageState};
use resguardo_domain::{Context, Error, Kind, Language, Result, Retry, without_secrets};
use resguardo_notices::{ChannelConfig, Link, Message, Ping, Severity};
use resguardo_words::{Customs, Words};

use super::notice::message;
use super::{ChannelRow, Notice, PingSign};
use crate::Engine;

/// Minutes after the first, second, third failure; from then on the last of these.
const PAUSES: [u32; 4] = [1, 5, 30, 60];
/// Seconds: what another side asks for is heeded up to here.
const LONGEST_PAUSE: i64 = 2 * 3600;
/// However far away the next message is: a clock that is set must not put it off for long.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// See the module. One for each computer, beside the scheduler.
#[derive(Debug)]
pub struct Courier {
    engine: Arc<Engine>,
    /// The user's language, where the owner chose none.
    language: Language,
}

impl Courier {
    /// The courier of an engine.
    pub fn new(engine: Arc<Engine>, language: Language) -> Self {
        Self { engine, language }
    }

    /// Delivers until somebody asks to stop; [`Engine::wake`] makes it look at once.
    pub fn run(&self, cx: &Context) {
        let mut trouble = None;
        while cx.check().is_ok() {
            let kind = self.deliver(cx).err().map(|error| {
                if trouble != Some(error.kind) && !error.is_cancelled() {
                    crate::log::untold(&error);
                }
                error.kind
            });
            trouble = kind;
            self.engine.mail.sleep(self.sleep());
        }
    }

    fn sleep(&self) -> Duration {
        let next = self.engine.catalog.next_message_at().ok().flatten();
        let left = next.map(|next| next.duration_since(self.engine.cx.now()));
        let left = left.map(|left| Duration::try_from(left).unwrap_or_default());
        // What is due but could not even be marked as tried must not be tried in a tight circle.
        left.unwrap_or(LONGEST_SLEEP).clamp(Duration::from_secs(1), LONGEST_SLEEP)
    }

    /// Sends everything that is due; tells how many messages were taken. A channel that fails keeps its other messages too.
    ///
    /// # Errors
    /// When the catalog can't be read or written, and when it was cancelled; never what a channel says.
    pub fn deliver(&self, cx: &Context) -> Result<usize> {
        let due = self.engine.catalog.due_messages(cx.now())?;
        if due.is_empty() {
            return Ok(0);
        }
        let channels = self.engine.channel_rows()?;
        let mut failed: BTreeMap<&str, Error> = BTreeMap::new();
        let mut taken = 0;
        for row in &due {
            let channel = channels.iter().find(|channel| channel.id == row.channel && channel.on);
            let Some(channel) = channel.filter(|_| cx.now() <= row.until) else {
                self.end(row, MessageState::GivenUp, Some("too late, or nobody to tell"))?;
                continue;
            };
            let sent = match failed.get(channel.id.as_str()) {
                Some(error) => Err(error.clone()),
                None => self.send(cx, channel, row),
            };
            match sent {
                Ok(()) => {
                    self.end(row, MessageState::Sent, None)?;
                    taken += 1;
                }
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => {
                    let error = without_secrets(error);
                    self.put_off(cx, row, &error)?;
                    failed.entry(channel.id.as_str()).or_insert(error);
                }
            }
        }
        Ok(taken)
    }

    fn end(&self, row: &MessageRow, state: MessageState, note: Option<&str>) -> Result<()> {
        self.engine.catalog.end_message(&self.engine.cx.fresh(), row.id, state, note)
    }

    fn put_off(&self, cx: &Context, row: &MessageRow, error: &Error) -> Result<()> {
        let due_at = cx.now().saturating_add(pause(row.attempts, error)).unwrap_or(Timestamp::MAX);
        let note = crate::to_json(error)?;
        if due_at > row.until {
            return self.end(row, MessageState::GivenUp, Some(&note));
        }
        self.engine.catalog.put_message_off(&self.engine.cx.fresh(), row.id, due_at, &note)
    }

    fn send(&self, cx: &Context, channel: &ChannelRow, row: &MessageRow) -> Result<()> {
        let engine = &self.engine;
        let notice = Notice::of(row)?;
        let secret = engine.open_secret(cx, channel)?;
        if let (ChannelConfig::Ping(config), Notice::Ping { sign, text }) = (&channel.config, &notice) {
            let url = secret.ok_or_else(|| Error::invalid("url", "", "it is missing"))?;
            let ping = Ping::new(config, &url)?;
            let failure = match sign {
                PingSign::Start => ping.start(cx),
                PingSign::Success => ping.success(cx, text),
                PingSign::Fail => ping.fail(cx, text, None),
            };
            return failure.map_or(Ok(()), Err);
        }
        let language = engine.notice_settings()?.language.unwrap_or(self.language);
        let (customs, names) = (Customs::new(language), engine.owner_names(&engine.plans()?)?);
        let words = Words { customs: &customs, names: &names };
        let message = notice.message(&words, row, &engine.computer.name);
        let message = linked(engine, channel, message, || notice.link(&words, row));
        channel.config.open(secret.as_ref(), &engine.identity())?.send(cx, &message)
    }
}

/// Sends a message that only says that messages arrive.
pub(super) fn send_test(engine: &Engine, cx: &Context, row: &ChannelRow, language: Language) -> Result<()> {
    let language = engine.notice_settings()?.language.unwrap_or(language);
    let (customs, names) = (Customs::new(language), resguardo_words::Names::default());
    let words = Words { customs: &customs, names: &names };
    let text = words.channel_test(&row.name);
    let message = message(&words, text, Severity::Info, "test", &engine.computer.name, cx.now());
    let secret = engine.open_secret(cx, row)?;
    row.config.open(secret.as_ref(), &engine.identity())?.send(cx, &message)
}

/// With a link where a click on it is heard: on the desktop, when a program with a window is there.
fn linked(engine: &Engine, channel: &ChannelRow, message: Message, link: impl FnOnce() -> Link) -> Message {
    let heard = channel.config == ChannelConfig::Desktop && engine.identity.get().is_some();
    Message { link: heard.then(link), ..message }
}

/// How long to wait after a failure, with so many before it.
fn pause(attempts: u32, error: &Error) -> SignedDuration {
    let step = usize::try_from(attempts).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    // Who refuses a password locks out those who keep trying.
    let minutes = if error.kind == Kind::ChannelDenied { PAUSES[PAUSES.len() - 1] } else { PAUSES[step] };
    let asked = match error.retry {
        Retry::Soon(seconds) => i64::from(seconds),
        _ => 0,
    };
    SignedDuration::from_secs(asked.min(LONGEST_PAUSE).max(i64::from(minutes) * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_heed_what_the_other_side_asks() {
        let mut error = Error::new(Kind::ChannelUnreachable, "send");
        error.retry = Retry::Never;
        let minutes: Vec<i64> = (0..6).map(|attempts| pause(attempts, &error).as_mins()).collect();
        assert_eq!(minutes, [1, 5, 30, 60, 60, 60]);
        error.retry = Retry::Soon(7200);
        assert_eq!(pause(0, &error).as_mins(), 120);
        error.retry = Retry::Soon(u32::MAX);
        assert_eq!(pause(0, &error).as_mins(), 120);
        let denied = Error::new(Kind::ChannelDenied, "send");
        assert_eq!(pause(0, &denied).as_mins(), 60);
    }
}
