//! Copies: what is known of one snapshot's archive at one destination.

use resguardo_domain::{Context, DestinationId, Error, PlanId, Result, SnapshotId, VerifyLevel};
use rusqlite::{Connection, Params, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::Catalog;
use crate::error::{odd, sql};
use crate::snapshots::must_exist;

const READ: &str = "read the copies";
const SAVE: &str = "save the copy's state";

/// Where the copy of an archive at one destination stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyState {
    /// To be sent.
    Waiting,
    /// There.
    Present,
    /// It was there and is no longer, or is damaged.
    Lost,
    /// Deleted by us.
    Deleted,
}

impl CopyState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Present => "present",
            Self::Lost => "lost",
            Self::Deleted => "deleted",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Present, Self::Lost, Self::Deleted]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A copy at one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// Of which snapshot.
    pub snapshot: SnapshotId,
    /// Where.
    pub destination: DestinationId,
    /// Where it stands.
    pub state: CopyState,
    /// How far it was proven, at best since it became present.
    pub verified: Option<VerifyLevel>,
    /// When it was last proven.
    pub verified_at: Option<jiff::Timestamp>,
}

/// Archives of a plan that wait for a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCopy {
    /// The plan.
    pub plan: PlanId,
    /// Where they should go.
    pub destination: DestinationId,
    /// How many.
    pub archives: u32,
    /// When the oldest of them was made.
    pub since: jiff::Timestamp,
}

/// Archives of a plan that one destination has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyCount {
    /// The plan.
    pub plan: PlanId,
    /// Where; `None` for all of the plan's archives that any destination has, each counted once.
    pub destination: Option<DestinationId>,
    /// How many.
    pub copies: u64,
}

impl Catalog {
    /// Says where the copy at a destination stands. A state other than present forgets what was proven of it. A
    /// snapshot that is complete or waiting becomes the one or the other by whether any copy is present.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown snapshot.
    pub fn set_copy(
        &self,
        cx: &Context,
        snapshot: &SnapshotId,
        destination: &DestinationId,
        state: CopyState,
    ) -> Result<()> {
        self.write(cx, "catalog set copy", |tx| {
            must_exist(tx, snapshot)?;
            let proven =
                if state == CopyState::Present { "" } else { ", verified = NULL, verified_at = NULL" };
            tx.execute(
                &format!(
                    "INSERT INTO copies (snapshot, destination, state) VALUES (?1, ?2, ?3)
                     ON CONFLICT (snapshot, destination) DO UPDATE SET state = ?3{proven}"
                ),
                params![snapshot.as_str(), destination.as_str(), state.as_str()],
            )
            .map_err(sql(SAVE))?;
            settle(tx, snapshot)
        })
    }

    /// Notes that the copy at a destination was proven now. A lower level keeps the higher one that was reached before.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] when no such copy is known.
    pub fn set_verified(
        &self,
        cx: &Context,
        snapshot: &SnapshotId,
        destination: &DestinationId,
        level: VerifyLevel,
        at: jiff::Timestamp,
    ) -> Result<()> {
        self.write(cx, "catalog set verified", |tx| {
            let before = rows(
                tx,
                "snapshot = ?1 AND destination = ?2",
                params![snapshot.as_str(), destination.as_str()],
            )?;
            let Some(before) = before.first() else {
                return Err(Error::not_found("copy", snapshot).fact("destination", destination));
            };
            let best = before.verified.map_or(level, |known| known.max(level));
            tx.execute(
                "UPDATE copies SET verified = ?3, verified_at = ?4 WHERE snapshot = ?1 AND destination = ?2",
                params![snapshot.as_str(), destination.as_str(), best.as_str(), at.to_string()],
            )
            .map(drop)
            .map_err(sql(SAVE))
        })
    }

