//! A destination that is a folder: on this computer's disk, on a USB drive, on a mounted network share.
//!
//! A marker file in the folder tells the drive from the empty folder that stays behind when the drive is unplugged, and
//! one drive from another. Nothing is made in a folder without it, but by the owner's own act ([`LocalDestination::create`]).

mod failure;
mod listing;
mod marker;
mod names;
mod publish;
mod system;
mod upload;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use resguardo_domain::{
    Body, Context, Destination, DestinationId, DestinationInfo, DestinationKind, Error, Kind, Limits,
    ObjectInfo, ObjectKey, Result, Session, Space,
};

pub use marker::{MARKER_NAME, Marker, marker_of};
pub use names::STAGING_NAME;

/// Archives in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalDestination {
    id: DestinationId,
    root: PathBuf,
}

impl LocalDestination {
    /// Makes a folder a destination: the folder itself when only its last component is missing, then the marker. A folder
    /// that has a marker already is adopted with the id that stands there, which then differs from `id`.
    ///
    /// # Errors
    /// [`Kind::DestinationAbsent`] when the folder above is missing, [`Kind::InvalidInput`] when the path is a file,
    /// [`Kind::DestinationForeign`] or [`Kind::NewerFormat`] when there is a marker that can't be understood,
    /// [`Kind::DestinationDenied`], [`Kind::DestinationFull`].
    pub fn create(cx: &Context, id: DestinationId, root: &Path) -> Result<Self> {
        let root = std::path::absolute(root)
            .map_err(|cause| Error::invalid("folder", root.display(), "not a path").because(cause))?;
        if let Some(marker) = marker_of(&root)? {
            return Ok(Self { id: marker.id, root });
        }
        let new = Self { id, root };
        match fs::metadata(&new.root) {
            Ok(facts) if facts.is_dir() => {}
            Ok(_) => return Err(Error::invalid("folder", new.root.display(), "it is a file")),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => new.make_root(cx)?,
            Err(cause) => return Err(new.unreachable(&cause)),
        }
        let marker = Marker::new(new.id.clone(), cx.now());
        new.write_whole(cx, &new.root.join(MARKER_NAME), &marker.to_json()?)?;
        Ok(new)
    }

    /// A destination that was made before; nothing is read.
    pub fn open(id: DestinationId, root: impl Into<PathBuf>) -> Self {
        Self { id, root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Removes what interrupted uploads left more than seven days ago; tells how many files that were.
    ///
    /// # Errors
    /// As [`Destination::list`] and [`Destination::delete`].
    pub fn clean(&self, cx: &Context) -> Result<u64> {
        self.check(cx)?;
        let mut removed = 0;
        for path in self.old_partials(cx)? {
            cx.step("destination.clean")?;
            fs::remove_file(&path)
                .map_err(|cause| self.failed(&cause, "remove an old partial upload", &path))?;
            removed += 1;
        }
        Ok(removed)
    }

    fn make_root(&self, cx: &Context) -> Result<()> {
        let above = self.root.parent().filter(|parent| parent.is_dir());
        let above = above.ok_or_else(|| self.absent("the folder above it is missing"))?;
        cx.step("destination.create_root")?;
        fs::create_dir(&self.root)
            .and_then(|()| system::sync_folder(above))
            .map_err(|cause| self.failed(&cause, "make the destination's folder", &self.root))
    }

    /// Whether it is connected and ours; enough for reading, so that archives on a write-protected medium can be restored.
    fn present(&self) -> Result<()> {
        match fs::metadata(&self.root) {
            Ok(facts) if facts.is_dir() => {}
            Ok(_) => return Err(self.absent("a file lies in its place")),
            Err(cause) => return Err(self.unreachable(&cause)),
        }
        match marker_of(&self.root)? {
            None => Err(self.absent("its marker file is missing")),
            Some(marker) if marker.id != self.id => {
                Err(Error::new(Kind::DestinationForeign, "recognise the destination")
                    .fact("destination", self.root.display())
                    .fact("expected", &self.id)
                    .fact("found", &marker.id))
            }
            Some(_) => Ok(()),
        }
    }

    fn path_of(&self, key: &ObjectKey) -> Result<PathBuf> {
        names::path_below(&self.root, key)
    }

    /// The facts of an object; `None` when nothing of that name is there, or something that is not a file.
    fn object_at(&self, path: &Path) -> Result<Option<fs::Metadata>> {
        match fs::symlink_metadata(path) {
            Ok(facts) => Ok(facts.is_file().then_some(facts)),
            Err(cause) if is_absence(&cause) => {
                // Gone with the whole drive since the last look is not the same as deleted.
                self.present()?;
                Ok(None)
            }
            Err(cause) => Err(self.failed(&cause, "look for the object", path)),
        }
    }

    fn read(&self, path: &Path, key: &ObjectKey, range: Option<(u64, u64)>) -> Result<Vec<u8>> {
        let failed = |cause: &io::Error| self.failed(cause, "read the object", path);
        // Looked at before it is opened: opening a pipe would wait for ever.
        if self.object_at(path)?.is_none() {
            return Err(self.not_found(key));
        }
        let mut file = match File::open(path) {
            Err(cause) if is_absence(&cause) => {
                self.present()?;
                return Err(self.not_found(key));
            }
            file => file.map_err(|cause| failed(&cause))?,
        };
        // Of the open file, not of the name: that may mean another object by now.
        let size = file.metadata().map_err(|cause| failed(&cause))?.len();
        let (start, length) = range.unwrap_or((0, size));
        let short = || {
            Error::new(Kind::Io, "read the object")
                .fact("destination", self.root.display())
                .fact("path", path.display())
                .because(format!("{length} bytes from {start} asked for, {size} there"))
        };
        // Before memory is taken: a length from a damaged table of contents can be anything.
        if start.checked_add(length).is_none_or(|end| end > size) {
            return Err(short());
        }
        file.seek(SeekFrom::Start(start)).map_err(|cause| failed(&cause))?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(|_| short())?);
        file.take(length).read_to_end(&mut bytes).map_err(|cause| failed(&cause))?;
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(short()) }
    }

