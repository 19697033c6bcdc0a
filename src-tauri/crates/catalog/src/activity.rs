//! The operations as a calendar and an endless list ask for them: between two moments, or page by page into the past.

use std::collections::HashMap;

use jiff::Timestamp;
use resguardo_domain::{Error, Operation, OperationId, PlanId, Result, SnapshotId};
use rusqlite::{OptionalExtension, params};

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the operations";

/// Which operations are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Of this plan only.
    pub plan: Option<PlanId>,
    /// Only those that failed, were cut off or have something worth reading.
    pub only_problems: bool,
    /// Only those that began before this one.
    pub before: Option<OperationId>,
}

impl Catalog {
    /// Hands over operations, the newest first, until `wanted` says that it has enough.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown operation; when the catalog can't be read.
    pub fn past_operations(
        &self,
        filter: &ActivityFilter,
        wanted: &mut dyn FnMut(Operation) -> bool,
    ) -> Result<()> {
        let query = "SELECT body FROM operations WHERE (?1 IS NULL OR plan = ?1)
             AND (NOT ?2 OR state IN ('failed', 'interrupted', 'succeeded_with_issues'))
             AND (started_at, rowid) < (?3, ?4) ORDER BY started_at DESC, rowid DESC";
        self.read(|connection| {
            let from = match &filter.before {
                None => (i64::MAX, i64::MAX),
                Some(id) => connection
                    .query_row(
                        "SELECT started_at, rowid FROM operations WHERE id = ?1",
                        [id.as_str()],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )
                    .optional()
                    .map_err(sql(READ))?
                    .ok_or_else(|| Error::not_found("operation", id))?,
            };
            let plan = filter.plan.as_ref().map(PlanId::as_str);
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let mut rows =
                statement.query(params![plan, filter.only_problems, from.0, from.1]).map_err(sql(READ))?;
            while let Some(row) = rows.next().map_err(sql(READ))? {
                let body = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ))?;
                if !wanted(serde_json::from_str(body).map_err(|error| odd(READ, &error))?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// When and how the backups ended that began between two moments, the second one not included: their beginning and their
    /// state's word.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn backups_between(
        &self,
        plan: Option<&PlanId>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(Timestamp, String)>> {
        let query = "SELECT started_at, state FROM operations WHERE started_at >= ?2 AND started_at < ?3
             AND (?1 IS NULL OR plan = ?1) AND json_extract(body, '$.verb') = 'back_up' ORDER BY started_at";
        let values = params![plan.map(PlanId::as_str), from.as_microsecond(), to.as_microsecond()];
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let rows =
                statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?))).map_err(sql(READ))?;
            rows.map(|row| {
                let (at, state) = row.map_err(sql(READ))?;
                Ok((Timestamp::from_microsecond(at).map_err(|error| odd(READ, &error))?, state))
            })
            .collect()
        })
    }

    /// The backups that made snapshots: of one, or of all that are remembered.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn makers(&self, snapshot: Option<&SnapshotId>) -> Result<HashMap<SnapshotId, OperationId>> {
        let of = if snapshot.is_some() { "= ?1" } else { "IS NOT NULL AND ?1 IS NULL" };
        let query = format!(
            "SELECT json_extract(body, '$.snapshot'), id FROM operations WHERE json_extract(body, '$.snapshot') {of}
             AND json_extract(body, '$.verb') = 'back_up' AND state IN ('succeeded', 'succeeded_with_issues')"
        );
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
            let rows = statement
                .query_map(params![snapshot.map(SnapshotId::as_str)], |row| Ok((row.get(0)?, row.get(1)?)))
                .map_err(sql(READ))?;
            rows.map(|row| {
                let (snapshot, operation): (String, String) = row.map_err(sql(READ))?;
                SnapshotId::parse(&snapshot)
                    .zip(OperationId::parse(&operation))
                    .ok_or_else(|| odd(READ, "an operation's id"))
            })
            .collect()
        })
    }
}
