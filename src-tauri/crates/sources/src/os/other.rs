//! Systems without folder handles in the standard library: the same calls over paths, refusing links on the way.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use resguardo_domain::Xattr;

use super::{Facts, Overwrite, Settings, Type};

/// A name inside a folder.
pub(crate) type Name = OsStr;
/// An owned [`Name`].
pub(crate) type NameBuf = OsString;

/// The bytes of a name: UTF-8, lone surrogates as three bytes each.
pub(crate) fn raw(name: &Name) -> &[u8] {
    name.as_encoded_bytes()
}

/// A name from raw bytes; anything that is not one plain component, or names a drive or a stream, is refused.
pub(crate) fn name_of(raw: &[u8]) -> io::Result<NameBuf> {
    let bad = raw.is_empty() || raw == b"." || raw == b"..";
    if bad || raw.iter().any(|byte| matches!(byte, b'/' | b'\\' | b':' | 0)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(text_of(raw))
}

/// A relative path of this system from raw bytes.
pub(crate) fn path_of(raw: &[u8]) -> PathBuf {
    raw.split(|&byte| byte == b'/').map(text_of).collect()
}

#[cfg(windows)]
fn text_of(raw: &[u8]) -> OsString {
    let mut wide = Vec::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        wide.extend(chunk.valid().encode_utf16());
    }
    // Lone surrogates: `ED A0..BF 80..BF`, which no UTF-8 text holds.
    if std::str::from_utf8(raw).is_err() {
        wide.clear();
        let mut rest = raw;
        while let Some((&first, tail)) = rest.split_first() {
            if let (0xED, [a @ 0xA0..=0xBF, b, ..]) = (first, tail) {
                wide.push(0xD000 | u16::from(a & 0x3F) << 6 | u16::from(b & 0x3F));
                rest = &tail[2..];
            } else {
                let length = match first {
                    0xF0.. => 4,
                    0xE0.. => 3,
                    0xC0.. => 2,
                    _ => 1,
                };
                let (now, later) = rest.split_at(length.min(rest.len()));
                wide.extend(String::from_utf8_lossy(now).encode_utf16());
                rest = later;
            }
        }
    }
    std::os::windows::ffi::OsStringExt::from_wide(&wide)
}

#[cfg(not(windows))]
fn text_of(raw: &[u8]) -> OsString {
    String::from_utf8_lossy(raw).into_owned().into()
}

/// There are no numbers for users here.
pub(crate) fn effective_user() -> u32 {
    u32::MAX
}

/// Nothing to keep between folders here.
pub(crate) struct ListBuffer;

impl ListBuffer {
    pub(crate) fn new() -> Self {
        Self
    }
}

