//! Snapshots: their manifests, their states, and which copies there are.

use std::collections::HashMap;

use resguardo_domain::{
    Context, DestinationId, Digest, Error, FlagState, Manifest, PlanId, Result, SnapshotId, SnapshotState,
};
use rusqlite::{Connection, Params, Row, params};

use crate::Catalog;
use crate::copies::{self, CopyRow, CopyState};
use crate::error::{odd, sql};

const READ: &str = "read the snapshots";

/// A snapshot as the catalog knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// Its manifest, whole.
    pub manifest: Manifest,
    /// SHA-256 of the manifest's file.
    pub manifest_sha256: Digest,
    /// Its state as a whole.
    pub state: SnapshotState,
    /// Whether the owner wants it kept whatever the rules say.
    pub pinned: bool,
    /// Whether a check found its archive, or one it needs, damaged.
    pub damaged: bool,
    /// What became of the change guard's flag; `None` when it has none.
    pub flag: Option<FlagState>,
    /// When it was deleted; only with [`SnapshotState::Deleted`].
    pub deleted_at: Option<jiff::Timestamp>,
    /// What is known at each destination.
    pub copies: Vec<CopyRow>,
}

impl SnapshotRow {
    /// Where its copy at a destination stands; `None` when it was never meant to go there.
    pub fn copy_at(&self, destination: &DestinationId) -> Option<CopyState> {
        self.copies.iter().find(|copy| copy.destination == *destination).map(|copy| copy.state)
    }

    /// Whether a destination has it.
    pub fn is_at(&self, destination: &DestinationId) -> bool {
        self.copy_at(destination) == Some(CopyState::Present)
    }

    /// Whether any destination has it.
    pub fn is_anywhere(&self) -> bool {
        self.copies.iter().any(|copy| copy.state == CopyState::Present)
    }
}

impl Catalog {
    /// The snapshots of a plan (or of all), ordered by plan and generation; deleted ones are left out.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn snapshots(&self, plan: Option<&PlanId>) -> Result<Vec<SnapshotRow>> {
        let plan = plan.map(PlanId::as_str);
        self.read(|connection| {
            rows(connection, "state <> 'deleted' AND (?1 IS NULL OR plan = ?1)", params![plan])
        })
    }

    /// The snapshots of a plan that were deleted, ordered by generation.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn deleted_snapshots(&self, plan: &PlanId) -> Result<Vec<SnapshotRow>> {
        self.read(|connection| rows(connection, "state = 'deleted' AND plan = ?1", [plan.as_str()]))
    }

    /// The snapshot with that id, deleted or not.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn snapshot(&self, id: &SnapshotId) -> Result<Option<SnapshotRow>> {
        self.read(|connection| Ok(rows(connection, "id = ?1", [id.as_str()])?.pop()))
    }

    /// The snapshots whose id starts with `prefix`; deleted ones are left out.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn snapshots_by_prefix(&self, prefix: &str) -> Result<Vec<SnapshotRow>> {
        self.read(|connection| {
            rows(connection, "state <> 'deleted' AND substr(id, 1, length(?1)) = ?1", [prefix])
        })
    }

    /// The newest snapshot of a plan that is neither deleted nor a safety snapshot.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn latest(&self, plan: &PlanId) -> Result<Option<SnapshotRow>> {
        let newest =
            "id = (SELECT id FROM snapshots WHERE plan = ?1 AND state <> 'deleted' AND class <> 'safety'
                            ORDER BY generation DESC LIMIT 1)";
        self.read(|connection| Ok(rows(connection, newest, [plan.as_str()])?.pop()))
    }

    /// Pins a snapshot or lets it go.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`].
    pub fn set_pinned(&self, cx: &Context, id: &SnapshotId, pinned: bool) -> Result<()> {
        self.write(cx, "catalog pin", |tx| {
            must_exist(tx, id)?;
            let query = if pinned {
                "INSERT OR IGNORE INTO pins VALUES (?1)"
            } else {
                "DELETE FROM pins WHERE snapshot = ?1"
            };
            tx.execute(query, [id.as_str()]).map(drop).map_err(sql("pin the snapshot"))
        })
    }

    /// Keeps what a person says of a flagged snapshot: that it is as it should be, or that it is not.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`].
    pub fn settle_flag(&self, cx: &Context, id: &SnapshotId, accepted: bool) -> Result<()> {
        let now = cx.now().to_string();
        self.write(cx, "catalog settle flag", |tx| {
            must_exist(tx, id)?;
            tx.execute(
                "INSERT OR REPLACE INTO flags (snapshot, accepted, decided_at) VALUES (?1, ?2, ?3)",
                params![id.as_str(), accepted, now],
            )
            .map(drop)
            .map_err(sql("settle the flag"))
        })
    }

    /// Sets the state of a snapshot. [`SnapshotState::Deleted`] comes from [`Catalog::remove_snapshot`] only.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`], also for a deleted one; [`resguardo_domain::Kind::InvalidInput`].
    pub fn set_state(&self, cx: &Context, id: &SnapshotId, state: SnapshotState) -> Result<()> {
        if state == SnapshotState::Deleted {
            return Err(Error::invalid("state", state, "a snapshot is deleted by removing it"));
        }
        self.update(
            cx,
            id,
            "UPDATE snapshots SET state = ?2 WHERE id = ?1 AND state <> 'deleted'",
            state.as_str(),
        )
    }

    /// Marks a snapshot as damaged, or as sound again.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`].
    pub fn set_damaged(&self, cx: &Context, id: &SnapshotId, damaged: bool) -> Result<()> {
        self.update(cx, id, "UPDATE snapshots SET damaged = ?2 WHERE id = ?1", damaged)
    }

    fn update(&self, cx: &Context, id: &SnapshotId, query: &str, value: impl rusqlite::ToSql) -> Result<()> {
        self.write(cx, "catalog update snapshot", |tx| {
            let updated =
                tx.execute(query, params![id.as_str(), value]).map_err(sql("update the snapshot"))?;
            if updated == 0 { Err(Error::not_found("snapshot", id)) } else { Ok(()) }
        })
    }
}

