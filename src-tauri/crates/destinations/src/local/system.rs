//! The few system calls that differ between platforms.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use resguardo_domain::Space;

/// The largest file on FAT: its size field has 32 bits.
#[cfg_attr(windows, allow(dead_code, reason = "Windows does not tell without unsafe calls"))]
const FAT_MAX_FILE: u64 = u32::MAX as u64;

/// Room for this user on the file system of `path`.
#[cfg(unix)]
pub(super) fn space(path: &Path) -> io::Result<Space> {
    let facts = rustix::fs::statvfs(path)?;
    Ok(Space {
        free: facts.f_bavail.saturating_mul(facts.f_frsize),
        total: facts.f_blocks.saturating_mul(facts.f_frsize),
    })
}

/// Room for this user on the file system of `path`.
#[cfg(not(unix))]
pub(super) fn space(path: &Path) -> io::Result<Space> {
    let facts = fs4::statvfs(path)?;
    Ok(Space { free: facts.available_space(), total: facts.total_space() })
}

/// The largest file that the file system of `path` holds, when it has a limit that matters and tells it.
#[cfg(target_os = "linux")]
pub(super) fn max_object(path: &Path) -> Option<u64> {
    rustix::fs::statfs(path).ok().and_then(|facts| limit_of_magic(facts.f_type as u64))
}

/// 0x4d44 is MSDOS_SUPER_MAGIC; exFAT, NTFS and the Unix file systems have no limit that an archive reaches.
#[cfg(target_os = "linux")]
fn limit_of_magic(magic: u64) -> Option<u64> {
    (magic == 0x4d44).then_some(FAT_MAX_FILE)
}

/// The largest file that the file system of `path` holds, when it has a limit that matters and tells it.
#[cfg(target_os = "macos")]
pub(super) fn max_object(path: &Path) -> Option<u64> {
    let name = rustix::fs::statfs(path).ok()?.f_fstypename.map(|c| c.cast_unsigned());
    name.starts_with(b"msdos\0").then_some(FAT_MAX_FILE)
}

/// The largest file that the file system of `path` holds, when it has a limit that matters and tells it.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn max_object(_path: &Path) -> Option<u64> {
    None
}

/// Asks, without writing anything, whether entries can be made in a folder.
#[cfg(unix)]
pub(super) fn is_writable(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    match accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        // Old kernels and sandboxes do not know the question; the write itself will tell.
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL) => Ok(()),
        answer => answer.map_err(io::Error::from),
    }
}

/// Windows' access lists can't be asked so simply; the write itself will tell.
#[cfg(not(unix))]
pub(super) fn is_writable(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Flushes the names in a folder. Windows has no such call; some network file systems refuse it.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(cause) if matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// Gives a file its name unless something has it already ([`io::ErrorKind::AlreadyExists`]).
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // FAT on some systems and many FUSE and network file systems: ask first, then rename.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            result => return result.map_err(io::Error::from),
        }
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(cause) => Err(cause),
    }
}

/// Whether a rename between two existing paths would move no bytes; a wrong "yes" shows when the rename fails.
pub(super) fn same_file_system(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path| fs::metadata(path).map(|facts| facts.dev()).ok();
        device(a) == device(b)
    }
    #[cfg(not(unix))]
    {
        a.components().next() == b.components().next()
    }
}

/// Asks the system to forget a flushed file's bytes, so that reading it back reads the disk. Only a wish.
pub(super) fn forget_cached(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "a").unwrap();
        fs::write(&b, "b").unwrap();
        assert_eq!(rename_new(&a, &b).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&b).unwrap(), b"b");
        rename_new(&a, &folder.path().join("c")).unwrap();
        assert!(!a.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_fat_has_a_limit() {
        assert_eq!(limit_of_magic(0x4d44), Some((4 << 30) - 1));
        for (name, magic) in
            [("exfat", 0x2011_bab0), ("ext4", 0xef53), ("ntfs", 0x5346_544e), ("tmpfs", 0x0102_1994)]
        {
            assert_eq!(limit_of_magic(magic), None, "{name}");
        }
    }
}
