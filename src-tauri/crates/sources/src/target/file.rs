//! A file that is being restored: under a temporary name until it is whole.

use std::fs::File;
use std::sync::Arc;

use resguardo_domain::{EntryPath, Error, Issue, IssueKind, Kind, Result};

use super::{Metadata, Shared, failed, split};
use crate::os::{self, Folder, NameBuf, Overwrite};

/// Below this many bytes the room on the disk is not asked for.
const LARGE: u64 = 64 << 20;
/// Whether everything can be flushed at once at the end, see [`super::Target::sync_folders`].
const FLUSHED_AT_THE_END: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// A file under a temporary name; removed when dropped without [`NewFile::commit`].
#[derive(Debug)]
pub struct NewFile {
    target: Arc<Shared>,
    folder: Arc<Folder>,
    path: EntryPath,
    name: NameBuf,
    /// `None` once it has its final name.
    temporary: Option<NameBuf>,
    file: File,
}

impl NewFile {
    pub(super) fn create(target: Arc<Shared>, path: &EntryPath, size_hint: u64) -> Result<Self> {
        target.cx.step("target.create")?;
        let (parent, name) = split(path)?;
        let folder = target.ensure(&parent)?;
        if size_hint >= LARGE && folder.free_space().is_ok_and(|free| free < size_hint) {
            return Err(Error::new(Kind::DiskFull, "make a file").fact("path", path).fact("size", size_hint));
        }
        let mut file = None;
        let make = |name: &os::Name| {
            file = Some(folder.create_file(name)?);
            Ok(())
        };
        let temporary = target.temporary(make, path)?;
        let file = file.ok_or_else(|| Error::internal("make a file"))?;
        Ok(Self { target, folder, path: path.clone(), name, temporary: Some(temporary), file })
    }

    /// Writes all of it at a position.
    ///
    /// # Errors
    /// [`Kind::DiskFull`], [`Kind::Io`].
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        self.target.cx.step("target.write")?;
        os::write_at(&self.file, bytes, offset).map_err(|error| failed(&error, "write a file", &self.path))
    }

    /// Sets the length; what was not written reads as zeros and takes no room where the file system has holes.
    ///
    /// # Errors
    /// [`Kind::DiskFull`], [`Kind::Io`].
    pub fn set_len(&self, length: u64) -> Result<()> {
        self.file.set_len(length).map_err(|error| failed(&error, "write a file", &self.path))
    }

    /// Reads back what was written; 0 means the end.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize> {
        os::read_at(&self.file, buffer, offset)
            .map_err(|error| failed(&error, "read a file back", &self.path))
    }

    /// Sets the metadata and gives the file its final name in one step; returns what of the metadata was refused.
    ///
    /// A file that replaces another one is flushed to the disk before: a crash leaves the old or the new one. New files
    /// are flushed together by [`super::Target::sync_folders`] where the system can do that, and one by one elsewhere.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when something is there and may not be replaced, or a folder is in the way; the usual
    /// failures of writing. Nothing is left of the new file then.
    pub fn commit(mut self, metadata: &Metadata, overwrite: Overwrite) -> Result<Vec<Issue>> {
        self.target.cx.step("target.commit")?;
        let settings = metadata.settings(&self.target.owners, self.target.user);
        let refused = os::set_metadata(&self.file, &settings);
        let replaces = overwrite == Overwrite::Replace && self.folder.stat(&self.name).is_ok();
        if replaces || !FLUSHED_AT_THE_END {
            self.file.sync_all().map_err(|error| failed(&error, "flush a file", &self.path))?;
        }
        if let Some(temporary) = self.temporary.take() {
            let place = (self.name.as_ref(), &self.path);
            self.target.put_in_place(&self.folder, &temporary, &self.folder, place, overwrite)?;
        }
        let issue = |what| Issue::new(IssueKind::Metadata, self.path.clone(), what);
        Ok(refused.into_iter().map(issue).collect())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            // Nothing can be done about a failure here; the next start removes what was left.
            let _ = self.folder.unlink(&temporary);
        }
    }
}
