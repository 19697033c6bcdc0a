//! The open catalog: one writing connection, a few reading ones, and the rules of opening and closing.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use resguardo_domain::{Context, Error, Kind, Result, Topic};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::changes::Changes;
use crate::error::sql;
use crate::pages::PageCache;
use crate::{connection, migrate};

/// Reading connections kept open for the next call.
const IDLE_READERS: usize = 4;
/// Seconds after which the file is checked again although it was closed in order.
const CHECK_EVERY: i64 = 24 * 60 * 60;

/// The catalog of one computer. Share it by reference or in an `Arc`; any number of threads and processes may use it.
pub struct Catalog {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Whether this handle marked the file as not closed in order.
    wrote: AtomicBool,
    /// Whether a call met damage: the next opening must check the file.
    suspect: AtomicBool,
    /// What was read for one page and may serve the next.
    pub(crate) pages: Mutex<PageCache>,
    changes: Arc<Changes>,
    /// Grows when another process commits.
    others: AtomicI64,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Catalog {
    /// Opens the catalog, creating or migrating it. Checks its integrity when the last check is over a day old or the
    /// last program that wrote to it did not close it in order.
    ///
    /// # Errors
    /// [`Kind::CatalogNewer`] (the file is left as it was), [`Kind::CatalogDamaged`], [`Kind::DiskFull`], [`Kind::Io`].
    pub fn open(cx: &Context, path: &Path) -> Result<Self> {
        cx.step("catalog open")?;
        Self::open_file(cx, path).map_err(|error| naming_the_file(error, path))
    }

    fn open_file(cx: &Context, path: &Path) -> Result<Self> {
        let mut writer = connection::for_looking(path)?;
        migrate::refuse_foreign(&writer, path)?;
        connection::make_writer(&writer)?;
        migrate::migrate(&mut writer)?;
        let changes = Changes::new(u64::try_from(cx.now().as_millisecond()).unwrap_or_default());
        changes.watch(&writer)?;
        let others = data_version(&writer)?;
        let catalog = Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            wrote: AtomicBool::new(false),
            suspect: AtomicBool::new(false),
            pages: Mutex::default(),
            changes,
            others: AtomicI64::new(others),
        };
        catalog.check_when_due(cx)?;
        Ok(catalog)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has changed since when.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Looks whether another process has written, and tells of everything then: what it wrote is not known. While this process
    /// writes, the next look has to do.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn look_for_others(&self) -> Result<()> {
        let writer = match self.writer.try_lock() {
            Ok(writer) => writer,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        let now = self.noting_damage(data_version(&writer))?;
        drop(writer);
        if self.others.swap(now, Relaxed) != now {
            self.changes.note(&Topic::ALL);
        }
        Ok(())
    }

    /// Runs SQLite's quick check over the whole file and notes when.
    ///
    /// # Errors
    /// [`Kind::CatalogDamaged`] with the first finding as the cause.
    pub fn check(&self, cx: &Context) -> Result<()> {
        const DOING: &str = "check the catalog";
        let finding: String = self.read(|connection| {
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(sql(DOING))
        })?;
        if finding != "ok" {
            self.suspect.store(true, Relaxed);
            return Err(Error::new(Kind::CatalogDamaged, DOING)
                .fact("path", self.path.display())
                .because(finding));
        }
        let now = cx.now().as_second();
        self.write(cx, "catalog note check", |tx| {
            tx.execute("UPDATE meta SET value = ?1 WHERE key = 'checked_at'", [now]).map_err(sql(DOING))?;
            Ok(())
        })
    }

    fn check_when_due(&self, cx: &Context) -> Result<()> {
        let (clean, checked_at) =
            self.read(|connection| Ok((meta(connection, "clean")?, meta(connection, "checked_at")?)))?;
        let age = cx.now().as_second().saturating_sub(checked_at);
        // A clock set back must not put the check off for ever.
        if clean == 1 && (0..CHECK_EVERY).contains(&age) { Ok(()) } else { self.check(cx) }
    }

    /// One write transaction. The first of a handle also marks the file as in use. Short writes are not cancelled: an
    /// operation that was stopped must be able to say so.
    pub(crate) fn write<T>(
        &self,
        cx: &Context,
        step: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        cx.fault(step)?;
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let run = || -> Result<T> {
            self.changes.begin();
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql(step))?;
            if !self.wrote.load(Relaxed) {
                set_meta(&tx, "clean", 0)?;
            }
            let value = work(&tx)?;
            cx.fault("catalog commit")?;
            tx.commit().map_err(sql(step))?;
            self.wrote.store(true, Relaxed);
            self.changes.commit();
            Ok(value)
        };
        self.noting_damage(run())
    }

    /// Lends a reading connection; statements on it must be short or hold no lock between steps.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => connection::reader(&self.path)?,
        };
        let result = self.noting_damage(work(&reader));
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        result
    }

    fn noting_damage<T>(&self, result: Result<T>) -> Result<T> {
        if result.as_ref().is_err_and(|error| error.kind == Kind::CatalogDamaged) {
            self.suspect.store(true, Relaxed);
        }
        result.map_err(|error| naming_the_file(error, &self.path))
    }
}

/// SQLite does not say which disk is full; whoever reads the error must know.
fn naming_the_file(error: Error, path: &Path) -> Error {
    match error.kind {
        Kind::DiskFull | Kind::Io | Kind::PermissionDenied if error.get("path").is_none() => {
            error.fact("path", path.display())
        }
        _ => error,
    }
}

impl Drop for Catalog {
    fn drop(&mut self) {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        // Nobody is left to tell of an error; without the mark the next opening only checks once more.
        if self.suspect.load(Relaxed) {
            let _ = set_meta(writer, "clean", 0);
        } else if self.wrote.load(Relaxed) {
            let _ = set_meta(writer, "clean", 1);
        }
    }
}

fn data_version(connection: &Connection) -> Result<i64> {
    let version = connection.pragma_query_value(None, "data_version", |row| row.get(0));
    version.map_err(sql("look for other programs at the catalog"))
}

fn meta(connection: &Connection, key: &str) -> Result<i64> {
    connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
        .optional()
        .map_err(sql("read the catalog's facts"))
        .map(Option::unwrap_or_default)
}

fn set_meta(connection: &Connection, key: &str, value: i64) -> Result<()> {
    connection
        .prepare_cached("UPDATE meta SET value = ?2 WHERE key = ?1")
        .and_then(|mut statement| statement.execute(rusqlite::params![key, value]))
        .map(drop)
        .map_err(sql("note the catalog's facts"))
}
