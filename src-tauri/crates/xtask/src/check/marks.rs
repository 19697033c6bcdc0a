//! Rule `marks`: no note-to-self in a source; what is left to do is done or written down where people look.

use super::source::words;
use super::{Finding, Tree};

// Split, so that this file passes its own rule.
const MARKS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];
const SOURCES: [&str; 14] =
    ["rs", "ts", "svelte", "js", "mjs", "css", "html", "sql", "sh", "py", "toml", "yml", "yaml", "nsi"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Scripts without an extension are sources too; the licence is not ours to judge.
    let sources =
        tree.files.iter().filter(|file| file.has_extension(&SOURCES) || file.text.starts_with("#!"));
    for file in sources {
        for (number, line) in file.text.lines().enumerate() {
            for (_, word) in words(line).filter(|(_, word)| MARKS.contains(word)) {
                findings.push(file.finding(number + 1, "marks", format!("`{word}`: do it now or drop it")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_mark_fails_in_comments_and_strings_of_any_source() {
        for mark in MARKS {
            assert_eq!(lines(find, "a.rs", &format!("fn a() {{}}\n// {mark}: later\n")), [2]);
            assert_eq!(lines(find, "ui/a.svelte", &format!("<p>{mark}(me)</p>\n")), [1]);
            assert_eq!(lines(find, ".ci/run", &format!("#!/bin/sh\n# {mark}\n")), [2]);
        }
    }

    #[test]
    fn longer_words_small_letters_and_texts_pass() {
        let text = format!("mktemp a.{}{}\n// a todo list, {}S\n", MARKS[2], MARKS[2], MARKS[0]);
        assert!(lines(find, "a.sh", &text).is_empty());
        assert!(lines(find, "README.md", &format!("Copia {} lo que importa\n", MARKS[0])).is_empty());
    }
}
