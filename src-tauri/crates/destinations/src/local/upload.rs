//! Sending a large object: moved when it was prepared on the destination itself, else copied, resumed and read back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use resguardo_domain::{Body, Context, Digest, Error, Kind, Result, Session};
use sha2::{Digest as _, Sha256};

use super::{LocalDestination, STAGING_NAME, names, system};

/// What is written between two questions whether to stop, and acknowledged at once.
const STEP: u64 = 8 << 20;
/// How much may wait to be flushed.
const FLUSH_EVERY: u64 = 64 << 20;
/// How much of a partial file is compared before it is continued.
const COMPARE: u64 = 1 << 20;
/// Stays free for the manifest and for the file system's own books.
const RESERVE: u64 = 16 << 20;

type Acknowledge<'a> = &'a mut dyn FnMut(&Session) -> Result<()>;

/// Sends a body to its final name. See [`resguardo_domain::Destination::upload`].
pub(super) fn upload(
    destination: &LocalDestination,
    cx: &Context,
    target: &Path,
    body: &Body,
    session: &Session,
    acknowledged: Acknowledge<'_>,
) -> Result<()> {
    let partial = names::partial_of(target, &body.sha256);
    let upload = Upload { destination, cx, target, body, partial };
    upload.check_body()?;
    if upload.is_there_already()? {
        return acknowledged(&Session { acknowledged: body.size, token: None });
    }
    upload.check_limit()?;
    if upload.is_staged() && upload.move_in()? {
        return acknowledged(&Session { acknowledged: body.size, token: None });
    }
    let copied = upload.copy_in(session.acknowledged, acknowledged);
    if let Err(error) = &copied
        && matches!(error.kind, Kind::DestinationFull | Kind::VerifyFailed)
    {
        // Nobody gains from keeping it: the room is needed, or the bytes are wrong. What failed is reported anyway.
        let _ = fs::remove_file(&upload.partial);
    }
    copied
}

struct Upload<'a> {
    destination: &'a LocalDestination,
    cx: &'a Context,
    target: &'a Path,
    body: &'a Body,
    partial: PathBuf,
}