/// A folder, known by its path.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder where everything starts.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            Ok(Self(path.to_owned()))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// A folder below this one; a link anywhere on the way is an error.
    pub(crate) fn open_below(&self, relative: &[u8]) -> io::Result<Self> {
        let mut path = self.0.clone();
        for name in path_of(relative).iter() {
            path.push(name);
            if !fs::symlink_metadata(&path)?.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
        }
        Ok(Self(path))
    }

    /// Opens a file below this one for reading.
    pub(crate) fn open_file(&self, relative: &[u8]) -> io::Result<File> {
        let relative = path_of(relative);
        let path = self.0.join(relative);
        if fs::symlink_metadata(&path)?.is_file() {
            File::open(path)
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    /// Opens a folder that is a direct child.
    pub(crate) fn open_child(&self, name: &Name) -> io::Result<Self> {
        let path = self.0.join(name);
        if fs::symlink_metadata(&path)?.is_dir() {
            Ok(Self(path))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// Facts of the folder itself.
    pub(crate) fn facts(&self) -> io::Result<Facts> {
        Ok(facts(&fs::metadata(&self.0)?))
    }

    /// Facts of a direct child; a link is not followed.
    pub(crate) fn stat(&self, name: &Name) -> io::Result<Facts> {
        Ok(facts(&fs::symlink_metadata(self.0.join(name))?))
    }

    /// Where a link points.
    pub(crate) fn read_link(&self, name: &Name) -> io::Result<Vec<u8>> {
        Ok(fs::read_link(self.0.join(name))?.into_os_string().into_encoded_bytes())
    }

    /// Calls `each` with every name.
    pub(crate) fn list(
        &self,
        _: &mut ListBuffer,
        mut each: impl FnMut(&Name) -> ControlFlow<()>,
    ) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            if each(&entry?.file_name()).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Makes a child folder.
    pub(crate) fn make_folder(&self, name: &Name) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    /// Makes a new file.
    pub(crate) fn create_file(&self, name: &Name) -> io::Result<File> {
        fs::OpenOptions::new().read(true).write(true).create_new(true).open(self.0.join(name))
    }

    /// Moves a child to another folder.
    pub(crate) fn rename(
        &self,
        name: &Name,
        to: &Self,
        new_name: &Name,
        overwrite: Overwrite,
    ) -> io::Result<()> {
        let new = to.0.join(new_name);
        if overwrite == Overwrite::Never && fs::symlink_metadata(&new).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(self.0.join(name), new)
    }

    /// Removes a child that is no folder.
    pub(crate) fn unlink(&self, name: &Name) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Makes a symbolic link, where this account may.
    pub(crate) fn symlink(&self, target: &[u8], name: &Name) -> io::Result<()> {
        #[cfg(windows)]
        {
            let target = path_of(target);
            let link = self.0.join(name);
            if self.0.join(&target).is_dir() {
                std::os::windows::fs::symlink_dir(target, link)
            } else {
                std::os::windows::fs::symlink_file(target, link)
            }
        }
        #[cfg(not(windows))]
        {
            let _ = (target, name);
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    /// Gives a file a second name.
    pub(crate) fn hard_link(&self, name: &Name, to: &Self, new_name: &Name) -> io::Result<()> {
        fs::hard_link(self.0.join(name), to.0.join(new_name))
    }

    /// Links have no metadata of their own here.
    pub(crate) fn set_link_metadata(&self, _: &Name, _: &Settings<'_>) -> Vec<String> {
        Vec::new()
    }

    /// Sets the folder's own metadata; a folder's time can't be set here.
    pub(crate) fn set_own_metadata(&self, _: &Settings<'_>) -> Vec<String> {
        Vec::new()
    }

    /// Folders can't be flushed here.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// There is no such call here.
    pub(crate) fn sync_file_system(&self) -> io::Result<bool> {
        Ok(false)
    }

    /// Not known here.
    pub(crate) fn free_space(&self) -> io::Result<u64> {
        Ok(u64::MAX)
    }
}

/// Facts of an open file.
pub(crate) fn facts_of(file: &File) -> io::Result<Facts> {
    Ok(facts(&file.metadata()?))
}

fn facts(metadata: &fs::Metadata) -> Facts {
    let kind = if metadata.is_symlink() {
        Type::Symlink
    } else if metadata.is_dir() {
        Type::Folder
    } else {
        Type::File
    };
    let size = if kind == Type::File { metadata.len() } else { 0 };
    let mode = match (kind == Type::Folder, metadata.permissions().readonly()) {
        (true, _) => 0o755,
        (false, true) => 0o444,
        (false, false) => 0o644,
    };
    let mtime_ns = metadata.modified().map_or(0, nanoseconds);
    Facts {
        kind,
        size,
        mtime_ns,
        ctime_ns: 0,
        dev: 0,
        inode: 0,
        links: 1,
        mode,
        uid: 0,
        gid: 0,
        allocated: size,
    }
}

fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}

/// No extended attributes here.
pub(crate) fn child_xattrs(_: &Folder, _: &Name, _: bool) -> io::Result<Vec<Xattr>> {
    Ok(Vec::new())
}

/// No extended attributes here.
pub(crate) fn file_xattrs(_: &File) -> io::Result<Vec<Xattr>> {
    Ok(Vec::new())
}

/// Reads at a position.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Reads at a position; moves the position of the handle, so one thread at a time.
#[cfg(not(windows))]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut file = file;
    io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
    io::Read::read(&mut file, buffer)
}

/// Writes all of it at a position.
#[cfg(windows)]
pub(crate) fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}

/// Writes all of it at a position.
#[cfg(not(windows))]
pub(crate) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut file = file;
    io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
    io::Write::write_all(&mut file, bytes)
}

/// Not to be had here.
pub(crate) fn data_ranges(_: &File, _: u64) -> Option<Vec<(u64, u64)>> {
    None
}

/// Sets the read-only flag and the time; returns what was refused.
pub(crate) fn set_metadata(file: &File, settings: &Settings<'_>) -> Vec<String> {
    let mut refused = Vec::new();
    let distance = Duration::from_nanos(settings.mtime_ns.unsigned_abs());
    let time = if settings.mtime_ns < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance };
    if let Err(error) = file.set_modified(time) {
        refused.push(format!("time: {error}"));
    }
    if settings.mode & 0o222 == 0
        && let Ok(metadata) = file.metadata()
    {
        let mut permissions = metadata.permissions();
        permissions.set_readonly(true);
        if let Err(error) = file.set_permissions(permissions) {
            refused.push(format!("mode: {error}"));
        }
    }
    refused
}
