//! The list as a file: each text once, and each part on a line of its own, so that a difference reads well.

use super::graph::{PROGRAMS, SYSTEMS};
use super::makers::{self, Named};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// A part as it is listed.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
    /// The part that carries it; only for what is no package of its own.
    pub(super) inside: Option<&'static str>,
    pub(super) texts: Vec<Named>,
}

/// Of a file with a list what tells whether it still fits.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) stamp: String,
    /// Names and versions of the packages.
    pub(super) parts: BTreeSet<(String, String)>,
}

impl Kept {
    pub(super) fn read(text: &str) -> Option<Self> {
        let list: Value = serde_json::from_str(text).ok()?;
        let packages = list.get("parts")?.as_array()?.iter().filter(|part| part.get("in").is_none());
        let word = |part: &Value, name: &str| Some(part.get(name)?.as_str()?.to_owned());
        let parts = packages.map(|part| Some((word(part, "name")?, word(part, "version")?)));
        Some(Self { stamp: word(&list, "stamp")?, parts: parts.collect::<Option<_>>()? })
    }
}

/// The whole file. A part names its texts by their place, with its makers' lines where it has some.
pub(super) fn shown<'a>(entries: &[Entry], built_from: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for entry in entries {
        let mut own = Vec::new();
        for Named { by, text } in &entry.texts {
            let place = *places.entry(makers::key(text)).or_insert_with(|| {
                texts.push(text);
                texts.len() - 1
            });
            own.push(if by.is_empty() { json!(place) } else { json!([place, by]) });
        }
        let Entry { name, version, licence, .. } = entry;
        let mut line = json!({ "name": name, "version": version, "licence": licence, "texts": own });
        if let Some(inside) = entry.inside {
            line["in"] = json!(inside);
        }
        lines.push(line.to_string());
    }
    let packages = entries.iter().filter(|entry| entry.inside.is_none());
    let packages = packages.map(|entry| (entry.name.clone(), entry.version.clone())).collect();
    let texts: Vec<String> = texts.iter().map(|text| json!(text).to_string()).collect();
    let stamp = stamp(&packages, built_from);
    let mut file = String::new();
    let _ = writeln!(file, "{{\n\"stamp\": \"{stamp}\",\n\"parts\": [\n{}\n],", lines.join(",\n"));
    let _ = writeln!(file, "\"texts\": [\n{}\n]\n}}", texts.join(",\n"));
    file
}

/// A fingerprint (FNV-1a) of what is listed and what that rests on: it notices a change, it guards nothing.
pub(super) fn stamp<'a>(
    parts: &BTreeSet<(String, String)>,
    built_from: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let rests_on = PROGRAMS.into_iter().chain(SYSTEMS);
    let listed = parts.iter().flat_map(|(name, version)| [name.as_str(), version]);
    let read = built_from.flat_map(|(path, text)| [path, text]);
    let bytes = rests_on.chain(listed).chain(read).flat_map(|word| word.bytes().chain([0]));
    // Line ends differ between systems.
    let print = bytes
        .filter(|byte| *byte != b'\r')
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{print:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, inside: Option<&'static str>, texts: &[&str]) -> Entry {
        let (version, licence) = ("1.0.0".to_owned(), "MIT".to_owned());
        let texts = texts.iter().map(|text| makers::named(text)).collect();
        Entry { name: name.to_owned(), version, licence, inside, texts }
    }

    #[test]
    fn a_text_that_several_parts_have_stands_once_and_each_keeps_its_makers() {
        let entries = [
            entry("a", None, &["MIT License\n\nCopyright (c) 2016 Ana\n\nPermission is\ngranted."]),
            entry("b", None, &["another"]),
            entry("c", Some("a"), &["Copyright 2019 Luis\n\nPermission is granted.", "another"]),
        ];
        let list: Value = serde_json::from_str(&shown(&entries, std::iter::empty())).unwrap();
        assert_eq!(list["texts"], json!(["MIT License\n\nPermission is\ngranted.", "another"]));
        let c = json!({ "name": "c", "version": "1.0.0", "licence": "MIT", "in": "a",
            "texts": [[0, "Copyright 2019 Luis"], 1] });
        assert_eq!(list["parts"][2], c);
    }

    #[test]
    fn a_stamp_holds_while_nothing_it_rests_on_changes_whatever_the_line_ends() {
        let file = shown(
            &[entry("a", None, &["one"]), entry("b", Some("a"), &["two"])],
            [("Cargo.lock", "x\ny\n")].into_iter(),
        );
        let kept = Kept::read(&file).unwrap();
        assert_eq!(kept.parts.len(), 1);
        let now = |lock: &'static str| stamp(&kept.parts, [("Cargo.lock", lock)].into_iter());
        assert_eq!(kept.stamp, now("x\r\ny\r\n"));
        assert_ne!(kept.stamp, now("x\nz\n"));
        assert_ne!(kept.stamp, stamp(&BTreeSet::new(), [("Cargo.lock", "x\ny\n")].into_iter()));
        assert!(Kept::read("{}").is_none() && Kept::read("").is_none());
    }
}
