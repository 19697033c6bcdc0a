//! The operations' log, stored whole as JSON beside the few columns that are asked for.

use resguardo_domain::{Context, Error, Kind, Operation, OperationState, PlanId, Result, Verb};
use rusqlite::{Connection, Params, Transaction, params};

use crate::Catalog;
use crate::error::{odd, sql};
use crate::slots::end_slot;

const READ: &str = "read the operations";
const SAVE: &str = "save the operation";

/// Which operations are asked for.
#[derive(Debug, Clone, Default)]
pub struct OperationFilter {
    /// Only of this plan.
    pub plan: Option<PlanId>,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
}

impl Catalog {
    /// Adds an operation.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when its id is there already.
    pub fn insert_operation(&self, cx: &Context, operation: &Operation) -> Result<()> {
        self.write(cx, "catalog insert operation", |tx| insert(tx, operation))
    }

    /// Replaces an operation. When it has come to its end, so has the slot that it serves.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when its id is not there.
    pub fn update_operation(&self, cx: &Context, operation: &Operation) -> Result<()> {
        let body = serde_json::to_string(operation).map_err(|error| odd(SAVE, &error))?;
        self.write(cx, "catalog update operation", |tx| {
            let updated = tx
                .prepare_cached(
                    "UPDATE operations SET plan = ?2, state = ?3, started_at = ?4, body = ?5 WHERE id = ?1",
                )
                .and_then(|mut statement| {
                    statement.execute(params![
                        operation.id.as_str(),
                        operation.plan.as_ref().map(PlanId::as_str),
                        state_word(operation.state).unwrap_or_default(),
                        operation.started_at.as_microsecond(),
                        body
                    ])
                })
                .map_err(sql(SAVE))?;
            if updated == 0 {
                return Err(Error::not_found("operation", &operation.id));
            }
            end_slot(tx, operation)
        })
    }

    /// The operation whose id starts with `prefix`.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Ambiguous`] when several do.
    pub fn operation(&self, prefix: &str) -> Result<Operation> {
        let query = "SELECT body FROM operations WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2";
        let mut found = self.read(|connection| rows(connection, query, [prefix]))?;
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => {
                Err(Error::new(Kind::Ambiguous, READ).fact("what", "operation").fact("name", prefix))
            }
            (None, _) => Err(Error::not_found("operation", prefix)),
        }
    }

    /// Operations, the newest first.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn operations(&self, filter: &OperationFilter) -> Result<Vec<Operation>> {
        let query = "SELECT body FROM operations WHERE ?1 IS NULL OR plan = ?1
                     ORDER BY started_at DESC, rowid DESC LIMIT ?2";
        let plan = filter.plan.as_ref().map(PlanId::as_str);
        let limit = filter.limit.map_or(-1, i64::from);
        self.read(|connection| rows(connection, query, params![plan, limit]))
    }

    /// Operations that are in no final state, the oldest first: at start-up, those of a program that ended.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn unfinished_operations(&self) -> Result<Vec<Operation>> {
        let query = "SELECT body FROM operations WHERE state IN ('queued', 'running', 'cancelling')
                     ORDER BY started_at, rowid";
        self.read(|connection| rows(connection, query, []))
    }

    /// The last operation of a verb for a plan, by the order in which they began; only of those that succeeded when asked.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn last_operation(&self, plan: &PlanId, verb: Verb, succeeded: bool) -> Result<Option<Operation>> {
        let query = "SELECT body FROM operations WHERE plan = ?1 AND json_extract(body, '$.verb') = ?2
                     AND (NOT ?3 OR state IN ('succeeded', 'succeeded_with_issues'))
                     ORDER BY rowid DESC LIMIT 1";
        let verb = serde_json::to_value(verb).map_err(|error| odd(READ, &error))?;
        let values = params![plan.as_str(), verb.as_str(), succeeded];
        self.read(|connection| Ok(rows(connection, query, values)?.pop()))
    }

    /// How many operations are in each state; states without any are left out.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn operation_counts(&self) -> Result<Vec<(OperationState, u64)>> {
        self.read(|connection| {
            let query = "SELECT state, COUNT(*) FROM operations GROUP BY state ORDER BY state";
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let rows = statement
                .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
                .map_err(sql(READ))?;
            rows.map(|row| {
                let (word, count) = row.map_err(sql(READ))?;
                let state = serde_json::from_value(serde_json::Value::String(word));
                Ok((state.map_err(|error| odd(READ, &error))?, u64::try_from(count).unwrap_or_default()))
            })
            .collect()
        })
    }

    /// Forgets finished operations that began before a moment; returns how many.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn forget_operations(&self, cx: &Context, before: jiff::Timestamp) -> Result<usize> {
        self.write(cx, "catalog forget operations", |tx| {
            tx.execute(
                "DELETE FROM operations
                 WHERE started_at < ?1 AND state NOT IN ('queued', 'running', 'cancelling')",
                [before.as_microsecond()],
            )
            .map_err(sql("forget old operations"))
        })
    }
}

/// Adds an operation in somebody's transaction.
pub(crate) fn insert(tx: &Transaction<'_>, operation: &Operation) -> Result<()> {
    let body = serde_json::to_string(operation).map_err(|error| odd(SAVE, &error))?;
    let added = tx
        .execute(
            "INSERT OR IGNORE INTO operations (id, plan, state, started_at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                operation.id.as_str(),
                operation.plan.as_ref().map(PlanId::as_str),
                state_word(operation.state)?,
                operation.started_at.as_microsecond(),
                body
            ],
        )
        .map_err(sql(SAVE))?;
    if added == 0 {
        return Err(Error::new(Kind::AlreadyExists, SAVE)
            .fact("what", "operation")
            .fact("name", &operation.id));
    }
    Ok(())
}

fn state_word(state: OperationState) -> Result<String> {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(odd(SAVE, format!("{other:?}"))),
    }
}

pub(crate) fn rows(connection: &Connection, query: &str, values: impl Params) -> Result<Vec<Operation>> {
    let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
    let bodies = statement.query_map(values, |row| row.get::<_, String>(0)).map_err(sql(READ))?;
    bodies
        .map(|body| {
            let body = body.map_err(sql(READ))?;
            serde_json::from_str(&body).map_err(|error| odd(READ, &error))
        })
        .collect()
}
