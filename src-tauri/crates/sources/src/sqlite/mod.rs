//! SQLite databases: consistent copies while other programs write, and putting one back without corrupting it.

mod copy;
mod find;
mod inspect;
mod source;
mod swap;
mod users;

pub(crate) use copy::copy_unchecked;
pub use copy::{DatabaseCopy, Patience, copy_database, copy_database_with, inspected};
pub use find::{FoundDatabase, find_databases};
pub use source::SqliteSource;
pub use swap::{Damage, Swapped, swap_in};

use std::path::Path;

use resguardo_domain::{Error, Kind};
use rusqlite::ErrorCode;

/// What an error of SQLite means to a caller.
fn error_of(error: &rusqlite::Error, doing: &str, path: &Path) -> Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::DatabaseBusy,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Kind::DatabaseDamaged,
        Some(ErrorCode::DiskFull) => Kind::DiskFull,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => Kind::PermissionDenied,
        _ => Kind::Io,
    };
    Error::new(kind, doing).fact("path", path.display()).because(error)
}
