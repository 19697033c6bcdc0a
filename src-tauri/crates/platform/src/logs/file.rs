//! The files of one role: `cli.log` is the newest, `cli.1.log` the one before it.
//!
//! Several processes of one role may write at the same time: each line is appended by one write to a file that is opened for
//! it, and whoever turns the files over holds a lock. Lines are few, and an open file could not be renamed on Windows.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::Lock;

/// Bytes of one file.
pub(super) const MAX_BYTES: u64 = 2 << 20;
/// Files of one role, the newest included.
pub(super) const GENERATIONS: u32 = 5;

#[derive(Debug)]
pub(super) struct LogFile {
    folder: PathBuf,
    lock: PathBuf,
    stem: &'static str,
    max_bytes: u64,
    alone: Mutex<()>,
}

impl LogFile {
    /// Nothing is made before the first line.
    pub(super) fn new(folder: PathBuf, locks: PathBuf, stem: &'static str) -> Self {
        let lock = locks.join(format!("log-{stem}.lock"));
        Self { folder, lock, stem, max_bytes: MAX_BYTES, alone: Mutex::default() }
    }

    #[cfg(test)]
    pub(super) fn small(folder: &Path, max_bytes: u64) -> Self {
        Self { max_bytes, ..Self::new(folder.to_owned(), folder.to_owned(), "cli") }
    }

    /// Appends a line. That it could not is told to nobody: there is no place left to tell it.
    pub(super) fn append(&self, line: &[u8]) {
        let _alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        let path = path_of(&self.folder, self.stem, 0);
        let size = |path: &Path| fs::metadata(path).map_or(0, |facts| facts.len());
        if size(&path) + line.len() as u64 > self.max_bytes
            && let Ok(Some(_lock)) = Lock::try_exclusive(&self.lock)
            // Looked at again: another process may just have turned them.
            && size(&path) + line.len() as u64 > self.max_bytes
        {
            self.turn();
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let _ = options.open(&path).and_then(|mut file| file.write_all(line));
    }

    fn turn(&self) {
        let at = |generation| path_of(&self.folder, self.stem, generation);
        let _ = fs::remove_file(at(GENERATIONS - 1));
        for generation in (0..GENERATIONS - 1).rev() {
            let _ = fs::rename(at(generation), at(generation + 1));
        }
    }
}

/// The files of a role that are there, the newest first.
pub(super) fn generations(folder: &Path, stem: &str) -> Vec<PathBuf> {
    let all = (0..GENERATIONS).map(|generation| path_of(folder, stem, generation));
    all.filter(|path| path.is_file()).collect()
}

fn path_of(folder: &Path, stem: &str, generation: u32) -> PathBuf {
    match generation {
        0 => folder.join(format!("{stem}.log")),
        n => folder.join(format!("{stem}.{n}.log")),
    }
}
