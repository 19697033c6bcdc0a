//! Putting a database in the place of another one.
//!
//! The danger is a `-wal` or `-journal` of the old database beside the new one: SQLite would work it in and corrupt the
//! new one. So the old database is first made to need none (SQLite itself works its log in and removes it, which changes
//! nothing of its content), and only then the new file takes its name, in one step. Killed at any point, either the whole
//! old or the whole new database is there.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use resguardo_domain::{Context, Error, Kind, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{error_of, inspect, users};
use crate::temporary::beside;

const DOING: &str = "replace a database";
const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];
/// How long another program may still be finishing.
const WAIT: Duration = Duration::from_secs(2);

/// Whether a database that fails its own check may be put in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// No: something went wrong on the way.
    Refuse,
    /// Yes: it was already damaged when it was saved, and its manifest says so.
    Known,
}

/// What was put in place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swapped {
    /// What the integrity check complained about, when that was known before.
    pub damage: Option<String>,
    /// Rows that point to rows that do not exist. Many programs live with such rows, so they are told, not refused.
    pub orphans: u64,
}

/// Replaces the database `target` by `new_copy`, a file on the same file system that becomes part of it.
///
/// Who has `target` open is found out by taking the strongest lock SQLite has (on every system, for programs that are
/// reading, writing, or use WAL mode), and on Linux by looking at the open files of all processes that this one may look at
/// (which finds idle programs too). On other systems an idle program with a rollback-mode database open is not seen, except
/// on Windows, which refuses the replacement.
///
/// # Errors
/// [`Kind::Busy`] while another program has it open, [`Kind::DatabaseDamaged`], [`Kind::InvalidInput`] when `target` is
/// not a file, and the usual failures of writing. The old database is untouched then, but for a log that was worked in.
pub fn swap_in(cx: &Context, new_copy: &Path, target: &Path, damage: Damage) -> Result<Swapped> {
    cx.step("swap.check")?;
    let swapped = check(new_copy, damage)?;
    let folder =
        target.parent().ok_or_else(|| Error::invalid("path", target.display(), "a file is needed"))?;
    let old = match std::fs::symlink_metadata(target) {
        Ok(old) if old.is_file() => Some(old),
        Ok(_) => return Err(Error::invalid("path", target.display(), "a database is a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io(&error, DOING, target.display())),
    };
    if old.is_some() && users::has_others(target, false) {
        return Err(busy(target));
    }
    cx.step("swap.fold")?;
    // Held until the new file is in place: nobody can start to write to the old one meanwhile.
    let lock = match &old {
        Some(_) => fold(target)?,
        None => None,
    };
    if lock.is_some() && users::has_others(target, true) {
        return Err(busy(target));
    }
    cx.step("swap.aside")?;
    let mark = format!(".before-restore-{:016x}", cx.random_bits());
    let aside = set_aside(target, &mark)?;
    if let Err(error) = put_in_place(cx, new_copy, target, old.as_ref(), lock) {
        put_back(target, &aside, &mark);
        return Err(error);
    }
    let written = |error: io::Error| Error::io(&error, DOING, target.display());
    // From here on the new database is in place; what is left must not be cut short.
    cx.fault("swap.sync")?;
    sync_folder(folder).map_err(written)?;
    for suffix in aside {
        // The old log belongs to nothing any more; its new name means nothing to SQLite.
        let _ = std::fs::remove_file(beside(&beside(target, suffix), &mark));
    }
    Ok(swapped)
}

/// The new database, by itself: whole, and without files beside it.
fn check(new_copy: &Path, damage: Damage) -> Result<Swapped> {
    let failed = |error: rusqlite::Error| error_of(&error, "check a database", new_copy);
    let look = |copy: &Connection| -> rusqlite::Result<Swapped> {
        copy.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))?;
        let damage = inspect::complaints(copy, "PRAGMA integrity_check(5)")?;
        let orphans = copy
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get::<_, i64>(0))
            .unwrap_or(0);
        Ok(Swapped { damage, orphans: orphans.unsigned_abs() })
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let looked = Connection::open_with_flags(new_copy, flags).and_then(|copy| look(&copy));
    let swapped = match looked.map_err(failed) {
        Ok(swapped) => swapped,
        Err(error) if error.kind == Kind::DatabaseDamaged && damage == Damage::Known => {
            Swapped { damage: error.cause, orphans: 0 }
        }
        Err(error) => return Err(error),
    };
    match &swapped.damage {
        Some(complaint) if damage == Damage::Refuse => {
            Err(Error::new(Kind::DatabaseDamaged, "check a database")
                .fact("path", new_copy.display())
                .because(complaint))
        }
        _ => Ok(swapped),
    }
}

