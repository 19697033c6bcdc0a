//! What is in the programs though no package of that name is: parts carry it, and no file beside it says so.

use super::choice::OURS;
use super::graph::Part;
use crate::process::Outcome;
use std::fs;

/// Something inside a part that has a licence of its own.
pub(super) struct Carried {
    /// The part that carries it; nothing for what the compiler brings.
    pub(super) inside: &'static str,
    pub(super) name: &'static str,
    pub(super) licence: &'static str,
    pub(super) text: Option<&'static str>,
}

/// Each was looked up at its makers': the packages carry the code, or a library built of it, without their text.
pub(super) const ALL: [Carried; 3] = [
    Carried { inside: "", name: "Rust", licence: OURS, text: None },
    Carried {
        inside: "libsqlite3-sys",
        name: "SQLite",
        licence: "Public domain",
        text: Some(include_str!("standard/SQLite.txt")),
    },
    Carried {
        inside: "webview2-com-sys",
        name: "WebView2 Loader",
        licence: "BSD-3-Clause",
        text: Some(include_str!("standard/WebView2.txt")),
    },
];

impl Carried {
    /// Its own version where its sources say it; else it goes with the part that carries it.
    pub(super) fn version(&self, parts: &[Part]) -> Outcome<Option<String>> {
        let Some(part) = parts.iter().find(|part| part.name == self.inside) else { return Ok(None) };
        if self.name != "SQLite" {
            return Ok(Some(part.version.clone()));
        }
        let header = part.folder.join("sqlite3/sqlite3.h");
        let text = fs::read_to_string(&header).map_err(|error| format!("{}: {error}", header.display()))?;
        Ok(text.lines().find_map(sqlite_version).map(str::to_owned))
    }
}

fn sqlite_version(line: &str) -> Option<&str> {
    let mut words = line.strip_prefix("#define")?.split_whitespace();
    (words.next() == Some("SQLITE_VERSION")).then(|| words.next())?.map(|word| word.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_says_its_version_in_its_header() {
        assert_eq!(sqlite_version("#define SQLITE_VERSION        \"3.51.1\""), Some("3.51.1"));
        assert_eq!(sqlite_version("#define SQLITE_VERSION_NUMBER 3051001"), None);
    }
}
