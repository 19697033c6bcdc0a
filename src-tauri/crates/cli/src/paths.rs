//! Paths as people type them: made absolute for sources and destinations, mapped into the snapshot for restores.

use std::ffi::OsStr;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use resguardo_api::types::{Error, Result, SourceConfig, SourceSummary};

/// The absolute path. `..` is followed on the disk, because a link may stand before it.
fn resolved(path: &Path) -> Result<PathBuf> {
    if path.as_os_str().is_empty() {
        return Err(Error::invalid("path", "", "a path is needed"));
    }
    let failed = |cause: std::io::Error| Error::io(&cause, "find the folder", path.display());
    let full = std::path::absolute(path).map_err(failed)?;
    match full.components().any(|part| part == Component::ParentDir) {
        true => std::fs::canonicalize(&full).map_err(failed),
        false => Ok(full.components().collect()),
    }
}

/// The absolute path as a text; one that is no text is written in safe form.
pub(crate) fn absolute(path: &Path) -> Result<String> {
    let full = resolved(path)?;
    Ok(full.to_str().map_or_else(|| SourceConfig::encode_path(&full), str::to_owned))
}

/// What `--to` was given: the name of a destination, or else the absolute path of a folder.
pub(crate) fn destination(word: &OsStr, names: &[String]) -> Result<String> {
    let text = word.to_str();
    if let Some(name) = text.filter(|text| names.iter().any(|name| name == text)) {
        return Ok(name.to_owned());
    }
    let path = Path::new(word);
    let is_path = path.is_absolute()
        || path.components().count() > 1
        || path.starts_with(".")
        || path.starts_with("..");
    match text {
        Some(name) if !is_path && !path.is_dir() => Ok(name.to_owned()),
        _ => absolute(path),
    }
}

/// A path in the snapshot, from one written as in the archive or as on this computer. `sources` is asked for only when
/// the path is absolute.
pub(crate) fn in_snapshot(
    path: &Path,
    sources: &mut dyn FnMut() -> Result<Vec<SourceSummary>>,
) -> Result<String> {
    if !path.is_absolute() {
        // What a listing shows is in safe form already.
        let shown = path.to_str().filter(|text| text.contains('\u{FFFD}')).map(str::to_owned);
        let text = shown.unwrap_or_else(|| SourceConfig::encode_path(path)).replace(MAIN_SEPARATOR, "/");
        let text = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
        return Ok(if text == "." { String::new() } else { text.to_owned() });
    }
    let text = SourceConfig::encode_path(&resolved(path)?);
    mapped(&text, &sources()?).ok_or_else(|| Error::not_found("entry", &text))
}

/// The deepest source that holds the path decides.
fn mapped(path: &str, sources: &[SourceSummary]) -> Option<String> {
    let fitting = sources.iter().filter_map(|source| Some((source, below(path, &source.origin)?)));
    let (source, rest) = fitting.max_by_key(|(source, _)| source.origin.len())?;
    let rest = rest.replace(MAIN_SEPARATOR, "/");
    Some(if rest.is_empty() { source.path.clone() } else { format!("{}/{rest}", source.path) })
}

/// The part of `path` below `origin`; empty when they are the same.
fn below<'a>(path: &'a str, origin: &str) -> Option<&'a str> {
    let separator = MAIN_SEPARATOR;
    let origin = origin.trim_end_matches(separator);
    let rest = path.strip_prefix(origin)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(separator) }
}

#[cfg(all(test, unix))]
mod tests {
    use resguardo_api::types::SourceId;

    use super::*;

    fn source(kind: &str, path: &str, origin: &str) -> SourceSummary {
        SourceSummary {
            id: SourceId::from_random(1),
            kind: kind.to_owned(),
            label: "x".to_owned(),
            path: path.to_owned(),
            origin: origin.to_owned(),
            files: 1,
            bytes: 1,
            rows: std::collections::BTreeMap::new(),
            changes: None,
            findings: Vec::new(),
        }
    }

    fn map(path: &str) -> Result<String> {
        let sources = vec![
            source("folder", "files/Documents", "/home/ana/Documents"),
            source("folder", "files/Work", "/home/ana/Documents/Work"),
            source("sqlite", "databases/till.sqlite", "/srv/till.db"),
        ];
        in_snapshot(Path::new(path), &mut || Ok(sources.clone()))
    }

    #[test]
    fn a_path_of_this_computer_is_found_in_the_snapshot() {
        for (path, expected) in [
            ("/home/ana/Documents/a/b.txt", "files/Documents/a/b.txt"),
            ("/home/ana/Documents", "files/Documents"),
            ("/home/ana/Documents/", "files/Documents"),
            ("/home/ana/./Documents//a", "files/Documents/a"),
            ("/home/ana/Documents/Work/x", "files/Work/x"),
            ("/home/ana/Documents/Workshop", "files/Documents/Workshop"),
            ("/srv/till.db", "databases/till.sqlite"),
            ("/home/ana/Documents/caf\\e", "files/Documents/caf\u{FFFD}5Ce"),
        ] {
            assert_eq!(map(path).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn a_path_of_no_source_is_not_found() {
        for path in ["/home/ana", "/home/ana/Documents2", "/srv/till.db-wal"] {
            let error = map(path).unwrap_err();
            assert_eq!((error.get("what"), error.get("name")), (Some("entry"), Some(path)));
        }
    }

    #[test]
    fn a_path_as_in_the_archive_stays_and_needs_no_manifest() {
        let mut never = || Err(Error::internal("asked"));
        for (path, expected) in [
            ("files/a.txt", "files/a.txt"),
            ("./files/a/", "files/a"),
            (".", ""),
            ("x\u{FFFD}5Cy", "x\u{FFFD}5Cy"),
        ] {
            assert_eq!(in_snapshot(Path::new(path), &mut never).unwrap(), expected);
        }
    }

    #[test]
    fn a_destination_is_a_name_or_a_folder() {
        let names = ["usb".to_owned(), "a/b".to_owned()];
        let word = |text: &str| destination(OsStr::new(text), &names).unwrap();
        assert_eq!(word("usb"), "usb");
        assert_eq!(word("a/b"), "a/b");
        assert_eq!(word("other"), "other");
        assert_eq!(word("/media//usb/"), "/media/usb");
        assert!(word("./usb").ends_with("/usb") && word("./usb").starts_with('/'));
        assert!(word("src").starts_with('/'), "an existing folder is one even without a separator");
    }
}
