//! Which licence we take of those that a part offers: its expression is one of SPDX, or an older one with a slash.

/// The one that we take wherever it is offered: our own, whose one text serves for all parts.
pub(super) const OURS: &str = "Apache-2.0";
/// What we take next, the best first: those that ask for no more than their text.
const NEXT: [&str; 9] =
    ["MIT", "ISC", "BSD-3-Clause", "BSD-2-Clause", "Zlib", "0BSD", "Unicode-3.0", "BSL-1.0", "MPL-2.0"];

/// The licences that are taken together, such as `MIT` alone, or `Apache-2.0` and `ISC`. What somebody offers whose text lies beside
/// the part comes before what they offer in a word only: some name a licence whose text they forgot.
pub(super) fn choose(expression: &str, beside: &[&str]) -> Vec<String> {
    let is_there = |licence: &String| licence == OURS || beside.contains(&licence.as_str());
    let missing = |taken: &Vec<String>| taken.iter().filter(|licence| !is_there(licence)).count();
    let ranks = |taken: &Vec<String>| taken.iter().map(|licence| rank(licence)).sum::<usize>();
    let offered = offers(&words(expression));
    offered.into_iter().min_by_key(|taken| (missing(taken), ranks(taken))).unwrap_or_default()
}

/// How gladly a licence is taken, 0 the best; nothing for one that we do not know.
pub(super) fn known(licence: &str) -> Option<usize> {
    std::iter::once(OURS).chain(NEXT).position(|one| one == licence)
}

/// Those that we do not know come after all others.
fn rank(licence: &str) -> usize {
    known(licence).unwrap_or(100)
}

fn words(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words: Vec<String> = Vec::new();
    let mut exception = false;
    for word in spaced.split_whitespace() {
        match words.last_mut() {
            // An exception belongs to the licence before it.
            Some(licence) if word == "WITH" || exception => {
                licence.push(' ');
                licence.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
        exception = word == "WITH";
    }
    words
}

/// All that may be taken, each a set of licences that hold together. AND binds closer than OR; in an expression that is none, what
/// can't be understood is one licence by its name, which nobody knows.
fn offers(words: &[String]) -> Vec<Vec<String>> {
    if let Some(sides) = split(words, "OR") {
        return sides.into_iter().flat_map(offers).collect();
    }
    if let Some(sides) = split(words, "AND") {
        return sides.into_iter().map(offers).fold(vec![Vec::new()], |all, side| {
            all.iter().flat_map(|one| side.iter().map(|other| [&one[..], other].concat())).collect()
        });
    }
    match words {
        [] => Vec::new(),
        [open, inner @ .., close] if open == "(" && close == ")" => offers(inner),
        licence => vec![vec![licence.join(" ")]],
    }
}

/// What stands between the outermost `by`s; nothing when there is none.
fn split<'a>(words: &'a [String], by: &str) -> Option<Vec<&'a [String]>> {
    let mut depth = 0_usize;
    let sides: Vec<_> = words
        .split(|word| {
            match word.as_str() {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && word == by
        })
        .collect();
    (sides.len() > 1).then_some(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_licence_is_taken_where_it_is_offered_and_all_of_what_is_joined() {
        for (expression, taken) in [
            ("MIT OR Apache-2.0", "Apache-2.0"),
            ("MIT/Apache-2.0", "Apache-2.0"),
            ("Apache-2.0 / MIT", "Apache-2.0"),
            ("Unlicense OR MIT", "MIT"),
            ("MIT", "MIT"),
            ("Apache-2.0 AND ISC", "Apache-2.0 AND ISC"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "Apache-2.0 AND Unicode-3.0"),
            ("MIT OR Apache-2.0 AND ISC", "MIT"),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", "Apache-2.0"),
            ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0 WITH Classpath-exception-2.0"),
            ("MPL-2.0", "MPL-2.0"),
            ("", ""),
        ] {
            assert_eq!(
                choose(expression, &["MIT", "ISC", "Unicode-3.0"]).join(" AND "),
                taken,
                "{expression}"
            );
        }
    }

    #[test]
    fn a_licence_whose_text_is_there_comes_before_one_in_a_word_only() {
        assert_eq!(choose("BSD-3-Clause/MIT", &["BSD-3-Clause"]), ["BSD-3-Clause"]);
        assert_eq!(choose("BSD-3-Clause/MIT", &[]), ["MIT"]);
        assert_eq!(choose("BSD-3-Clause OR Apache-2.0", &["BSD-3-Clause"]), [OURS]);
    }
}
