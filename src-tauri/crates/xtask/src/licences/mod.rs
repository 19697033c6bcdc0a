//! `cargo xtask licences`: what the shipped programs are made of, with the licences that their makers ask us to hand on. The list is
//! kept in the tree; a rule of `cargo xtask check` notices when it no longer fits what is built.

mod carried;
mod choice;
mod graph;
mod kinds;
mod list;
mod makers;
mod texts;

use crate::process::Outcome;
use crate::workspace;
use graph::Part;
use list::{Entry, Kept};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where the list is kept, from the root.
pub(crate) const LIST: &str = "ui/licenses/rust.json";

/// Writes the list anew.
pub(crate) fn write() -> Outcome {
    let root = workspace::metadata()?.root;
    let parts = graph::shipped()?;
    let ours = read(&root.join("LICENSE"))?;
    let mut entries = parts.iter().map(|part| entry(part, &ours)).collect::<Outcome<Vec<Entry>>>()?;
    for inside in
        carried::ALL.iter().filter(|carried| carried.inside.is_empty() || has(&parts, carried.inside))
    {
        entries.push(Entry {
            name: inside.name.to_owned(),
            version: inside.version(&parts)?.unwrap_or_default(),
            licence: inside.licence.to_owned(),
            inside: Some(inside.inside),
            texts: vec![makers::named(inside.text.unwrap_or(&ours).trim_end())],
        });
    }
    entries.sort_by_key(|entry| (entry.name.to_lowercase(), entry.version.clone()));
    let built_from = manifests(&root)?;
    let built_from = built_from.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let file = root.join(LIST);
    let text = list::shown(&entries, built_from);
    fs::write(&file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("{} parts are listed in {LIST}, {} KB", entries.len(), text.len() / 1000);
    Ok(())
}

/// Why a list no longer fits what is built, for a person; nothing while it does. Cargo is asked only when a file was changed that
/// decides about parts since the list was made: its answer needs their sources, which a clean clone does not have yet.
pub(crate) fn stale<'a>(list: &str, built_from: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let Some(kept) = Kept::read(list) else { return Some("there is no list of parts".to_owned()) };
    if kept.stamp == list::stamp(&kept.parts, built_from) {
        return None;
    }
    match graph::shipped() {
        Ok(parts) => {
            let built = parts.into_iter().map(|part| (part.name, part.version)).collect();
            difference(&kept.parts, &built)
        }
        Err(error) => Some(error),
    }
}

/// Whether a file decides about which parts are built.
pub(crate) fn decides(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Cargo.toml" | "Cargo.lock"))
}

fn difference(listed: &BTreeSet<(String, String)>, built: &BTreeSet<(String, String)>) -> Option<String> {
    let said = |parts: Vec<&(String, String)>, what: &str| {
        let names: Vec<String> =
            parts.iter().take(3).map(|(name, version)| format!("{name} {version}")).collect();
        let more = if parts.len() > names.len() { ", ..." } else { "" };
        (!names.is_empty()).then(|| format!("{}{more} {what}", names.join(", ")))
    };
    let missing = said(built.difference(listed).collect(), "not listed");
    let gone = said(listed.difference(built).collect(), "no longer built");
    let all: Vec<String> = missing.into_iter().chain(gone).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn entry(part: &Part, ours: &str) -> Outcome<Entry> {
    let taken = texts::taken(part)?;
    let ours = taken.needs_ours.then(|| ours.trim_end());
    let mut texts: Vec<_> =
        ours.into_iter().chain(taken.texts.iter().map(String::as_str)).map(makers::named).collect();
    // This licence asks us to say where the sources are (its section 3.2).
    if let (true, Some(first)) = (taken.licence.contains("MPL-2.0"), texts.first_mut()) {
        first.by = format!("Sources: https://crates.io/crates/{}/{}", part.name, part.version);
    }
    let (name, version) = (part.name.clone(), part.version.clone());
    Ok(Entry { name, version, licence: taken.licence, inside: None, texts })
}

fn has(parts: &[Part], name: &str) -> bool {
    parts.iter().any(|part| part.name == name)
}

fn manifests(root: &Path) -> Outcome<Vec<(String, String)>> {
    let paths = workspace::files(root)?.into_iter().filter(|path| decides(path));
    paths.map(|path| read(&root.join(&path)).map(|text| (path, text))).collect()
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part without files.
    pub(super) fn part(name: &str) -> Part {
        Part {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
            makers: Vec::new(),
            features: Vec::new(),
            folder: "/nowhere".into(),
        }
    }

    #[test]
    fn what_is_missing_and_what_is_gone_is_called_by_its_name() {
        let parts = |all: &[&str]| all.iter().map(|name| ((*name).to_owned(), "1.0.0".to_owned())).collect();
        assert_eq!(difference(&parts(&["a"]), &parts(&["a"])), None);
        let said = difference(&parts(&["a", "b"]), &parts(&["b", "c", "d", "e", "f"])).unwrap();
        assert_eq!(said, "c 1.0.0, d 1.0.0, e 1.0.0, ... not listed; a 1.0.0 no longer built");
    }

    #[test]
    fn manifests_and_the_lock_file_decide_about_parts() {
        assert!(decides("Cargo.lock") && decides("src-tauri/crates/engine/Cargo.toml"));
        assert!(!decides("src-tauri/src/main.rs"));
    }
}
