//! Unix: everything goes through folder handles, so that a folder replaced by a link in the meantime leads nowhere.

use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use resguardo_domain::SpecialKind;
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::{Facts, Type};

/// A name inside a folder, as the system calls take it.
pub(crate) type Name = CStr;
/// An owned [`Name`].
pub(crate) type NameBuf = CString;

/// The bytes of a name.
pub(crate) fn raw(name: &Name) -> &[u8] {
    name.to_bytes()
}

/// A name from raw bytes; anything that is not one plain component is refused.
pub(crate) fn name_of(raw: &[u8]) -> io::Result<NameBuf> {
    if raw.is_empty() || raw == b"." || raw == b".." || raw.contains(&b'/') {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    CString::new(raw).map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// A relative path of this system from raw bytes.
pub(crate) fn path_of(raw: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(raw))
}

/// The number of the user whose rights this process has.
pub(crate) fn effective_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Room for one `getdents` call, used again for every folder of a worker.
pub(crate) struct ListBuffer(Vec<MaybeUninit<u8>>);

impl ListBuffer {
    pub(crate) fn new() -> Self {
        Self(vec![MaybeUninit::uninit(); 32 << 10])
    }
}

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder(OwnedFd);

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const FILE: OFlags = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

impl Folder {
    /// Opens the folder where everything starts; links in its path are followed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(fs::open(path, flags, Mode::empty())?))
    }

    /// Opens a folder below this one by its raw relative path; a link anywhere on the way is an error.
    pub(crate) fn open_below(&self, relative: &[u8]) -> io::Result<Self> {
        Ok(Self(without_atime(FOLDER, |flags| self.resolve(relative, flags))?))
    }

    /// Opens a file below this one for reading. Never follows a link, never blocks on a pipe.
    pub(crate) fn open_file(&self, relative: &[u8]) -> io::Result<File> {
        Ok(File::from(without_atime(FILE, |flags| self.resolve(relative, flags))?))
    }

    /// Opens a folder that is a direct child.
    pub(crate) fn open_child(&self, name: &Name) -> io::Result<Self> {
        Ok(Self(fs::openat(&self.0, name, FOLDER, Mode::empty())?))
    }

    fn resolve(&self, relative: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
        if relative.is_empty() {
            return fs::openat(&self.0, c".", flags, Mode::empty());
        }
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            // One system call for the whole path. Old kernels and sandboxes do not know it, very long paths do not fit.
            let whole = fs::openat2(&self.0, relative, flags, Mode::empty(), fs::ResolveFlags::NO_SYMLINKS);
            match whole {
                Err(Errno::NOSYS | Errno::NAMETOOLONG | Errno::AGAIN | Errno::INVAL) => {}
                Err(Errno::PERM) if !flags.contains(OFlags::NOATIME) => {}
                answer => return answer,
            }
        }
        self.step_by_step(relative, flags)
    }

    fn step_by_step(&self, relative: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let mut held: Option<OwnedFd> = None;
        let mut names = relative.split(|&byte| byte == b'/').peekable();
        while let Some(name) = names.next() {
            let flags = if names.peek().is_some() { FOLDER } else { flags };
            let at = held.as_ref().map_or(self.0.as_fd(), AsFd::as_fd);
            held = Some(fs::openat(at, name, flags, Mode::empty())?);
        }
        held.ok_or(Errno::NOENT)
    }

    /// Facts of the folder itself.
    pub(crate) fn facts(&self) -> io::Result<Facts> {
        Ok(facts(&fs::fstat(&self.0)?))
    }

    /// Facts of a direct child; a link is not followed.
    pub(crate) fn stat(&self, name: &Name) -> io::Result<Facts> {
        Ok(facts(&fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// Where a link points.
    pub(crate) fn read_link(&self, name: &Name) -> io::Result<Vec<u8>> {
        Ok(fs::readlinkat(&self.0, name, Vec::new())?.into_bytes())
    }

    /// Calls `each` with every name, in the order of the file system. To be called once per handle.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn list(
        &self,
        buffer: &mut ListBuffer,
        mut each: impl FnMut(&Name) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let mut entries = fs::RawDir::new(&self.0, &mut buffer.0);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." && each(name).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Calls `each` with every name, in the order of the file system. To be called once per handle.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn list(
        &self,
        _: &mut ListBuffer,
        mut each: impl FnMut(&Name) -> ControlFlow<()>,
    ) -> io::Result<()> {
        for entry in fs::Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." && each(name).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Tries not to touch the access time; only the owner of a file may ask for that.
fn without_atime<T>(
    flags: OFlags,
    mut open: impl FnMut(OFlags) -> rustix::io::Result<T>,
) -> rustix::io::Result<T> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    match open(flags | OFlags::NOATIME) {
        Err(Errno::PERM) => {}
        answer => return answer,
    }
    open(flags)
}

/// Facts of an open file.
pub(crate) fn facts_of(file: &File) -> io::Result<Facts> {
    Ok(facts(&fs::fstat(file)?))
}

#[allow(clippy::unnecessary_cast, reason = "the types of the fields differ between systems")]
fn facts(stat: &Stat) -> Facts {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Type::File,
        FileType::Directory => Type::Folder,
        FileType::Symlink => Type::Symlink,
        FileType::Fifo => Type::Special(SpecialKind::Fifo),
        FileType::Socket => Type::Special(SpecialKind::Socket),
        FileType::BlockDevice => Type::Special(SpecialKind::BlockDevice),
        _ => Type::Special(SpecialKind::CharDevice),
    };
    Facts {
        kind,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        mtime_ns: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
        ctime_ns: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        dev: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        links: stat.st_nlink as u64,
        mode: stat.st_mode as u32 & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        allocated: u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512),
    }
}

/// Times beyond the years 1678 to 2262 are cut off there.
fn nanoseconds(seconds: i64, part: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(part)
}

/// Reads at a position.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Writes all of it at a position.
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

/// The ranges of a file that hold data, as `(start, length)`; `None` when the file system can't tell.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn data_ranges(file: &File, size: u64) -> Option<Vec<(u64, u64)>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < size {
        let start = match fs::seek(file, fs::SeekFrom::Data(at)) {
            Ok(start) => start,
            // Nothing but a hole up to the end.
            Err(Errno::NXIO) => break,
            Err(_) => return None,
        };
        let end = fs::seek(file, fs::SeekFrom::Hole(start)).ok()?.min(size);
        if start >= size || end <= start {
            break;
        }
        ranges.push((start, end - start));
        at = end;
    }
    Some(ranges)
}

/// The ranges of a file that hold data: not to be had here.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn data_ranges(_: &File, _: u64) -> Option<Vec<(u64, u64)>> {
    None
}