impl Upload<'_> {
    fn check_body(&self) -> Result<()> {
        let facts = fs::metadata(&self.body.path).map_err(|cause| self.body_failed(&cause))?;
        if facts.len() == self.body.size { Ok(()) } else { Err(self.differs("body", "size", facts.len())) }
    }

    /// Whether the final name has these very bytes; something else under that name is an error.
    fn is_there_already(&self) -> Result<bool> {
        let facts = match fs::symlink_metadata(self.target) {
            Err(cause) if super::is_absence(&cause) => return Ok(false),
            facts => facts.map_err(|cause| self.failed(&cause, "look for the object", self.target))?,
        };
        let same = facts.is_file()
            && facts.len() == self.body.size
            && self.hash_of(&mut self.open_to_read(self.target)?, self.target)? == self.body.sha256;
        if same { Ok(true) } else { Err(self.destination.already_exists(self.target)) }
    }

    fn check_limit(&self) -> Result<()> {
        match system::max_object(self.destination.root()) {
            Some(limit) if self.body.size > limit => {
                Err(Error::new(Kind::ObjectTooLarge, "check the object's size")
                    .fact("destination", self.destination.root().display())
                    .fact("size", self.body.size)
                    .fact("limit", limit))
            }
            _ => Ok(()),
        }
    }

    fn is_staged(&self) -> bool {
        self.body.path.starts_with(self.destination.root().join(STAGING_NAME))
            && fs::symlink_metadata(&self.body.path).is_ok_and(|facts| facts.is_file())
    }

    /// Moves a prepared body to its name; `false` when another file system is mounted over it.
    fn move_in(&self) -> Result<bool> {
        let path = &self.body.path;
        if !system::same_file_system(path, self.destination.root()) {
            return Ok(false);
        }
        self.cx.step("destination.sync_staged")?;
        // Windows flushes only through a handle that may write.
        OpenOptions::new()
            .read(true)
            .write(cfg!(windows))
            .open(path)
            .and_then(|file| file.sync_all())
            .map_err(|cause| self.failed(&cause, "flush the object", path))?;
        self.destination.publish(self.cx, path, self.target)?;
        self.destination.sync_folder(self.cx, path.parent().unwrap_or(path))?;
        Ok(true)
    }

    fn copy_in(&self, acknowledged: u64, acknowledge: Acknowledge<'_>) -> Result<()> {
        let mut body = File::open(&self.body.path).map_err(|cause| self.body_failed(&cause))?;
        self.cx.step("destination.open_partial")?;
        let open =
            || OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&self.partial);
        let opened = self.destination.in_folder_of(self.cx, &self.partial, open);
        let mut partial = opened
            .map_err(|error| self.destination.with_room(error, self.body.size.saturating_add(RESERVE)))?;
        let start = self.resume_point(&mut body, &mut partial, acknowledged)?;
        self.copy_from(start, &mut body, &mut partial, acknowledge)?;
        let mut found = self.read_back(&mut partial)?;
        if found != self.body.sha256 && start > 0 {
            // A power cut may have taken bytes of the earlier part that were acknowledged but not flushed yet.
            self.copy_from(0, &mut body, &mut partial, acknowledge)?;
            found = self.read_back(&mut partial)?;
        }
        if found != self.body.sha256 {
            let of_body = self.hash_of(&mut self.open_to_read(&self.body.path)?, &self.body.path)?;
            let at_fault = if of_body == self.body.sha256 { "destination" } else { "body" };
            return Err(self.differs(at_fault, "sha256", found));
        }
        // Closed first: Windows renames no file that some program holds open in the wrong way.
        drop(partial);
        self.destination.publish(self.cx, &self.partial, self.target)
    }

    /// Where to go on: what both sides agree was written, when its last part really equals the body; else 0.
    fn resume_point(&self, body: &mut File, partial: &mut File, acknowledged: u64) -> Result<u64> {
        let facts = partial.metadata().map_err(|cause| self.partial_failed(&cause, 0))?;
        let start = facts.len().min(acknowledged).min(self.body.size);
        if start == 0 {
            return Ok(0);
        }
        let length = start.min(COMPARE);
        let (mut sent, mut kept) = (Vec::new(), Vec::new());
        read_range(body, start - length, length, &mut sent).map_err(|cause| self.body_failed(&cause))?;
        read_range(partial, start - length, length, &mut kept)
            .map_err(|cause| self.partial_failed(&cause, 0))?;
        Ok(if sent == kept { start } else { 0 })
    }

    fn copy_from(
        &self,
        start: u64,
        body: &mut File,
        partial: &mut File,
        acknowledge: Acknowledge<'_>,
    ) -> Result<()> {
        let failed = |cause: io::Error, left| self.partial_failed(&cause, left);
        self.cx.step("destination.cut_partial")?;
        // Cut before room is measured: what is not used of the partial file is room too.
        partial.set_len(start).map_err(|cause| failed(cause, 0))?;
        self.check_room(self.body.size - start)?;
        partial.seek(SeekFrom::Start(start)).map_err(|cause| failed(cause, 0))?;
        body.seek(SeekFrom::Start(start)).map_err(|cause| self.body_failed(&cause))?;
        let mut block = vec![0; usize::try_from(STEP.min(self.body.size - start)).unwrap_or(0)];
        let (mut at, mut unflushed) = (start, 0);
        while at < self.body.size {
            let left = self.body.size - at;
            let block = match usize::try_from(left) {
                Ok(left) if left < block.len() => &mut block[..left],
                _ => &mut block[..],
            };
            body.read_exact(block).map_err(|cause| self.body_failed(&cause))?;
            self.cx.step("destination.write_partial")?;
            partial.write_all(block).map_err(|cause| failed(cause, left))?;
            at += block.len() as u64;
            unflushed += block.len() as u64;
            if unflushed >= FLUSH_EVERY && at < self.body.size {
                self.cx.step("destination.sync_partial")?;
                partial.sync_data().map_err(|cause| failed(cause, left))?;
                unflushed = 0;
            }
            acknowledge(&Session { acknowledged: at, token: None })?;
        }
        self.cx.step("destination.sync_partial")?;
        partial.sync_all().map_err(|cause| failed(cause, 0))
    }

    fn check_room(&self, wanted: u64) -> Result<()> {
        let root = self.destination.root();
        let space = system::space(root).map_err(|cause| self.failed(&cause, "ask for free space", root))?;
        let needed = wanted.saturating_add(RESERVE);
        if space.free >= needed { Ok(()) } else { Err(self.destination.full(needed, space.free)) }
    }

    /// Reads the flushed partial file from its beginning and hashes it; its size is checked first.
    fn read_back(&self, partial: &mut File) -> Result<Digest> {
        let failed = |cause: io::Error| self.partial_failed(&cause, 0);
        let size = partial.metadata().map_err(failed)?.len();
        if size != self.body.size {
            return Err(self.differs("destination", "size", size));
        }
        system::forget_cached(partial);
        partial.seek(SeekFrom::Start(0)).map_err(failed)?;
        self.hash_of(partial, &self.partial)
    }

    fn hash_of(&self, file: &mut File, path: &Path) -> Result<Digest> {
        let mut hash = Sha256::new();
        let mut block = vec![0; 1 << 20];
        loop {
            self.cx.check()?;
            match file.read(&mut block) {
                Ok(0) => break,
                Ok(count) => hash.update(&block[..count]),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(self.failed(&cause, "read the object back", path)),
            }
        }
        Ok(Digest(hash.finalize().into()))
    }

    fn open_to_read(&self, path: &Path) -> Result<File> {
        File::open(path).map_err(|cause| self.failed(&cause, "read the object back", path))
    }

    fn failed(&self, cause: &io::Error, doing: &str, path: &Path) -> Error {
        self.destination.failed(cause, doing, path)
    }

    fn partial_failed(&self, cause: &io::Error, left: u64) -> Error {
        let error = self.failed(cause, "write the object", &self.partial);
        self.destination.with_room(error, left.saturating_add(RESERVE))
    }

    /// The body lies on this computer: its failures are not the destination's. One that ends early was changed.
    fn body_failed(&self, cause: &io::Error) -> Error {
        if cause.kind() == io::ErrorKind::UnexpectedEof {
            let found = fs::metadata(&self.body.path).map_or(0, |facts| facts.len());
            return self.differs("body", "size", found);
        }
        Error::io(cause, "read the file to send", self.body.path.display())
    }

    /// "What is there is not what should be": `at_fault` says on which side.
    fn differs(&self, at_fault: &str, what: &str, found: impl std::fmt::Display) -> Error {
        let error = Error::new(Kind::VerifyFailed, "compare the object with what was sent")
            .fact("destination", self.destination.root().display())
            .fact("path", self.target.display())
            .fact("at_fault", at_fault)
            .fact("found", found);
        match what {
            "size" => error.fact("expected", self.body.size),
            _ => error.fact("expected", self.body.sha256),
        }
    }
}

fn read_range(file: &mut File, start: u64, length: u64, into: &mut Vec<u8>) -> io::Result<()> {
    file.seek(SeekFrom::Start(start))?;
    let read = file.take(length).read_to_end(into)?;
    if read as u64 == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
