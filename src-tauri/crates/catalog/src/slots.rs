//! Slots: one row for each time a schedule was due, so that no moment is served twice and none is forgotten; and since when
//! each schedule is in its plan.

use std::collections::BTreeMap;

use jiff::Timestamp;
use resguardo_domain::{
    Context, Due, Error, Fate, HoldReason, Kind, Operation, OperationId, OperationState, Plan, PlanId,
    Result, Retry, RunWhy, SlotName,
};
use rusqlite::{Connection, Params, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::Catalog;
use crate::error::{odd, sql};
use crate::operations;

const READ: &str = "read the schedule's slots";
const SAVE: &str = "save a schedule's slot";
/// Seconds after which a run that was cut off is tried again at the earliest.
const CUT_OFF: Retry = Retry::Soon(60);

/// What became of a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlotState {
    /// Its run is at work.
    Claimed,
    /// Its run succeeded.
    Done {
        /// When.
        ended_at: Timestamp,
    },
    /// Its run failed or was cut off.
    Failed {
        /// When the last try ended.
        ended_at: Timestamp,
        /// Whether trying again helps.
        retry: Retry,
        /// Why; nothing when the program was cut off.
        error: Option<Error>,
    },
    /// A person stopped its run.
    Skipped {
        /// When.
        ended_at: Timestamp,
    },
    /// It was missed, and the run of another slot serves it.
    Collapsed {
        /// Which.
        into: SlotName,
    },
    /// A run that was at work or began after it was due serves it.
    Joined {
        /// Which.
        operation: OperationId,
    },
}

impl SlotState {
    fn word(&self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Collapsed { .. } => "collapsed",
            Self::Joined { .. } => "joined",
        }
    }

    /// What the end of its operation makes of a claimed slot; `None` while it is at work.
    fn of(operation: &Operation) -> Option<Self> {
        let ended_at = operation.ended_at.unwrap_or(operation.started_at);
        Some(match operation.state {
            OperationState::Queued | OperationState::Running | OperationState::Cancelling => return None,
            OperationState::Succeeded | OperationState::SucceededWithIssues => Self::Done { ended_at },
            OperationState::Cancelled => Self::Skipped { ended_at },
            OperationState::Interrupted => Self::Failed { ended_at, retry: CUT_OFF, error: None },
            OperationState::Failed => {
                let error = operation.error.clone();
                let retry = error.as_ref().map_or(Retry::Never, |error| error.retry);
                Self::Failed { ended_at, retry, error }
            }
        })
    }
}

impl From<Fate> for SlotState {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Collapsed { into } => Self::Collapsed { into },
            Fate::Joined { operation } => Self::Joined { operation },
        }
    }
}

/// The run that serves a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SlotRun {
    /// Its operation; the last one when there were several tries.
    pub operation: OperationId,
    /// Tries so far, 1 or more.
    pub attempts: u32,
    /// Why it began when it did.
    pub why: RunWhy,
    /// What held it before it began.
    pub held: Option<HoldReason>,
}

/// One due time of one schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The plan.
    pub plan: PlanId,
    /// The schedule and the due time.
    pub name: SlotName,
    /// Its own run, when it has one.
    pub run: Option<SlotRun>,
    /// What became of it.
    #[serde(flatten)]
    pub state: SlotState,
}

/// Slots that a clock gone wrong made, to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewind {
    /// The schedule's key.
    pub schedule: String,
    /// Slots due later than this go.
    pub forget_after: Timestamp,
    /// Since when the schedule counts from now on.
    pub since: Timestamp,
}

/// A slot that is taken, with the operation that serves it.
#[derive(Debug)]
pub struct Claim<'a> {
    /// Which.
    pub slot: SlotName,
    /// Its run.
    pub run: SlotRun,
    /// The run's operation, which becomes known in the same moment.
    pub operation: &'a Operation,
}

/// What a tick changes for a plan: all of it or nothing.
#[derive(Debug, Default)]
pub struct PlanTick<'a> {
    /// Forgotten first.
    pub rewinds: Vec<Rewind>,
    /// What became of slots that are not run themselves.
    pub records: Vec<(SlotName, Fate)>,
    /// The slot that runs.
    pub claim: Option<Claim<'a>>,
}

