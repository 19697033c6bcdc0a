//! Small drives for tests, and looking at what lies on them.
#![allow(dead_code, reason = "each test program uses its own part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A memory disk of its own size, mounted while the value lives.
pub(crate) struct Drive {
    folder: Option<tempfile::TempDir>,
    path: PathBuf,
}

impl Drive {
    /// Mounts one; `None` (and a line that says so) where that is not allowed.
    pub(crate) fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drive");
        std::fs::create_dir(&path).unwrap();
        let options = format!("size={mebibytes}m");
        if cfg!(target_os = "linux") && run("mount", &["-t", "tmpfs", "-o", &options, "tmpfs"], &path) {
            return Some(Self { folder: Some(folder), path });
        }
        eprintln!("SKIPPED: no small file system can be mounted here (that needs root on Linux)");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn write_protect(&self) {
        assert!(run("mount", &["-o", "remount,ro"], &self.path));
    }

    pub(crate) fn unmount(&self) {
        assert!(run("umount", &[], &self.path));
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.path);
        drop(self.folder.take());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).arg(path).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The files below a folder, sorted.
pub(crate) fn names_below(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn assert_same_names(root: &Path, expected: &[&str]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(names_below(root), expected);
}
