//! `cargo xtask licences`: what the shipped programs are made of, with the licences that their makers ask us to hand on. The list is
//! kept in the tree; a rule of `cargo xtask check` notices when it no longer fits `Cargo.lock`.

mod choice;
mod graph;
mod texts;

use crate::process::Outcome;
use crate::workspace;
use graph::Part;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Where the list is kept, from the root.
pub(crate) const LIST: &str = "ui/licenses/rust.json";

/// Writes the list anew.
pub(crate) fn write() -> Outcome {
    let root = workspace::metadata()?.root;
    let parts = graph::shipped()?;
    let apache = read(&root.join("LICENSE"))?;
    let found: Vec<Found> = parts.iter().map(|part| find(part, &apache)).collect::<Outcome<_>>()?;
    let lock = read(&root.join("Cargo.lock"))?;
    let list = root.join(LIST);
    fs::write(&list, shown(&parts, &found, &lock)).map_err(|error| format!("{}: {error}", list.display()))?;
    println!("{} parts are listed in {LIST}", parts.len());
    Ok(())
}

/// Whether a list was made for a `Cargo.lock`.
pub(crate) fn fits(list: &str, lock: &str) -> bool {
    let made_for = serde_json::from_str::<Value>(list).ok();
    made_for.and_then(|list| Some(list.get("lock")?.as_str()? == print_of(lock))).unwrap_or(false)
}

/// The licence of a part as we take it, and its texts.
struct Found {
    licence: String,
    texts: Vec<String>,
}

fn find(part: &Part, apache: &str) -> Outcome<Found> {
    let licence = choice::choose(&part.licence);
    let mut texts = texts::beside(&part.folder, &licence)?;
    if texts.is_empty() && licence != choice::OURS {
        texts.push(texts::standard(part, &licence)?);
    }
    if licence == choice::OURS {
        texts.insert(0, apache.to_owned());
    }
    Ok(Found { licence, texts })
}

/// The list as a file: each text once, each part on a line of its own, so that a difference reads well.
fn shown(parts: &[Part], found: &[Found], lock: &str) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for (part, found) in parts.iter().zip(found) {
        let mut texts = Vec::new();
        for text in &found.texts {
            let number = *numbers.entry(text).or_insert_with(|| {
                all.push(text);
                all.len() - 1
            });
            texts.push(number);
        }
        let Part { name, version, .. } = part;
        lines.push(
            json!({ "name": name, "version": version, "licence": found.licence, "texts": texts }).to_string(),
        );
    }
    let texts: Vec<String> = all.iter().map(|text| json!(text).to_string()).collect();
    let mut file = String::new();
    let _ = writeln!(file, "{{\n\"lock\": \"{}\",\n\"parts\": [\n{}\n],", print_of(lock), lines.join(",\n"));
    let _ = writeln!(file, "\"texts\": [\n{}\n]\n}}", texts.join(",\n"));
    file
}

/// A fingerprint (FNV-1a): it notices a change, it guards nothing.
fn print_of(text: &str) -> String {
    // Line ends differ between systems.
    let bytes = text.bytes().filter(|byte| *byte != b'\r');
    let print = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{print:016x}")
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Part {
        let (version, licence) = ("1.0.0".to_owned(), "MIT".to_owned());
        Part { name: name.to_owned(), version, licence, makers: Vec::new(), folder: "/nowhere".into() }
    }

    #[test]
    fn a_text_that_several_parts_have_stands_once() {
        let found = |text: &str| Found { licence: "MIT".into(), texts: vec![text.to_owned()] };
        let file =
            shown(&[part("a"), part("b"), part("c")], &[found("one"), found("two"), found("one")], "lock");
        let list: Value = serde_json::from_str(&file).unwrap();
        assert_eq!(list["texts"], json!(["one", "two"]));
        assert_eq!(
            list["parts"][2],
            json!({ "name": "c", "version": "1.0.0", "licence": "MIT", "texts": [0] })
        );
    }

    #[test]
    fn a_list_fits_the_lock_file_it_was_made_for_whatever_its_line_ends() {
        let file = shown(&[], &[], "a\nb\n");
        assert!(fits(&file, "a\nb\n") && fits(&file, "a\r\nb\r\n"));
        assert!(!fits(&file, "a\nc\n") && !fits("", "a\nb\n"));
    }
}
