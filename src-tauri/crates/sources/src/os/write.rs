//! Unix: the calls that change something, all relative to a folder handle and none following a link.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use rustix::fs::{self, AtFlags, Gid, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, Uid, XattrFlags};
use rustix::io::Errno;

use super::{Folder, Name, Overwrite, Settings};

impl Folder {
    /// Makes a child folder.
    pub(crate) fn make_folder(&self, name: &Name) -> io::Result<()> {
        Ok(fs::mkdirat(self, name, Mode::from_raw_mode(0o777))?)
    }

    /// Makes a new file, readable by its owner only until its metadata is set.
    pub(crate) fn create_file(&self, name: &Name) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(File::from(fs::openat(self, name, flags, Mode::from_raw_mode(0o600))?))
    }

    /// Moves a child to another folder.
    pub(crate) fn rename(
        &self,
        name: &Name,
        to: &Self,
        new_name: &Name,
        overwrite: Overwrite,
    ) -> io::Result<()> {
        if overwrite == Overwrite::Replace {
            return Ok(fs::renameat(self, name, to, new_name)?);
        }
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        match fs::renameat_with(self, name, to, new_name, fs::RenameFlags::NOREPLACE) {
            Err(Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP) => {}
            answer => return Ok(answer?),
        }
        // A second name fails when the new one is taken; file systems without hard links are looked at first.
        match fs::linkat(self, name, to, new_name, AtFlags::empty()) {
            Ok(()) => Ok(fs::unlinkat(self, name, AtFlags::empty())?),
            Err(Errno::EXIST) => Err(Errno::EXIST.into()),
            Err(_) if to.stat(new_name).is_ok() => Err(Errno::EXIST.into()),
            Err(_) => Ok(fs::renameat(self, name, to, new_name)?),
        }
    }

    /// Removes a child that is no folder.
    pub(crate) fn unlink(&self, name: &Name) -> io::Result<()> {
        Ok(fs::unlinkat(self, name, AtFlags::empty())?)
    }

    /// Makes a symbolic link.
    pub(crate) fn symlink(&self, target: &[u8], name: &Name) -> io::Result<()> {
        let target = CString::new(target).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(fs::symlinkat(target.as_c_str(), self, name)?)
    }

    /// Gives a file a second name.
    pub(crate) fn hard_link(&self, name: &Name, to: &Self, new_name: &Name) -> io::Result<()> {
        Ok(fs::linkat(self, name, to, new_name, AtFlags::empty())?)
    }

    /// Sets owner and time of a symbolic link; its mode can't be set.
    pub(crate) fn set_link_metadata(&self, name: &Name, settings: &Settings<'_>) -> Vec<String> {
        let mut refused = Vec::new();
        if let Some((uid, gid)) = settings.owner {
            let owner = (Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
            note(&mut refused, "owner", fs::chownat(self, name, owner.0, owner.1, AtFlags::SYMLINK_NOFOLLOW));
        }
        let times = times(settings.mtime_ns);
        note(&mut refused, "time", fs::utimensat(self, name, &times, AtFlags::SYMLINK_NOFOLLOW));
        refused
    }

    /// Sets the folder's own metadata; returns what was refused.
    pub(crate) fn set_own_metadata(&self, settings: &Settings<'_>) -> Vec<String> {
        set(self, settings)
    }

    /// Makes the names in this folder durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(fs::fsync(self)?)
    }

    /// Makes everything written to the file system durable in one go; `false` where the system has no such call.
    pub(crate) fn sync_file_system(&self) -> io::Result<bool> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            fs::syncfs(self)?;
            Ok(true)
        }
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        Ok(false)
    }

    /// Bytes that an ordinary user may still write.
    pub(crate) fn free_space(&self) -> io::Result<u64> {
        let space = fs::fstatvfs(self)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }
}

/// Sets a file's metadata, its time last; returns what was refused.
pub(crate) fn set_metadata(file: &File, settings: &Settings<'_>) -> Vec<String> {
    set(file, settings)
}

/// The order matters: a change of owner clears the set-user bits and capabilities, a list of access rights changes the
/// mode's group bits, and everything but the time may touch the time.
fn set(fd: impl AsFd, settings: &Settings<'_>) -> Vec<String> {
    let fd = fd.as_fd();
    let mut refused = Vec::new();
    let mut may_keep_set_bits = false;
    if let Some((uid, gid)) = settings.owner {
        let answer = fs::fchown(fd, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)));
        may_keep_set_bits = answer.is_ok();
        note(&mut refused, "owner", answer);
    }
    // A program that runs as its owner must not start to run as whoever restores it.
    let mode = settings.mode & if may_keep_set_bits { 0o7777 } else { 0o1777 };
    #[allow(clippy::useless_conversion, reason = "16 bits on some systems")]
    let answer = mode.try_into().map_err(|_| Errno::INVAL).map(Mode::from_raw_mode);
    note(&mut refused, "mode", answer.and_then(|mode| fs::fchmod(fd, mode)));
    for xattr in settings.xattrs {
        let answer = fs::fsetxattr(fd, xattr.name.as_slice(), &xattr.value, XattrFlags::empty());
        note(&mut refused, &String::from_utf8_lossy(&xattr.name), answer);
    }
    note(&mut refused, "time", fs::futimens(fd, &times(settings.mtime_ns)));
    refused
}

fn note(refused: &mut Vec<String>, what: &str, answer: Result<(), Errno>) {
    if let Err(error) = answer {
        refused.push(format!("{what}: {error}"));
    }
}

fn times(mtime_ns: i64) -> Timestamps {
    let time = |tv_sec, tv_nsec| Timespec { tv_sec, tv_nsec };
    #[allow(clippy::useless_conversion, reason = "32 bits on some systems")]
    let part = mtime_ns.rem_euclid(1_000_000_000).try_into().unwrap_or(0);
    Timestamps {
        last_access: time(0, UTIME_OMIT),
        last_modification: time(mtime_ns.div_euclid(1_000_000_000), part),
    }
}
