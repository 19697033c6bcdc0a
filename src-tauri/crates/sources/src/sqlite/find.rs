//! Finding databases that their owner may not know by name: files with the header of SQLite, but for those of browsers, caches
//! and the like, which their programs make again.

use std::collections::VecDeque;
use std::fs::{self, DirEntry, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use resguardo_domain::{Context, Result};

use crate::companions::{HEADER, WITH_CONTENT};

/// Folders deeper than this are a program's own affair.
const DEPTH: usize = 8;
/// A database has at least one page, and all its pages are of one size, a multiple of this.
const SMALLEST_PAGE: u64 = 512;
/// What is smaller holds nothing that anybody entered.
const SMALLEST: u64 = 4096;
/// More than anybody will choose from.
const MOST: usize = 1000;

/// Folders of programs that keep databases of their own there, which a backup of documents does not miss; in lower case.
const PASSED_OVER: [&str; 37] = [
    "$recycle.bin",
    "bravesoftware",
    "cache",
    "caches",
    "chromium",
    "code",
    "code cache",
    "containers",
    "cookies",
    "discord",
    "dropbox",
    "edge",
    "firefox",
    "google",
    "google-chrome",
    "group containers",
    "gpucache",
    "indexeddb",
    "mail",
    "messages",
    "metadata",
    "microsoft",
    "mozilla",
    "node_modules",
    "onedrive",
    "opera software",
    "packages",
    "photos library.photoslibrary",
    "safari",
    "slack",
    "spotify",
    "steam",
    "teams",
    "temp",
    "thunderbird",
    "trash",
    "zoom.us",
];

/// A database that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDatabase {
    /// Its file.
    pub path: PathBuf,
    /// Bytes, with those of the files beside it.
    pub size: u64,
    /// When it was changed last, ns since 1970 UTC.
    pub mtime_ns: i64,
}

/// Looks for databases below a folder for no longer than so much time, the folders nearest to it first. Follows no link, stays on
/// the file system, leaves hidden folders out and opens nothing below `never`. The second value says whether it came to an end.
///
/// # Errors
/// [`resguardo_domain::Kind::Cancelled`]; what can't be read is passed over.
pub fn find_databases(
    cx: &Context,
    below: &Path,
    never: &[PathBuf],
    budget: SignedDuration,
) -> Result<(Vec<FoundDatabase>, bool)> {
    let until = cx.reading().steady.saturating_add(budget);
    let device = fs::metadata(below).ok().map(|facts| device_of(&facts));
    let mut waiting = VecDeque::from([(below.to_owned(), 0)]);
    let mut found = Vec::new();
    while let Some((folder, depth)) = waiting.pop_front() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            cx.check()?;
            if cx.reading().steady >= until || found.len() >= MOST {
                return Ok((found, false));
            }
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() && depth < DEPTH && is_looked_into(&entry) && !never.contains(&path) {
                if entry.metadata().ok().map(|facts| device_of(&facts)) == device {
                    waiting.push_back((path, depth + 1));
                }
            } else if kind.is_file() {
                found.extend(database(&entry, path));
            }
        }
    }
    Ok((found, true))
}

fn is_looked_into(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().to_lowercase();
    !name.starts_with('.') && !PASSED_OVER.contains(&name.as_str())
}

fn database(entry: &DirEntry, path: PathBuf) -> Option<FoundDatabase> {
    let facts = entry.metadata().ok()?;
    let may_be = facts.len() >= SMALLEST && facts.len().is_multiple_of(SMALLEST_PAGE);
    if !may_be || !has_header(&path) {
        return None;
    }
    let (mut size, mut mtime_ns) = (facts.len(), mtime_of(&facts));
    for suffix in WITH_CONTENT {
        let mut beside = path.clone().into_os_string();
        beside.push(suffix);
        if let Ok(facts) = fs::metadata(PathBuf::from(beside)).as_ref() {
            size = size.saturating_add(facts.len());
            mtime_ns = mtime_ns.max(mtime_of(facts));
        }
    }
    Some(FoundDatabase { path, size, mtime_ns })
}

fn has_header(path: &Path) -> bool {
    let mut start = [0; HEADER.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *HEADER
}

fn mtime_of(facts: &Metadata) -> i64 {
    let since = facts.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default()
}

#[cfg(unix)]
fn device_of(facts: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::dev(facts)
}

/// Elsewhere another volume below a folder is a link, and no link is followed.
#[cfg(not(unix))]
fn device_of(_facts: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use resguardo_testkit::test_context;

    use super::*;

    fn page(folder: &Path, name: &str, bytes: usize) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut content = HEADER.to_vec();
        content.resize(bytes, 0);
        fs::write(path, content).unwrap();
    }

    fn found_in(folder: &Path, never: &[PathBuf]) -> Vec<(String, u64)> {
        let budget = SignedDuration::from_secs(600);
        let (found, complete) = find_databases(&test_context(), folder, never, budget).unwrap();
        assert!(complete);
        let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        found.iter().map(|database| (name(&database.path), database.size)).collect()
    }

    #[test]
    fn databases_are_known_by_their_header_and_not_by_their_name() {
        let folder = tempfile::tempdir().unwrap();
        page(folder.path(), "tienda/ventas.dat", 8192);
        page(folder.path(), "tienda/half.db", 5000);
        page(folder.path(), "tienda/tiny.db", 512);
        fs::write(folder.path().join("text.db"), vec![b'x'; 8192]).unwrap();
        fs::write(folder.path().join("tienda/ventas.dat-wal"), vec![0; 1000]).unwrap();
        assert_eq!(found_in(folder.path(), &[]), [("tienda/ventas.dat".to_owned(), 9192)]);
    }

    #[test]
    fn browsers_caches_hidden_and_own_folders_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["Mozilla/places.sqlite", ".config/a.db", "x/Cache/b.db", "own/catalog.sqlite", "c.db"] {
            page(folder.path(), name, 8192);
        }
        page(folder.path(), "1/2/3/4/5/6/7/8/deep.db", 8192);
        page(folder.path(), "1/2/3/4/5/6/7/8/9/deeper.db", 8192);
        let names: Vec<_> =
            found_in(folder.path(), &[folder.path().join("own")]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["c.db", "1/2/3/4/5/6/7/8/deep.db"]);
    }

    #[test]
    fn without_time_nothing_is_promised() {
        let folder = tempfile::tempdir().unwrap();
        page(folder.path(), "a.db", 8192);
        let (found, complete) =
            find_databases(&test_context(), folder.path(), &[], SignedDuration::ZERO).unwrap();
        assert!(found.is_empty() && !complete);
    }
}
