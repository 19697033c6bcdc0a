//! Forgetting snapshots: a tombstone stays, and the file versions that no other snapshot shows go.

use std::collections::BTreeSet;

use resguardo_domain::{Context, PlanId, Result, SnapshotId};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::Catalog;
use crate::error::sql;
use crate::series::{self, OPEN, Scope};
use crate::snapshots::must_exist;

const DOING: &str = "remove the snapshot";

impl Catalog {
    /// Forgets a snapshot: [`Catalog::remove_snapshots`] with one.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown one.
    pub fn remove_snapshot(&self, cx: &Context, id: &SnapshotId) -> Result<()> {
        self.remove_snapshots(cx, std::slice::from_ref(id))
    }

    /// Forgets snapshots in one transaction: their rows stay as tombstones, the file versions that no remaining snapshot
    /// shows are deleted, their pins and waiting uploads too. What is known of their copies stays. Removing a deleted
    /// one again changes nothing. Far cheaper for a whole chain than one by one.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown one; then none is removed.
    pub fn remove_snapshots(&self, cx: &Context, ids: &[SnapshotId]) -> Result<()> {
        cx.step("catalog remove snapshots")?;
        self.write(cx, "catalog remove snapshots", |tx| {
            let mut gone = Vec::new();
            for id in ids {
                must_exist(tx, id)?;
                if let Some(scope) = series::find_scope(tx, id)? {
                    bury(cx, tx, id)?;
                    gone.push(scope);
                }
            }
            // Neighbours share what is left around them, so a whole chain is looked through once.
            let spans = gone.iter().map(|scope| unseen(tx, *scope)).collect::<Result<BTreeSet<_>>>()?;
            for span in &spans {
                forget(tx, span)?;
            }
            delete_empty_folders(tx, &spans.iter().map(|span| span.0).collect())
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

fn bury(cx: &Context, tx: &Transaction<'_>, id: &SnapshotId) -> Result<()> {
    tx.execute(
        "UPDATE snapshots SET state = 'deleted', deleted_at = ?2 WHERE id = ?1",
        params![id.as_str(), cx.now().to_string()],
    )
    .map_err(sql(DOING))?;
    tx.execute("DELETE FROM pins WHERE snapshot = ?1", [id.as_str()]).map_err(sql(DOING))?;
    tx.execute("DELETE FROM uploads WHERE snapshot = ?1", [id.as_str()]).map(drop).map_err(sql(DOING))
}

/// The series and the remaining generations before and after a deleted one: what begins after the one and ends by the
/// other is shown by no snapshot any more.
fn unseen(tx: &Transaction<'_>, gone: Scope) -> Result<(i64, i64, i64)> {
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
    Ok((gone.series, before.unwrap_or(-1), after.unwrap_or(OPEN)))
}

/// Deletes what begins after a generation of a series and ends by another one.
fn forget(tx: &Transaction<'_>, span: &(i64, i64, i64)) -> Result<()> {
    for table in ["versions", "sums"] {
        let query = format!(
            "DELETE FROM {table} WHERE folder IN (SELECT id FROM folders WHERE series = ?1) AND first > ?2 AND last <= ?3"
        );
        tx.execute(&query, [span.0, span.1, span.2]).map_err(sql(DOING))?;
    }
    Ok(())
}

fn delete_empty_folders(tx: &Transaction<'_>, series: &BTreeSet<i64>) -> Result<()> {
    for series in series {
        tx.execute(
            "DELETE FROM folders WHERE series = ?1 AND NOT EXISTS (SELECT 1 FROM versions WHERE folder = folders.id)",
            [series],
        )
        .map_err(sql(DOING))?;
    }
    tx.execute("DELETE FROM names WHERE folder NOT IN (SELECT id FROM folders)", [])
        .map(drop)
        .map_err(sql(DOING))
}