    fn not_found(&self, key: &ObjectKey) -> Error {
        Error::not_found("object", key).fact("destination", self.root.display())
    }
}

impl Destination for LocalDestination {
    fn info(&self) -> DestinationInfo {
        DestinationInfo {
            id: self.id.clone(),
            kind: DestinationKind::Local,
            root: self.root.display().to_string(),
        }
    }

    fn check(&self, cx: &Context) -> Result<()> {
        cx.check()?;
        self.present()?;
        system::is_writable(&self.root)
            .map_err(|cause| self.failed(&cause, "write to the destination", &self.root))
    }

    fn limits(&self, cx: &Context) -> Result<Limits> {
        cx.check()?;
        self.present()?;
        Ok(Limits { max_object: system::max_object(&self.root) })
    }

    fn space(&self, cx: &Context) -> Result<Option<Space>> {
        cx.check()?;
        self.present()?;
        let space = system::space(&self.root);
        space.map(Some).map_err(|cause| self.failed(&cause, "ask for free space", &self.root))
    }

    fn staging(&self, cx: &Context) -> Result<Option<PathBuf>> {
        self.check(cx)?;
        let folder = self.root.join(STAGING_NAME);
        if !folder.is_dir() && !self.make_folder(cx, &folder)? {
            return Err(self.absent("its folder vanished"));
        }
        Ok(Some(folder))
    }

    fn put(&self, cx: &Context, key: &ObjectKey, bytes: &[u8]) -> Result<()> {
        let path = self.path_of(key)?;
        self.check(cx)?;
        self.write_whole(cx, &path, bytes)
    }

    fn upload(
        &self,
        cx: &Context,
        key: &ObjectKey,
        body: &Body,
        session: Session,
        acknowledged: &mut dyn FnMut(&Session) -> Result<()>,
    ) -> Result<()> {
        let target = self.path_of(key)?;
        self.check(cx)?;
        upload::upload(self, cx, &target, body, &session, acknowledged)
    }

    fn get(&self, cx: &Context, key: &ObjectKey, range: Option<(u64, u64)>) -> Result<Vec<u8>> {
        let path = self.path_of(key)?;
        cx.check()?;
        self.present()?;
        self.read(&path, key, range)
    }

    fn head(&self, cx: &Context, key: &ObjectKey) -> Result<Option<ObjectInfo>> {
        let path = self.path_of(key)?;
        cx.check()?;
        self.present()?;
        let facts = self.object_at(&path)?;
        Ok(facts.map(|facts| ObjectInfo { key: key.clone(), size: facts.len() }))
    }

    fn list(&self, cx: &Context, prefix: &str) -> Result<Vec<ObjectInfo>> {
        cx.check()?;
        self.present()?;
        self.objects_below(cx, prefix)
    }

    fn delete(&self, cx: &Context, key: &ObjectKey) -> Result<()> {
        let path = self.path_of(key)?;
        self.check(cx)?;
        if self.object_at(&path)?.is_some() {
            cx.step("destination.delete")?;
            match fs::remove_file(&path) {
                Err(cause) if !is_absence(&cause) => {
                    return Err(self.failed(&cause, "delete the object", &path));
                }
                _ => {}
            }
        }
        self.remove_empty_folders_above(cx, &path)
    }

    fn clean(&self, cx: &Context) -> Result<u64> {
        Self::clean(self, cx)
    }

    fn local_path(&self, key: &ObjectKey) -> Option<PathBuf> {
        self.path_of(key).ok()
    }

    fn own_folders(&self) -> Vec<&Path> {
        vec![&self.root]
    }
}

/// Whether a failed call says that the name, or a folder on the way to it, does not exist.
fn is_absence(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
