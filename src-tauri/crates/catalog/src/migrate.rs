//! Schema steps: which there are, how they are applied, and which files are not ours to touch.

use std::path::Path;

use resguardo_domain::{Error, Kind, Result};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::error::sql;

/// The numbered migrations in order; never edited once released.
const STEPS: &[&str] = &[
    include_str!("../migrations/001_start.sql"),
    include_str!("../migrations/002_slots.sql"),
    include_str!("../migrations/003_guard.sql"),
    include_str!("../migrations/004_alerts.sql"),
    include_str!("../migrations/005_heartbeats.sql"),
    include_str!("../migrations/006_makers.sql"),
    include_str!("../migrations/007_sums.sql"),
];

/// Marks the file as ours in its header: `RSGD`.
const APPLICATION: i32 = 0x5253_4744;

const DOING: &str = "open the catalog";

/// Refuses a file of a newer program or of another one, before anything is written.
pub(crate) fn refuse_foreign(connection: &Connection, path: &Path) -> Result<()> {
    // All of one moment: between two looks another process may make the file ours.
    let tx = connection.unchecked_transaction().map_err(sql(DOING))?;
    let connection: &Connection = &tx;
    let step = step(connection)?;
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(sql(DOING))?;
    let tables: u32 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(sql(DOING))?;
    if tables > 0 && application != APPLICATION {
        return Err(Error::new(Kind::CatalogDamaged, DOING)
            .fact("path", path.display())
            .because("the file is another program's database"));
    }
    let needed = if step > STEPS.len() { min_reader(connection)? } else { 0 };
    if needed > STEPS.len() {
        return Err(Error::new(Kind::CatalogNewer, DOING)
            .fact("path", path.display())
            .fact("needed", needed)
            .fact("known", STEPS.len()));
    }
    Ok(())
}

/// Applies the missing steps in one transaction; another process may have done so meanwhile.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    if step(connection)? >= STEPS.len() {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql(DOING))?;
    for migration in STEPS.iter().skip(step(&tx)?) {
        tx.execute_batch(migration).map_err(sql(DOING))?;
    }
    tx.pragma_update(None, "application_id", APPLICATION).map_err(sql(DOING))?;
    // A schema of a newer program that we may read keeps its number.
    let reached = step(&tx)?.max(STEPS.len());
    tx.pragma_update(None, "user_version", i64::try_from(reached).unwrap_or(i64::MAX)).map_err(sql(DOING))?;
    tx.commit().map_err(sql(DOING))
}

fn step(connection: &Connection) -> Result<usize> {
    let step: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sql(DOING))?;
    Ok(usize::try_from(step).unwrap_or(usize::MAX))
}

fn min_reader(connection: &Connection) -> Result<usize> {
    let number: Option<i64> = connection
        .query_row("SELECT value FROM meta WHERE key = 'min_reader'", [], |row| row.get(0))
        .optional()
        .map_err(sql(DOING))?;
    Ok(number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX))
}
