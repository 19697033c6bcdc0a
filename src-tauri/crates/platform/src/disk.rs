//! What a file system can tell: room, borders, the largest file it can hold.

use std::path::{Path, PathBuf};

use resguardo_domain::{Error, Result, Space};

/// The largest file on FAT: its size field has 32 bits.
const FAT_MAX_FILE: u64 = u32::MAX as u64;

/// Room on the file system that holds `path`, as far as this user may use it.
///
/// # Errors
/// When the path is not there.
#[cfg(unix)]
pub fn space(path: &Path) -> Result<Space> {
    let facts = rustix::fs::statvfs(path)
        .map_err(|cause| Error::io(&cause.into(), "ask for free space", path.display()))?;
    Ok(Space {
        free: facts.f_bavail.saturating_mul(facts.f_frsize),
        total: facts.f_blocks.saturating_mul(facts.f_frsize),
    })
}

/// Room on the file system that holds `path`, as far as this user may use it.
///
/// # Errors
/// When the path is not there.
#[cfg(not(unix))]
pub fn space(path: &Path) -> Result<Space> {
    let facts =
        fs4::statvfs(path).map_err(|cause| Error::io(&cause, "ask for free space", path.display()))?;
    Ok(Space { free: facts.available_space(), total: facts.total_space() })
}

/// Whether two existing paths lie on one file system, so that a rename between them moves no bytes.
///
/// # Errors
/// When a path is not there.
pub fn same_file_system(a: &Path, b: &Path) -> Result<bool> {
    Ok(device_of(a)? == device_of(b)?)
}

/// The folder where the file system of an existing path is mounted (on Windows: the drive).
///
/// # Errors
/// When the path is not there.
pub fn mount_point_of(path: &Path) -> Result<PathBuf> {
    let failed = |cause: std::io::Error| Error::io(&cause, "find the mount point", path.display());
    // Resolves links, which may lead to another disk. Not on Windows, where the answer would be a `\\?\` path and the
    // drive is in the path's first component anyway.
    let resolved = if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() };
    let mut point = resolved.map_err(failed)?;
    let device = device_of(&point)?;
    while let Some(parent) = point.parent() {
        if device_of(parent)? != device {
            break;
        }
        point = parent.to_owned();
    }
    Ok(point)
}

#[cfg(unix)]
fn device_of(path: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path)
        .map(|facts| facts.dev())
        .map_err(|cause| Error::io(&cause, "ask for the file system", path.display()))
}

#[cfg(not(unix))]
fn device_of(path: &Path) -> Result<Option<std::ffi::OsString>> {
    let failed = |cause: std::io::Error| Error::io(&cause, "ask for the file system", path.display());
    std::fs::metadata(path).map_err(failed)?;
    let path = std::path::absolute(path).map_err(failed)?;
    Ok(path.components().next().map(|prefix| prefix.as_os_str().to_ascii_lowercase()))
}

/// The largest file that the file system of `path` can hold, in bytes; `None` when it has no limit that matters or does
/// not say. FAT32 holds 4 GiB - 1.
pub fn max_file_size(path: &Path) -> Option<u64> {
    is_fat(path).then_some(FAT_MAX_FILE)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_fat(path: &Path) -> bool {
    // MSDOS_SUPER_MAGIC; exFAT has another number and no such limit.
    rustix::fs::statfs(path).is_ok_and(|facts| facts.f_type == 0x4d44)
}

#[cfg(target_os = "macos")]
fn is_fat(path: &Path) -> bool {
    let name = |facts: rustix::fs::StatFs| facts.f_fstypename.map(|c| c.cast_unsigned());
    rustix::fs::statfs(path).is_ok_and(|facts| name(facts).starts_with(b"msdos\0"))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn is_fat(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_room_and_a_missing_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let space = space(folder.path()).unwrap();
        assert!(space.free > 0 && space.free <= space.total);
        assert!(super::space(&folder.path().join("missing")).is_err());
        assert_eq!(max_file_size(folder.path()), None);
    }

    #[test]
    fn borders_between_file_systems_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        assert!(same_file_system(folder.path(), folder.path()).unwrap());
        let point = mount_point_of(folder.path()).unwrap();
        assert!(folder.path().canonicalize().unwrap().starts_with(&point) || cfg!(windows));
        if cfg!(target_os = "linux") && Path::new("/proc/self").exists() {
            assert!(!same_file_system(folder.path(), Path::new("/proc")).unwrap());
            assert_eq!(mount_point_of(Path::new("/proc/self/status")).unwrap(), Path::new("/proc"));
        }
        assert!(same_file_system(folder.path(), &folder.path().join("missing")).is_err());
    }
}
