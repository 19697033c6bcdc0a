//! Looking into a copy that nobody else has open: is it whole, how many rows are in it.

use std::collections::BTreeMap;

use resguardo_domain::DatabaseFacts;
use rusqlite::{Connection, ErrorCode};

/// Complaints beyond these add nothing.
const COMPLAINTS: usize = 5;

/// Page size, rows per table and the quick check's verdict. A database that can't even be asked is an error.
pub(super) fn facts(copy: &Connection) -> rusqlite::Result<DatabaseFacts> {
    let page_size = copy.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let damage = complaints(copy, "PRAGMA quick_check(5)")?;
    Ok(DatabaseFacts { rows: rows(copy), page_size, damage })
}

/// The complaints of a check; `None` when it finds nothing wrong, or can't be done here (a function or collation of the
/// program that owns the database is missing).
pub(super) fn complaints(copy: &Connection, check: &str) -> rusqlite::Result<Option<String>> {
    let all = copy.prepare(check).and_then(|mut check| {
        check.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()
    });
    match all {
        Ok(lines) if lines.iter().all(|line| line == "ok") => Ok(None),
        Ok(lines) => Ok(Some(lines[..lines.len().min(COMPLAINTS)].join("; "))),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(Some(error.to_string())),
            Some(ErrorCode::Unknown) => Ok(None),
            _ => Err(error),
        },
    }
}

/// Rows per ordinary table; one that can't be counted is left out.
fn rows(copy: &Connection) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for table in tables(copy).unwrap_or_default() {
        let quoted = table.replace('"', "\"\"");
        let count = copy
            .query_row(&format!("SELECT count(*) FROM main.\"{quoted}\""), [], |row| row.get::<_, i64>(0));
        if let Ok(count) = count.map(i64::unsigned_abs) {
            counted.insert(table, count);
        }
    }
    counted
}

/// Virtual tables and the tables behind them are not what an owner calls a table.
fn tables(copy: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut list = copy.prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    list.query_map([], |row| row.get(0))?.collect()
}
