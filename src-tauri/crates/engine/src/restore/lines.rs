//! The lines of a restore: one for each spot it looks at, written to a file in the order in which they are planned and read
//! back in that order, so that a million of them never stand in memory.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use resguardo_domain::{Context, Digest, EntryPath, Error, Kind, Result};
use serde::{Deserialize, Serialize};

/// Written at once.
const BUFFER: usize = 256 << 10;
/// A longer line is damage.
const MAX_LINE: u64 = 1 << 20;

/// What happens at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// Nothing is there yet.
    Create,
    /// What is there gives way.
    Replace,
    /// What is there is another kind of object, and is removed first.
    Exchange,
    /// What is there stays, what comes back gets another name.
    Rename,
    /// It is there as wanted.
    Same,
    /// It stays because it exists.
    Skip,
    /// A folder that nothing names but that something goes into.
    Folder,
}

impl Deed {
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::Exchange | Self::Rename)
    }

    /// Whether something that was there is changed.
    pub(crate) fn replaces(self) -> bool {
        matches!(self, Self::Replace | Self::Exchange)
    }

    /// The word used in previews.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Create | Self::Folder => "create",
            Self::Replace | Self::Exchange => "replace",
            Self::Same => "same",
            Self::Skip => "skip",
            Self::Rename => "rename",
        }
    }
}

/// One spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Which root.
    pub(crate) root: usize,
    /// Where it is written, below the root.
    pub(crate) path: EntryPath,
    /// Where it would be written if nothing else were there, when that is another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<EntryPath>,
    /// `f`, `d` or `l`: what is written.
    pub(crate) tag: char,
    /// What happens.
    pub(crate) deed: Deed,
    /// Digest of what is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<Digest>,
    /// Target of a link that is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
}

impl Line {
    /// Where its entry belongs, whatever is in the way.
    pub(crate) fn origin(&self) -> &EntryPath {
        self.from.as_ref().unwrap_or(&self.path)
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.tag == 'd'
    }

    /// Whether what stands there must be in the safety snapshot: a folder that stays one only gets other facts.
    pub(crate) fn needs_safety(&self) -> bool {
        self.deed == Deed::Exchange || (self.deed == Deed::Replace && !self.is_folder())
    }
}

/// A file of lines that is being written.
pub(crate) struct LineWriter {
    cx: Context,
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    written: u64,
}

impl LineWriter {
    /// Starts a new file; one of that name is replaced.
    pub(crate) fn create(cx: &Context, path: &Path) -> Result<Self> {
        cx.step("lines.create")?;
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).open(path);
        let file = file.map_err(|cause| failed(&cause, path))?;
        Ok(Self {
            cx: cx.clone(),
            path: path.to_owned(),
            file,
            buffer: Vec::with_capacity(BUFFER),
            written: 0,
        })
    }

    pub(crate) fn push(&mut self, line: &Line) -> Result<()> {
        serde_json::to_writer(&mut self.buffer, line)
            .map_err(|cause| Error::internal("write the journal").because(cause))?;
        self.buffer.push(b'\n');
        self.written += 1;
        if self.buffer.len() >= BUFFER - (BUFFER >> 3) { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.cx.step("lines.write")?;
        self.file.write_all(&self.buffer).map_err(|cause| failed(&cause, &self.path))?;
        self.buffer.clear();
        Ok(())
    }

    /// Makes the lines last and says how many there are.
    pub(crate) fn finish(mut self) -> Result<u64> {
        self.flush()?;
        self.cx.step("lines.sync")?;
        self.file.sync_all().map_err(|cause| failed(&cause, &self.path))?;
        Ok(self.written)
    }
}

fn failed(cause: &std::io::Error, path: &Path) -> Error {
    Error::io(cause, "write the journal", path.display())
}

/// Reads lines in the order in which they were written.
pub(crate) struct LineReader {
    path: PathBuf,
    file: BufReader<File>,
    text: Vec<u8>,
}

impl LineReader {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|cause| Error::io(&cause, "read the journal", path.display()))?;
        Ok(Self { path: path.to_owned(), file: BufReader::with_capacity(BUFFER, file), text: Vec::new() })
    }

    fn damaged(&self, why: impl std::fmt::Display) -> Error {
        Error::new(Kind::CannotUndo, "read the journal").fact("path", self.path.display()).because(why)
    }

    fn read(&mut self) -> Result<Option<Line>> {
        self.text.clear();
        let mut limited = std::io::Read::take(&mut self.file, MAX_LINE);
        match limited.read_until(b'\n', &mut self.text) {
            Ok(0) => Ok(None),
            Ok(_) => serde_json::from_slice(&self.text).map(Some).map_err(|cause| self.damaged(cause)),
            Err(cause) => Err(self.damaged(cause)),
        }
    }
}

impl Iterator for LineReader {
    type Item = Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
