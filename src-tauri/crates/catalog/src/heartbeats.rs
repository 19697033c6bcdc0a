//! What was seen of other computers at the destinations. Their first keys are had nowhere else.

use jiff::Timestamp;
use resguardo_domain::{
    ComputerId, ComputerInfo, Context, DestinationId, Digest, Heartbeat, HeartbeatDoubt, Result,
    SeenHeartbeat,
};
use rusqlite::types::Value;
use rusqlite::{Row, params};

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the heartbeats";
const SAVE: &str = "save a heartbeat";

/// A computer as it was seen at a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeartbeatRow {
    /// What is concluded from it.
    pub seen: SeenHeartbeat,
    /// The first public key of this computer, as its heartbeats write it.
    pub key: Option<String>,
    /// SHA-256 of the file as it was last seen.
    pub digest: Digest,
}

impl Catalog {
    /// Every computer seen at any destination, ordered by computer and destination.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn heartbeats(&self) -> Result<Vec<HeartbeatRow>> {
        let query = "SELECT destination, computer, name, key, body, seen_at, digest, doubt, dismissed
                     FROM heartbeats ORDER BY computer, destination";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(query).map_err(sql(READ))?;
            let mut found = statement.query([]).map_err(sql(READ))?;
            let mut rows = Vec::new();
            while let Some(row) = found.next().map_err(sql(READ))? {
                rows.push(parse(row)?);
            }
            Ok(rows)
        })
    }

    /// Keeps what was seen, replacing what was known of that computer there.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn save_heartbeat(&self, cx: &Context, row: &HeartbeatRow) -> Result<()> {
        let seen = &row.seen;
        let json = |value: &Heartbeat| serde_json::to_string(value).map_err(|error| odd(SAVE, &error));
        let body = seen.believed.as_ref().map(json).transpose()?;
        let doubt = seen.doubt.map(|doubt| serde_json::to_string(&doubt)).transpose();
        let doubt = doubt.map_err(|error| odd(SAVE, &error))?;
        self.write(cx, "catalog save heartbeat", |tx| {
            tx.execute(
                "INSERT OR REPLACE INTO heartbeats
                     (destination, computer, name, key, made_at, body, seen_at, digest, doubt, dismissed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    seen.destination.as_str(),
                    seen.computer.id.as_str(),
                    seen.computer.name,
                    row.key,
                    seen.believed.as_ref().map(|heartbeat| heartbeat.made_at.as_microsecond()),
                    body,
                    seen.seen_at.as_microsecond(),
                    row.digest.0,
                    doubt,
                    seen.dismissed
                ],
            )
            .map(drop)
            .map_err(sql(SAVE))
        })
    }

    /// Forgets all of a computer but that it is there, until it is heard of again; tells at how many destinations it was known.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn dismiss_computer(&self, cx: &Context, computer: &ComputerId) -> Result<usize> {
        self.write(cx, "catalog dismiss computer", |tx| {
            tx.execute(
                "UPDATE heartbeats SET key = NULL, made_at = NULL, body = NULL, doubt = NULL, dismissed = 1
                 WHERE computer = ?1",
                [computer.as_str()],
            )
            .map_err(sql(SAVE))
        })
    }
}

fn parse(row: &Row<'_>) -> Result<HeartbeatRow> {
    let text = |at: usize| row.get::<_, String>(at).map_err(sql(READ));
    let maybe = |at: usize| row.get::<_, Option<String>>(at).map_err(sql(READ));
    let (destination, computer) = (text(0)?, text(1)?);
    let body = maybe(4)?.map(|body| serde_json::from_str(&body)).transpose();
    let doubt = maybe(7)?.map(|doubt| serde_json::from_str::<HeartbeatDoubt>(&doubt)).transpose();
    let digest: Vec<u8> = row.get(6).map_err(sql(READ))?;
    let seen_at = Timestamp::from_microsecond(row.get(5).map_err(sql(READ))?);
    Ok(HeartbeatRow {
        seen: SeenHeartbeat {
            destination: DestinationId::parse(&destination).ok_or_else(|| odd(READ, &destination))?,
            computer: ComputerInfo {
                id: ComputerId::parse(&computer).ok_or_else(|| odd(READ, &computer))?,
                name: text(2)?,
            },
            believed: body.map_err(|error| odd(READ, &error))?,
            seen_at: seen_at.map_err(|error| odd(READ, &error))?,
            doubt: doubt.map_err(|error| odd(READ, &error))?,
            dismissed: row.get(8).map_err(sql(READ))?,
        },
        key: maybe(3)?,
        digest: Digest::from_slice(&digest).ok_or_else(|| odd(READ, "not a SHA-256 digest"))?,
    })
}

/// Whether a salvaged row can be understood.
pub(crate) fn is_sound(row: &[Value]) -> bool {
    let json = |at: usize, fits: fn(&str) -> bool| match row.get(at) {
        Some(Value::Null) => true,
        Some(Value::Text(text)) => fits(text),
        _ => false,
    };
    let id = |at: usize, fits: fn(&str) -> bool| matches!(row.get(at), Some(Value::Text(text)) if fits(text));
    id(0, |text| DestinationId::parse(text).is_some())
        && id(1, |text| ComputerId::parse(text).is_some())
        && json(5, |text| serde_json::from_str::<Heartbeat>(text).is_ok())
        && json(8, |text| serde_json::from_str::<HeartbeatDoubt>(text).is_ok())
        && matches!(row.get(7), Some(Value::Blob(digest)) if digest.len() == 32)
}