impl Catalog {
    /// Carries out what a tick decided for a plan, in one transaction.
    ///
    /// # Errors
    /// [`Kind::Busy`] when another program has recorded or taken one of the slots meanwhile; nothing is changed then.
    pub fn apply_tick(&self, cx: &Context, plan: &PlanId, tick: &PlanTick<'_>) -> Result<()> {
        self.write(cx, "catalog apply tick", |tx| {
            for rewind in &tick.rewinds {
                forget_wrong(tx, plan, rewind)?;
            }
            for (name, fate) in &tick.records {
                let state = SlotState::from(fate.clone());
                insert(tx, &Slot { plan: plan.clone(), name: name.clone(), run: None, state })?;
            }
            let Some(claim) = &tick.claim else { return Ok(()) };
            let slot = Slot {
                plan: plan.clone(),
                name: claim.slot.clone(),
                run: Some(claim.run.clone()),
                state: SlotState::Claimed,
            };
            if claim.run.attempts == 1 {
                insert(tx, &slot)?
            } else {
                claim_again(tx, &slot)?
            }
            operations::insert(tx, claim.operation)
        })
    }

    /// The latest slot of each schedule of a plan, by the schedule's key.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn latest_slots(&self, plan: &PlanId) -> Result<BTreeMap<String, Due>> {
        let query = "SELECT schedule, due_local, max(due_at) FROM slots WHERE plan = ?1 GROUP BY schedule";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let rows = statement
                .query_map([plan.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .map_err(sql(READ))?;
            rows.map(|row| {
                let (schedule, local, at): (String, String, i64) = row.map_err(sql(READ))?;
                Ok((schedule, due(&local, at)?))
            })
            .collect()
        })
    }

    /// Since when each schedule is in a plan, by the schedule's key.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn schedules_since(&self, plan: &PlanId) -> Result<BTreeMap<String, Timestamp>> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT schedule, since FROM schedules WHERE plan = ?1")
                .map_err(sql(READ))?;
            let rows = statement
                .query_map([plan.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
                .map_err(sql(READ))?;
            rows.map(|row| {
                let (schedule, since): (String, i64) = row.map_err(sql(READ))?;
                Ok((schedule, moment(since)?))
            })
            .collect()
        })
    }

    /// Notes that the schedules of a plan are in it from now on, those that are not noted yet, and forgets those that left.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn note_schedules(&self, cx: &Context, plan: &Plan) -> Result<()> {
        self.write(cx, "catalog note schedules", |tx| note_schedules(tx, plan, cx.now()))
    }

    /// The slot of a plan's last scheduled run, if it failed and no run of the plan succeeded after it.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn failed_slot(&self, plan: &PlanId) -> Result<Option<Slot>> {
        let condition = "plan = ?1 AND word = 'failed' AND operation = (
                 SELECT id FROM operations WHERE plan = ?1 AND json_extract(body, '$.verb') = 'back_up'
                 AND (state IN ('succeeded', 'succeeded_with_issues')
                      OR id IN (SELECT operation FROM slots WHERE plan = ?1))
                 ORDER BY rowid DESC LIMIT 1)";
        self.read(|connection| Ok(rows(connection, condition, "", [plan.as_str()])?.pop()))
    }

    /// The slots of a plan, or of all, the latest due first.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn slots(&self, plan: Option<&PlanId>, limit: u32) -> Result<Vec<Slot>> {
        let plan = plan.map(PlanId::as_str);
        let order = "ORDER BY due_at DESC, schedule LIMIT ?2";
        self.read(|connection| rows(connection, "(?1 IS NULL OR plan = ?1)", order, params![plan, limit]))
    }

    /// Forgets slots due before a moment; the latest of each schedule stays, for the next one is counted from it.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn forget_slots(&self, cx: &Context, before: Timestamp) -> Result<usize> {
        self.write(cx, "catalog forget slots", |tx| {
            tx.execute(
                "DELETE FROM slots WHERE due_at < ?1 AND due_at < (SELECT max(due_at) FROM slots AS later
                 WHERE later.plan = slots.plan AND later.schedule = slots.schedule)",
                [before.as_microsecond()],
            )
            .map_err(sql("forget old slots"))
        })
    }
}

/// See [`Catalog::note_schedules`].
pub(crate) fn note_schedules(tx: &Transaction<'_>, plan: &Plan, now: Timestamp) -> Result<()> {
    // What is off counts from when it is switched on again: nothing is caught up that it was off for.
    let keys: Vec<String> = plan.active_schedules().map(resguardo_domain::Schedule::key).collect();
    for key in &keys {
        tx.execute(
            "INSERT OR IGNORE INTO schedules VALUES (?1, ?2, ?3)",
            params![plan.id.as_str(), key, now.as_microsecond()],
        )
        .map_err(sql(SAVE))?;
    }
    let keys = serde_json::to_string(&keys).map_err(|error| odd(SAVE, &error))?;
    tx.execute(
        "DELETE FROM schedules WHERE plan = ?1 AND schedule NOT IN (SELECT value FROM json_each(?2))",
        params![plan.id.as_str(), keys],
    )
    .map(drop)
    .map_err(sql(SAVE))
}

