//! What the state of the business is judged by, each fact with a short query of its own: how old the newest proven copies are, what
//! failed since, what was flagged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use resguardo_domain::{DestinationId, Operation, PlanId, Result, SourceId};
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the state";

/// The few things of a manifest that are asked for here; the rest is skipped over.
#[derive(Deserialize)]
struct Glance {
    created_at: Timestamp,
    sources: Vec<GlanceSource>,
}

#[derive(Deserialize)]
struct GlanceSource {
    id: SourceId,
    #[serde(default)]
    findings: Vec<IgnoredAny>,
}

impl Catalog {
    /// When the newest snapshot with a proven copy at a destination was made, for each of these sources that has one there.
    /// Newest by the plan's own order, which no clock can turn; damaged snapshots, those refused by a person and safety
    /// snapshots do not count. Looks at one snapshot, unless a source is missing in it.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn proven_copies(
        &self,
        plan: &PlanId,
        sources: &[SourceId],
        destination: &DestinationId,
    ) -> Result<BTreeMap<SourceId, Timestamp>> {
        let query =
            "SELECT s.manifest FROM snapshots s JOIN copies c ON c.snapshot = s.id AND c.destination = ?2
             WHERE s.plan = ?1 AND s.state <> 'deleted' AND s.class <> 'safety' AND NOT s.damaged
             AND c.state = 'present' AND c.verified IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM flags WHERE snapshot = s.id AND NOT accepted)
             ORDER BY s.generation DESC";
        let mut newest = BTreeMap::new();
        let values = params![plan.as_str(), destination.as_str()];
        self.read(|connection| {
            glance(connection, query, values, &mut |seen| {
                for source in seen.sources.iter().filter(|source| sources.contains(&source.id)) {
                    newest.entry(source.id.clone()).or_insert(seen.created_at);
                }
                newest.len() < sources.len()
            })
        })?;
        Ok(newest)
    }

    /// Sources that shrank or changed abnormally in a snapshot that nobody has decided about: as long as one is undecided,
    /// nothing of the plan is deleted by rule.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn flagged_sources(&self, plan: &PlanId) -> Result<BTreeSet<SourceId>> {
        let query = "SELECT manifest FROM snapshots WHERE plan = ?1 AND instr(manifest, '\"findings\":[') > 0
                     AND state <> 'deleted' AND id NOT IN (SELECT snapshot FROM flags)";
        let mut flagged = BTreeSet::new();
        self.read(|connection| {
            glance(connection, query, [plan.as_str()], &mut |seen| {
                let with = seen.sources.into_iter().filter(|source| !source.findings.is_empty());
                flagged.extend(with.map(|source| source.id));
                true
            })
        })?;
        Ok(flagged)
    }

    /// Backups of a plan that failed or were cut off since the last one that succeeded.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn failures_in_a_row(&self, plan: &PlanId) -> Result<u32> {
        let query = "SELECT count(*) FROM operations WHERE plan = ?1 AND state IN ('failed', 'interrupted')
             AND json_extract(body, '$.verb') = 'back_up'
             AND rowid > coalesce((SELECT rowid FROM operations WHERE plan = ?1
                 AND json_extract(body, '$.verb') = 'back_up' AND state IN ('succeeded', 'succeeded_with_issues')
                 ORDER BY rowid DESC LIMIT 1), 0)";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            statement.query_row([plan.as_str()], |row| row.get(0)).map_err(sql(READ))
        })
    }

    /// The newest drills that came to an end, the last one first, at most so many.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn last_drills(&self, limit: u32) -> Result<Vec<Operation>> {
        let query = "SELECT body FROM operations WHERE json_extract(body, '$.verb') = 'drill'
             AND state IN ('succeeded', 'succeeded_with_issues', 'failed') ORDER BY started_at DESC LIMIT ?1";
        self.read(|connection| crate::operations::rows(connection, query, [limit]))
    }

    /// When the oldest snapshot ever was made, one that is deleted since included.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn first_snapshot(&self) -> Result<Option<Timestamp>> {
        let query =
            "SELECT min(json_extract(manifest, '$.created_at')) FROM snapshots WHERE (plan, generation) IN
             (SELECT plan, min(generation) FROM snapshots WHERE class <> 'safety' GROUP BY plan)";
        let text: Option<String> = self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            statement.query_row([], |row| row.get(0)).map_err(sql(READ))
        })?;
        text.map(|text| text.parse().map_err(|error: jiff::Error| odd(READ, &error))).transpose()
    }

    /// When a plan came to be on this computer; `None` when that is not known.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn plan_made_at(&self, plan: &PlanId) -> Result<Option<Timestamp>> {
        let made: Option<i64> = self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT made_at FROM plan_times WHERE plan = ?1")
                .map_err(sql(READ))?;
            statement.query_row([plan.as_str()], |row| row.get(0)).optional().map_err(sql(READ))
        })?;
        made.map(|made| Timestamp::from_microsecond(made).map_err(|error| odd(READ, &error))).transpose()
    }
}

/// Hands over one manifest after the other, as far as they are wanted.
fn glance(
    connection: &Connection,
    query: &str,
    values: impl Params,
    each: &mut dyn FnMut(Glance) -> bool,
) -> Result<()> {
    let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
    let mut rows = statement.query(values).map_err(sql(READ))?;
    while let Some(row) = rows.next().map_err(sql(READ))? {
        let text = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ))?;
        let seen = serde_json::from_str(text).map_err(|error| odd(READ, &error))?;
        if !each(seen) {
            break;
        }
    }
    Ok(())
}
