//! One file of an archive while it is written: appending, patching, and a follower that reads everything back.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use resguardo_domain::{Context, Digest, Error, Kind, PartInfo, Result};
use sha2::{Digest as _, Sha256};

use crate::zip::{ZipEntry, directory_end};

/// Bytes after which the follower asks the system to write what it has, so that the flush at the end is short.
const FLUSH_EVERY: u64 = 64 << 20;

pub(crate) struct Part {
    pub(crate) number: u32,
    path: PathBuf,
    file: File,
    pub(crate) position: u64,
    central: BufWriter<File>,
    central_path: PathBuf,
    pub(crate) central_len: u64,
    pub(crate) entries: u64,
    /// CRC-32 of everything that is final, as it was handed to the system.
    handed: crc32fast::Hasher,
    follower: Option<Follower>,
    scratch: Vec<u8>,
}

impl Part {
    pub(crate) fn create(cx: &Context, folder: &Path, file_name: &str, number: u32) -> Result<Self> {
        let path = folder.join(file_name);
        let central_path = folder.join(format!("{file_name}.central.tmp"));
        cx.step("create archive part")?;
        let file = create(&path)?;
        let central = BufWriter::with_capacity(256 << 10, create(&central_path)?);
        let follower = Follower::start(&path)?;
        Ok(Self {
            number,
            path,
            file,
            position: 0,
            central,
            central_path,
            central_len: 0,
            entries: 0,
            handed: crc32fast::Hasher::new(),
            follower: Some(follower),
            scratch: Vec::new(),
        })
    }

    fn io(&self, cause: &std::io::Error) -> Error {
        Error::io(cause, "write the archive", self.path.display())
    }

    /// Appends bytes that are not final yet: their entry may be taken back or its header patched.
    pub(crate) fn append(&mut self, cx: &Context, bytes: &[u8]) -> Result<()> {
        cx.step("write archive")?;
        self.file.write_all(bytes).map_err(|cause| self.io(&cause))?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    /// Appends bytes that stay as they are.
    pub(crate) fn append_final(&mut self, cx: &Context, bytes: &[u8]) -> Result<()> {
        self.append(cx, bytes)?;
        self.handed.update(bytes);
        self.tell_follower();
        Ok(())
    }

    /// Writes the final header of an entry that began at `header_at`; `body` is the CRC state of the bytes after it.
    pub(crate) fn close_entry(
        &mut self,
        cx: &Context,
        header_at: u64,
        header: &[u8],
        body: &crc32fast::Hasher,
    ) -> Result<()> {
        cx.step("patch archive header")?;
        self.seek(header_at)?;
        self.file.write_all(header).map_err(|cause| self.io(&cause))?;
        self.seek(self.position)?;
        self.handed.update(header);
        self.handed.combine(body);
        self.tell_follower();
        Ok(())
    }

    /// Takes back everything from `position` on.
    pub(crate) fn rewind(&mut self, cx: &Context, position: u64) -> Result<()> {
        cx.step("rewind archive")?;
        self.file.set_len(position).map_err(|cause| self.io(&cause))?;
        self.position = position;
        self.seek(position)
    }

    fn seek(&mut self, position: u64) -> Result<()> {
        self.file.seek(SeekFrom::Start(position)).map(drop).map_err(|cause| self.io(&cause))
    }

    fn tell_follower(&self) {
        if let Some(follower) = &self.follower {
            follower.tell(self.position, false);
        }
    }

    /// Adds an entry to the central directory.
    pub(crate) fn register(&mut self, zip: &ZipEntry, offset: u64) -> Result<()> {
        self.scratch.clear();
        zip.push_central(offset, &mut self.scratch);
        self.central.write_all(&self.scratch).map_err(|cause| self.io(&cause))?;
        self.central_len += self.scratch.len() as u64;
        self.entries += 1;
        Ok(())
    }

    /// Writes the central directory, makes the file durable, and compares what the follower read with what was handed over.
    pub(crate) fn seal(mut self, cx: &Context) -> Result<PartInfo> {
        let offset = self.position;
        self.central.flush().map_err(|cause| self.io(&cause))?;
        let mut central = BufReader::new(File::open(&self.central_path).map_err(|cause| self.io(&cause))?);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = central.read(&mut buffer).map_err(|cause| self.io(&cause))?;
            if read == 0 {
                break;
            }
            self.append_final(cx, &buffer[..read])?;
        }
        let end = directory_end(self.entries, offset, self.central_len);
        self.append_final(cx, &end)?;
        cx.step("sync archive")?;
        self.file.sync_all().map_err(|cause| self.io(&cause))?;
        let follower = self.follower.take().ok_or_else(|| Error::internal("seal a part twice"))?;
        follower.tell(self.position, true);
        let (digest, crc) = follower.join().map_err(|cause| self.io(&cause))?;
        if crc != self.handed.clone().finalize() {
            return Err(
                Error::new(Kind::VerifyFailed, "read the archive back").fact("path", self.path.display())
            );
        }
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(PartInfo { name, size: self.position, sha256: digest })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(follower) = self.follower.take() {
            follower.tell(0, true);
            let _ = follower.join();
            // Never sealed: nothing may stay of it.
            let _ = fs::remove_file(&self.path);
        }
        let _ = fs::remove_file(&self.central_path);
    }
}