/// Gives the slot that an operation serves its end, in the transaction in which the operation gets its own.
pub(crate) fn end_slot(tx: &Transaction<'_>, operation: &Operation) -> Result<()> {
    let Some(state) = SlotState::of(operation) else { return Ok(()) };
    let body = json(&state)?;
    tx.prepare_cached("UPDATE slots SET word = ?2, state = ?3 WHERE operation = ?1 AND word = 'claimed'")
        .and_then(|mut statement| statement.execute(params![operation.id.as_str(), state.word(), body]))
        .map(drop)
        .map_err(sql(SAVE))
}

fn forget_wrong(tx: &Transaction<'_>, plan: &PlanId, rewind: &Rewind) -> Result<()> {
    tx.execute(
        "DELETE FROM slots WHERE plan = ?1 AND schedule = ?2 AND due_at > ?3",
        params![plan.as_str(), rewind.schedule, rewind.forget_after.as_microsecond()],
    )
    .map_err(sql(SAVE))?;
    tx.execute(
        "INSERT OR REPLACE INTO schedules VALUES (?1, ?2, ?3)",
        params![plan.as_str(), rewind.schedule, rewind.since.as_microsecond()],
    )
    .map(drop)
    .map_err(sql(SAVE))
}

fn insert(tx: &Transaction<'_>, slot: &Slot) -> Result<()> {
    let added = tx
        .execute(
            "INSERT OR IGNORE INTO slots VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                slot.plan.as_str(),
                slot.name.schedule,
                slot.name.due.local.to_string(),
                slot.name.due.at.as_microsecond(),
                slot.state.word(),
                slot.run.as_ref().map(|run| run.operation.as_str()),
                slot.run.as_ref().map(json).transpose()?,
                json(&slot.state)?,
            ],
        )
        .map_err(sql(SAVE))?;
    taken_meanwhile(added, slot)
}

/// Takes a slot again whose run failed.
fn claim_again(tx: &Transaction<'_>, slot: &Slot) -> Result<()> {
    let updated = tx
        .execute(
            "UPDATE slots SET word = ?4, operation = ?5, run = ?6, state = ?7
             WHERE plan = ?1 AND schedule = ?2 AND due_local = ?3 AND word = 'failed'",
            params![
                slot.plan.as_str(),
                slot.name.schedule,
                slot.name.due.local.to_string(),
                slot.state.word(),
                slot.run.as_ref().map(|run| run.operation.as_str()),
                slot.run.as_ref().map(json).transpose()?,
                json(&slot.state)?,
            ],
        )
        .map_err(sql(SAVE))?;
    taken_meanwhile(updated, slot)
}

fn taken_meanwhile(changed: usize, slot: &Slot) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::new(Kind::Busy, "take a slot").fact("plan", &slot.plan).fact("slot", slot.name.due.local))
}

type Texts = (String, String, String, i64, Option<String>, String);

fn texts(row: &Row<'_>) -> rusqlite::Result<Texts> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn rows(connection: &Connection, condition: &str, order: &str, values: impl Params) -> Result<Vec<Slot>> {
    let query =
        format!("SELECT plan, schedule, due_local, due_at, run, state FROM slots WHERE {condition} {order}");
    let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
    let rows = statement.query_map(values, texts).map_err(sql(READ))?;
    rows.map(|row| parse(row.map_err(sql(READ))?)).collect()
}

fn parse((plan, schedule, local, at, run, state): Texts) -> Result<Slot> {
    Ok(Slot {
        plan: PlanId::parse(&plan).ok_or_else(|| odd(READ, &plan))?,
        name: SlotName { schedule, due: due(&local, at)? },
        run: run.map(|run| serde_json::from_str(&run)).transpose().map_err(|error| odd(READ, &error))?,
        state: serde_json::from_str(&state).map_err(|error| odd(READ, &error))?,
    })
}

fn due(local: &str, at: i64) -> Result<Due> {
    let local = local.parse().map_err(|error: jiff::Error| odd(READ, &error))?;
    Ok(Due { at: moment(at)?, local })
}

fn moment(microseconds: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(|error| odd(READ, &error))
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| odd(SAVE, &error))
}
