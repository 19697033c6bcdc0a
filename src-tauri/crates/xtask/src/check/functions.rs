//! Rule `functions`: no function over 60 lines from its `fn` to its closing brace; tests are exempt.

use super::source::{self, Source};
use super::{Finding, Tree};

pub(super) const LIMIT: usize = 60;

/// A function with a body.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust() {
        for function in functions(source).into_iter().filter(|function| function.lines > LIMIT) {
            let message = format!("`{}` has {} lines; the limit is {LIMIT}", function.name, function.lines);
            findings.push(file.finding(function.line, "functions", message));
        }
    }
    findings
}

/// Every function of a file that is not a test.
pub(super) fn functions(source: &Source) -> Vec<Function> {
    let words: Vec<(usize, &str)> = source.words().collect();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let [(at, "fn"), (name_at, name)] = *pair else { continue };
        // `fn(u8) -> u8` is a type: its next word is not the next thing.
        let named = source.code[at + 2..name_at].trim().is_empty();
        let line = source.line_of(at);
        if let (true, false, Some(open)) =
            (named, source.is_test(line), source::body_start(&source.code, name_at))
        {
            let last = source.line_of(source::closing(&source.code, open));
            found.push(Function { name: name.to_owned(), line, lines: last - line + 1 });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    fn function_of(count: usize) -> String {
        format!("fn long(a: [u8; 4]) -> u8 {{\n{}}}\n", "    work();\n".repeat(count - 2))
    }

    #[test]
    fn a_function_over_60_lines_fails_where_it_starts() {
        assert_eq!(lines(find, "a.rs", &format!("struct A;\n{}", function_of(61))), [2]);
    }

    #[test]
    fn a_function_of_60_lines_passes() {
        assert!(lines(find, "a.rs", &function_of(60)).is_empty());
    }

    #[test]
    fn tests_may_be_long() {
        let text = function_of(80);
        assert!(lines(find, "tests/scenarios/a.rs", &text).is_empty());
        assert!(lines(find, "a.rs", &format!("#[cfg(test)]\nmod tests {{\n{text}}}\n")).is_empty());
    }

    #[test]
    fn braces_in_text_and_function_types_do_not_confuse_it() {
        let text = "fn a(f: fn(u8) -> u8) {\n    say(\"{{{\"); // {\n    let c = '{';\n}\ntrait T { fn b(&self); }\n";
        let found = functions(&Source::new("a.rs", text));
        assert_eq!(found.iter().map(|f| (f.name.as_str(), f.lines)).collect::<Vec<_>>(), [("a", 4)]);
    }
}
