//! Forgetting snapshots: a tombstone stays, and the file versions that no other snapshot shows go.

use resguardo_domain::{Context, PlanId, Result, SnapshotId};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::Catalog;
use crate::error::sql;
use crate::series::{self, OPEN, Scope};
use crate::snapshots::must_exist;

const DOING: &str = "remove the snapshot";

impl Catalog {
    /// Forgets a snapshot in one transaction: its row stays as a tombstone, the file versions that no remaining snapshot
    /// of its series shows are deleted, its pin and waiting uploads too. What is known of its copies stays. Removing a
    /// deleted one again changes nothing.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown one.
    pub fn remove_snapshot(&self, cx: &Context, id: &SnapshotId) -> Result<()> {
        cx.step("catalog remove snapshot")?;
        self.write(cx, "catalog remove snapshot", |tx| {
            must_exist(tx, id)?;
            let Some(scope) = series::find_scope(tx, id)? else { return Ok(()) };
            tx.execute(
                "UPDATE snapshots SET state = 'deleted', deleted_at = ?2 WHERE id = ?1",
                params![id.as_str(), cx.now().to_string()],
            )
            .map_err(sql(DOING))?;
            tx.execute("DELETE FROM pins WHERE snapshot = ?1", [id.as_str()]).map_err(sql(DOING))?;
            tx.execute("DELETE FROM uploads WHERE snapshot = ?1", [id.as_str()]).map_err(sql(DOING))?;
            delete_unseen(tx, scope)
        })
    }

    /// Forgets all snapshots of a plan, tombstones too, so that a rebuild can ingest them again from the oldest. Pins
    /// and what is known of copies and uploads stay and belong to the snapshots again once they are back.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn clear_snapshots(&self, cx: &Context, plan: &PlanId) -> Result<()> {
        cx.step("catalog clear snapshots")?;
        self.write(cx, "catalog clear snapshots", |tx| series::clear(tx, plan))
    }
}

/// Deletes the versions that begin after the remaining snapshot before `gone` and end by the one after it. Among the
/// generations in between nothing remains that could show them.
fn delete_unseen(tx: &Transaction<'_>, gone: Scope) -> Result<()> {
    let neighbour = |query: &str| -> Result<Option<i64>> {
        tx.query_row(query, [gone.series, gone.generation], |row| row.get(0)).optional().map_err(sql(DOING))
    };
    let before = neighbour(
        "SELECT generation FROM snapshots WHERE series = ?1 AND generation < ?2 AND state <> 'deleted'
         ORDER BY generation DESC LIMIT 1",
    )?;
    let after = neighbour(
        "SELECT generation FROM snapshots WHERE series = ?1 AND generation > ?2 AND state <> 'deleted'
         ORDER BY generation LIMIT 1",
    )?;
    tx.execute(
        "DELETE FROM versions WHERE folder IN (SELECT id FROM folders WHERE series = ?1) AND first > ?2 AND last <= ?3",
        [gone.series, before.unwrap_or(-1), after.unwrap_or(OPEN)],
    )
    .map_err(sql(DOING))?;
    tx.execute(
        "DELETE FROM folders WHERE series = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE folder = folders.id)",
        [gone.series],
    )
    .map_err(sql(DOING))?;
    tx.execute("DELETE FROM names WHERE folder NOT IN (SELECT id FROM folders)", [])
        .map(drop)
        .map_err(sql(DOING))
}
