//! Editing a tree as people and programs do.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{facts, grow, names};
use crate::SeededRandom;

type Edit = fn(&Edits) -> Option<String>;

const EDITS: [(&str, Edit); 17] = [
    ("rewrite pages", Edits::rewrite_pages),
    ("append", Edits::append),
    ("truncate", Edits::truncate),
    ("rename file", Edits::rename_file),
    ("rename folder", Edits::rename_folder),
    ("move", Edits::move_file),
    ("copy", Edits::copy),
    ("delete", Edits::delete),
    ("delete folder", Edits::delete_folder),
    ("new", Edits::new_file),
    ("new folder", Edits::new_folder),
    ("chmod", Edits::chmod),
    ("touch", Edits::touch),
    ("file becomes folder", Edits::file_becomes_folder),
    ("folder becomes file", Edits::folder_becomes_file),
    ("rewrite, time restored", Edits::rewrite_with_time_restored),
    ("replace by rename", Edits::replace_by_rename),
];

pub(super) fn mutate(root: &Path, seed: u64) -> Vec<String> {
    let random = SeededRandom::new(seed);
    let wanted = 8 + random.below(5) as usize;
    let mut done = Vec::new();
    // An edit that finds nothing to work on is passed over; a fresh file can always be made, so this ends.
    while done.len() < wanted {
        let edits = Edits::look(root, random.next());
        let (name, edit) = random.pick(&EDITS);
        if let Some(what) = edit(&edits) {
            done.push(format!("{name}: {what}"));
        }
    }
    done
}

/// Everything below a folder, sorted, so that the same seed meets the same entries.
pub(super) fn everything_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

struct Edits {
    root: PathBuf,
    random: SeededRandom,
    files: Vec<PathBuf>,
    /// Without the root.
    folders: Vec<PathBuf>,
    total: usize,
}

impl Edits {
    fn look(root: &Path, seed: u64) -> Self {
        let (root, random) = (root.to_owned(), SeededRandom::new(seed));
        let all = everything_below(&root);
        let total = all.len();
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for path in all {
            let facts = path.symlink_metadata().unwrap();
            if facts.is_file() {
                files.push(path);
            } else if facts.is_dir() {
                folders.push(path);
            }
        }
        Self { root, random, files, folders, total }
    }

    fn file(&self) -> Option<&PathBuf> {
        (!self.files.is_empty()).then(|| self.random.pick(&self.files))
    }

    /// A folder that may be removed or renamed: only from trees large enough to lose one.
    fn folder(&self) -> Option<&PathBuf> {
        (self.folders.len() > 2).then(|| self.random.pick(&self.folders))
    }

    fn any_folder(&self) -> &Path {
        let n = self.random.below(self.folders.len() as u64 + 1) as usize;
        self.folders.get(n).unwrap_or(&self.root)
    }

    fn fresh_path(&self, folder: &Path) -> PathBuf {
        // Larger than any number used so far, mixed with chance: no two edits ever make the same name.
        folder.join(names::name(&self.random, self.total + 1000 + self.random.below(1 << 40) as usize))
    }

    fn shown(&self, path: &Path) -> Option<String> {
        Some(format!("{:?}", path.strip_prefix(&self.root).unwrap()))
    }

    fn write_pages(&self, path: &Path) -> Option<()> {
        let size = path.symlink_metadata().unwrap().len();
        if size == 0 {
            return None;
        }
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        for _ in 0..=self.random.below(3) {
            let at = self.random.below(size) / 4096 * 4096;
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&self.random.bytes((size - at).min(4096) as usize)).unwrap();
        }
        Some(())
    }

    fn rewrite_pages(&self) -> Option<String> {
        let path = self.file()?;
        self.write_pages(path)?;
        self.shown(path)
    }

    fn rewrite_with_time_restored(&self) -> Option<String> {
        let path = self.file()?;
        let before = path.symlink_metadata().unwrap().modified().unwrap();
        self.write_pages(path)?;
        OpenOptions::new().write(true).open(path).unwrap().set_modified(before).unwrap();
        self.shown(path)
    }

    fn append(&self) -> Option<String> {
        let path = self.file()?;
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(&self.random.bytes(1 + self.random.below(10_000) as usize)).unwrap();
        self.shown(path)
    }

    fn truncate(&self) -> Option<String> {
        let path = self.file()?;
        let size = path.symlink_metadata().unwrap().len();
        OpenOptions::new().write(true).open(path).unwrap().set_len(self.random.below(size + 1)).unwrap();
        self.shown(path)
    }

    fn rename_file(&self) -> Option<String> {
        let path = self.file()?;
        fs::rename(path, self.fresh_path(path.parent().unwrap())).unwrap();
        self.shown(path)
    }

    fn rename_folder(&self) -> Option<String> {
        let path = self.folder()?;
        fs::rename(path, self.fresh_path(path.parent().unwrap())).unwrap();
        self.shown(path)
    }

    fn move_file(&self) -> Option<String> {
        let path = self.file()?;
        fs::rename(path, self.fresh_path(self.any_folder())).unwrap();
        self.shown(path)
    }

    fn copy(&self) -> Option<String> {
        let path = self.file()?;
        fs::copy(path, self.fresh_path(self.any_folder())).unwrap();
        self.shown(path)
    }

    fn delete(&self) -> Option<String> {
        let path = self.file()?;
        fs::remove_file(path).unwrap();
        self.shown(path)
    }

    fn delete_folder(&self) -> Option<String> {
        let path = self.folder()?;
        fs::remove_dir_all(path).unwrap();
        self.shown(path)
    }

    fn new_file(&self) -> Option<String> {
        let path = self.fresh_path(self.any_folder());
        let size = grow::random_size(&self.random, 1 << 18);
        fs::write(&path, grow::random_content(&self.random, size)).unwrap();
        facts::set_random_xattrs(&path, &self.random);
        self.shown(&path)
    }

    fn new_folder(&self) -> Option<String> {
        let path = self.fresh_path(self.any_folder());
        // The longest path that the system takes must not be outgrown by folders in folders.
        if path.as_os_str().len() > 3000 {
            return None;
        }
        fs::create_dir(&path).unwrap();
        self.shown(&path)
    }

    fn chmod(&self) -> Option<String> {
        let path = self.file()?;
        facts::set_random_mode(path, &self.random);
        self.shown(path)
    }

    fn touch(&self) -> Option<String> {
        let path = self.file()?;
        facts::set_mtime(path, facts::random_mtime(&self.random));
        self.shown(path)
    }

    fn file_becomes_folder(&self) -> Option<String> {
        let path = self.file()?;
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        fs::write(path.join("inside"), self.random.bytes(100)).unwrap();
        self.shown(path)
    }

    fn folder_becomes_file(&self) -> Option<String> {
        let path = self.folder()?;
        fs::remove_dir_all(path).unwrap();
        fs::write(path, self.random.bytes(100)).unwrap();
        self.shown(path)
    }

    /// What careful editors do: a new file takes the old one's name.
    fn replace_by_rename(&self) -> Option<String> {
        let path = self.file()?;
        let fresh = self.fresh_path(path.parent().unwrap());
        fs::write(&fresh, self.random.bytes(self.random.below(5000) as usize)).unwrap();
        fs::rename(fresh, path).unwrap();
        self.shown(path)
    }
}
