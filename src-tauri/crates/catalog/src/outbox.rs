//! Messages on their way out: queued once, tried until they are taken or too old, and remembered for a while so that nothing is told
//! twice.

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{Context, Result};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::Value;

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the messages";
const SAVE: &str = "save a message";
/// Messages that are done with are remembered for so long.
const MEMORY: SignedDuration = SignedDuration::from_hours(60 * 24);

/// A message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Id of the channel.
    pub channel: String,
    /// What it is about: the same for messages of which one is enough.
    pub key: String,
    /// Given up after this moment.
    pub until: Timestamp,
    /// What is to be said.
    pub body: Value,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// To be sent when it is due.
    Waiting,
    /// Taken by the other side.
    Sent,
    /// Not sent, and not tried any more.
    GivenUp,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// Its number; they grow.
    pub id: i64,
    /// Id of the channel.
    pub channel: String,
    /// As in [`Draft::key`].
    pub key: String,
    /// Where it stands.
    pub state: MessageState,
    /// When it was queued.
    pub made_at: Timestamp,
    /// Tried at this moment at the earliest.
    pub due_at: Timestamp,
    /// Given up after this one.
    pub until: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// What is to be said.
    pub body: Value,
    /// Why it was not taken the last time, or why it was given up.
    pub note: Option<String>,
}

impl MessageState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp].into_iter().find(|state| state.as_str() == word)
    }
}

impl Catalog {
    /// Queues messages, due now.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn queue_messages(&self, cx: &Context, messages: &[Draft]) -> Result<()> {
        self.write(cx, "catalog queue messages", |tx| queue(tx, cx.now(), messages))
    }

    /// The messages that are due at a moment, in the order in which they were queued. One that would be due more than two hours
    /// later was put off by a clock that has been set since.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn due_messages(&self, now: Timestamp) -> Result<Vec<MessageRow>> {
        let due = "state = 'waiting' AND (due_at <= ?1 OR due_at > ?1 + 7200000000) ORDER BY id";
        self.messages(due, now.as_microsecond())
    }

    /// The newest messages first, at most so many.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn recent_messages(&self, limit: u32) -> Result<Vec<MessageRow>> {
        self.messages("true ORDER BY id DESC LIMIT ?1", i64::from(limit))
    }

    /// When the next message is due; `None` when none waits.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn next_message_at(&self) -> Result<Option<Timestamp>> {
        let due: Option<i64> = self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT min(due_at) FROM outbox WHERE state = 'waiting'")
                .map_err(sql(READ))?;
            statement.query_row([], |row| row.get(0)).map_err(sql(READ))
        })?;
        due.map(moment).transpose()
    }

    /// When a message with a key was queued last.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn last_told(&self, key: &str) -> Result<Option<Timestamp>> {
        let made: Option<i64> = self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT made_at FROM outbox WHERE key = ?1 ORDER BY made_at DESC LIMIT 1")
                .map_err(sql(READ))?;
            statement.query_row([key], |row| row.get(0)).optional().map_err(sql(READ))
        })?;
        made.map(moment).transpose()
    }

    /// A message was tried and not taken: it is due again at a moment.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn put_message_off(&self, cx: &Context, id: i64, due_at: Timestamp, note: &str) -> Result<()> {
        self.write(cx, "catalog put message off", |tx| {
            tx.execute(
                "UPDATE outbox SET attempts = attempts + 1, due_at = ?2, note = ?3 WHERE id = ?1",
                params![id, due_at.as_microsecond(), note],
            )
            .map(drop)
            .map_err(sql(SAVE))
        })
    }

    /// A message is done with, taken or given up. Forgets messages that were done with long ago.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn end_message(&self, cx: &Context, id: i64, state: MessageState, note: Option<&str>) -> Result<()> {
        self.write(cx, "catalog end message", |tx| {
            tx.execute(
                "UPDATE outbox SET attempts = attempts + ?2, state = ?3, note = coalesce(?4, note) WHERE id = ?1",
                params![id, state == MessageState::Sent, state.as_str(), note],
            )
            .map_err(sql(SAVE))?;
            let old = cx.now().saturating_sub(MEMORY).map_or(i64::MIN, Timestamp::as_microsecond);
            tx.execute("DELETE FROM outbox WHERE state <> 'waiting' AND made_at < ?1", [old])
                .map(drop)
                .map_err(sql(SAVE))
        })
    }

    /// Gives up what waits for a channel that is gone.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn drop_messages(&self, cx: &Context, channel: &str) -> Result<()> {
        self.write(cx, "catalog drop messages", |tx| {
            tx.execute(
                "UPDATE outbox SET state = 'given_up', note = 'the channel was removed'
                 WHERE channel = ?1 AND state = 'waiting'",
                [channel],
            )
            .map(drop)
            .map_err(sql(SAVE))
        })
    }

    fn messages(&self, condition: &str, value: i64) -> Result<Vec<MessageRow>> {
        let query = format!(
            "SELECT id, channel, key, state, made_at, due_at, until, attempts, body, note FROM outbox WHERE {condition}"
        );
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
            let mut rows = statement.query([value]).map_err(sql(READ))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next().map_err(sql(READ))? {
                found.push(parse(row)?);
            }
            Ok(found)
        })
    }
}

/// See [`Catalog::queue_messages`].
pub(crate) fn queue(tx: &Transaction<'_>, now: Timestamp, messages: &[Draft]) -> Result<()> {
    for message in messages {
        tx.execute(
            "INSERT INTO outbox (channel, key, state, made_at, due_at, until, body)
             VALUES (?1, ?2, 'waiting', ?3, ?3, ?4, ?5)",
            params![
                message.channel,
                message.key,
                now.as_microsecond(),
                message.until.as_microsecond(),
                message.body.to_string()
            ],
        )
        .map_err(sql(SAVE))?;
    }
    Ok(())
}

fn parse(row: &Row<'_>) -> Result<MessageRow> {
    let number = |at: usize| row.get::<_, i64>(at).map_err(sql(READ));
    let text = |at: usize| row.get::<_, String>(at).map_err(sql(READ));
    let state = text(3)?;
    Ok(MessageRow {
        id: number(0)?,
        channel: text(1)?,
        key: text(2)?,
        state: MessageState::parse(&state).ok_or_else(|| odd(READ, &state))?,
        made_at: moment(number(4)?)?,
        due_at: moment(number(5)?)?,
        until: moment(number(6)?)?,
        attempts: row.get(7).map_err(sql(READ))?,
        body: serde_json::from_str(&text(8)?).map_err(|error| odd(READ, &error))?,
        note: row.get(9).map_err(sql(READ))?,
    })
}

fn moment(microseconds: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(|error| odd(READ, &error))
}
