//! Rule `panics`: no unwrap, expect, panic or print outside tests and `main.rs`, and no test that is skipped for ever.
//!
//! Clippy sees most of it; this guard is there for code that a `cfg` hides from clippy on the machine at hand.

use super::{File, Finding, Tree, source};

const MACROS: [&str; 8] = ["panic", "todo", "unimplemented", "println", "eprintln", "print", "eprint", "dbg"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        for (line, what) in calls(&source.code).map(|(at, what)| (source.line_of(at), what)) {
            if !is_exempt(file) && !source.is_test(line) {
                findings.push(file.finding(
                    line,
                    "panics",
                    format!("`{what}` outside tests: return an error"),
                ));
            }
        }
        for (at, word) in source.words().filter(|(_, word)| *word == "ignore") {
            if source.code[..at].ends_with("#[") {
                let message = format!("`{word}` hides a test: make it pass or remove it");
                findings.push(file.finding(source.line_of(at), "panics", message));
            }
        }
    }
    findings
}

/// Calls that end the program or write to its terminal, with their offsets.
pub(super) fn calls(code: &str) -> impl Iterator<Item = (usize, &str)> {
    source::words(code).filter(|(at, word)| {
        let before = code[..*at].trim_end();
        let after = &code[at + word.len()..];
        match *word {
            "unwrap" => before.ends_with('.') && after.starts_with("()"),
            "expect" => before.ends_with('.') && after.starts_with('('),
            name => MACROS.contains(&name) && after.starts_with('!') && !after.starts_with("!="),
        }
    })
}

/// A build script talks to cargo by printing.
fn is_exempt(file: &File) -> bool {
    file.is_for_development() || matches!(file.file_name(), "main.rs" | "build.rs")
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    const ENGINE: &str = "src-tauri/crates/engine/src/lib.rs";

    #[test]
    fn every_forbidden_call_fails() {
        let text = "a.unwrap();\nb\n    .expect(\"x\");\npanic!();\ndbg!(a);\nprintln!();\neprintln!();\n";
        assert_eq!(lines(find, ENGINE, text), [1, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_skipped_test_fails_anywhere() {
        let text = concat!("#[", "ignore = \"slow\"]\nfn a() {}\n");
        assert_eq!(lines(find, "tests/scenarios/a.rs", text), [1]);
    }

    #[test]
    fn relatives_that_return_a_value_pass() {
        let text = "a.unwrap_or(1);\na.unwrap_or_default();\nexpect(a);\nstd::panic::catch_unwind(f);\npanic != b;\n";
        assert!(lines(find, ENGINE, text).is_empty());
        assert!(lines(find, ENGINE, "/// `a.unwrap()` in a comment.\nlet a = \"panic!()\";\n").is_empty());
    }

    #[test]
    fn tests_entry_points_and_development_code_pass() {
        let text = "fn a() { b.unwrap(); }\n";
        for path in [
            "src-tauri/crates/cli/src/main.rs",
            "src-tauri/crates/xtask/src/a.rs",
            "src-tauri/crates/testkit/src/lib.rs",
            "src-tauri/crates/codec/build.rs",
            "tests/scenarios/a.rs",
        ] {
            assert!(lines(find, path, text).is_empty(), "{path}");
        }
        assert!(lines(find, ENGINE, &format!("#[cfg(test)]\nmod tests {{\n{text}}}\n")).is_empty());
    }
}
