//! Opening the files of a folder: as they are, or, for databases, as a consistent copy.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use resguardo_domain::{
    Context, DatabaseCheck, DatabaseFacts, Entry, EntryPath, Error, Kind, Opened, Opener, ReadAt, Result,
};

use crate::companions;
use crate::os::{self, Facts, Folder, Type};
use crate::sqlite;
use crate::temporary::TemporaryFile;
use crate::walk::relative_bytes;

/// A change within one tick of the kernel's clock may leave the times as they were, and a write sets the times before it
/// copies its bytes: on a busy computer the writer may be held up in between.
const TICK: Duration = Duration::from_millis(100);
/// FAT counts in steps of two seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);
/// The smallest database has one page of 512 bytes; shorter files need not be looked into.
const SMALLEST_DATABASE: u64 = 512;
/// A file with at least this much less on the disk than its size says has holes worth looking for.
const WORTHWHILE_HOLES: u64 = 64 << 10;

/// Opens the files below one folder by their path in an archive: `base` stands for the folder.
#[derive(Debug)]
pub struct FolderOpener {
    root: Folder,
    root_path: PathBuf,
    base: EntryPath,
    temporary: PathBuf,
}

impl FolderOpener {
    /// An opener for what is below `root`; copies of databases are made in `temporary`.
    ///
    /// # Errors
    /// When the folder can't be opened.
    pub fn new(root: &Path, base: EntryPath, temporary: PathBuf) -> io::Result<Self> {
        Ok(Self { root: Folder::open(root)?, root_path: root.to_owned(), base, temporary })
    }

    /// The file as it is.
    fn plain(&self, relative: &[u8], entry: &Entry) -> Result<(OpenFile, Entry)> {
        let file = self.root.open_file(relative).map_err(|error| refused(&error, &entry.path))?;
        let file = OpenFile::new(file).map_err(|error| refused(&error, &entry.path))?;
        if file.at_open.kind != Type::File {
            return Err(Error::not_found("file", &entry.path).because("it is no file any more"));
        }
        let facts = &file.at_open;
        let mut entry = Entry {
            size: facts.size,
            stamp: facts.stamp(),
            mode: facts.mode,
            uid: facts.uid,
            gid: facts.gid,
            ..entry.clone()
        };
        entry.xattrs = os::file_xattrs(&file.file).map_err(|error| refused(&error, &entry.path))?;
        Ok((file, entry))
    }

    /// The number for the files beside a database.
    fn side(&self, relative: &[u8]) -> u64 {
        let border = relative.iter().rposition(|&byte| byte == b'/');
        let (folder, name) = border.map_or((&[][..], relative), |at| (&relative[..at], &relative[at + 1..]));
        self.root.open_below(folder).map_or(0, |folder| companions::fingerprint(&folder, name))
    }

    /// A consistent copy of a database. Its stamp is the one from before the copy, so a change meanwhile is seen next time.
    fn database(&self, cx: &Context, relative: &[u8], mut entry: Entry) -> Result<Opened> {
        entry.stamp.side = self.side(relative);
        let path = self.root_path.join(os::path_of(relative));
        match sqlite::copy_unchecked(cx, &path, &self.temporary) {
            Ok((copy, size, page_size)) => {
                entry.size = size;
                let copy = Arc::new(copy);
                let check = RunningCheck::start(Arc::clone(&copy), page_size)?;
                let data = Arc::new(CopiedDatabase::new(copy)?);
                Ok(Opened { data, entry, database: Some(Arc::new(check)) })
            }
            Err(error) if error.kind == Kind::DatabaseDamaged => {
                let side = entry.stamp.side;
                let (file, mut entry) = self.plain(relative, &entry)?;
                entry.stamp.side = side;
                let damage = Some(error.cause.unwrap_or(error.doing));
                Ok(Opened {
                    data: Arc::new(file),
                    entry,
                    database: Some(Arc::new(DatabaseFacts { damage, ..DatabaseFacts::default() })),
                })
            }
            Err(error) => Err(error),
        }
    }
}

impl Opener for FolderOpener {
    fn open(&self, cx: &Context, entry: &Entry) -> Result<Opened> {
        cx.step("source.read")?;
        let relative = relative_bytes(&entry.path, &self.base);
        let (file, entry) = self.plain(&relative, entry)?;
        let is_database = file.at_open.size >= SMALLEST_DATABASE
            && companions::starts_with_header(&file.file).map_err(|error| refused(&error, &entry.path))?;
        if is_database {
            // Closed before SQLite opens it: closing a handle drops the locks this process holds on the file.
            drop(file);
            return self.database(cx, &relative, entry);
        }
        Ok(Opened { data: Arc::new(file), entry, database: None })
    }
}

/// A link, a socket or a folder in the place of the file means that the file is gone.
fn refused(error: &io::Error, path: &EntryPath) -> Error {
    let known = Error::io(error, "open a file", path);
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => known.with_kind(Kind::NotFound),
        _ if is_no_file(error) => known.with_kind(Kind::NotFound),
        _ => known,
    }
}