    /// What is known of a snapshot at each destination.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn copies(&self, snapshot: &SnapshotId) -> Result<Vec<CopyRow>> {
        self.read(|connection| rows(connection, "snapshot = ?1", [snapshot.as_str()]))
    }

    /// Every copy that was not sent yet, of plans that are there; cheap, for it is asked each minute.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn waiting_copies(&self) -> Result<Vec<WaitingCopy>> {
        let query = "SELECT s.plan, c.destination, count(*), min(json_extract(s.manifest, '$.created_at'))
                     FROM copies c JOIN snapshots s ON s.id = c.snapshot
                     WHERE c.state = 'waiting' AND s.state <> 'deleted' GROUP BY s.plan, c.destination";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let texts = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                .map_err(sql(READ))?;
            texts.map(|texts| waiting(texts.map_err(sql(READ))?)).collect()
        })
    }

    /// How many archives of each plan each destination has, and how many any of them has; safety snapshots are left out.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn copy_counts(&self) -> Result<Vec<CopyCount>> {
        const THERE: &str = "FROM copies c JOIN snapshots s ON s.id = c.snapshot
                             WHERE c.state = 'present' AND s.state <> 'deleted' AND s.class <> 'safety'";
        let query = format!(
            "SELECT s.plan, c.destination, count(*) {THERE} GROUP BY s.plan, c.destination
             UNION ALL SELECT s.plan, NULL, count(DISTINCT s.id) {THERE} GROUP BY s.plan"
        );
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
            let texts = statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .map_err(sql(READ))?;
            texts.map(|texts| counted(texts.map_err(sql(READ))?)).collect()
        })
    }

    /// What is known at one destination.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn copies_at(&self, destination: &DestinationId) -> Result<Vec<CopyRow>> {
        self.read(|connection| rows(connection, "destination = ?1", [destination.as_str()]))
    }
}

fn waiting((plan, destination, archives, since): (String, String, u32, String)) -> Result<WaitingCopy> {
    Ok(WaitingCopy {
        plan: PlanId::parse(&plan).ok_or_else(|| odd(READ, &plan))?,
        destination: DestinationId::parse(&destination).ok_or_else(|| odd(READ, &destination))?,
        archives,
        since: since.parse().map_err(|error: jiff::Error| odd(READ, &error))?,
    })
}

fn counted((plan, destination, copies): (String, Option<String>, i64)) -> Result<CopyCount> {
    let place = |id: String| DestinationId::parse(&id).ok_or_else(|| odd(READ, &id));
    Ok(CopyCount {
        plan: PlanId::parse(&plan).ok_or_else(|| odd(READ, &plan))?,
        destination: destination.map(place).transpose()?,
        copies: u64::try_from(copies).unwrap_or_default(),
    })
}

/// Brings "complete" and "waiting" in line with the copies; the other states are decided elsewhere.
pub(crate) fn settle(tx: &Transaction<'_>, snapshot: &SnapshotId) -> Result<()> {
    tx.execute(
        "UPDATE snapshots SET state = iif(EXISTS (
             SELECT 1 FROM copies WHERE snapshot = ?1 AND state = 'present'), 'complete', 'waiting')
         WHERE id = ?1 AND state IN ('complete', 'waiting')",
        [snapshot.as_str()],
    )
    .map(drop)
    .map_err(sql(SAVE))
}

pub(crate) fn rows(connection: &Connection, condition: &str, values: impl Params) -> Result<Vec<CopyRow>> {
    let query = format!(
        "SELECT snapshot, destination, state, verified, verified_at FROM copies WHERE {condition}
         ORDER BY snapshot, destination"
    );
    let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
    let rows = statement.query_map(values, texts).map_err(sql(READ))?;
    rows.map(|row| parse(row.map_err(sql(READ))?)).collect()
}

type Texts = (String, String, String, Option<String>, Option<String>);

fn texts(row: &Row<'_>) -> rusqlite::Result<Texts> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn parse((snapshot, destination, state, verified, verified_at): Texts) -> Result<CopyRow> {
    Ok(CopyRow {
        snapshot: SnapshotId::parse(&snapshot).ok_or_else(|| odd(READ, &snapshot))?,
        destination: DestinationId::parse(&destination).ok_or_else(|| odd(READ, &destination))?,
        state: CopyState::parse(&state).ok_or_else(|| odd(READ, &state))?,
        verified: verified.map(|level| level.parse()).transpose()?,
        verified_at: verified_at
            .map(|at| at.parse().map_err(|error: jiff::Error| odd(READ, &error)))
            .transpose()?,
    })
}