pub(crate) fn must_exist(connection: &Connection, id: &SnapshotId) -> Result<()> {
    let known: bool = connection
        .query_row("SELECT EXISTS (SELECT 1 FROM snapshots WHERE id = ?1)", [id.as_str()], |row| row.get(0))
        .map_err(sql(READ))?;
    if known { Ok(()) } else { Err(Error::not_found("snapshot", id)) }
}

fn rows(connection: &Connection, condition: &str, values: impl Params + Copy) -> Result<Vec<SnapshotRow>> {
    // One transaction, so that the copies belong to the snapshots.
    let tx = connection.unchecked_transaction().map_err(sql(READ))?;
    let mut copies: HashMap<SnapshotId, Vec<CopyRow>> = HashMap::new();
    for copy in
        copies::rows(&tx, &format!("snapshot IN (SELECT id FROM snapshots WHERE {condition})"), values)?
    {
        copies.entry(copy.snapshot.clone()).or_default().push(copy);
    }
    let query = format!(
        "SELECT manifest, manifest_sha256, state, damaged, deleted_at, id IN (SELECT snapshot FROM pins),
                (SELECT accepted FROM flags WHERE snapshot = snapshots.id)
         FROM snapshots WHERE {condition} ORDER BY plan, generation"
    );
    let mut statement = tx.prepare_cached(&query).map_err(sql(READ))?;
    let mut found = statement.query(values).map_err(sql(READ))?;
    let mut snapshots = Vec::new();
    while let Some(row) = found.next().map_err(sql(READ))? {
        let mut snapshot = parse(row)?;
        snapshot.copies = copies.remove(&snapshot.manifest.id).unwrap_or_default();
        snapshots.push(snapshot);
    }
    Ok(snapshots)
}

fn parse(row: &Row<'_>) -> Result<SnapshotRow> {
    let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ));
    let digest = row.get_ref(1).and_then(|value| Ok(value.as_blob()?)).map_err(sql(READ))?;
    let deleted_at: Option<String> = row.get(4).map_err(sql(READ))?;
    let manifest: Manifest = serde_json::from_str(text(0)?).map_err(|error| odd(READ, &error))?;
    let accepted: Option<bool> = row.get(6).map_err(sql(READ))?;
    let flag = manifest.is_flagged().then_some(match accepted {
        None => FlagState::Open,
        Some(true) => FlagState::Accepted,
        Some(false) => FlagState::Refused,
    });
    Ok(SnapshotRow {
        manifest,
        flag,
        manifest_sha256: Digest::from_slice(digest).ok_or_else(|| odd(READ, "not a SHA-256 digest"))?,
        state: text(2)?.parse()?,
        pinned: row.get(5).map_err(sql(READ))?,
        damaged: row.get(3).map_err(sql(READ))?,
        deleted_at: deleted_at
            .map(|at| at.parse().map_err(|error: jiff::Error| odd(READ, &error)))
            .transpose()?,
        copies: Vec::new(),
    })
}
