//! What has changed: noticed by the tables themselves, so that no writer can forget to tell, and told once it is committed.
//!
//! Temporary triggers of the writing connection call a function for each row. SQLite's own update hook would not do: it says nothing
//! of tables without row ids, which most of ours are.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use resguardo_domain::{Result, Topic};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::error::sql;

const DOING: &str = "watch the catalog";

/// Tables whose rows somebody looks at, and what that is.
const TOLD: &[(&str, &[Topic])] = &[
    ("plans", &[Topic::Plans]),
    ("plan_times", &[Topic::Plans]),
    ("snapshots", &[Topic::Snapshots]),
    ("pins", &[Topic::Snapshots]),
    ("flags", &[Topic::Snapshots]),
    ("copies", &[Topic::Snapshots]),
    ("uploads", &[Topic::Uploads]),
    ("operations", &[Topic::Operations]),
    ("destinations", &[Topic::Destinations]),
    ("places", &[Topic::Destinations]),
    ("alerts", &[Topic::Alerts]),
    ("outbox", &[Topic::Channels]),
    ("slots", &[Topic::Slots]),
    ("schedules", &[Topic::Slots]),
    ("heartbeats", &[Topic::Computers]),
];
/// The table of settings: its keys say what they are about.
const SETTINGS: &str = "settings";
/// Tables that nobody sees change: the catalog's own, and the contents of snapshots, which never change once they are there.
#[cfg(test)]
const SILENT: &[&str] = &["meta", "generations", "series", "folders", "names", "versions", "sums"];

/// What has changed since when; shared by everybody who waits for it.
#[derive(Debug)]
pub struct Changes {
    /// Of the transaction at work.
    pending: AtomicU32,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// The number before the first change: what is asked with a smaller one comes from another run of the program.
    first: u64,
    sequence: u64,
    /// The last change of each topic.
    last: [u64; Topic::ALL.len()],
}

/// What has changed since a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The number of the last change.
    pub sequence: u64,
    /// What changed, each topic once.
    pub topics: Vec<Topic>,
}

impl Changes {
    /// Numbers begin after `first`, which grows from run to run.
    pub(crate) fn new(first: u64) -> Arc<Self> {
        let state = State { first, sequence: first, last: [0; Topic::ALL.len()] };
        Arc::new(Self { pending: AtomicU32::new(0), state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Makes a connection's tables tell of themselves.
    pub(crate) fn watch(self: &Arc<Self>, connection: &Connection) -> Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
        let watched = || -> rusqlite::Result<()> {
            let changes = Arc::clone(self);
            connection.create_scalar_function("tell_change", 1, flags, move |context| {
                changes.pending.fetch_or(context.get(0)?, Relaxed);
                Ok(0)
            })?;
            let changes = Arc::clone(self);
            connection.create_scalar_function("tell_setting", 1, flags, move |context| {
                let key: String = context.get(0)?;
                changes.pending.fetch_or(bits(setting(&key)), Relaxed);
                Ok(0)
            })?;
            connection.execute_batch(&triggers())
        };
        watched().map_err(sql(DOING))
    }

    /// Forgets what a transaction that is no more has changed.
    pub(crate) fn begin(&self) {
        self.pending.store(0, Relaxed);
    }

    /// The transaction is committed: tells everybody.
    pub(crate) fn commit(&self) {
        self.publish(self.pending.swap(0, Relaxed));
    }

    /// Tells of a change that no table shows.
    pub fn note(&self, topics: &[Topic]) {
        self.publish(bits(topics));
    }

    fn publish(&self, bits: u32) {
        if bits == 0 {
            return;
        }
        let mut state = self.state();
        state.sequence += 1;
        let has = |topic: Topic| bits & bit(topic) != 0;
        let status = Topic::ALL.into_iter().any(|topic| has(topic) && topic.bears_on_status());
        for topic in Topic::ALL {
            if has(topic) || (topic == Topic::Status && status) {
                state.last[topic as usize] = state.sequence;
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// What has changed since a number; everything when the number is not one of this run.
    pub fn since(&self, after: u64) -> Changed {
        self.state().since(after)
    }

    /// The same, but waits for a change, at most so long.
    pub fn wait(&self, after: u64, at_most: Duration) -> Changed {
        let waited = self
            .changed
            .wait_timeout_while(self.state(), at_most, |state| state.since(after).topics.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0.since(after)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn since(&self, after: u64) -> Changed {
        let known = (self.first..=self.sequence).contains(&after);
        let changed = |topic: &Topic| !known || self.last[*topic as usize] > after;
        Changed { sequence: self.sequence, topics: Topic::ALL.into_iter().filter(changed).collect() }
    }
}

fn bit(topic: Topic) -> u32 {
    1 << topic as u32
}

fn bits(topics: &[Topic]) -> u32 {
    topics.iter().fold(0, |bits, topic| bits | bit(*topic))
}

/// What a setting is about.
fn setting(key: &str) -> &'static [Topic] {
    match key {
        "channels" => &[Topic::Channels],
        "pauses" | "clock-watch" => &[Topic::Settings, Topic::Slots],
        _ => &[Topic::Settings],
    }
}

fn triggers() -> String {
    let told = TOLD.iter().map(|(table, topics)| {
        let call = format!("tell_change({})", bits(topics));
        (*table, [call.clone(), call.clone(), call])
    });
    let [new, old] = ["NEW", "OLD"].map(|row| format!("tell_setting({row}.key)"));
    let settings = (SETTINGS, [new.clone(), new, old]);
    let mut text = String::new();
    for (table, calls) in told.chain([settings]) {
        for (event, call) in ["INSERT", "UPDATE", "DELETE"].into_iter().zip(calls) {
            text.push_str(&format!(
                "CREATE TEMP TRIGGER tell_{table}_{event} AFTER {event} ON main.{table} BEGIN SELECT {call}; END;\n"
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_a_number_of_its_own() {
        for (number, topic) in Topic::ALL.into_iter().enumerate() {
            assert_eq!(topic as usize, number);
        }
    }

    #[test]
    fn every_table_is_told_of_or_known_to_be_silent() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        let query =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut statement = connection.prepare(query).unwrap();
        let tables: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect();
        let mut known: Vec<&str> = TOLD.iter().map(|(table, _)| *table).chain([SETTINGS]).collect();
        known.extend(SILENT);
        known.sort_unstable();
        assert_eq!(tables, known);
    }

    #[test]
    fn a_number_of_another_run_gets_everything() {
        let changes = Changes::new(1000);
        assert!(changes.since(1000).topics.is_empty());
        for other in [0, 999, 1001] {
            assert_eq!(changes.since(other).topics, Topic::ALL, "{other}");
        }
        changes.note(&[Topic::Alerts]);
        assert_eq!(changes.since(1000), Changed { sequence: 1001, topics: vec![Topic::Alerts] });
        assert!(changes.since(1001).topics.is_empty());
    }
}
