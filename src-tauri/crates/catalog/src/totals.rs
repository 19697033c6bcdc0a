//! Sums over a part of a snapshot, on several threads: opening a folder with a million files below it must not wait.

use resguardo_domain::{EntryPath, Result, SnapshotId};
use rusqlite::{Connection, params};

use crate::Catalog;
use crate::browse::{range_of, recorded};
use crate::error::{odd, sql};
use crate::series::{Scope, scope};

const READ: &str = "sum the file versions";
/// Threads at most.
const THREADS: usize = 4;
/// Folders that one thread sums faster than a second one starts.
const FEW: usize = 500;

impl Catalog {
    /// Files at or below a path of a snapshot and the sum of their sizes.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot.
    pub fn totals(&self, snapshot: &SnapshotId, path: &EntryPath) -> Result<(u64, u64)> {
        let (scope, itself, folders) = self.read(|connection| {
            let scope = scope(connection, snapshot)?;
            let itself = if path.is_root() { None } else { recorded(connection, scope, path)? };
            Ok((scope, itself, folder_ids(connection, scope, path)?))
        })?;
        let share = folders.len().div_ceil(THREADS).max(FEW);
        let sums = std::thread::scope(|threads| {
            let parts: Vec<_> = folders
                .chunks(share)
                .map(|part| threads.spawn(move || self.read(|connection| sum(connection, scope, part))))
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|_| Err(odd(READ, "a thread ended"))))
                .collect::<Result<Vec<_>>>()
        })?;
        let own = itself.filter(|version| version.record.tag == 'f').map(|version| (1, version.record.size));
        Ok(sums.into_iter().chain(own).fold((0, 0), add))
    }
}

fn add(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0 + b.0, a.1.saturating_add(b.1))
}

fn folder_ids(connection: &Connection, scope: Scope, path: &EntryPath) -> Result<Vec<i64>> {
    let (from, to) = range_of(path);
    let mut statement = connection
        .prepare_cached(
            "SELECT id FROM folders WHERE series = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4)) ORDER BY id",
        )
        .map_err(sql(READ))?;
    let rows = statement
        .query_map(params![scope.series, path.as_str(), from, to], |row| row.get(0))
        .map_err(sql(READ))?;
    rows.collect::<rusqlite::Result<_>>().map_err(sql(READ))
}

fn sum(connection: &Connection, scope: Scope, folders: &[i64]) -> Result<(u64, u64)> {
    let tx = connection.unchecked_transaction().map_err(sql(READ))?;
    let mut statement = tx
        .prepare_cached(
            "SELECT count(*), total(size) FROM versions
             WHERE folder = ?1 AND first <= ?2 AND last > ?2 AND tag = unicode('f')",
        )
        .map_err(sql(READ))?;
    let mut sums = (0, 0);
    for &folder in folders {
        // A floating sum can't overflow, whatever a listing claims.
        let part = statement
            .query_row([folder, scope.generation], |row| {
                Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, f64>(1)? as u64))
            })
            .map_err(sql(READ))?;
        sums = add(sums, part);
    }
    Ok(sums)
}
