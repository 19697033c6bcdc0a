//! Connections and their settings: one place decides how durable, how patient and how large they are.

use std::path::Path;
use std::time::Duration;

use resguardo_domain::Result;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::sql;

/// How long a statement waits for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements kept prepared for each connection.
const STATEMENTS: usize = 48;
/// Bytes of a page: large enough that a million rows are few reads, small enough that a one-row commit stays cheap.
const PAGE: u32 = 16384;
/// KiB of pages that the writer keeps; larger gains nothing, because an ingest appends.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// KiB of pages that a reader keeps.
const READER_CACHE_KIB: u32 = 4 * 1024;
/// The write-ahead log is cut back to this after a large transaction.
const LOG_LIMIT: u32 = 4 << 20;

/// Opens the file for writing, creating it when absent, and does nothing to it yet: not even a checkpoint on close,
/// so that a file that turns out not to be ours to touch stays as it is.
pub(crate) fn for_looking(path: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sql("open the catalog"))?;
    connection.busy_timeout(PATIENCE).map_err(sql("open the catalog"))?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(sql("open the catalog"))?;
    Ok(connection)
}

/// Makes a looked-at connection the writer.
pub(crate) fn make_writer(connection: &Connection) -> Result<()> {
    let apply = || -> rusqlite::Result<()> {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // The page size counts only for a file that is still empty.
        connection.pragma_update(None, "page_size", PAGE)?;
        patiently(|| connection.pragma_update(None, "journal_mode", "wal"))?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cache_size", -i64::from(WRITER_CACHE_KIB))?;
        connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)
    };
    apply().map_err(sql("open the catalog"))
}

/// Does again what another process's lock forbids: SQLite itself does not wait when it changes the kind of the journal.
fn patiently(act: impl Fn() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut left = PATIENCE;
    loop {
        let busy = match act() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => error,
            result => return result,
        };
        left = left.checked_sub(PAUSE).ok_or(busy)?;
        std::thread::sleep(PAUSE);
    }
}

/// Opens a connection that can only read.
pub(crate) fn reader(path: &Path) -> Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        // Without it a statement is planned anew for each value that is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -i64::from(READER_CACHE_KIB))?;
        Ok(connection)
    };
    open().map_err(sql("open the catalog"))
}
