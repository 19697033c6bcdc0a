//! The source that is one database file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_domain::{
    Batch, CaptureReport, Collector, Context, Entry, EntryKind, EntryPath, Error, Kind, Result, Source,
    SourceId, SourceInfo, SourceSpec,
};

use crate::companions;
use crate::folder::label_path;
use crate::open::FolderOpener;
use crate::os::{self, Folder, Type};
use crate::owners::Owners;
use crate::walk::entry_of;

const DOING: &str = "open the database";

/// One SQLite database; stands at `databases/sqlite/<label>/<file name>` in the archive, as a consistent copy.
#[derive(Debug)]
pub struct SqliteSource {
    id: SourceId,
    label: String,
    base: EntryPath,
    origin: PathBuf,
    temporary: PathBuf,
}

impl SqliteSource {
    /// A source that reads the database at `path` (a link there is resolved) and makes its copies in `temporary`.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for a relative path or a label that is no plain name.
    pub fn new(spec: &SourceSpec, path: PathBuf, temporary: PathBuf) -> Result<Self> {
        if !path.is_absolute() {
            return Err(Error::invalid("path", path.display(), "an absolute path is needed"));
        }
        let base = label_path("databases/sqlite", &spec.label)?;
        Ok(Self { id: spec.id.clone(), label: spec.label.clone(), base, origin: path, temporary })
    }

    /// The folder, the name in it, and the entry as it is now.
    fn look(&self) -> Result<(PathBuf, Entry, Entry)> {
        let failed = |error: io::Error| {
            let kind = match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Kind::SourceMissing,
                _ => Kind::SourceUnreadable,
            };
            Error::io(&error, DOING, self.origin.display()).with_kind(kind)
        };
        let path = if cfg!(unix) {
            self.origin.canonicalize().map_err(failed)?
        } else {
            std::path::absolute(&self.origin).map_err(failed)?
        };
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Error::invalid("path", path.display(), "a file is needed"));
        };
        let folder = Folder::open(parent).map_err(failed)?;
        let raw = name.as_encoded_bytes();
        let facts = os::name_of(raw).and_then(|name| folder.stat(&name)).map_err(failed)?;
        if facts.kind != Type::File {
            return Err(Error::invalid("path", path.display(), "a database is a file"));
        }
        if facts.size == 0 && companions::fingerprint(&folder, raw) == 0 {
            return Err(Error::new(Kind::SourceEmpty, DOING).fact("path", path.display()));
        }
        let is_database = folder
            .open_file(raw)
            .and_then(|file| companions::starts_with_header(&file))
            .map_err(|error| failed(error).with_kind(Kind::SourceUnreadable))?;
        if !is_database {
            return Err(Error::new(Kind::SourceUnreadable, DOING)
                .fact("path", path.display())
                .because("file is not a database"));
        }
        let mut entry = entry_of(self.base.join_raw(raw), EntryKind::File, &facts);
        entry.stamp.side = companions::fingerprint(&folder, raw);
        let above = Entry::plain(self.base.clone(), EntryKind::Folder, 0, facts.mtime_ns);
        Ok((parent.to_owned(), above, entry))
    }

    fn opener(&self, parent: &Path) -> Result<FolderOpener> {
        FolderOpener::new(parent, self.base.clone(), self.temporary.clone()).map_err(|error| {
            Error::io(&error, DOING, self.origin.display()).with_kind(Kind::SourceUnreadable)
        })
    }
}

impl Source for SqliteSource {
    fn info(&self) -> SourceInfo {
        SourceInfo {
            id: self.id.clone(),
            kind: "sqlite",
            label: self.label.clone(),
            path: self.base.clone(),
            origin: self.origin.clone(),
        }
    }

    /// Pushes the folder named by the label and the database in it. The copy is made when its body is opened, so an
    /// unchanged database is not copied; the rows per table are in [`resguardo_domain::Opened::database`].
    fn capture(&self, cx: &Context, into: &dyn Collector) -> Result<CaptureReport> {
        cx.step("source.open")?;
        let (parent, above, entry) = self.look()?;
        let opener = Arc::new(self.opener(&parent)?);
        let (users, groups) = Owners::read().named([(entry.uid, entry.gid)].into_iter());
        let folder = self.base.parent().unwrap_or_default();
        // Other databases stand in the same folder of the archive, so this is never all of it.
        into.batch(cx, Batch { folder, entries: vec![above], opener: opener.clone(), complete: false })?;
        into.batch(cx, Batch { folder: self.base.clone(), entries: vec![entry], opener, complete: true })?;
        Ok(CaptureReport { users, groups, ..CaptureReport::default() })
    }
}