/// What opening a link or a socket answers.
fn is_no_file(error: &io::Error) -> bool {
    #[cfg(unix)]
    return matches!(
        rustix::io::Errno::from_io_error(error),
        Some(rustix::io::Errno::LOOP | rustix::io::Errno::NXIO)
    );
    #[cfg(not(unix))]
    return error.kind() == io::ErrorKind::IsADirectory;
}

/// A file as it is, with what it was when it was opened.
pub(crate) struct OpenFile {
    file: File,
    at_open: Facts,
    /// It was changed so shortly before that another change would not show in its times.
    uncertain: bool,
}

impl OpenFile {
    fn new(file: File) -> io::Result<Self> {
        let mut at_open = os::facts_of(&file)?;
        let mut uncertain = false;
        if at_open.kind == Type::File
            && let Some(age) = age(&at_open)
        {
            // A time that somebody set may be whole seconds on any file system; the system's own mark tells them apart.
            let coarse = changed_ns(&at_open) % 1_000_000_000 == 0;
            if coarse {
                uncertain = age < COARSE_TICK;
            } else if age < TICK {
                // Waiting is cheaper than reading it twice, and happens once per burst of changes.
                std::thread::sleep(TICK - age);
                at_open = os::facts_of(&file)?;
                uncertain = self::age(&at_open).is_some_and(|age| age < TICK);
            }
        }
        Ok(Self { file, at_open, uncertain })
    }
}

/// When the file was changed, as the system marks it where it does.
fn changed_ns(facts: &Facts) -> i64 {
    if facts.ctime_ns == 0 { facts.mtime_ns } else { facts.ctime_ns }
}

/// How long ago the file was changed; `None` when its times lie in the future. The system's own clock, because the times
/// of the file come from there.
fn age(facts: &Facts) -> Option<Duration> {
    let changed = Duration::from_nanos(u64::try_from(changed_ns(facts)).ok()?);
    SystemTime::now().duration_since(UNIX_EPOCH).ok()?.checked_sub(changed)
}

impl ReadAt for OpenFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        os::read_at(&self.file, buffer, offset)
    }

    fn has_changed(&self) -> io::Result<bool> {
        Ok(self.uncertain || os::facts_of(&self.file)?.stamp() != self.at_open.stamp())
    }

    fn data_ranges(&self) -> Option<Vec<(u64, u64)>> {
        let Facts { size, allocated, .. } = self.at_open;
        if allocated.saturating_add(WORTHWHILE_HOLES) > size {
            return None;
        }
        os::data_ranges(&self.file, size)
    }
}

/// SQLite's check of a copy, at work on a thread of its own while the copy is read and packed.
struct RunningCheck {
    page_size: u32,
    thread: Mutex<Option<JoinHandle<DatabaseFacts>>>,
    facts: OnceLock<DatabaseFacts>,
}

impl RunningCheck {
    fn start(copy: Arc<TemporaryFile>, page_size: u32) -> Result<Self> {
        let check = move || {
            sqlite::inspected(copy.path()).unwrap_or_else(|error| {
                let damage = Some(error.cause.unwrap_or(error.doing));
                DatabaseFacts { page_size, damage, ..DatabaseFacts::default() }
            })
        };
        let thread = std::thread::Builder::new()
            .name("check-database".into())
            .spawn(check)
            .map_err(|error| Error::io(&error, "start a thread", ""))?;
        Ok(Self { page_size, thread: Mutex::new(Some(thread)), facts: OnceLock::new() })
    }
}

impl DatabaseCheck for RunningCheck {
    fn page_size(&self) -> u32 {
        self.page_size
    }

    fn facts(&self) -> DatabaseFacts {
        let wait = || {
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
            let failed = || DatabaseFacts {
                page_size: self.page_size,
                damage: Some("the check did not end".to_owned()),
                ..DatabaseFacts::default()
            };
            thread.and_then(|thread| thread.join().ok()).unwrap_or_else(failed)
        };
        self.facts.get_or_init(wait).clone()
    }
}

/// A private copy; nobody else can change it.
pub(crate) struct CopiedDatabase {
    bytes: File,
    /// Holds the copy on the disk for as long as it is read.
    _copy: Arc<TemporaryFile>,
}

impl CopiedDatabase {
    pub(crate) fn new(copy: Arc<TemporaryFile>) -> Result<Self> {
        let path = copy.path().display().to_string();
        let bytes = copy.open().map_err(|error| Error::io(&error, "open a database's copy", path))?;
        Ok(Self { bytes, _copy: copy })
    }
}

impl ReadAt for CopiedDatabase {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        os::read_at(&self.bytes, buffer, offset)
    }

    fn has_changed(&self) -> io::Result<bool> {
        Ok(false)
    }
}
