//! Rule `sizes`: no source file over 600 lines; over 300 is a note. Pure tables may be longer when they say so.

use super::{File, Finding, Tree};

const HARD: usize = 600;
const SOFT: usize = 300;
const EXEMPTION: &str = "table: exempt from the size limit";

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    longer_than(tree, HARD, "the limit is 600: split it by what each part owns")
}

/// Files over the soft limit, which is advice and fails nothing.
pub(super) fn notes(tree: &Tree) -> Vec<Finding> {
    longer_than(tree, SOFT, "note: the soft limit is 300")
}

fn longer_than(tree: &Tree, limit: usize, advice: &str) -> Vec<Finding> {
    let judged = tree.files.iter().filter(|file| is_judged(file));
    let long = judged.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > limit);
    long.map(|(file, lines)| file.finding(1, "sizes", format!("{lines} lines; {advice}"))).collect()
}

fn is_judged(file: &File) -> bool {
    file.has_extension(&["rs", "ts", "svelte"])
        && !file.text.lines().take(5).any(|line| line.contains(EXEMPTION))
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    fn text_of(count: usize) -> String {
        "let a = 1;\n".repeat(count)
    }

    #[test]
    fn a_source_over_600_lines_fails() {
        for path in ["a.rs", "ui/a.ts", "ui/a.svelte"] {
            assert_eq!(lines(find, path, &text_of(601)), [1], "{path}");
        }
    }

    #[test]
    fn a_source_of_600_lines_and_a_long_text_pass() {
        assert!(lines(find, "a.rs", &text_of(600)).is_empty());
        assert!(lines(find, "README.md", &text_of(900)).is_empty());
    }

    #[test]
    fn a_table_is_exempt_only_when_it_says_so_at_the_top() {
        let marked = format!("//! Table.\n// {EXEMPTION}\n{}", text_of(700));
        assert!(lines(find, "a.rs", &marked).is_empty());
        let too_low = format!("{}// {EXEMPTION}\n", text_of(700));
        assert_eq!(lines(find, "a.rs", &too_low), [1]);
    }

    #[test]
    fn over_300_lines_is_a_note() {
        assert_eq!(lines(notes, "a.rs", &text_of(301)), [1]);
        assert!(lines(notes, "a.rs", &text_of(300)).is_empty());
    }
}
