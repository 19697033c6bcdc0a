//! What lies below each folder of a snapshot, from one pass over its versions: the folders in the order of their paths with running
//! sums, so that any folder's sum is the difference of two.

use resguardo_domain::{EntryPath, Result, SnapshotId};
use rusqlite::{Connection, params};

use crate::Catalog;
use crate::browse::range_of;
use crate::error::{odd, sql};
use crate::series::{Scope, scope};

const READ: &str = "sum the folders";
/// Threads at most.
const THREADS: usize = 4;
/// Folders that one thread sums faster than a second one starts.
const FEW: usize = 500;

/// What is in a folder itself.
#[derive(Debug, Clone, Copy, Default)]
struct Own {
    files: u64,
    bytes: u64,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct TreeSums {
    /// Folders in which something is, by path.
    paths: Vec<Box<str>>,
    /// The sum of everything before each, and of everything at the end.
    before: Vec<Own>,
}

impl TreeSums {
    /// Reads the sums of a snapshot.
    pub(super) fn read(catalog: &Catalog, snapshot: &SnapshotId) -> Result<Self> {
        let (scope, folders) = catalog.read(|connection| {
            let scope = scope(connection, snapshot)?;
            Ok((scope, folders(connection, scope)?))
        })?;
        let share = folders.len().div_ceil(THREADS).max(FEW);
        let parts = std::thread::scope(|threads| {
            let parts: Vec<_> = folders
                .chunks(share)
                .map(|part| threads.spawn(move || catalog.read(|connection| own(connection, scope, part))))
                .collect();
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|_| Err(odd(READ, "a thread ended"))))
                .collect::<Result<Vec<_>>>()
        })?;
        let mut sums = Self { paths: Vec::with_capacity(folders.len()), before: vec![Own::default()] };
        let mut all = Own::default();
        for ((_, path), own) in folders.into_iter().zip(parts.into_iter().flatten()) {
            let Some(own) = own else { continue };
            all = Own { files: all.files + own.files, bytes: all.bytes.saturating_add(own.bytes) };
            sums.paths.push(path.into());
            sums.before.push(all);
        }
        Ok(sums)
    }

    fn place(&self, path: &str) -> usize {
        self.paths.partition_point(|known| &**known < path)
    }

    fn between(&self, from: usize, to: usize) -> (u64, u64) {
        let at = |place: usize| self.before.get(place).copied().unwrap_or_default();
        (at(to).files - at(from).files, at(to).bytes.saturating_sub(at(from).bytes))
    }

    /// Files below a folder and their bytes.
    pub(super) fn below(&self, folder: &EntryPath) -> (u64, u64) {
        let (from, to) = range_of(folder);
        let itself = self.place(folder.as_str());
        let own = match self.paths.get(itself) {
            Some(path) if **path == *folder.as_str() => self.between(itself, itself + 1),
            _ => (0, 0),
        };
        let deeper = self.between(self.place(&from), self.place(&to));
        (own.0 + deeper.0, own.1.saturating_add(deeper.1))
    }

    /// The names of the folders in a folder below which anything lies, recorded or not.
    pub(super) fn subfolders(&self, folder: &EntryPath) -> Vec<&str> {
        let (from, to) = range_of(folder);
        let start = if folder.is_root() { 0 } else { folder.as_str().len() + 1 };
        let (mut at, end) = (self.place(&from), self.place(&to));
        let mut names: Vec<&str> = Vec::new();
        while at < end {
            let path = &self.paths[at];
            let name = path.get(start..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            names.push(name);
            // After `a` itself `a b` may come before `a/c`; after anything in `a` all of it is leapt over.
            at = if path.len() == start + name.len() {
                at + 1
            } else {
                self.place(&format!("{}0", &path[..start + name.len()]))
            };
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn folders(connection: &Connection, scope: Scope) -> Result<Vec<(i64, String)>> {
    let mut statement = connection
        .prepare_cached("SELECT id, path FROM folders WHERE series = ?1 ORDER BY path")
        .map_err(sql(READ))?;
    let rows =
        statement.query_map([scope.series], |row| Ok((row.get(0)?, row.get(1)?))).map_err(sql(READ))?;
    rows.collect::<rusqlite::Result<_>>().map_err(sql(READ))
}

/// What is in each folder; `None` for one that holds nothing in this snapshot.
fn own(connection: &Connection, scope: Scope, folders: &[(i64, String)]) -> Result<Vec<Option<Own>>> {
    let tx = connection.unchecked_transaction().map_err(sql(READ))?;
    let mut statement = tx
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE tag = unicode('f')),
                    total(size) FILTER (WHERE tag = unicode('f'))
             FROM versions WHERE folder = ?1 AND first <= ?2 AND last > ?2",
        )
        .map_err(sql(READ))?;
    let mut found = Vec::with_capacity(folders.len());
    for (folder, _) in folders {
        // A floating sum can't overflow, whatever a listing claims.
        let (all, files, bytes): (i64, i64, f64) = statement
            .query_row(params![folder, scope.generation], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .map_err(sql(READ))?;
        found.push((all > 0).then_some(Own { files: files.cast_unsigned(), bytes: bytes as u64 }));
    }
    Ok(found)
}