/// Creates a file that must not exist yet.
pub(crate) fn create(path: &Path) -> Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|cause| Error::io(&cause, "create the archive", path.display()))
}

#[derive(Default)]
struct Ready {
    until: u64,
    over: bool,
}

/// A thread that reads the file behind the writer and computes its SHA-256 from what it reads.
struct Follower {
    ready: Arc<(Mutex<Ready>, Condvar)>,
    thread: JoinHandle<std::io::Result<(Digest, u32)>>,
}

impl Follower {
    fn start(path: &Path) -> Result<Self> {
        let ready = Arc::<(Mutex<Ready>, Condvar)>::default();
        let shared = Arc::clone(&ready);
        let file =
            File::open(path).map_err(|cause| Error::io(&cause, "read the archive back", path.display()))?;
        let thread = std::thread::Builder::new()
            .name("read-back".into())
            .spawn(move || follow(file, &shared))
            .map_err(|cause| Error::io(&cause, "start a thread", ""))?;
        Ok(Self { ready, thread })
    }

    fn tell(&self, until: u64, over: bool) {
        let mut ready = self.ready.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.until = ready.until.max(until);
        ready.over |= over;
        self.ready.1.notify_one();
    }

    fn join(self) -> std::io::Result<(Digest, u32)> {
        self.thread.join().unwrap_or_else(|_| Err(std::io::Error::other("the reading thread failed")))
    }
}

fn follow(mut file: File, ready: &(Mutex<Ready>, Condvar)) -> std::io::Result<(Digest, u32)> {
    let (mut sha, mut crc) = (Sha256::new(), crc32fast::Hasher::new());
    let mut buffer = vec![0; 1 << 20];
    let (mut done, mut flushed) = (0, 0);
    loop {
        let (until, over) = {
            let mut state = ready.0.lock().unwrap_or_else(PoisonError::into_inner);
            while state.until < done + buffer.len() as u64 && !state.over {
                state = ready.1.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            (state.until, state.over)
        };
        while done < until && (over || until - done >= buffer.len() as u64) {
            let want = buffer.len().min(usize::try_from(until - done).unwrap_or(buffer.len()));
            file.read_exact(&mut buffer[..want])?;
            sha.update(&buffer[..want]);
            crc.update(&buffer[..want]);
            done += want as u64;
        }
        if over {
            return Ok((Digest(sha.finalize().into()), crc.finalize()));
        }
        if done - flushed >= FLUSH_EVERY {
            file.sync_data()?;
            flushed = done;
        }
    }
}
