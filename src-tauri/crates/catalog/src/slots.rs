//! Slots: one row for each time a schedule was due, so that no moment is served twice and none is forgotten.

use resguardo_domain::{Context, Error, PlanId, Result};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the schedule's slots";
const SAVE: &str = "save a schedule's slot";

/// What became of a due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// Somebody took it and is at work.
    Claimed,
    /// Served.
    Done,
    /// Tried and failed.
    Failed,
    /// Left out on purpose; the reason says why.
    Skipped,
    /// Nobody was there to serve it.
    Missed,
}

/// One due time of one schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The plan.
    pub plan: PlanId,
    /// Which of its schedules, in a form that stays the same while the schedule does.
    pub schedule: String,
    /// Wall time. A wall time that comes twice when clocks go back is one slot.
    pub due_local: jiff::civil::DateTime,
    /// The moment it stands for.
    pub due_utc: jiff::Timestamp,
    /// What became of it.
    pub state: SlotState,
    /// Why, for what was skipped or failed.
    pub reason: Option<String>,
}

impl Catalog {
    /// Takes a slot. False when it was there already, whatever became of it: then somebody else serves or served it.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn claim_slot(&self, cx: &Context, slot: &Slot) -> Result<bool> {
        let state = word(slot.state)?;
        self.write(cx, "catalog claim slot", |tx| {
            let added = tx
                .execute(
                    "INSERT OR IGNORE INTO slots VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        slot.plan.as_str(),
                        slot.schedule,
                        slot.due_local.to_string(),
                        slot.due_utc.to_string(),
                        state,
                        slot.reason
                    ],
                )
                .map_err(sql(SAVE))?;
            Ok(added == 1)
        })
    }

    /// Says what became of a slot.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] when nobody claimed it.
    pub fn set_slot_state(
        &self,
        cx: &Context,
        slot: &Slot,
        state: SlotState,
        reason: Option<&str>,
    ) -> Result<()> {
        let state = word(state)?;
        self.write(cx, "catalog set slot", |tx| {
            let updated = tx
                .execute(
                    "UPDATE slots SET state = ?4, reason = ?5
                     WHERE plan = ?1 AND schedule = ?2 AND due_local = ?3",
                    params![slot.plan.as_str(), slot.schedule, slot.due_local.to_string(), state, reason],
                )
                .map_err(sql(SAVE))?;
            if updated == 0 { Err(Error::not_found("slot", slot.due_local)) } else { Ok(()) }
        })
    }

    /// The slots of a plan, the oldest first.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn slots(&self, plan: &PlanId) -> Result<Vec<Slot>> {
        let query = "SELECT schedule, due_local, due_utc, state, reason FROM slots WHERE plan = ?1
                     ORDER BY due_local, schedule";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let rows = statement
                .query_map([plan.as_str()], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                })
                .map_err(sql(READ))?;
            rows.map(|row| parse(plan, row.map_err(sql(READ))?)).collect()
        })
    }
}

type Texts = (String, String, String, String, Option<String>);

fn parse(plan: &PlanId, (schedule, due_local, due_utc, state, reason): Texts) -> Result<Slot> {
    Ok(Slot {
        plan: plan.clone(),
        schedule,
        due_local: due_local.parse().map_err(|error: jiff::Error| odd(READ, &error))?,
        due_utc: due_utc.parse().map_err(|error: jiff::Error| odd(READ, &error))?,
        state: serde_json::from_value(state.into()).map_err(|error| odd(READ, &error))?,
        reason,
    })
}

fn word(state: SlotState) -> Result<String> {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(odd(SAVE, format!("{other:?}"))),
    }
}
