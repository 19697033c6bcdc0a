//! A damaged catalog: set aside, never deleted, and replaced by a fresh one with what the owner typed in carried over.

use std::path::{Path, PathBuf};

use resguardo_domain::{Context, DestinationKind, Error, InboxRow, Kind, Plan, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use crate::Catalog;
use crate::error::sql;
use crate::self_backup::{beside, flush_folder_of};

const DOING: &str = "set the damaged catalog aside";

/// What can't be had again from the manifests: table and number of columns.
const KEPT: &[(&str, usize)] = &[
    ("settings", 2),
    ("plans", 4),
    ("destinations", 5),
    ("generations", 2),
    ("pins", 1),
    ("slots", 8),
    ("schedules", 3),
    ("flags", 3),
    ("plan_times", 2),
    ("places", 5),
    ("alerts", 4),
    ("heartbeats", 10),
];

impl Catalog {
    /// Opens the catalog; a damaged file is renamed to `catalog.damaged-<time>.db` (with its log) and a fresh one takes
    /// its place, with the plans, destinations, settings, pins and slots that could still be read. The second value is
    /// the damaged file's new path; then the snapshots are to be ingested again.
    ///
    /// # Errors
    /// As [`Catalog::open`], but for [`Kind::CatalogDamaged`].
    pub fn open_or_set_aside(cx: &Context, path: &Path) -> Result<(Self, Option<PathBuf>)> {
        let fresh = beside(path, ".new");
        if !path.exists() && fresh.exists() {
            // An earlier run ended between the two renames.
            rename(cx, &fresh, path)?;
        }
        match Self::open(cx, path) {
            Ok(catalog) => Ok((catalog, None)),
            Err(error) if error.kind == Kind::CatalogDamaged => {
                prepare_fresh(cx, path, &fresh)?;
                let aside = set_aside(cx, path)?;
                rename(cx, &fresh, path)?;
                Ok((Self::open(cx, path)?, Some(aside)))
            }
            Err(error) => Err(error),
        }
    }
}

/// Makes the new catalog complete before the damaged one moves, so that a crash in between loses nothing.
fn prepare_fresh(cx: &Context, damaged: &Path, fresh: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        cx.step("catalog clear aside")?;
        match std::fs::remove_file(beside(fresh, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io(&error, DOING, fresh.display()));
            }
            _ => {}
        }
    }
    let catalog = Catalog::open(cx, fresh)?;
    let Ok(damaged) = Connection::open_with_flags(damaged, OpenFlags::SQLITE_OPEN_READ_ONLY) else {
        return Ok(());
    };
    catalog.write(cx, "catalog carry over", |tx| {
        for (table, columns) in KEPT {
            let places = vec!["?"; *columns].join(", ");
            for row in readable_rows(&damaged, table, *columns) {
                tx.execute(
                    &format!("INSERT OR IGNORE INTO {table} VALUES ({places})"),
                    params_from_iter(row),
                )
                .map_err(sql(DOING))?;
            }
        }
        Ok(())
    })
}

fn set_aside(cx: &Context, path: &Path) -> Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let time = cx.now().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d_%H%M%S").to_string();
    let mut aside = path.with_file_name(format!("{stem}.damaged-{time}.db"));
    let mut again = 1;
    while aside.exists() {
        again += 1;
        aside = path.with_file_name(format!("{stem}.damaged-{time}_{again}.db"));
    }
    // The log and its index go first: left beside a fresh file they would be taken for its own.
    for suffix in ["-wal", "-shm", ""] {
        let from = beside(path, suffix);
        if from.exists() {
            rename(cx, &from, &beside(&aside, suffix))?;
        }
    }
    Ok(aside)
}

fn rename(cx: &Context, from: &Path, to: &Path) -> Result<()> {
    cx.step("catalog set aside")?;
    std::fs::rename(from, to)
        .and_then(|()| flush_folder_of(to))
        .map_err(|error| Error::io(&error, DOING, from.display()))
}

/// The sound rows of a table up to the first unreadable one, from its beginning and then from its end.
fn readable_rows(damaged: &Connection, table: &str, columns: usize) -> Vec<Vec<Value>> {
    let mut found = Vec::new();
    for order in ["ASC", "DESC"] {
        let Ok(mut statement) = damaged.prepare(&format!("SELECT * FROM {table} ORDER BY 1 {order}")) else {
            continue;
        };
        if statement.column_count() != columns {
            continue;
        }
        let read = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
        let Ok(rows) = statement.query_map([], read) else { continue };
        found.extend(rows.map_while(rusqlite::Result::<Vec<Value>>::ok).filter(|row| is_sound(table, row)));
    }
    found
}

/// Whether a row means what it should: one that can't be understood would make its whole table unreadable.
fn is_sound(table: &str, row: &[Value]) -> bool {
    let text = |at: usize| match row.get(at) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "",
    };
    match table {
        "settings" => serde_json::from_str::<serde_json::Value>(text(1)).is_ok(),
        "plans" => serde_json::from_str::<Plan>(text(3)).is_ok(),
        "destinations" => {
            serde_json::from_str::<DestinationKind>(text(3)).is_ok()
                && serde_json::from_str::<serde_json::Value>(text(4)).is_ok()
        }
        "alerts" => serde_json::from_str::<InboxRow>(text(3)).is_ok(),
        // A claimed slot waits for an operation that is not carried over: it comes again by itself.
        "slots" => text(4) != "claimed" && serde_json::from_str::<crate::SlotState>(text(7)).is_ok(),
        "heartbeats" => crate::heartbeats::is_sound(row),
        _ => true,
    }
}
