//! Writing so that a power cut leaves the old or the new, never half: temporary name, write, flush, rename, flush the folder.
//!
//! Every call that changes something is preceded by a step of the context, so that tests can fail or kill exactly there.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use resguardo_domain::{Context, Error, Kind, Result};

/// Writes a file whole, replacing one of that name. After a failure the old one stands, or the new one whole when only the
/// last flush failed; no temporary file is left.
///
/// # Errors
/// [`resguardo_domain::Kind::DiskFull`], [`resguardo_domain::Kind::PermissionDenied`], [`resguardo_domain::Kind::Io`],
/// [`resguardo_domain::Kind::Cancelled`].
pub fn write_file(cx: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
    replace(cx, path, bytes, OpenOptions::new().write(true).create_new(true))
}

/// As [`write_file`], for what only its owner may read: on Unix the file has mode 0600 from its first byte on. On Windows
/// it has the rights of its folder, which in the user's profile are the user's own.
///
/// # Errors
/// As [`write_file`].
pub fn write_private_file(cx: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    replace(cx, path, bytes, &options)
}

/// As [`write_private_file`], but never over a file that is there: the name is taken first, by an empty file that a crash may leave.
///
/// # Errors
/// As [`write_file`], and [`resguardo_domain::Kind::AlreadyExists`]; what was there stays then.
pub fn write_new_private_file(cx: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
    cx.step("durable.reserve")?;
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => Error::new(Kind::AlreadyExists, "write the file")
            .fact("what", "file")
            .fact("name", path.display()),
        _ => Error::io(&cause, "write the file", path.display()),
    })?;
    write_private_file(cx, path, bytes).inspect_err(|_| {
        // Ours and empty, or ours and whole but perhaps not flushed: either way not to be relied on.
        let _ = fs::remove_file(path);
    })
}

fn replace(cx: &Context, path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<()> {
    let temporary = temporary_sibling(cx, path);
    let written = write_new(cx, &temporary, bytes, options).and_then(|()| {
        cx.step("durable.rename")?;
        fs::rename(&temporary, path).map_err(|cause| Error::io(&cause, "rename the file", path.display()))
    });
    if let Err(error) = written {
        // What failed is reported; that the leftover could not be removed either adds nothing to it.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    // Visible already: from here on it must not be cancelled, only fail.
    cx.fault("durable.sync_folder")?;
    sync_folder(parent_of(path))
}

fn write_new(cx: &Context, path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<()> {
    let failed = |cause: io::Error| Error::io(&cause, "write the file", path.display());
    cx.step("durable.create")?;
    let mut file = options.open(path).map_err(failed)?;
    cx.step("durable.write")?;
    file.write_all(bytes).map_err(failed)?;
    cx.step("durable.sync")?;
    file.sync_all().map_err(failed)
}

/// Renames a file or folder, replacing a file, and makes it last through a power cut.
///
/// # Errors
/// As [`write_file`].
pub fn rename(cx: &Context, from: &Path, to: &Path) -> Result<()> {
    cx.step("durable.rename")?;
    fs::rename(from, to).map_err(|cause| Error::io(&cause, "rename the file", to.display()))?;
    // The new name first: after a power cut in between the file has two names rather than none.
    cx.fault("durable.sync_folder")?;
    sync_folder(parent_of(to))?;
    if parent_of(from) != parent_of(to) {
        cx.fault("durable.sync_folder")?;
        sync_folder(parent_of(from))?;
    }
    Ok(())
}

/// Flushes a file's bytes and facts to the disk.
///
/// # Errors
/// As [`write_file`].
pub fn sync_file(cx: &Context, path: &Path) -> Result<()> {
    cx.step("durable.sync")?;
    // Windows flushes only through a handle that may write.
    OpenOptions::new()
        .read(true)
        .write(cfg!(windows))
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(|cause| Error::io(&cause, "flush the file", path.display()))
}

/// Flushes the names in a folder to the disk. Windows has no such call (NTFS journals names), so nothing happens there.
///
/// # Errors
/// [`resguardo_domain::Kind::Io`].
pub fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(path).and_then(|folder| folder.sync_all()) {
        // Some network and FUSE file systems know no flush of folders; nothing better can be done there.
        Err(cause) if matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result.map_err(|cause| Error::io(&cause, "flush the folder", path.display())),
    }
}

/// A name beside `path` that nothing uses, not even what a crash left; short enough even when the name has 255 bytes.
fn temporary_sibling(cx: &Context, path: &Path) -> PathBuf {
    let name = path.file_name().filter(|name| name.len() <= 200).unwrap_or(OsStr::new("long"));
    loop {
        let mut name = name.to_owned();
        name.push(format!(".{:016x}.tmp", cx.random_bits()));
        let sibling = path.with_file_name(name);
        if fs::symlink_metadata(&sibling).is_err() {
            return sibling;
        }
    }
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use resguardo_testkit::{Fault, at_every_step, test_context};

    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn a_file_is_written_whole_and_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        write_file(&test_context(), &path, b"first").unwrap();
        write_file(&test_context(), &path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["settings.json"]);
        fs::write(temporary_sibling(&test_context(), &path), "left by a crash").unwrap();
        write_file(&test_context(), &path, b"third").unwrap();
        let long = folder.path().join("x".repeat(255));
        write_file(&test_context(), &long, b"").unwrap();
    }

    #[test]
    fn p05_a_fault_at_any_step_leaves_the_old_or_the_new_and_no_litter() {
        for kind in [Kind::Io, Kind::DiskFull, Kind::Cancelled] {
            let runs = at_every_step(Fault::Fail(kind), |cx, script| {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("a");
                fs::write(&path, b"old").unwrap();
                let result = write_file(cx, &path, b"new");
                let found = fs::read(&path).unwrap();
                assert!(found == b"old" || found == b"new");
                assert_eq!(names(folder.path()), ["a"]);
                assert_eq!(result.is_err(), script.was_hit());
                if result.is_ok() {
                    assert_eq!(found, b"new");
                }
            });
            assert_eq!(runs, 5);
        }
    }

    #[test]
    fn a_new_file_is_never_written_over_another_and_a_fault_leaves_none() {
        let runs = at_every_step(Fault::Fail(Kind::DiskFull), |cx, script| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a");
            let result = write_new_private_file(cx, &path, b"new");
            assert_eq!((result.is_err(), path.exists()), (script.was_hit(), !script.was_hit()));
            assert_eq!(names(folder.path()).len(), usize::from(!script.was_hit()));
        });
        assert_eq!(runs, 6);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"old").unwrap();
        let refused = write_new_private_file(&test_context(), &path, b"new").unwrap_err();
        assert_eq!((refused.kind, fs::read(&path).unwrap()), (Kind::AlreadyExists, b"old".to_vec()));
    }

    #[test]
    fn a_rename_moves_between_folders() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a/x"), folder.path().join("b/y"));
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        fs::write(&from, b"1").unwrap();
        let cx = test_context();
        rename(&cx, &from, &to).unwrap();
        assert!(!from.exists() && to.exists());
        assert_eq!(rename(&cx, &from, &to).unwrap_err().kind, Kind::Io);
        sync_file(&cx, &to).unwrap();
        assert!(sync_file(&cx, &from).is_err());
    }

    #[test]
    fn a_bare_name_has_the_current_folder_as_parent() {
        assert_eq!(parent_of(Path::new("x")), Path::new("."));
        assert_eq!(parent_of(Path::new("a/x")), Path::new("a"));
    }
}
