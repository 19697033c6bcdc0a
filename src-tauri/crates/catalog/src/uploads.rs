//! Uploads: one row for each object on its way, with the session that lets a restart go on where it stopped.

use resguardo_domain::{Context, DestinationId, Digest, Error, ObjectKey, Result, Session, SnapshotId};
use rusqlite::{Connection, Params, Row, params};
use serde::{Deserialize, Serialize};

use crate::Catalog;
use crate::error::{odd, sql};

const READ: &str = "read the uploads";
const SAVE: &str = "save the upload";

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadState {
    /// Not begun, or to be tried again.
    Waiting,
    /// On its way.
    Sending,
    /// There.
    Done,
    /// Given up until the owner does something.
    Failed,
}

impl UploadState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sending, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// One object on its way to one destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Of which snapshot.
    pub snapshot: SnapshotId,
    /// Where to.
    pub destination: DestinationId,
    /// Its name there.
    pub object: ObjectKey,
    /// Its bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Digest,
    /// How far it got.
    pub session: Session,
    /// Where it stands.
    pub state: UploadState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: Option<Error>,
    /// Not before this moment.
    pub next_try: Option<jiff::Timestamp>,
}

impl UploadRow {
    /// An upload that has not begun.
    pub fn new(
        snapshot: SnapshotId,
        destination: DestinationId,
        object: ObjectKey,
        size: u64,
        sha256: Digest,
    ) -> Self {
        Self {
            snapshot,
            destination,
            object,
            size,
            sha256,
            session: Session::default(),
            state: UploadState::Waiting,
            attempts: 0,
            last_error: None,
            next_try: None,
        }
    }
}

impl Catalog {
    /// Inserts an upload, or replaces the one of the same snapshot, destination and object (its turn stays).
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn save_upload(&self, cx: &Context, row: &UploadRow) -> Result<()> {
        let session = json(&row.session)?;
        let last_error = row.last_error.as_ref().map(json).transpose()?;
        self.write(cx, "catalog save upload", |tx| {
            tx.execute(
                "INSERT INTO uploads (snapshot, destination, object, size, sha256, session, state, attempts,
                                      last_error, next_try)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (snapshot, destination, object) DO UPDATE SET
                     size = ?4, sha256 = ?5, session = ?6, state = ?7, attempts = ?8, last_error = ?9, next_try = ?10",
                params![
                    row.snapshot.as_str(),
                    row.destination.as_str(),
                    row.object.as_str(),
                    row.size.cast_signed(),
                    row.sha256.0,
                    session,
                    row.state.as_str(),
                    row.attempts,
                    last_error,
                    row.next_try.map(|at| at.to_string())
                ],
            )
            .map(drop)
            .map_err(sql(SAVE))
        })
    }

    /// Keeps how far an upload got.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] when there is no such upload.
    pub fn set_session(
        &self,
        cx: &Context,
        snapshot: &SnapshotId,
        destination: &DestinationId,
        object: &ObjectKey,
        session: &Session,
    ) -> Result<()> {
        let session = json(session)?;
        self.write(cx, "catalog set session", |tx| {
            let updated = tx
                .execute(
                    "UPDATE uploads SET session = ?4 WHERE snapshot = ?1 AND destination = ?2 AND object = ?3",
                    params![snapshot.as_str(), destination.as_str(), object.as_str(), session],
                )
                .map_err(sql(SAVE))?;
            if updated == 0 { Err(Error::not_found("upload", object)) } else { Ok(()) }
        })
    }

    /// Every upload that is not done, in the order in which they were added: parts before their manifest.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn waiting_uploads(&self) -> Result<Vec<UploadRow>> {
        self.read(|connection| rows(connection, "state <> 'done'", []))
    }

    /// The uploads of a snapshot, done ones too.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn uploads(&self, snapshot: &SnapshotId) -> Result<Vec<UploadRow>> {
        self.read(|connection| rows(connection, "snapshot = ?1", [snapshot.as_str()]))
    }

    /// Forgets the uploads of a snapshot to a destination.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn remove_uploads(
        &self,
        cx: &Context,
        snapshot: &SnapshotId,
        destination: &DestinationId,
    ) -> Result<()> {
        self.write(cx, "catalog remove uploads", |tx| {
            tx.execute(
                "DELETE FROM uploads WHERE snapshot = ?1 AND destination = ?2",
                [snapshot.as_str(), destination.as_str()],
            )
            .map(drop)
            .map_err(sql("remove the uploads"))
        })
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| odd(SAVE, &error))
}

fn rows(connection: &Connection, condition: &str, values: impl Params) -> Result<Vec<UploadRow>> {
    let query = format!(
        "SELECT snapshot, destination, object, size, sha256, session, state, attempts, last_error, next_try
         FROM uploads WHERE {condition} ORDER BY id"
    );
    let mut statement = connection.prepare_cached(&query).map_err(sql(READ))?;
    let mut found = statement.query(values).map_err(sql(READ))?;
    let mut uploads = Vec::new();
    while let Some(row) = found.next().map_err(sql(READ))? {
        uploads.push(parse(row)?);
    }
    Ok(uploads)
}

fn parse(row: &Row<'_>) -> Result<UploadRow> {
    let text = |at: usize| row.get::<_, String>(at).map_err(sql(READ));
    let maybe = |at: usize| row.get::<_, Option<String>>(at).map_err(sql(READ));
    Ok(UploadRow {
        snapshot: SnapshotId::parse(&text(0)?).ok_or_else(|| odd(READ, "snapshot"))?,
        destination: DestinationId::parse(&text(1)?).ok_or_else(|| odd(READ, "destination"))?,
        object: ObjectKey::new(text(2)?)?,
        size: row.get::<_, i64>(3).map_err(sql(READ))?.cast_unsigned(),
        sha256: Digest(row.get(4).map_err(sql(READ))?),
        session: serde_json::from_str(&text(5)?).map_err(|error| odd(READ, &error))?,
        state: UploadState::parse(&text(6)?).ok_or_else(|| odd(READ, "state"))?,
        attempts: row.get(7).map_err(sql(READ))?,
        last_error: maybe(8)?
            .map(|text| serde_json::from_str(&text).map_err(|error| odd(READ, &error)))
            .transpose()?,
        next_try: maybe(9)?
            .map(|at| at.parse().map_err(|error: jiff::Error| odd(READ, &error)))
            .transpose()?,
    })
}
