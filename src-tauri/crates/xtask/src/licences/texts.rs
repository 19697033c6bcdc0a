//! The texts of licences: those that a part's makers put beside it, else the standard one in their name.

use super::choice::OURS;
use super::graph::Part;
use crate::process::Outcome;
use std::fs;
use std::path::{Path, PathBuf};

/// How the names of files with licences begin, in small letters.
const NAMES: [&str; 5] = ["licen", "copying", "notice", "unlicense", "copyright"];

const MIT: &str = include_str!("standard/MIT.txt");
const BSD: &str = include_str!("standard/BSD-3-Clause.txt");
const MPL: &str = include_str!("standard/MPL-2.0.txt");

/// What must be handed on of what lies beside a part that is taken under a licence. C libraries that a part carries have theirs one
/// folder further down.
pub(super) fn beside(folder: &Path, licence: &str) -> Outcome<Vec<String>> {
    let mut texts = Vec::new();
    let own = files_in(folder)?;
    for file in own.iter().filter(|file| is_wanted(file, licence, own.len())) {
        texts.push(read(file)?);
    }
    let is_wrapper = folder.file_name().is_some_and(|name| name.to_string_lossy().contains("-sys-"));
    for inner in if is_wrapper { folders_in(folder)? } else { Vec::new() } {
        // Beside a licence, what is called otherwise is another choice, such as Zstandard's GPL.
        let files = files_in(&inner)?;
        let named = |file: &&PathBuf| name_of(file).starts_with("licen");
        let chosen: Vec<_> = if files.iter().any(|file| named(&file)) {
            files.iter().filter(named).collect()
        } else {
            files.iter().collect()
        };
        for file in chosen {
            texts.push(read(file)?);
        }
    }
    Ok(texts)
}

/// Whether a file belongs to the licence that is taken. Ours has its text already, and asks for notices.
fn is_wanted(file: &Path, licence: &str, files: usize) -> bool {
    let name = name_of(file);
    if licence == OURS {
        return name.starts_with("notice");
    }
    let is_simple = !licence.contains(' ');
    let others = ["apache", "unlicense", "copying"];
    !is_simple || files == 1 || !others.iter().any(|other| name.contains(other))
}

/// The text of a licence in the name of a part's makers.
pub(super) fn standard(part: &Part, licence: &str) -> Outcome<String> {
    let text = match licence {
        "MIT" => MIT,
        "BSD-3-Clause" => BSD,
        "MPL-2.0" => MPL,
        _ => return Err(format!("{} {}: no text of {licence} is known", part.name, part.version)),
    };
    let makers = match part.makers.as_slice() {
        [] => format!("the {} developers", part.name),
        makers => makers.join(", "),
    };
    Ok(text.replace("{makers}", &makers))
}

fn files_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let is_licence = |path: &PathBuf| {
        let name = name_of(path);
        path.is_file() && NAMES.iter().any(|beginning| name.starts_with(beginning)) && !name.ends_with(".rs")
    };
    Ok(entries(folder)?.into_iter().filter(is_licence).collect())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}

fn folders_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// By name, so that the list is the same wherever it is made.
fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let found = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Outcome<String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    // Some old texts are written in another alphabet: a name may suffer, the text does not.
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').trim().lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-licences-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn the_texts_of_the_licence_that_is_taken_are_handed_on() {
        let both =
            folder("both", &[("LICENSE-MIT", "mit\r\n"), ("LICENSE-APACHE", "apache"), ("src/lib.rs", "")]);
        assert_eq!(beside(&both, "MIT").unwrap(), ["mit"]);
        assert!(beside(&both, OURS).unwrap().is_empty());
        let noted = folder("noted", &[("NOTICE", "thanks"), ("LICENSE", "apache")]);
        assert_eq!(beside(&noted, OURS).unwrap(), ["thanks"]);
        let wrapper =
            folder("zip-sys-1", &[("LICENSE", "ours"), ("zip/COPYING", "theirs"), ("src/lib.rs", "")]);
        assert_eq!(beside(&wrapper, "MIT").unwrap(), ["ours", "theirs"]);
        fs::write(wrapper.join("zip/LICENSE"), "theirs, freer").unwrap();
        assert_eq!(beside(&wrapper, "MIT").unwrap(), ["ours", "theirs, freer"]);
        for folder in [both, noted, wrapper] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_part_without_a_text_has_the_standard_one_in_its_makers_name() {
        let (name, version, licence) = ("part".to_owned(), "1.0.0".to_owned(), "MIT".to_owned());
        let part =
            Part { name, version, licence, makers: vec!["Ana".into(), "Luis".into()], folder: "/".into() };
        assert!(standard(&part, "MIT").unwrap().contains("Copyright (c) Ana, Luis"));
        assert!(standard(&part, "GPL-3.0").unwrap_err().contains("part 1.0.0"));
    }
}
