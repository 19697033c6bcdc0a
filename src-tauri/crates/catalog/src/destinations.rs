//! Destinations as configured: the adapter's settings are a JSON value that only the adapter reads.

use resguardo_domain::{Context, DestinationId, DestinationKind, Error, Kind, Result};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::Catalog;
use crate::error::{odd, sql};
use crate::plans::{name_key, plans};

const READ: &str = "read the destinations";
const SAVE: &str = "save the destination";

/// A configured destination.
#[derive(Debug, Clone, PartialEq)]
pub struct DestinationRow {
    /// Its id.
    pub id: DestinationId,
    /// The owner's name for it; unique in any case.
    pub name: String,
    /// Its kind.
    pub kind: DestinationKind,
    /// What its adapter needs; never a secret in the clear.
    pub config: Value,
}

impl Catalog {
    /// Inserts a destination, or replaces the one with its id.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] with the fact `name` when another destination has that name (in any case).
    pub fn save_destination(&self, cx: &Context, row: &DestinationRow) -> Result<()> {
        let key = name_key(&row.name);
        let kind = serde_json::to_string(&row.kind).map_err(|error| odd(SAVE, &error))?;
        self.write(cx, "catalog save destination", |tx| {
            let taken: Option<String> = tx
                .query_row(
                    "SELECT name FROM destinations WHERE name_key = ?1 AND id <> ?2",
                    params![key, row.id.as_str()],
                    |row| row.get(0),
                )
                .optional()
                .map_err(sql(SAVE))?;
            if let Some(name) = taken {
                return Err(Error::new(Kind::AlreadyExists, SAVE)
                    .fact("what", "destination")
                    .fact("name", name));
            }
            tx.execute(
                "INSERT INTO destinations (id, name, name_key, kind, config) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = ?2, name_key = ?3, kind = ?4, config = ?5",
                params![row.id.as_str(), row.name, key, kind, row.config.to_string()],
            )
            .map_err(sql(SAVE))?;
            Ok(())
        })
    }

    /// Every destination, by name.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn destinations(&self) -> Result<Vec<DestinationRow>> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT id, name, kind, config FROM destinations ORDER BY name_key")
                .map_err(sql(READ))?;
            let rows = statement.query_map([], texts).map_err(sql(READ))?;
            rows.map(|row| parse(row.map_err(sql(READ))?)).collect()
        })
    }

    /// The destination of that name, in any case.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn destination_by_name(&self, name: &str) -> Result<Option<DestinationRow>> {
        self.read(|connection| one(connection, "name_key = ?1", &name_key(name)))
    }

    /// The destination with that id.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn destination(&self, id: &DestinationId) -> Result<Option<DestinationRow>> {
        self.read(|connection| one(connection, "id = ?1", id.as_str()))
    }

    /// Removes a destination with what is known of its copies; what lies there is not touched.
    ///
    /// # Errors
    /// [`Kind::Busy`] with the fact `plan` while a plan uses it; [`Kind::NotFound`].
    pub fn remove_destination(&self, cx: &Context, id: &DestinationId) -> Result<()> {
        const DOING: &str = "remove the destination";
        self.write(cx, "catalog remove destination", |tx| {
            if let Some(plan) = plans(tx)?.into_iter().find(|plan| plan.destinations.contains(id)) {
                return Err(Error::new(Kind::Busy, DOING).fact("plan", plan.name));
            }
            let removed =
                tx.execute("DELETE FROM destinations WHERE id = ?1", [id.as_str()]).map_err(sql(DOING))?;
            if removed == 0 {
                return Err(Error::not_found("destination", id));
            }
            tx.execute("DELETE FROM copies WHERE destination = ?1", [id.as_str()]).map_err(sql(DOING))?;
            tx.execute("DELETE FROM uploads WHERE destination = ?1", [id.as_str()]).map_err(sql(DOING))?;
            tx.execute("DELETE FROM places WHERE destination = ?1", [id.as_str()]).map_err(sql(DOING))?;
            tx.execute("DELETE FROM heartbeats WHERE destination = ?1", [id.as_str()]).map_err(sql(DOING))?;
            Ok(())
        })
    }
}

type Texts = (String, String, String, String);

fn texts(row: &rusqlite::Row<'_>) -> rusqlite::Result<Texts> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn one(connection: &Connection, condition: &str, key: &str) -> Result<Option<DestinationRow>> {
    let query = format!("SELECT id, name, kind, config FROM destinations WHERE {condition}");
    let row = connection.query_row(&query, [key], texts).optional().map_err(sql(READ))?;
    row.map(parse).transpose()
}

fn parse((id, name, kind, config): Texts) -> Result<DestinationRow> {
    Ok(DestinationRow {
        id: DestinationId::parse(&id).ok_or_else(|| odd(READ, &id))?,
        name,
        kind: serde_json::from_str(&kind).map_err(|error| odd(READ, &error))?,
        config: serde_json::from_str(&config).map_err(|error| odd(READ, &error))?,
    })
}
