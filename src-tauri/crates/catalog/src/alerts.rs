//! The inbox: one row for each cause that was ever told of, and the messages that go out with a change of it.

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{Context, InboxRow, Result};
use rusqlite::params;

use crate::Catalog;
use crate::error::{odd, sql};
use crate::outbox::{Draft, queue};

const READ: &str = "read the alerts";
const SAVE: &str = "save the alerts";
/// A closed row is remembered for so long: it also says that a cause was told of lately.
const MEMORY: SignedDuration = SignedDuration::from_hours(180 * 24);

impl Catalog {
    /// Every row, open or closed, by its key.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn inbox(&self) -> Result<Vec<InboxRow>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT body FROM alerts ORDER BY key").map_err(sql(READ))?;
            let bodies = statement.query_map([], |row| row.get::<_, String>(0)).map_err(sql(READ))?;
            bodies
                .map(|body| {
                    serde_json::from_str(&body.map_err(sql(READ))?).map_err(|error| odd(READ, &error))
                })
                .collect()
        })
    }

    /// Keeps rows as they are now and the messages that tell of them, all or nothing: what is written as told is on its way.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn save_alerts(&self, cx: &Context, rows: &[InboxRow], messages: &[Draft]) -> Result<()> {
        self.write(cx, "catalog save alerts", |tx| {
            for row in rows {
                let body = serde_json::to_string(row).map_err(|error| odd(SAVE, &error))?;
                let closed_at = row.closed_at.map(Timestamp::as_microsecond);
                tx.execute(
                    "INSERT OR REPLACE INTO alerts VALUES (?1, ?2, ?3, ?4)",
                    params![row.key, row.opened_at.as_microsecond(), closed_at, body],
                )
                .map_err(sql(SAVE))?;
            }
            let old = cx.now().saturating_sub(MEMORY).map_or(i64::MIN, Timestamp::as_microsecond);
            tx.execute("DELETE FROM alerts WHERE closed_at < ?1", [old]).map_err(sql(SAVE))?;
            queue(tx, cx.now(), messages)
        })
    }
}
