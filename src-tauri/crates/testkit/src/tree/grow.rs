//! Growing a tree: folders first, then what is in them, then the times.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{Shape, facts, names};
use crate::SeededRandom;

pub(super) fn grow(root: &Path, seed: u64, shape: Shape) {
    fs::create_dir_all(root).unwrap();
    let random = SeededRandom::new(seed);
    let mut made: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    if shape.entries > shape.depth {
        folders.push(deep_folder(root, shape.depth, &mut made));
    }
    for n in 0..shape.entries {
        let folder = random.pick(&folders).clone();
        let path = folder.join(names::name(&random, n));
        match random.below(20) {
            0..4 if depth_below(root, &path) < shape.depth => {
                fs::create_dir(&path).unwrap();
                folders.push(path.clone());
            }
            4 | 5 if random_link(&random, root, &path, &files) => {}
            6 if !files.is_empty() => fs::hard_link(random.pick(&files), &path).unwrap(),
            7 => write_sparse(&path, &random, shape.max_file),
            _ => write_random(&path, &random, shape.max_file),
        }
        let kind = path.symlink_metadata().unwrap();
        if kind.is_file() {
            files.push(path.clone());
        }
        if !kind.is_symlink() {
            facts::set_random_mode(&path, &random);
            facts::set_random_xattrs(&path, &random);
        }
        made.push(path);
    }
    // Last, and children before their folders: each entry made in a folder moves its time.
    for path in made.iter().rev() {
        facts::set_mtime(path, facts::random_mtime(&random));
    }
}

fn depth_below(root: &Path, path: &Path) -> usize {
    path.components().count() - root.components().count()
}

/// One chain of folders down to the full depth, its last one empty unless something falls into it.
fn deep_folder(root: &Path, depth: usize, made: &mut Vec<PathBuf>) -> PathBuf {
    let mut path = root.to_owned();
    for level in 0..depth {
        path.push(format!("deep {level}"));
        fs::create_dir(&path).unwrap();
        made.push(path.clone());
    }
    path
}

fn random_link(random: &SeededRandom, root: &Path, path: &Path, files: &[PathBuf]) -> bool {
    let own_name = PathBuf::from(path.file_name().unwrap());
    let target = match random.below(6) {
        0 => PathBuf::from("nowhere/to be found"),
        1 => own_name,
        2 => PathBuf::from(".."),
        3 => PathBuf::from("/etc/hostname"),
        4 => PathBuf::from("."),
        _ if files.is_empty() => PathBuf::from("nothing yet"),
        // Relative to the root, so that it reads the same in a restored tree; it dangles from deeper folders.
        _ => random.pick(files).strip_prefix(root).unwrap().to_owned(),
    };
    facts::link(&target, path)
}

/// Mostly small, some empty, some at borders of blocks, a few as large as allowed.
pub(super) fn random_size(random: &SeededRandom, max: u64) -> u64 {
    let size = match random.below(10) {
        0 => 0,
        1 => *random.pick(&[1, 511, 512, 4095, 4096, 4097, 65_535, 65_536, 65_537]),
        2 => random.below(max + 1),
        3 | 4 => random.below(max / 8 + 1),
        _ => random.below(4096),
    };
    size.min(max)
}

/// Half of the files compress well (text, runs), half not at all, as photographs.
pub(super) fn random_content(random: &SeededRandom, size: u64) -> Vec<u8> {
    let size = usize::try_from(size).unwrap();
    match random.below(4) {
        0 | 1 => random.bytes(size),
        2 => vec![b'0' + (random.below(10) as u8); size],
        _ => {
            let line = format!("{:016x};Bogotá;una línea de texto;{}\n", random.next(), random.below(100));
            line.bytes().cycle().take(size).collect()
        }
    }
}

fn write_random(path: &Path, random: &SeededRandom, max: u64) {
    let size = random_size(random, max);
    fs::write(path, random_content(random, size)).unwrap();
}

/// A file of holes with a little data in it.
pub(super) fn write_sparse(path: &Path, random: &SeededRandom, max: u64) {
    let mut file = File::create(path).unwrap();
    let size = random.below(max.max(1)) / 2 + max / 2;
    file.set_len(size).unwrap();
    for _ in 0..random.below(3) {
        file.seek(SeekFrom::Start(random.below(size.max(1)))).unwrap();
        file.write_all(&random.bytes(random.below(5000).min(size / 4) as usize)).unwrap();
    }
}
