//! Locks of the operating system on files: they die with their process, so a crash never leaves one behind.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use resguardo_domain::{Context, Error, Result};

/// A lock that is held until the value is dropped or the process ends. The file stays: deleting it would let two
/// processes hold "the same" lock on two files.
#[derive(Debug)]
pub struct Lock {
    // Released by closing the handle, never by `unlock`: Wine answers that with an error although it released.
    _file: File,
}

impl Lock {
    /// Takes the lock for this process alone; `None` when another holds it.
    ///
    /// # Errors
    /// When the file can't be made or locked at all.
    pub fn try_exclusive(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        let result = file.try_lock();
        taken(file, result, path)
    }

    /// Takes the lock together with other readers; `None` when somebody holds it alone.
    ///
    /// # Errors
    /// As [`Lock::try_exclusive`].
    pub fn try_shared(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        let result = file.try_lock_shared();
        taken(file, result, path)
    }

    /// Waits for the lock; looks ten times a second so that it can be cancelled.
    ///
    /// # Errors
    /// As [`Lock::try_exclusive`], and [`resguardo_domain::Kind::Cancelled`].
    pub fn exclusive(cx: &Context, path: &Path) -> Result<Self> {
        loop {
            cx.check()?;
            if let Some(lock) = Self::try_exclusive(path)? {
                return Ok(lock);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|cause| Error::io(&cause, "open the lock", path.display()))
}

fn taken(file: File, result: std::result::Result<(), TryLockError>, path: &Path) -> Result<Option<Lock>> {
    match result {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(Error::io(&cause, "take the lock", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use resguardo_domain::Kind;
    use resguardo_testkit::test_context;

    use super::*;

    #[test]
    fn one_holds_it_alone_or_many_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let alone = Lock::try_exclusive(&path).unwrap().unwrap();
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        assert!(Lock::try_shared(&path).unwrap().is_none());
        drop(alone);
        let first = Lock::try_shared(&path).unwrap().unwrap();
        let second = Lock::try_shared(&path).unwrap().unwrap();
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        drop((first, second));
        assert!(Lock::try_exclusive(&path).unwrap().is_some());
    }

    #[test]
    fn waiting_ends_when_it_is_released_or_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let held = Lock::try_exclusive(&path).unwrap();
        let cx = test_context();
        cx.cancel_flag().cancel();
        assert_eq!(Lock::exclusive(&cx, &path).unwrap_err().kind, Kind::Cancelled);
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || Lock::exclusive(&test_context(), &path).map(|_| ())
        });
        std::thread::sleep(Duration::from_millis(50));
        drop(held);
        waiting.join().unwrap().unwrap();
    }

    #[test]
    fn a_folder_that_is_missing_is_an_error_not_a_refusal() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::try_exclusive(&folder.path().join("a/b")).unwrap_err().kind, Kind::Io);
    }

    /// Not a test of its own: the process that the next one starts and kills.
    #[test]
    fn child_that_holds_a_lock_until_it_is_killed() {
        if let Some(path) = std::env::var_os("RESGUARDO_TEST_LOCK") {
            let path = std::path::PathBuf::from(path);
            let _held = Lock::try_exclusive(&path).unwrap().unwrap();
            std::fs::write(path.with_extension("held"), "").unwrap();
            std::thread::sleep(Duration::from_secs(60));
        }
    }

    #[test]
    fn a_lock_dies_with_its_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lock::tests::child_that_holds_a_lock_until_it_is_killed"])
            .env("RESGUARDO_TEST_LOCK", &path)
            .spawn()
            .unwrap();
        while !path.with_extension("held").exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(Lock::try_exclusive(&path).unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(Lock::try_exclusive(&path).unwrap().is_some());
    }
}
