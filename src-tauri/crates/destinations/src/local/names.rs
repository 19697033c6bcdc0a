//! Which file an object is, and which names are ours and never objects.

use std::path::{Component, Path, PathBuf};

use resguardo_domain::{Digest, Error, ObjectKey, Result};

use super::MARKER_NAME;

/// The folder below the root where archives are prepared.
pub const STAGING_NAME: &str = "resguardo-staging";

/// Folders that systems keep at the root of a drive; their owner can't even read some of them.
const SYSTEM_FOLDERS: [&str; 6] =
    ["lost+found", "System Volume Information", "$RECYCLE.BIN", ".Trashes", ".Spotlight-V100", ".fseventsd"];

/// Most file systems take names of 255 bytes (or UTF-16 units, which are never more).
const LONGEST_NAME: usize = 255;

/// The file of an object. Names that are ours, that the system keeps for itself or that mean something else to this
/// system's paths are refused.
pub(super) fn path_below(root: &Path, key: &ObjectKey) -> Result<PathBuf> {
    let refused = |why| Err(Error::invalid("object", key, why));
    let mut path = root.to_owned();
    for (depth, name) in key.as_str().split('/').enumerate() {
        let mut components = Path::new(name).components();
        let plain = matches!((components.next(), components.next()), (Some(Component::Normal(_)), None));
        // On Windows `C:x` names a drive and `a:b` a hidden stream.
        if !plain || (cfg!(windows) && name.contains(':')) {
            return refused("not a file name on this system");
        }
        if depth == 0 && is_reserved_at_root(name) {
            return refused("the name is reserved");
        }
        path.push(name);
    }
    if is_partial(key.name()) {
        return refused("the name is that of an unfinished upload");
    }
    Ok(path)
}

/// Whether a name directly below the root is never an object nor a folder of objects.
pub(super) fn is_reserved_at_root(name: &str) -> bool {
    name.eq_ignore_ascii_case(MARKER_NAME)
        || name.eq_ignore_ascii_case(STAGING_NAME)
        || SYSTEM_FOLDERS.iter().any(|folder| folder.eq_ignore_ascii_case(name))
        || name.starts_with(".Trash-")
}

/// Where an upload of these bytes grows until it is whole: the same place after a restart, another for other bytes.
pub(super) fn partial_of(target: &Path, sha256: &Digest) -> PathBuf {
    let hex = sha256.to_string();
    beside(target, &hex[..8])
}

/// Where a small object is written before it takes its name.
pub(super) fn temporary_of(target: &Path, bits: u64) -> PathBuf {
    beside(target, &format!("{:08x}", bits >> 32))
}

fn beside(target: &Path, hex: &str) -> PathBuf {
    let ending = format!(".{hex}.partial");
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut keep = name.len().min(LONGEST_NAME - ending.len());
    while !name.is_char_boundary(keep) {
        keep -= 1;
    }
    target.with_file_name(format!("{}{ending}", &name[..keep]))
}

/// Whether a name is one that [`partial_of`] or [`temporary_of`] makes.
pub(super) fn is_partial(name: &str) -> bool {
    let hex = name.strip_suffix(".partial").and_then(|stem| stem.rsplit_once('.')).map(|(_, hex)| hex);
    hex.is_some_and(|hex| {
        hex.len() == 8 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(key: &str) -> Result<PathBuf> {
        path_below(Path::new("root"), &ObjectKey::new(key).unwrap())
    }

    #[test]
    fn ordinary_names_pass_and_ours_do_not() {
        assert_eq!(path("pc/plan/daily/a.zip").unwrap(), Path::new("root/pc/plan/daily/a.zip"));
        assert!(path("pc/lost+found/.Trash-1000/resguardo-staging").is_ok());
        for bad in [
            "resguardo-destination.json",
            "Resguardo-Destination.JSON",
            "resguardo-staging/x",
            "lost+found/x",
            ".Trash-1000/files/x",
            "a/b.zip.0123abcd.partial",
        ] {
            assert_eq!(path(bad).unwrap_err().get("value"), Some(bad));
        }
        assert_eq!(path("C:/x").is_err(), cfg!(windows));
    }

    #[test]
    fn partial_names_are_recognised_and_never_too_long() {
        let long = "ñ".repeat(127);
        for name in ["a.zip", &long] {
            let target = Path::new("folder").join(name);
            for partial in [partial_of(&target, &Digest::EMPTY), temporary_of(&target, 1 << 40)] {
                let name = partial.file_name().unwrap().to_str().unwrap();
                assert!(is_partial(name) && name.len() <= 255, "{name}");
                assert_eq!(partial.parent(), target.parent());
            }
        }
        assert_eq!(partial_of(Path::new("a.zip"), &Digest::EMPTY), Path::new("a.zip.e3b0c442.partial"));
        for other in
            ["a.partial", ".partial", "a.0123abcg.partial", "a.0123ABCD.partial", "a.0123abcd.partial2"]
        {
            assert!(!is_partial(other), "{other}");
        }
    }
}
