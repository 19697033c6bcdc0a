//! Whether a restore gave back what was backed up: every name, every byte.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use crate::Outcome;
use crate::database;

/// What differs between two trees or files; empty when nothing does.
pub(crate) fn differences(wanted: &Path, found: &Path) -> Outcome<u64> {
    if wanted.is_file() {
        return Ok(u64::from(!same_content(wanted, found)?));
    }
    let (left, right) = (names(wanted)?, names(found)?);
    let mut count = left.symmetric_difference(&right).count() as u64;
    for name in left.intersection(&right) {
        let (one, other) = (wanted.join(name), found.join(name));
        match one.is_dir() {
            true => count += differences(&one, &other)?,
            false => count += u64::from(!same_content(&one, &other)?),
        }
    }
    Ok(count)
}

fn names(folder: &Path) -> Outcome<BTreeSet<std::ffi::OsString>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(BTreeSet::new()) };
    Ok(entries.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?)
}

fn same_content(one: &Path, other: &Path) -> Outcome<bool> {
    let (Ok(left), Ok(right)) = (fs::File::open(one), fs::File::open(other)) else { return Ok(false) };
    let same = left.metadata()?.len() == right.metadata()?.len() && same_bytes(left, right)?;
    if !same && one.extension().is_some_and(|extension| extension == "db") {
        return database::same_rows(one, other);
    }
    Ok(same)
}

fn same_bytes(mut left: fs::File, mut right: fs::File) -> Outcome<bool> {
    let (mut one, mut other) = (vec![0; 1 << 18], vec![0; 1 << 18]);
    loop {
        let count = left.read(&mut one)?;
        if count == 0 {
            return Ok(right.read(&mut other)? == 0);
        }
        if right.read_exact(&mut other[..count]).is_err() || one[..count] != other[..count] {
            return Ok(false);
        }
    }
}

/// Bytes in all files below a folder.
pub(crate) fn bytes_below(folder: &Path) -> Outcome<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        total += match kind.is_dir() {
            true => bytes_below(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(total)
}

/// Reads every file once, so that nobody pays for a cold cache.
pub(crate) fn warm(folder: &Path) -> Outcome {
    let mut buffer = vec![0; 1 << 18];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            warm(&entry.path())?;
            continue;
        }
        let mut file = fs::File::open(entry.path())?;
        while file.read(&mut buffer)? > 0 {}
    }
    Ok(())
}
