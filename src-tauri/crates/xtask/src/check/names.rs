//! Rule `names`: a type is called after what it is, never by a word that fits everything.

use super::{Finding, Tree};

const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "union", "type"];
const ENDINGS: [&str; 7] = ["Manager", "Service", "Helper", "Util", "Utils", "Handler", "Processor"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        let words: Vec<(usize, &str)> = source.words().collect();
        for pair in words.windows(2) {
            let [(at, keyword), (name_at, name)] = *pair else { continue };
            let declared =
                KEYWORDS.contains(&keyword) && source.code[at + keyword.len()..name_at].trim().is_empty();
            if let (true, Some(ending)) = (declared, ENDINGS.iter().find(|ending| name.ends_with(**ending))) {
                let message = format!("`{name}`: no {ending}; name what it is, with a word of the glossary");
                findings.push(file.finding(source.line_of(name_at), "names", message));
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
    fn a_type_with_an_empty_word_at_its_end_fails() {
        for ending in ENDINGS {
            assert_eq!(lines(find, "a.rs", &format!("\npub(crate) struct Plan{ending}<T> {{}}\n")), [2]);
        }
        assert_eq!(lines(find, "a.rs", "enum EventHandler {}\ntrait BackupService {}\n"), [1, 2]);
    }

    #[test]
    fn other_names_uses_and_comments_pass() {
        let text = "struct Manageress;\nfn a(b: EventHandler) {}\n// struct PlanManager\nstruct Plan;\n";
        assert!(lines(find, "a.rs", text).is_empty());
    }
}
