//! Words, prose and program text: what compresses like the real thing.

use crate::random::Random;

const SYLLABLES: [&str; 48] = [
    "ba", "ber", "ca", "co", "cur", "da", "de", "den", "do", "e", "fa", "fer", "fi", "ga", "ge", "har", "i",
    "in", "ja", "ka", "la", "le", "li", "lo", "ma", "men", "mi", "mo", "na", "nor", "o", "pa", "per", "pro",
    "qui", "ra", "re", "ro", "sa", "se", "sta", "ta", "te", "tion", "u", "va", "ver", "zo",
];

/// Lines of a program: `$` is a name, `^` a type, `#` a number, `"` begins a text of words; `{` opens a block.
const LINES: [&str; 44] = [
    "let $ = $.$($);",
    "let mut $ = ^::new();",
    "if $.$() == # {",
    "if $ != $ && $.$ > # {",
    "for $ in $.$() {",
    "while let Some($) = $.next() {",
    "match $.$ {",
    "return $;",
    "return Err(^::$($));",
    "$.$($, $);",
    "$.push($);",
    "$.insert($, $.clone());",
    "self.$ = $;",
    "self.$.$($)?;",
    "let $: ^ = self.$($, #)?;",
    "fn $(&self, $: &^) -> Result<^> {",
    "fn $(&mut self, $: ^, $: usize) {",
    "pub fn $($: &str) -> Option<^> {",
    "struct ^ {",
    "impl ^ {",
    "$: ^,",
    "pub $: Vec<^>,",
    "^::$ => $.$(),",
    "^::^ { $, .. } => {",
    "// @",
    "/// @",
    "// note: @",
    "const $: usize = #;",
    "assert_eq!($.$(), #);",
    "assert!($.$($).is_ok(), \"@\");",
    "log::debug!(\"@: {}\", $);",
    "let $ = $.iter().map(|$| $.$).collect::<Vec<_>>();",
    "$ += $.len();",
    "$ = $ * # + $;",
    "break;",
    "continue;",
    "use crate::$::^;",
    "use super::{$, ^};",
    "Ok($)",
    "Some($.$)",
    "} else {",
    "\"@\" => $,",
    "let $ = format!(\"@ {}\", $.$);",
    "#[derive(Debug, Clone)]",
];

const LICENCE: &str = "// This file is part of the example project. It is free software: you can redistribute it\n\
    // and modify it under the terms of the licence that stands in the file LICENSE beside it.\n\
    // It comes without any warranty; see that file for details.\n\n";

/// The words of a language that nobody speaks, the frequent ones first.
pub(crate) struct Words(Vec<String>);

impl Words {
    pub(crate) fn new(count: usize) -> Self {
        let mut random = Random::new(0x5765, 0);
        let word = |n: usize| -> String {
            let syllables = 1 + random.place(if n < 200 { 2 } else { 4 });
            (0..syllables).map(|_| *random.pick(&SYLLABLES)).collect()
        };
        Self((0..count).map(word).collect())
    }

    pub(crate) fn word(&self, random: &mut Random) -> &str {
        &self.0[random.zipf(self.0.len())]
    }

    /// A word taken from all of them alike.
    pub(crate) fn rare(&self, random: &mut Random) -> &str {
        &self.0[random.place(self.0.len())]
    }

    /// Some words in a row.
    pub(crate) fn phrase(&self, random: &mut Random, count: u64) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word(random)).collect();
        words.join(" ")
    }

    /// A name as people have it.
    pub(crate) fn name(&self, random: &mut Random) -> String {
        format!("{} {}", capital(self.rare(random)), capital(self.rare(random)))
    }

    /// Sentences until `length` is reached.
    pub(crate) fn prose(&self, random: &mut Random, out: &mut Vec<u8>, length: usize) {
        let end = out.len() + length;
        while out.len() < end {
            let words = 4 + random.below(14);
            let sentence = self.phrase(random, words);
            out.extend_from_slice(capital(&sentence).as_bytes());
            out.extend_from_slice(if random.once_in(6) { b".\n\n" } else { b". " });
        }
        out.truncate(end);
    }

    /// A table of values separated by semicolons.
    pub(crate) fn table(&self, random: &mut Random, out: &mut Vec<u8>, length: usize) {
        let end = out.len() + length;
        out.extend_from_slice(b"id;date;customer;article;quantity;price\n");
        let mut id = random.below(1 << 20);
        while out.len() < end {
            id += 1 + random.below(3);
            let (month, day) = (1 + random.below(12), 1 + random.below(28));
            let (amount, cents) = (random.below(400), random.below(100));
            let (name, article) = (self.name(random), self.phrase(random, 2));
            let row =
                format!("{id};2024-{month:02}-{day:02};{name};{article};{};{amount}.{cents:02}\n", id % 9);
            out.extend_from_slice(row.as_bytes());
        }
        out.truncate(end);
    }

    /// A program: names of its own, some from everywhere, blocks and comments.
    pub(crate) fn code(&self, random: &mut Random, out: &mut Vec<u8>, length: usize) {
        let end = out.len() + length;
        let own: Vec<String> = (0..16 + length / 450).map(|_| self.identifier(random)).collect();
        let types: Vec<String> = (0..6 + length / 2000).map(|_| capital(self.rare(random))).collect();
        if random.once_in(3) {
            out.extend_from_slice(LICENCE.as_bytes());
        }
        let mut depth = 0_usize;
        while out.len() < end {
            let line = LINES[random.zipf(LINES.len() * 2) % LINES.len()];
            if line.starts_with('}') && depth == 0 {
                continue;
            }
            indent(out, depth - usize::from(line.starts_with('}')));
            self.line(random, out, line, (&own, &types));
            depth += usize::from(line.ends_with('{') && !line.starts_with('}'));
            while depth > 0 && random.once_in(if depth > 3 { 2 } else { 5 }) {
                depth -= 1;
                indent(out, depth);
                out.extend_from_slice(b"}\n");
            }
            if depth == 0 && random.once_in(2) {
                out.push(b'\n');
            }
        }
        out.truncate(end);
    }

    fn line(&self, random: &mut Random, out: &mut Vec<u8>, line: &str, names: (&[String], &[String])) {
        for byte in line.bytes() {
            match byte {
                b'$' => out.extend_from_slice(names.0[random.zipf(names.0.len())].as_bytes()),
                b'^' => out.extend_from_slice(names.1[random.zipf(names.1.len())].as_bytes()),
                b'#' => {
                    let digits = 1 + random.below(3);
                    let number = random.below(10_u64.pow(u32::try_from(digits).unwrap_or(1)));
                    out.extend_from_slice(number.to_string().as_bytes());
                }
                b'@' => {
                    let words = 3 + random.below(8);
                    out.extend_from_slice(self.phrase(random, words).as_bytes());
                }
                other => out.push(other),
            }
        }
        out.push(b'\n');
    }

    fn identifier(&self, random: &mut Random) -> String {
        let words = 1 + random.below(3);
        let parts: Vec<&str> = (0..words).map(|_| self.word(random)).collect();
        parts.join("_")
    }
}

fn indent(out: &mut Vec<u8>, depth: usize) {
    for _ in 0..depth {
        out.extend_from_slice(b"    ");
    }
}

/// The word with its first letter in upper case.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
