//! Making names appear and disappear so that a power cut leaves either state, never one in between.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use resguardo_domain::{Context, Error, Result};

use super::{LocalDestination, names, system};

impl LocalDestination {
    /// Writes a file whole, replacing one of that name.
    pub(super) fn write_whole(&self, cx: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut temporary = names::temporary_of(path, cx.random_bits());
        // A crash may have left one of that name.
        while fs::symlink_metadata(&temporary).is_ok() {
            temporary = names::temporary_of(path, cx.random_bits());
        }
        let written = self.write_temporary(cx, &temporary, bytes).and_then(|()| {
            cx.step("destination.put_rename")?;
            fs::rename(&temporary, path).map_err(|cause| self.failed(&cause, "name the object", path))
        });
        if let Err(error) = written {
            // What failed is reported; when the leftover can't be removed either, `clean` will find it by its name.
            let _ = fs::remove_file(&temporary);
            return Err(self.with_room(error, bytes.len() as u64));
        }
        self.sync_folder_of(cx, path)
    }

    fn write_temporary(&self, cx: &Context, path: &Path, bytes: &[u8]) -> Result<()> {
        let failed = |cause: io::Error| self.failed(&cause, "write the object", path);
        cx.step("destination.put_create")?;
        let mut file =
            self.in_folder_of(cx, path, || OpenOptions::new().write(true).create_new(true).open(path))?;
        cx.step("destination.put_write")?;
        file.write_all(bytes).map_err(failed)?;
        cx.step("destination.put_sync")?;
        file.sync_all().map_err(failed)
    }

    /// Gives a finished file its final name, which nothing may have yet, and makes the name last.
    pub(super) fn publish(&self, cx: &Context, from: &Path, to: &Path) -> Result<()> {
        cx.step("destination.publish")?;
        self.in_folder_of(cx, to, || system::rename_new(from, to))?;
        self.sync_folder_of(cx, to)
    }

    /// "Something else has this name."
    pub(super) fn already_exists(&self, path: &Path) -> Error {
        Error::new(resguardo_domain::Kind::AlreadyExists, "name the object")
            .fact("destination", self.root().display())
            .fact("path", path.display())
            .because("another object has this name")
    }

    /// Flushes the folder in which a name just appeared. No cancelling here: the object is visible already.
    fn sync_folder_of(&self, cx: &Context, path: &Path) -> Result<()> {
        self.sync_folder(cx, path.parent().unwrap_or(self.root()))
    }

    /// Flushes the names in a folder.
    pub(super) fn sync_folder(&self, cx: &Context, folder: &Path) -> Result<()> {
        cx.fault("destination.sync_folder")?;
        match system::sync_folder(folder) {
            // A folder that somebody removed has no names left to keep.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => self.present(),
            result => result.map_err(|cause| self.failed(&cause, "flush the folder", folder)),
        }
    }

    /// Makes the folders above a path that are missing, then does what needs them. When a deletion elsewhere removes a
    /// folder in between because it is empty, both are done again.
    pub(super) fn in_folder_of<T>(
        &self,
        cx: &Context,
        path: &Path,
        mut act: impl FnMut() -> io::Result<T>,
    ) -> Result<T> {
        const TRIES: u32 = 10;
        for attempt in 0..TRIES {
            if !self.make_folders_above(cx, path)? {
                continue;
            }
            match act() {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound && attempt + 1 < TRIES => {}
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                    return Err(self.already_exists(path));
                }
                result => return result.map_err(|cause| self.failed(&cause, "name the object", path)),
            }
        }
        Err(self.failed(&io::ErrorKind::NotFound.into(), "make a folder at the destination", path))
    }

    /// Makes the folders between the root and a path, never the root; `false` when one of them vanished meanwhile.
    fn make_folders_above(&self, cx: &Context, path: &Path) -> Result<bool> {
        let missing: Vec<&Path> = self.folders_above(path).take_while(|folder| !folder.is_dir()).collect();
        if !missing.is_empty() {
            // Missing may also mean unmounted since the last look: nothing may be made in the folder below.
            self.present()?;
        }
        for folder in missing.into_iter().rev() {
            if !self.make_folder(cx, folder)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes one folder and makes it last; `false` when the folder above it is not there.
    pub(super) fn make_folder(&self, cx: &Context, folder: &Path) -> Result<bool> {
        cx.step("destination.create_folder")?;
        match fs::create_dir(folder) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
            // Somebody was faster; a file of that name shows at the next call.
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(true),
            Err(cause) => Err(self.failed(&cause, "make a folder at the destination", folder)),
            Ok(()) => self.sync_folder_of(cx, folder).map(|()| true),
        }
    }

    /// Flushes a deleted name's folder and removes the folders above it that are empty now, up to the root.
    pub(super) fn remove_empty_folders_above(&self, cx: &Context, path: &Path) -> Result<()> {
        for folder in self.folders_above(path) {
            cx.step("destination.delete_folder")?;
            // A folder that is not empty, or that something holds open, stays: that is no failure of the deletion.
            if fs::remove_dir(folder).is_err() && folder.is_dir() {
                return self.sync_folder(cx, folder);
            }
        }
        self.sync_folder(cx, self.root())
    }

    /// The folders that hold a path, innermost first, without the root and what is above it.
    fn folders_above<'a>(&self, path: &'a Path) -> impl Iterator<Item = &'a Path> {
        let root = self.root().to_owned();
        path.ancestors().skip(1).take_while(move |folder| *folder != root && folder.starts_with(&root))
    }
}
