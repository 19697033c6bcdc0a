//! Rule `paths`: nothing in the project may know the folders of one machine.

use super::{Finding, Tree};

// Split, so that this file passes its own rule.
const FORBIDDEN: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/fa", "rm")];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(path) = FORBIDDEN.iter().find(|path| has_absolute(line, path)) {
                let message = format!("`{path}` is a folder of one machine");
                findings.push(file.finding(number + 1, "paths", message));
            }
        }
    }
    findings
}

/// Whether the path starts there (it is not the middle of a longer one) and ends there (it is not half a word).
fn has_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || "_-.~}>)$*".contains(c));
        let ends = path.ends_with('/') || !after.is_some_and(char::is_alphabetic);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_machine_path_fails_in_any_text_file() {
        for path in FORBIDDEN {
            for file in ["a.rs", "README.md", "Cargo.toml", ".ci/run"] {
                assert_eq!(
                    lines(find, file, &format!("fine\nsee {path}x1\n").replace("mx1", "m")),
                    [2],
                    "{path}"
                );
            }
            assert_eq!(lines(find, "a.toml", &format!("url = \"file://{path}\"\n")), [1]);
        }
    }

    #[test]
    fn relative_paths_and_longer_words_pass() {
        let [first, second, third] = FORBIDDEN;
        let text = format!("a{first}b\n./{}\n{{base}}{second}b\n{third}acia\nnetwork/a\n", &first[1..]);
        assert!(lines(find, "a.rs", &text.replace("./", "x/")).is_empty());
    }
}
