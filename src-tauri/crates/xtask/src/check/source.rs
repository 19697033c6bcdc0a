//! A Rust file as the rules see it: the text, the text without comments and literals, and which lines are tests.

use std::ops::RangeInclusive;

/// A Rust source with its code laid bare.
#[derive(Debug)]
pub(crate) struct Source {
    /// Same length and lines as the text, with every comment, string and character literal turned into spaces.
    pub(crate) code: String,
    line_starts: Vec<usize>,
    test_lines: Vec<RangeInclusive<usize>>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = mask(text);
        let line_starts: Vec<usize> =
            std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut source = Self { code, line_starts, test_lines: Vec::new() };
        source.test_lines = if is_test_path(path) || source.code.contains("#![cfg(test)]") {
            vec![0..=usize::MAX]
        } else {
            source.test_items()
        };
        source
    }

    /// Line number, from 1, of a byte offset.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Whether a line (from 1) is inside a test.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.test_lines.iter().any(|range| range.contains(&line))
    }

    /// Every identifier and keyword with its offset.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        words(&self.code)
    }

    /// The line ranges of items under `#[cfg(test)]` or `#[test]`.
    fn test_items(&self) -> Vec<RangeInclusive<usize>> {
        let mut ranges = Vec::new();
        for (at, _) in self.code.match_indices("#[") {
            let end = closing(&self.code, at + 1);
            let attribute = &self.code[at + 2..end];
            let conditional = attribute.starts_with("cfg(") && !attribute.contains("not(test");
            if attribute.trim() == "test" || conditional && words(attribute).any(|(_, word)| word == "test") {
                let last = item_end(&self.code, end + 1);
                ranges.push(self.line_of(at)..=self.line_of(last));
            }
        }
        ranges
    }
}

/// Test files: anything below a `tests`, `benches` or `fuzz` folder, and modules called `tests`.
fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "benches" | "fuzz" | "tests.rs"))
}

/// Identifiers and keywords of a piece of code, with their offsets.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + code[from..].find(is_word)?;
        from = start + code[start..].find(|c| !is_word(c)).unwrap_or(code.len() - start);
        Some((start, &code[start..from]))
    })
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where the body of an item starts: the first `{` outside parentheses; `None` when a `;` comes first.
pub(crate) fn body_start(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth <= 0 => return Some(at),
            b';' if depth <= 0 => return None,
            _ => {}
        }
    }
    None
}

/// Offset of the bracket that closes the one at `open`, or of the end when it is never closed.
pub(crate) fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at;
        }
    }
    code.len()
}

fn item_end(code: &str, from: usize) -> usize {
    match body_start(code, from) {
        Some(open) => closing(code, open),
        None => code[from..].find(';').map_or(code.len(), |at| from + at),
    }
}

/// Turns comments, strings and character literals into spaces; line breaks stay.
fn mask(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let word = word_length(bytes, at);
        let end = literal_end(bytes, at, word);
        if end > at {
            out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        at = end.max(at + word.max(1));
    }
    // Whole literals were replaced, so what is left is still UTF-8.
    String::from_utf8(out).unwrap_or_default()
}

fn word_length(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 128)
        .count()
}

/// End of the comment or literal that starts at `at` (a prefix of `word` bytes included); `at` itself when none does.
fn literal_end(bytes: &[u8], at: usize, word: usize) -> usize {
    let rest = &bytes[at..];
    let length = match (&rest[..word], rest.get(word)) {
        (b"r" | b"br" | b"cr", Some(b'"' | b'#')) => raw_string(&rest[word..]).map_or(0, |end| word + end),
        (b"" | b"b" | b"c", Some(b'"')) => word + quoted(&rest[word..], b'"'),
        (b"" | b"b", Some(b'\'')) => character(&rest[word..]).map_or(0, |end| word + end),
        (b"", Some(b'/')) if rest.starts_with(b"//") => line_comment(rest),
        (b"", Some(b'/')) if rest.starts_with(b"/*") => block_comment(rest),
        _ => 0,
    };
    at + length.min(rest.len())
}

fn line_comment(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += 1;
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Length of a literal that starts with the quote itself and may hold escapes.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Length of `#*"..."#*`; `None` when it is a raw identifier.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    (rest.get(hashes) == Some(&b'"')).then_some(())?;
    let mut end = vec![b'#'; hashes + 1];
    end[0] = b'"';
    let body = &rest[hashes + 1..];
    let length = body.windows(end.len()).position(|window| window == end).unwrap_or(body.len());
    Some(hashes + 1 + length + end.len())
}

/// Length of a character literal; `None` when the quote starts a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return Some(quoted(rest, b'\''));
    }
    let length = match rest.get(1)? {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    (rest.get(1 + length) == Some(&b'\'')).then_some(length + 2)
}

#[cfg(test)]
mod tests;
