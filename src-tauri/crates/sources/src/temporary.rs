//! A private file that disappears with its owner: what a database is copied into.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use resguardo_domain::{Context, Error, Result};

use crate::leftovers::temporary_name;

/// A file of our own, with whatever SQLite puts beside it; removed when dropped.
#[derive(Debug)]
pub struct TemporaryFile {
    path: PathBuf,
}

impl TemporaryFile {
    /// Makes an empty file that only this user may read; makes its folder too.
    pub(crate) fn create(cx: &Context, folder: &Path, stem: &str) -> Result<Self> {
        let failed = |error: &io::Error| Error::io(error, "make a temporary file", folder.display());
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        for attempt in 0..16 {
            let path = folder.join(temporary_name(stem, cx.random_bits().wrapping_add(attempt)));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(_) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(&error)),
            }
        }
        Err(Error::internal("find a name for a temporary file"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for reading.
    pub(crate) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // Nothing can be done about a failure here; the next start removes what was left.
        for suffix in ["-wal", "-shm", "-journal", ""] {
            let _ = std::fs::remove_file(beside(&self.path, suffix));
        }
    }
}

/// The path with a suffix to its last name, as SQLite names the files beside a database.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut text = OsString::from(path);
    text.push(suffix);
    PathBuf::from(text)
}
