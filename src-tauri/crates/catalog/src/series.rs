//! Series: the lines of states that file versions are intervals of. A full archive shares no version with what came
//! before, so it begins a series, with folders of its own; every archive that builds on it belongs to the same one. So
//! a full is written at the end of the file, and looking at a snapshot never reads the rows of another full.

use resguardo_domain::{Error, PlanId, Result, SnapshotId, SnapshotState};
use rusqlite::{Connection, OptionalExtension};

use crate::error::sql;

/// `last` of a version that is still there.
pub(crate) const OPEN: i64 = i64::MAX;

/// A snapshot as file versions see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The line it belongs to.
    pub(crate) series: i64,
    /// Its place in the line.
    pub(crate) generation: i64,
}

const READ: &str = "read the snapshot";

/// The scope of a snapshot that is not deleted.
pub(crate) fn scope(connection: &Connection, id: &SnapshotId) -> Result<Scope> {
    find_scope(connection, id)?.ok_or_else(|| Error::not_found("snapshot", id))
}

/// The scope of a snapshot; `None` when it is unknown or deleted.
pub(crate) fn find_scope(connection: &Connection, id: &SnapshotId) -> Result<Option<Scope>> {
    connection
        .prepare_cached("SELECT series, generation FROM snapshots WHERE id = ?1 AND state <> ?2")
        .and_then(|mut statement| {
            statement
                .query_row([id.as_str(), SnapshotState::Deleted.as_str()], |row| {
                    Ok(Scope { series: row.get(0)?, generation: row.get(1)? })
                })
                .optional()
        })
        .map_err(sql(READ))
}

/// Begins a series.
pub(crate) fn begin(connection: &Connection, plan: &PlanId) -> Result<i64> {
    connection
        .query_row("INSERT INTO series (plan) VALUES (?1) RETURNING id", [plan.as_str()], |row| row.get(0))
        .map_err(sql("add the snapshot"))
}

/// Deletes all snapshots and file versions of a plan, tombstones too.
pub(crate) fn clear(connection: &Connection, plan: &PlanId) -> Result<()> {
    const OF_PLAN: &str = "(SELECT id FROM series WHERE plan = ?1)";
    let delete = |query: &str| -> Result<()> {
        connection.execute(query, [plan.as_str()]).map(drop).map_err(sql("clear the plan's snapshots"))
    };
    delete(&format!("DELETE FROM names WHERE folder IN (SELECT id FROM folders WHERE series IN {OF_PLAN})"))?;
    delete(&format!("DELETE FROM sums WHERE folder IN (SELECT id FROM folders WHERE series IN {OF_PLAN})"))?;
    delete(&format!(
        "DELETE FROM versions WHERE folder IN (SELECT id FROM folders WHERE series IN {OF_PLAN})"
    ))?;
    delete(&format!("DELETE FROM folders WHERE series IN {OF_PLAN}"))?;
    delete("DELETE FROM snapshots WHERE plan = ?1")?;
    delete("DELETE FROM series WHERE plan = ?1")
}
