//! The texts of licences: those that a part's makers put beside it, else the standard one in their name.

use super::choice::{self, OURS};
use super::graph::Part;
use super::kinds;
use crate::process::Outcome;
use std::fs;
use std::path::{Path, PathBuf};

/// How the names of files with licences begin, in small letters.
const NAMES: [&str; 5] = ["licen", "copying", "notice", "unlicense", "copyright"];
/// Folders whose contents stay out of the programs.
const NOT_BUILT: [&str; 7] = ["tests", "test", "benches", "examples", "doc", "docs", "scripts"];
/// What a package builds of its own folder `vendor` only when this feature is on.
const VENDORED: &str = "vendored";

const MIT: &str = include_str!("standard/MIT.txt");
const BSD: &str = include_str!("standard/BSD-3-Clause.txt");
const MPL: &str = include_str!("standard/MPL-2.0.txt");

/// A part's licence as we take it, such as `Apache-2.0 AND ISC`, and the texts that must be handed on; the text of our own licence is
/// asked for by its name, for it stands beside our program.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) licence: String,
    pub(super) needs_ours: bool,
    pub(super) texts: Vec<String>,
}

/// Chooses among what a part's makers offer, and collects what they ask for.
pub(super) fn taken(part: &Part) -> Outcome<Taken> {
    let beside = texts_in(&part.folder)?;
    let kinds: Vec<&str> = beside.iter().flat_map(|text| text.kinds.clone()).collect();
    let chosen = choice::choose(&part.licence, &kinds);
    let mut texts: Vec<String> =
        beside.iter().filter(|text| is_wanted(text, &chosen)).map(|text| text.text.clone()).collect();
    let is_there = |licence: &String| {
        licence == OURS || beside.iter().any(|text| text.kinds.contains(&licence.as_str()))
    };
    for licence in chosen.iter().filter(|licence| !is_there(licence)) {
        texts.push(standard(part, licence)?);
    }
    let mut needs_ours = chosen.iter().any(|licence| licence == OURS);
    for folder in folders_below(part)? {
        let inner = chosen_inside(&texts_in(&folder)?)
            .ok_or_else(|| format!("{}: it is under no licence that we take", folder.display()))?;
        for text in inner {
            if text.is_only_ours() {
                needs_ours = true;
            } else if !texts.contains(&text.text) {
                texts.push(text.text);
            }
        }
    }
    Ok(Taken { licence: chosen.join(" AND "), needs_ours, texts })
}

/// A file with a licence, or about one.
#[derive(Clone, Debug)]
struct Text {
    /// Its file's, in small letters.
    name: String,
    text: String,
    kinds: Vec<&'static str>,
}

impl Text {
    fn is_only_ours(&self) -> bool {
        self.kinds == [OURS]
    }
}

/// Whether a text belongs to the licences that are taken. Ours asks for notices besides; of others, a word about whose it is counts.
fn is_wanted(text: &Text, chosen: &[String]) -> bool {
    if text.kinds.is_empty() {
        return text.name.starts_with("notice") || (chosen != [OURS] && !text.name.starts_with("copying"));
    }
    !text.is_only_ours() && text.kinds.iter().any(|kind| chosen.iter().any(|licence| licence == kind))
}

/// What must be handed on of a folder inside a part: somebody else's work, whose licences are a choice when there are several files,
/// such as Zstandard's BSD and GPL. Nothing when we may take none of them.
fn chosen_inside(texts: &[Text]) -> Option<Vec<Text>> {
    let best = |text: &Text| text.kinds.iter().filter_map(|kind| choice::known(kind)).min();
    let (words, licences): (Vec<&Text>, Vec<&Text>) = texts.iter().partition(|text| text.kinds.is_empty());
    if licences.is_empty() {
        return Some(words.into_iter().cloned().collect());
    }
    let wanted = licences.iter().filter_map(|text| best(text)).min()?;
    Some(licences.into_iter().filter(|text| best(text) == Some(wanted)).cloned().collect())
}

/// The text of a licence in the name of a part's makers.
fn standard(part: &Part, licence: &str) -> Outcome<String> {
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
    Ok(text.trim_end().replace("{makers}", &makers))
}

