//! Copying a database while other programs may be writing to it.
//!
//! Two ways. *Live*: inside one read transaction; the bytes as they are where a rollback journal keeps writers out of the
//! file meanwhile, or SQLite's backup call in WAL mode, which keeps the page layout and never starts over, because the
//! transaction is held by the very connection that is copied from. *At rest*: the bytes of the database and of
//! its log, taken only when none of them changed meanwhile, and recovered by SQLite in our own copy. The second way is for
//! databases that SQLite could not open without writing: it would leave `-wal` and `-shm` files beside a database in WAL
//! mode that nobody has open, and it can't roll back a journal that a crash left behind.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use resguardo_domain::{Context, DatabaseFacts, Error, Kind, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{error_of, inspect};
use crate::companions::{HEADER, WITH_CONTENT};
use crate::os::{self, Facts, Folder};
use crate::temporary::{TemporaryFile, beside};

/// Pages between two looks at the cancel flag.
const PAGES: i32 = 1024;
/// One wait for a lock; the next look at the cancel flag comes after it.
const NAP: Duration = Duration::from_millis(200);
/// How often a copy that fails its check is made again while the original keeps changing.
const TRIES_UNDER_LOAD: u32 = 3;
/// Two changes closer than this may have the same time.
const TICK: Duration = Duration::from_millis(20);
const CHUNK: u64 = 16 << 20;
const DOING: &str = "copy a database";

/// How long to wait for a database that is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience(pub Duration);

impl Default for Patience {
    /// 30 seconds in all.
    fn default() -> Self {
        Self(Duration::from_secs(30))
    }
}

/// A self-contained copy (no `-wal`, no journal) in a file that is removed when this is dropped.
#[derive(Debug)]
pub struct DatabaseCopy {
    /// The file.
    pub file: TemporaryFile,
    /// Its bytes.
    pub size: u64,
    /// What is known of it.
    pub facts: DatabaseFacts,
}

/// Copies a database into a new file in `into_dir`, waiting for locks as long as by default.
///
/// # Errors
/// See [`copy_database_with`].
pub fn copy_database(cx: &Context, from: &Path, into_dir: &Path) -> Result<DatabaseCopy> {
    copy_database_with(cx, from, into_dir, Patience::default())
}

/// Copies a database into a new file in `into_dir`. Never writes to the original nor leaves files beside it that were not
/// there. A copy that fails SQLite's quick check is returned with the complaint in `facts.damage`.
///
/// # Errors
/// [`Kind::NotFound`], [`Kind::PermissionDenied`], [`Kind::DatabaseBusy`] when it stays locked, [`Kind::DatabaseDamaged`]
/// when SQLite can make nothing of it, [`Kind::DiskFull`], [`Kind::Io`], [`Kind::Cancelled`].
pub fn copy_database_with(
    cx: &Context,
    from: &Path,
    into_dir: &Path,
    patience: Patience,
) -> Result<DatabaseCopy> {
    cx.check()?;
    // A pause in the middle would hold up whoever writes to the original.
    let cx = &cx.unpaused();
    let job = Job { cx, from, into_dir, deadline: Instant::now() + patience.0 };
    let mut tries = 0;
    loop {
        let before = state_of(from)?;
        let mut file = job.copy()?;
        cx.check()?;
        let facts = finish(&mut file)?;
        tries += 1;
        let again = facts.damage.is_some()
            && tries < TRIES_UNDER_LOAD
            && Instant::now() < job.deadline
            && state_of(from)? != before;
        if !again {
            let size = std::fs::metadata(file.path())
                .map_err(|error| Error::io(&error, DOING, file.path().display()))?
                .len();
            return Ok(DatabaseCopy { file, size, facts });
        }
    }
}

/// One copy in the making.
struct Job<'a> {
    cx: &'a Context,
    from: &'a Path,
    into_dir: &'a Path,
    deadline: Instant,
}

/// Why a way of copying did not work.
enum Obstacle {
    /// Somebody else was quicker; try again.
    Busy,
    /// SQLite would have to write to open it where it stands.
    NeedsRecovery,
    Failed(Error),
}

