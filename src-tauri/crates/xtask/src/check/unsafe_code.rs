//! Rule `unsafe`: only platform and codec may hold unsafe code, and every block there says why it is sound.

use super::{File, Finding, Tree};

const ALLOWED: [&str; 2] = ["platform", "codec"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        for (at, _) in source.words().filter(|(_, word)| *word == "unsafe") {
            let line = source.line_of(at);
            let next = source.code[at + "unsafe".len()..].trim_start();
            if !ALLOWED.contains(&file.crate_folder()) {
                let message = "unsafe code belongs in platform or codec".to_owned();
                findings.push(file.finding(line, "unsafe", message));
            } else if (next.starts_with('{') || next.starts_with("impl")) && !is_explained(file, line) {
                let message = "an unsafe block needs a `// SAFETY:` comment just above".to_owned();
                findings.push(file.finding(line, "unsafe", message));
            }
        }
    }
    findings
}

/// Whether `SAFETY:` stands in the three lines above, or at the top of the comment that reaches into them.
fn is_explained(file: &File, line: usize) -> bool {
    let above: Vec<&str> = file.text.lines().take(line).collect();
    let near = above.iter().rev().enumerate();
    near.take_while(|(distance, text)| *distance <= 3 || text.trim_start().starts_with("//"))
        .any(|(_, text)| text.contains("SAFETY:"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    const PLATFORM: &str = "src-tauri/crates/platform/src/lib.rs";

    #[test]
    fn unsafe_outside_platform_and_codec_fails_even_when_explained() {
        let text = "// SAFETY: none.\nunsafe { f() }\n";
        assert_eq!(lines(find, "src-tauri/crates/engine/src/lib.rs", text), [2]);
        assert_eq!(lines(find, "tests/scenarios/a.rs", text), [2]);
    }

    #[test]
    fn a_block_without_a_reason_fails() {
        assert_eq!(lines(find, PLATFORM, "fn a() {\n    unsafe { f() }\n}\n"), [2]);
        assert_eq!(lines(find, PLATFORM, "// SAFETY: far away.\n\n\n\n\nunsafe { f() }\n"), [6]);
        assert_eq!(lines(find, PLATFORM, "unsafe impl Send for A {}\n"), [1]);
    }

    #[test]
    fn a_block_with_a_reason_passes() {
        assert!(
            lines(find, PLATFORM, "// SAFETY: the handle is open.\nlet a = unsafe { f() };\n").is_empty()
        );
        let long = "// SAFETY: a\n// b\n// c\n// d\n// e\nlet a = unsafe { f() };\n";
        assert!(lines(find, PLATFORM, long).is_empty());
    }

    #[test]
    fn declarations_and_words_in_text_pass() {
        assert!(lines(find, PLATFORM, "unsafe extern \"C\" { fn f(); }\n").is_empty());
        assert!(lines(find, "a.rs", "// unsafe\n#![deny(unsafe_code)]\nlet a = \"unsafe\";\n").is_empty());
    }
}
