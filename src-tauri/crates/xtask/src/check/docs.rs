//! Rule `docs`: every module opens with a sentence, and the crates that others read deny missing documentation.

use super::{Finding, Tree};

const DOCUMENTED: [&str; 3] = ["domain", "api", "archive"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        if !opens_with_a_sentence(&file.text) {
            let message = "the file must open with a `//!` sentence: what it owns and what not".to_owned();
            findings.push(file.finding(1, "docs", message));
        }
        let root = format!("src-tauri/crates/{}/src/lib.rs", file.crate_folder());
        let denied = source.code.contains("#![deny(missing_docs)]");
        if file.path == root && DOCUMENTED.contains(&file.crate_folder()) && !denied {
            findings.push(file.finding(1, "docs", "`#![deny(missing_docs)]` is missing".to_owned()));
        }
    }
    findings
}

/// A sentence has at least three words; a lone crate name says nothing.
fn opens_with_a_sentence(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!/"));
    first.and_then(|line| line.strip_prefix("//!")).is_some_and(|words| words.split_whitespace().count() >= 3)
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_module_without_an_opening_sentence_fails() {
        for text in ["fn a() {}\n", "//!\n", "//! resguardo-api\n", "// Not a doc comment here.\n", ""] {
            assert_eq!(lines(find, "src/a.rs", text), [1], "{text}");
        }
    }

    #[test]
    fn a_module_with_an_opening_sentence_passes() {
        assert!(lines(find, "src/a.rs", "\n//! Owns the rules of retention.\nfn a() {}\n").is_empty());
    }

    #[test]
    fn the_documented_crates_must_deny_missing_docs() {
        for folder in DOCUMENTED {
            let path = format!("src-tauri/crates/{folder}/src/lib.rs");
            assert_eq!(lines(find, &path, "//! Owns the words.\n// #![deny(missing_docs)]\n"), [1]);
            assert!(lines(find, &path, "//! Owns the words.\n#![deny(missing_docs)]\n").is_empty());
        }
        assert!(lines(find, "src-tauri/crates/cli/src/lib.rs", "//! Owns the words.\n").is_empty());
    }
}
