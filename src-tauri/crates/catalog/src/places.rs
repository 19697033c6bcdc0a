//! What was last seen of each destination, for the time in which it can't be seen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use resguardo_domain::{Context, DestinationId, Result, Space};
use rusqlite::{Row, params};

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read what was seen of the destinations";

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceMemory {
    /// When it last answered, as far as that was written down.
    pub seen_at: Option<Timestamp>,
    /// Since when it does not answer; `None` when it did at the last look.
    pub absent_since: Option<Timestamp>,
    /// Room there when it last answered.
    pub space: Option<Space>,
}

impl Catalog {
    /// What is remembered of every destination.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn place_memories(&self) -> Result<BTreeMap<DestinationId, PlaceMemory>> {
        let query = "SELECT destination, seen_at, absent_since, free, total FROM places";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let rows = statement.query_map([], numbers).map_err(sql(READ))?;
            rows.map(|row| parse(row.map_err(sql(READ))?)).collect()
        })
    }

    /// Remembers a destination as it was seen.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn remember_place(&self, cx: &Context, id: &DestinationId, seen: &PlaceMemory) -> Result<()> {
        let bytes = |pick: fn(&Space) -> u64| seen.space.as_ref().map(|space| pick(space).cast_signed());
        self.write(cx, "catalog remember place", |tx| {
            tx.execute(
                "INSERT OR REPLACE INTO places VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    id.as_str(),
                    seen.seen_at.map(Timestamp::as_microsecond),
                    seen.absent_since.map(Timestamp::as_microsecond),
                    bytes(|space| space.free),
                    bytes(|space| space.total),
                ],
            )
            .map(drop)
            .map_err(sql("remember the destination"))
        })
    }
}

type Numbers = (String, [Option<i64>; 4]);

fn numbers(row: &Row<'_>) -> rusqlite::Result<Numbers> {
    Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
}

fn parse((id, [seen_at, absent_since, free, total]): Numbers) -> Result<(DestinationId, PlaceMemory)> {
    let moment = |at: Option<i64>| {
        at.map(|at| Timestamp::from_microsecond(at).map_err(|error| odd(READ, &error))).transpose()
    };
    let space = free
        .zip(total)
        .map(|(free, total)| Space { free: free.cast_unsigned(), total: total.cast_unsigned() });
    let id = DestinationId::parse(&id).ok_or_else(|| odd(READ, &id))?;
    Ok((id, PlaceMemory { seen_at: moment(seen_at)?, absent_since: moment(absent_since)?, space }))
}