impl Job<'_> {
    fn copy(&self) -> Result<TemporaryFile> {
        let mut must_rest = false;
        loop {
            self.cx.step("sqlite.copy")?;
            let file = TemporaryFile::create(self.cx, self.into_dir, "db")?;
            let answer = if must_rest || rests(self.from)? { self.at_rest(&file) } else { self.live(&file) };
            match answer {
                Ok(()) => return Ok(file),
                Err(Obstacle::NeedsRecovery) if !must_rest => must_rest = true,
                Err(Obstacle::NeedsRecovery) => return Err(Error::new(Kind::DatabaseDamaged, DOING)),
                Err(Obstacle::Busy) if Instant::now() >= self.deadline => {
                    return Err(Error::new(Kind::DatabaseBusy, DOING).fact("path", self.from.display()));
                }
                Err(Obstacle::Busy) => {
                    // What needed recovery may have been opened by its owner meanwhile.
                    must_rest = false;
                    std::thread::sleep(TICK);
                }
                Err(Obstacle::Failed(error)) => return Err(error),
            }
        }
    }

    fn live(&self, file: &TemporaryFile) -> std::result::Result<(), Obstacle> {
        let source =
            open(self.from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| self.obstacle(&error))?;
        source.busy_timeout(NAP).map_err(|error| self.obstacle(&error))?;
        // A deferred transaction takes its snapshot at the first read and keeps it until it ends.
        source.execute_batch("BEGIN").map_err(|error| self.obstacle(&error))?;
        source
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))
            .map_err(|error| self.obstacle(&error))?;
        // Asked of SQLite: reading the header through a handle of our own would drop the lock when it is closed.
        let mode: String = source
            .query_row("PRAGMA journal_mode", [], |row| row.get(0))
            .map_err(|error| self.obstacle(&error))?;
        if mode != "wal" {
            // The transaction's shared lock keeps writers out of the file, so its bytes are one state of the database, and
            // the copy is the same to the byte. Closing the handle drops the lock: nothing is read after that.
            return self.copy_bytes(self.from, file.path());
        }
        let own = |error: rusqlite::Error| Obstacle::Failed(error_of(&error, DOING, file.path()));
        let mut copy = open(file.path(), OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(own)?;
        // The copy is thrown away after any failure, so it needs no protection of its own.
        copy.execute_batch("PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA locking_mode=EXCLUSIVE")
            .map_err(own)?;
        let backup = Backup::new(&source, &mut copy).map_err(own)?;
        loop {
            self.cx.check().map_err(Obstacle::Failed)?;
            match backup.step(PAGES).map_err(|error| self.obstacle(&error))? {
                StepResult::Done => return Ok(()),
                StepResult::More => {}
                _ if Instant::now() >= self.deadline => return Err(Obstacle::Busy),
                _ => std::thread::sleep(TICK),
            }
        }
    }

    fn obstacle(&self, error: &rusqlite::Error) -> Obstacle {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Obstacle::Busy,
            // A log or journal that would have to be worked in first.
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Obstacle::NeedsRecovery,
            _ => Obstacle::Failed(error_of(error, DOING, self.from)),
        }
    }

    fn at_rest(&self, file: &TemporaryFile) -> std::result::Result<(), Obstacle> {
        let failed = |error: io::Error| {
            let error = Error::io(&error, DOING, self.from.display());
            let missing = error.cause.as_deref().is_some_and(|_| !self.from.exists());
            Obstacle::Failed(if missing { error.with_kind(Kind::NotFound) } else { error })
        };
        let before = State::of(self.from).map_err(failed)?;
        if before.is_fresh() {
            // A change right now might not show in the times.
            std::thread::sleep(TICK);
            return Err(Obstacle::Busy);
        }
        self.copy_bytes(self.from, file.path())?;
        for suffix in WITH_CONTENT {
            let side = beside(self.from, suffix);
            if before.has(suffix) {
                self.copy_bytes(&side, &beside(file.path(), suffix))?;
            }
        }
        if State::of(self.from).map_err(failed)? == before { Ok(()) } else { Err(Obstacle::Busy) }
    }

    fn copy_bytes(&self, from: &Path, to: &Path) -> std::result::Result<(), Obstacle> {
        let failed = |error: io::Error| match error.kind() {
            // It was there a moment ago.
            io::ErrorKind::NotFound => Obstacle::Busy,
            _ => Obstacle::Failed(Error::io(&error, DOING, from.display())),
        };
        let source = open_plain(from).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut copy =
            options.open(to).map_err(|error| Obstacle::Failed(Error::io(&error, DOING, to.display())))?;
        loop {
            self.cx.check().map_err(Obstacle::Failed)?;
            let copied = io::copy(&mut (&source).take(CHUNK), &mut copy).map_err(failed)?;
            if copied < CHUNK {
                return Ok(());
            }
        }
    }
}

/// Opens without ever following a link and without any use of URIs: absolute paths can't be taken for one.
fn open(path: &Path, mode: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    Connection::open_with_flags(path, flags)
}

