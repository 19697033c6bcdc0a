//! SQLite's errors in the words of this program.

use resguardo_domain::{Error, Kind};
use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// Gives a failed database call its kind; to be used as `.map_err(sql("read the plans"))`.
pub(crate) fn sql(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |cause| Error::new(kind_of(&cause), doing).because(cause)
}

/// A value of the catalog that this program does not understand. Not "damaged": setting the file aside would lose more.
pub(crate) fn odd(doing: &'static str, cause: impl std::fmt::Display) -> Error {
    Error::internal(doing).because(cause)
}

/// A file version that can't be what was stored: it can be had again from the manifests.
pub(crate) fn damaged(doing: &'static str, cause: impl std::fmt::Display) -> Error {
    Error::new(Kind::CatalogDamaged, doing).because(cause)
}

fn kind_of(cause: &rusqlite::Error) -> Kind {
    // The one that SQLite gives when the file beside the log can't grow, which only a full disk does.
    if cause.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE) {
        return Kind::DiskFull;
    }
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Kind::CatalogDamaged,
        Some(ErrorCode::DiskFull) => Kind::DiskFull,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::Busy,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Kind::Io,
        Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => Kind::PermissionDenied,
        _ => Kind::Internal,
    }
}
