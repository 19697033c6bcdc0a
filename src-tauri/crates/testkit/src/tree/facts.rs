//! Setting the facts of an entry beside its bytes: times, mode, extended attributes, links.

use std::path::Path;

use crate::SeededRandom;

/// Seconds and nanoseconds since 1970: mostly the last years, some long ago, some to come.
pub(super) fn random_mtime(random: &SeededRandom) -> (i64, i64) {
    let seconds = match random.below(10) {
        0 if cfg!(unix) => -(random.below(1 << 30) as i64) - 1,
        1 => 4_100_000_000 + random.below(1 << 30) as i64,
        2 => 0,
        _ => 1_600_000_000 + random.below(180_000_000) as i64,
    };
    let nanoseconds = if random.one_in(5) { 0 } else { random.below(1_000_000_000) as i64 };
    // Windows keeps steps of 100 ns.
    (seconds, if cfg!(windows) { nanoseconds / 100 * 100 } else { nanoseconds })
}

#[cfg(unix)]
pub(super) fn set_mtime(path: &Path, (seconds, nanoseconds): (i64, i64)) {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
    let time = Timespec { tv_sec: seconds, tv_nsec: nanoseconds as _ };
    let times = Timestamps { last_access: time, last_modification: time };
    utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW).unwrap();
}

#[cfg(not(unix))]
pub(super) fn set_mtime(path: &Path, (seconds, nanoseconds): (i64, i64)) {
    // Folders need another kind of handle there; their times are left alone.
    if path.symlink_metadata().unwrap().is_file() {
        let since = std::time::Duration::new(seconds as u64, nanoseconds as u32);
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + since).unwrap();
    }
}

/// Permission bits under which the test itself can still read and change the entry.
#[cfg(unix)]
pub(super) fn set_random_mode(path: &Path, random: &SeededRandom) {
    use std::os::unix::fs::PermissionsExt;
    const FILES: [u32; 8] = [0o644, 0o600, 0o755, 0o700, 0o664, 0o640, 0o4755, 0o666];
    const FOLDERS: [u32; 6] = [0o755, 0o700, 0o775, 0o2755, 0o1777, 0o711];
    let is_folder = path.symlink_metadata().unwrap().is_dir();
    let mode = *random.pick(if is_folder { &FOLDERS[..] } else { &FILES[..] });
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub(super) fn set_random_mode(_path: &Path, random: &SeededRandom) {
    random.next();
}

/// Gives some entries attributes; file systems without them keep the entry as it is.
#[cfg(unix)]
pub(super) fn set_random_xattrs(path: &Path, random: &SeededRandom) {
    if !random.one_in(8) {
        return;
    }
    for name in ["user.resguardo.test", "user.año"].iter().take(1 + random.below(2) as usize) {
        let value = random.bytes(random.below(200) as usize);
        let _ = rustix::fs::lsetxattr(path, *name, &value, rustix::fs::XattrFlags::empty());
    }
}

#[cfg(not(unix))]
pub(super) fn set_random_xattrs(_path: &Path, _random: &SeededRandom) {}

/// Makes a symbolic link; `false` where that needs a right that tests do not have.
#[cfg(unix)]
pub(super) fn link(target: &Path, path: &Path) -> bool {
    std::os::unix::fs::symlink(target, path).unwrap();
    true
}

#[cfg(not(unix))]
pub(super) fn link(_target: &Path, _path: &Path) -> bool {
    false
}