/// Folders inside a part that carry a licence of their own.
fn folders_below(part: &Part) -> Outcome<Vec<PathBuf>> {
    let is_built = |path: &PathBuf| {
        let name = name_of(path);
        !NOT_BUILT.contains(&name.as_str())
            && (name != "vendor" || part.features.iter().any(|on| on == VENDORED))
    };
    let folders_in = |folder: &Path| -> Outcome<Vec<PathBuf>> {
        Ok(entries(folder)?.into_iter().filter(|path| path.is_dir() && is_built(path)).collect())
    };
    let mut found = Vec::new();
    let mut next = folders_in(&part.folder)?;
    while let Some(folder) = next.pop() {
        next.extend(folders_in(&folder)?);
        if !files_in(&folder)?.is_empty() {
            found.push(folder);
        }
    }
    found.sort();
    Ok(found)
}

fn texts_in(folder: &Path) -> Outcome<Vec<Text>> {
    let read = |path: PathBuf| {
        let text = read(&path)?;
        Ok(Text { name: name_of(&path), kinds: kinds::of(&text), text })
    };
    files_in(folder)?.into_iter().map(read).collect()
}

fn files_in(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let is_licence = |path: &PathBuf| {
        let name = name_of(path);
        let is_code =
            [".rs", ".c", ".h", ".py", ".json", ".toml"].iter().any(|ending| name.ends_with(ending));
        path.is_file() && !is_code && NAMES.iter().any(|beginning| name.starts_with(beginning))
    };
    Ok(entries(folder)?.into_iter().filter(is_licence).collect())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
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
    use super::super::tests::part;
    use super::*;

    const GRANT: &str =
        "Permission is hereby granted, free of charge, to any person obtaining a copy of this software";
    const TERMS: &str = "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION";

    /// A part with these files.
    fn with(name: &str, licence: &str, files: &[(&str, &str)]) -> Part {
        let folder = std::env::temp_dir().join(format!("xtask-licences-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Part { licence: licence.to_owned(), folder, ..part(name) }
    }

    /// What is taken of it; its files go again.
    fn of(part: &Part) -> Outcome<Taken> {
        let taken = taken(part);
        fs::remove_dir_all(&part.folder).unwrap();
        taken
    }

    fn expected(licence: &str, needs_ours: bool, texts: &[&str]) -> Taken {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Taken { licence: licence.to_owned(), needs_ours, texts }
    }

    #[test]
    fn the_texts_of_the_licence_that_is_taken_are_handed_on_and_no_others() {
        let files =
            [("LICENSE-MIT", GRANT), ("LICENSE-APACHE", TERMS), ("NOTICE", "thanks"), ("src/lib.rs", "")];
        let both = with("both", "MIT OR Apache-2.0", &files);
        assert_eq!(of(&both).unwrap(), expected(OURS, true, &["thanks"]));
        let mit = with("mit", "Unlicense OR MIT", &[("LICENSE-MIT", GRANT), ("COPYING", "either of two")]);
        assert_eq!(of(&mit).unwrap(), expected("MIT", false, &[GRANT]));
    }

    #[test]
    fn what_lies_further_down_is_handed_on_under_the_best_of_its_licences() {
        let gpl = "GNU GENERAL PUBLIC LICENSE Version 2";
        let files = [
            ("LICENSE", GRANT),
            ("zip/COPYING", gpl),
            ("zip/LICENSE", "Redistribution and use in source and binary forms"),
            ("src/cell/LICENSE-APACHE", TERMS),
            ("src/cell/LICENSE-MIT", GRANT),
            ("tests/LICENSE", gpl),
            ("vendor/LICENSE", gpl),
        ];
        let taken = of(&with("wrapper", "MIT", &files)).unwrap();
        assert_eq!(
            taken,
            expected("MIT", true, &[GRANT, "Redistribution and use in source and binary forms"])
        );
        let on = Part { features: vec![VENDORED.to_owned()], ..with("vendored", "MIT", &files) };
        assert!(of(&on).unwrap_err().contains("under no licence that we take"));
    }

    #[test]
    fn a_part_without_a_text_has_the_standard_one_in_its_makers_name() {
        let bare = with("bare", "MIT", &[("src/lib.rs", "")]);
        let taken = of(&Part { makers: vec!["Ana".into(), "Luis".into()], ..bare }).unwrap();
        assert!(taken.texts[0].contains("Copyright (c) Ana, Luis"));
        let unknown = with("unknown", "GPL-3.0", &[("src/lib.rs", "")]);
        assert!(of(&unknown).unwrap_err().contains("unknown 1.0.0"));
    }
}
