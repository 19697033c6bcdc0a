//! What is in each folder itself, kept as intervals beside the versions: a snapshot's folders are summed when it is taken in, so that
//! nobody who looks at it has to read a million versions.

use std::collections::HashSet;

use resguardo_domain::Result;
use rusqlite::{Connection, Transaction};

use crate::error::sql;
use crate::series::{OPEN, Scope};

const WRITE: &str = "sum the folders";

/// The sums of a folder; a floating sum can't overflow, whatever a listing claims.
const SUMS: &str = "count(*), count(*) FILTER (WHERE tag = unicode('f')), \
     CAST(total(size) FILTER (WHERE tag = unicode('f')) AS INTEGER)";

/// What is in a folder itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Own {
    /// Files.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// Sums every folder of a series that begins.
pub(crate) fn sum_all(tx: &Transaction<'_>, scope: Scope) -> Result<()> {
    let query = format!(
        "INSERT INTO sums SELECT v.folder, ?2, ?3, {SUMS} FROM folders AS f JOIN versions AS v ON v.folder = f.id
         WHERE f.series = ?1 GROUP BY v.folder"
    );
    tx.execute(&query, [scope.series, scope.generation, OPEN]).map(drop).map_err(sql(WRITE))
}

/// Sums the folders in which a generation changed something.
pub(crate) fn sum(tx: &Transaction<'_>, scope: Scope, folders: HashSet<i64>) -> Result<()> {
    let insert = format!(
        "INSERT INTO sums SELECT folder, ?2, ?3, {SUMS} FROM versions
         WHERE folder = ?1 AND last = ?3 GROUP BY folder"
    );
    let mut sorted: Vec<i64> = folders.into_iter().collect();
    sorted.sort_unstable();
    for folder in sorted {
        tx.prepare_cached("UPDATE sums SET last = ?2 WHERE folder = ?1 AND first < ?2 AND last = ?3")
            .and_then(|mut close| close.execute([folder, scope.generation, OPEN]))
            .map_err(sql(WRITE))?;
        tx.prepare_cached("DELETE FROM sums WHERE folder = ?1 AND first = ?2")
            .and_then(|mut delete| delete.execute([folder, scope.generation]))
            .map_err(sql(WRITE))?;
        tx.prepare_cached(&insert)
            .and_then(|mut insert| insert.execute([folder, scope.generation, OPEN]))
            .map_err(sql(WRITE))?;
    }
    Ok(())
}

/// Makes the parent's sums the open ones again, as its versions.
pub(crate) fn reopen(tx: &Transaction<'_>, parent: Scope, scope: Scope) -> Result<()> {
    let change = |query: &str| {
        tx.execute(query, [scope.series, scope.generation, OPEN, parent.generation])
            .map(drop)
            .map_err(sql(WRITE))
    };
    change(
        "UPDATE sums SET last = ?2
         WHERE folder IN (SELECT id FROM folders WHERE series = ?1) AND last = ?3 AND first > ?4",
    )?;
    change(
        "INSERT INTO sums SELECT s.folder, ?2, ?3, s.entries, s.files, s.bytes
         FROM folders AS f JOIN sums AS s ON s.folder = f.id
         WHERE f.series = ?1 AND s.first <= ?4 AND s.last > ?4 AND s.last < ?3",
    )
}

/// The folders in which a snapshot has anything, by path, and what is in each.
pub(crate) fn read(connection: &Connection, scope: Scope, each: &mut dyn FnMut(&str, Own)) -> Result<()> {
    let mut statement = connection
        .prepare_cached(
            "SELECT f.path, s.files, s.bytes FROM folders AS f CROSS JOIN sums AS s ON s.folder = f.id
             WHERE f.series = ?1 AND s.first <= ?2 AND s.last > ?2 ORDER BY f.path",
        )
        .map_err(sql(WRITE))?;
    let mut rows = statement.query([scope.series, scope.generation]).map_err(sql(WRITE))?;
    while let Some(row) = rows.next().map_err(sql(WRITE))? {
        let path = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(WRITE))?;
        let number = |column| row.get::<_, i64>(column).map(|number| number.max(0).cast_unsigned());
        let own = Own { files: number(1).map_err(sql(WRITE))?, bytes: number(2).map_err(sql(WRITE))? };
        each(path, own);
    }
    Ok(())
}