fn open_plain(path: &Path) -> io::Result<File> {
    if std::fs::symlink_metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Whether the database is in WAL mode with nobody having it open, so that opening it would leave files behind.
fn rests(path: &Path) -> Result<bool> {
    let failed = |error: io::Error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        let error = Error::io(&error, DOING, path.display());
        if missing { error.with_kind(Kind::NotFound) } else { error }
    };
    let mut start = [0; 20];
    let read = {
        let file = open_plain(path).map_err(failed)?;
        os::read_at(&file, &mut start, 0).map_err(failed)?
    };
    if read < start.len() || !start.starts_with(HEADER) {
        return Err(Error::new(Kind::DatabaseDamaged, DOING)
            .fact("path", path.display())
            .because("file is not a database"));
    }
    // Bytes 18 and 19: the file format's versions for writing and reading, 2 for WAL.
    let in_wal_mode = start[18] == 2 || start[19] == 2;
    let there = |suffix| std::fs::symlink_metadata(beside(path, suffix)).is_ok();
    Ok(in_wal_mode && !(there("-wal") && there("-shm")))
}

/// Sizes, modification times and inodes of a database and its companions. Not their change times: SQLite, run by root,
/// sets the owner of a log whenever it opens it.
#[derive(Debug, PartialEq, Eq)]
struct State(Vec<Option<(u64, i64, u64)>>);

impl State {
    fn of(path: &Path) -> io::Result<Self> {
        let mut all = vec![Some(look(path)?)];
        for suffix in WITH_CONTENT {
            all.push(match look(&beside(path, suffix)) {
                Ok(facts) => Some(facts),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(error),
            });
        }
        Ok(Self(all))
    }

    fn has(&self, suffix: &str) -> bool {
        let index = WITH_CONTENT.iter().position(|&known| known == suffix);
        index.is_some_and(|index| self.0.get(index + 1).is_some_and(Option::is_some))
    }

    /// Whether something changed a moment ago, by the clock that the times come from.
    fn is_fresh(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.0.iter().flatten().any(|&(_, mtime, _)| {
            let changed = u64::try_from(mtime).unwrap_or(0);
            now.checked_sub(Duration::from_nanos(changed)).is_some_and(|age| age < TICK)
        })
    }
}

/// Asked through the folder: a handle of the database, when closed, would drop this process' locks on it.
fn look(path: &Path) -> io::Result<(u64, i64, u64)> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let name = os::name_of(name.as_encoded_bytes())?;
    let Facts { size, mtime_ns, inode, .. } = Folder::open(folder)?.stat(&name)?;
    Ok((size, mtime_ns, inode))
}

fn state_of(path: &Path) -> Result<State> {
    State::of(path).map_err(|error| {
        let missing = error.kind() == io::ErrorKind::NotFound;
        let error = Error::io(&error, DOING, path.display());
        if missing { error.with_kind(Kind::NotFound) } else { error }
    })
}

/// Makes the copy self-contained and looks into it.
fn finish(file: &mut TemporaryFile) -> Result<DatabaseFacts> {
    settle(file)?;
    inspected(file.path())
}

/// Works in the log or rolls back the journal, if there is one, and leaves one file; returns the page size.
fn settle(file: &TemporaryFile) -> Result<u32> {
    let path = file.path();
    let settled = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|copy| {
        copy.execute_batch("PRAGMA synchronous=OFF; PRAGMA trusted_schema=OFF")?;
        copy.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))?;
        copy.query_row("PRAGMA page_size", [], |row| row.get(0))
    });
    settled.map_err(|error| error_of(&error, DOING, path))
}

/// What SQLite says of a settled copy: rows of each table, and what its check complains about.
///
/// # Errors
/// [`resguardo_domain::Kind::DatabaseDamaged`] when it can't be opened as a database, and the usual failures of reading.
pub fn inspected(path: &Path) -> Result<DatabaseFacts> {
    let facts = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|copy| {
        copy.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-16384")?;
        inspect::facts(&copy)
    });
    facts.map_err(|error| error_of(&error, DOING, path))
}

/// Copies a database as [`copy_database`] does, but leaves the check to [`inspected`]. Returns the file, its bytes and the
/// size of its pages.
pub(crate) fn copy_unchecked(
    cx: &Context,
    from: &Path,
    into_dir: &Path,
) -> Result<(TemporaryFile, u64, u32)> {
    cx.check()?;
    // A pause in the middle would hold up whoever writes to the original.
    let cx = &cx.unpaused();
    let job = Job { cx, from, into_dir, deadline: Instant::now() + Patience::default().0 };
    let file = job.copy()?;
    let page_size = settle(&file)?;
    let size = std::fs::metadata(file.path())
        .map_err(|error| Error::io(&error, DOING, file.path().display()))?
        .len();
    Ok((file, size, page_size))
}