/// Lets SQLite finish what the old database has in its log or journal, and locks it. `None` when SQLite can make nothing
/// of it: then it is damaged, and its log is of use to nobody but an expert.
fn fold(target: &Path) -> Result<Option<Connection>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let folded = Connection::open_with_flags(target, flags).and_then(|old| {
        old.busy_timeout(WAIT)?;
        // Fails with "locked" while anybody else has a database in WAL mode open.
        let mode: String = old.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                Some(mode),
            ));
        }
        old.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(old)
    });
    match folded {
        Ok(old) => Ok(Some(old)),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Err(busy(target)),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Ok(None),
            _ => Err(error_of(&error, DOING, target)),
        },
    }
}

/// Gives files that are still beside the target another name. There are some only beside a damaged or a missing database.
fn set_aside(target: &Path, mark: &str) -> Result<Vec<&'static str>> {
    let mut aside = Vec::new();
    for suffix in SIDES {
        let side = beside(target, suffix);
        match std::fs::rename(&side, beside(&side, mark)) {
            Ok(()) => aside.push(suffix),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                put_back(target, &aside, mark);
                return Err(Error::io(&error, DOING, side.display()));
            }
        }
    }
    Ok(aside)
}

/// The way back: as the old database stays, so does what belongs to it.
fn put_back(target: &Path, aside: &[&str], mark: &str) {
    for suffix in aside {
        let side = beside(target, suffix);
        let _ = std::fs::rename(beside(&side, mark), side);
    }
}

/// Makes the new file ready and durable, and gives it the name.
fn put_in_place(
    cx: &Context,
    new_copy: &Path,
    target: &Path,
    old: Option<&std::fs::Metadata>,
    lock: Option<Connection>,
) -> Result<()> {
    let failed = |error: io::Error| Error::io(&error, DOING, target.display());
    if let Some(old) = old {
        adopt(new_copy, old).map_err(failed)?;
    }
    sync_file(new_copy).map_err(failed)?;
    // The side files must be known to be gone before the new database comes.
    sync_folder(target.parent().unwrap_or(target)).map_err(failed)?;
    cx.step("swap.rename")?;
    rename(new_copy, target, lock).map_err(failed)
}

/// The new file takes the place of the old one; the lock ends after it.
#[cfg(not(windows))]
fn rename(new_copy: &Path, target: &Path, lock: Option<Connection>) -> io::Result<()> {
    std::fs::rename(new_copy, target)?;
    // The connection knows the old file, which has no name any more, and has nothing to write.
    drop(lock);
    Ok(())
}

/// Windows does not replace a file that is open, not even by ourselves; it also refuses while anybody else has it open.
#[cfg(windows)]
fn rename(new_copy: &Path, target: &Path, lock: Option<Connection>) -> io::Result<()> {
    drop(lock);
    std::fs::rename(new_copy, target)
}

/// The new file gets the rights and the owner of the old one, so that its program can open it.
#[cfg(unix)]
fn adopt(new_copy: &Path, old: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let now = std::fs::metadata(new_copy)?;
    if (now.uid(), now.gid()) != (old.uid(), old.gid()) {
        std::os::unix::fs::chown(new_copy, Some(old.uid()), Some(old.gid()))?;
    }
    std::fs::set_permissions(new_copy, old.permissions())
}

#[cfg(not(unix))]
fn adopt(_: &Path, _: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn sync_file(path: &Path) -> io::Result<()> {
    File::options().read(true).write(cfg!(windows)).open(path)?.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn busy(target: &Path) -> Error {
    Error::new(Kind::Busy, DOING).fact("path", target.display()).because("another program has it open")
}
