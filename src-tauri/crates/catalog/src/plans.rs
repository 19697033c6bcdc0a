//! Plans, stored whole as JSON, and the counter of their generations.

use resguardo_domain::{Context, Error, Kind, Plan, PlanId, Result};
use rusqlite::{Connection, OptionalExtension, params};

use crate::Catalog;
use crate::error::{odd, sql};
use crate::series;
use crate::slots::note_schedules;

const READ: &str = "read the plans";
const SAVE: &str = "save the plan";

impl Catalog {
    /// Inserts a plan, or replaces the one with its id.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] with the fact `name` when another plan has that name (in any case).
    pub fn save_plan(&self, cx: &Context, plan: &Plan) -> Result<()> {
        let body = serde_json::to_string(plan).map_err(|error| odd(SAVE, &error))?;
        let key = name_key(&plan.name);
        self.write(cx, "catalog save plan", |tx| {
            let taken: Option<String> = tx
                .query_row(
                    "SELECT name FROM plans WHERE name_key = ?1 AND id <> ?2",
                    params![key, plan.id.as_str()],
                    |row| row.get(0),
                )
                .optional()
                .map_err(sql(SAVE))?;
            if let Some(name) = taken {
                return Err(Error::new(Kind::AlreadyExists, SAVE).fact("what", "plan").fact("name", name));
            }
            tx.execute(
                "INSERT INTO plans (id, name, name_key, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, name_key = ?3, body = ?4",
                params![plan.id.as_str(), plan.name, key, body],
            )
            .map_err(sql(SAVE))?;
            tx.execute(
                "INSERT OR IGNORE INTO plan_times VALUES (?1, ?2)",
                params![plan.id.as_str(), cx.now().as_microsecond()],
            )
            .map_err(sql(SAVE))?;
            note_schedules(tx, plan, cx.now())
        })
    }

    /// Every plan, by name.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn plans(&self) -> Result<Vec<Plan>> {
        self.read(plans)
    }

    /// The plan of that name, in any case.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn plan_by_name(&self, name: &str) -> Result<Option<Plan>> {
        self.read(|connection| one(connection, "SELECT body FROM plans WHERE name_key = ?1", &name_key(name)))
    }

    /// The plan with that id.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn plan(&self, id: &PlanId) -> Result<Option<Plan>> {
        self.read(|connection| one(connection, "SELECT body FROM plans WHERE id = ?1", id.as_str()))
    }

    /// Removes a plan and all that the catalog knows of its snapshots; what lies at destinations is not touched.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when there is none with that id.
    pub fn remove_plan(&self, cx: &Context, id: &PlanId) -> Result<()> {
        const DOING: &str = "remove the plan";
        cx.step("catalog remove plan")?;
        self.write(cx, "catalog remove plan", |tx| {
            let removed = tx.execute("DELETE FROM plans WHERE id = ?1", [id.as_str()]).map_err(sql(DOING))?;
            if removed == 0 {
                return Err(Error::not_found("plan", id));
            }
            for table in ["copies", "uploads", "pins"] {
                tx.execute(
                    &format!(
                        "DELETE FROM {table} WHERE snapshot IN (SELECT id FROM snapshots WHERE plan = ?1)"
                    ),
                    [id.as_str()],
                )
                .map_err(sql(DOING))?;
            }
            for table in ["slots", "schedules", "plan_times"] {
                tx.execute(&format!("DELETE FROM {table} WHERE plan = ?1"), [id.as_str()])
                    .map_err(sql(DOING))?;
            }
            series::clear(tx, id)
        })
    }

    /// The next generation of a plan: above every one given before and every one ever ingested, even when those
    /// snapshots are gone.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn next_generation(&self, cx: &Context, plan: &PlanId) -> Result<u64> {
        self.write(cx, "catalog next generation", |tx| {
            let next: i64 = tx
                .query_row(
                    "INSERT INTO generations VALUES (?1, 1)
                     ON CONFLICT (plan) DO UPDATE SET last = last + 1 RETURNING last",
                    [plan.as_str()],
                    |row| row.get(0),
                )
                .map_err(sql("number the snapshot"))?;
            Ok(next.cast_unsigned())
        })
    }
}

/// Raises the counter of a plan to at least `generation`.
pub(crate) fn raise_generation(connection: &Connection, plan: &PlanId, generation: i64) -> Result<()> {
    connection
        .execute(
            "INSERT INTO generations VALUES (?1, ?2) ON CONFLICT (plan) DO UPDATE SET last = max(last, ?2)",
            params![plan.as_str(), generation],
        )
        .map(drop)
        .map_err(sql("number the snapshot"))
}

pub(crate) fn plans(connection: &Connection) -> Result<Vec<Plan>> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM plans ORDER BY name_key").map_err(sql(READ))?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0)).map_err(sql(READ))?;
    bodies.map(|body| parse(&body.map_err(sql(READ))?)).collect()
}

/// Names are unique whatever their case: they are folders, and some file systems do not tell case apart.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

fn one(connection: &Connection, query: &str, key: &str) -> Result<Option<Plan>> {
    let body: Option<String> =
        connection.query_row(query, [key], |row| row.get(0)).optional().map_err(sql(READ))?;
    body.map(|body| parse(&body)).transpose()
}

fn parse(body: &str) -> Result<Plan> {
    serde_json::from_str(body).map_err(|error| odd(READ, &error))
}
