//! A licence's text apart from its makers' names: hundreds of parts share the one, each has the other, and both are handed on.

use super::kinds;

/// A licence's text as a part has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The lines that say whose it is; empty where the text does not begin with such.
    pub(super) by: String,
    pub(super) text: String,
}

/// Parts the lines about the makers from those of the licence, where these come first as usual. In the middle of a text nothing is
/// touched: there they belong to what follows.
pub(super) fn named(text: &str) -> Named {
    let is_of_head = |line: &&str| line.trim().is_empty() || is_title(line) || is_by(line);
    let head = text.lines().take_while(is_of_head).count();
    let (by, rest): (Vec<_>, Vec<_>) =
        text.lines().enumerate().partition(|(place, line)| *place < head && is_by(line));
    let join =
        |lines: Vec<(usize, &str)>| lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
    // Where somebody's lines were, two empty ones are left.
    Named { by: join(by), text: join(rest).trim_start_matches('\n').replace("\n\n\n", "\n\n") }
}

/// What two texts have in common that say the same.
pub(super) fn key(text: &str) -> String {
    let untitled = text.lines().skip_while(|line| line.trim().is_empty() || is_title(line));
    kinds::plain(&untitled.collect::<Vec<_>>().join("\n"))
}

/// A heading such as `The MIT License (MIT)`, or the line under it.
fn is_title(line: &str) -> bool {
    let plain = line.trim().to_lowercase();
    let is_line = !plain.is_empty() && plain.chars().all(|letter| matches!(letter, '=' | '-'));
    is_line || (plain.len() < 40 && !is_by(line) && (plain.contains("license") || plain == "version 2.0"))
}

fn is_by(line: &str) -> bool {
    let plain = line.trim().to_lowercase();
    let after = plain.strip_prefix("copyright").map(str::trim_start);
    let says_whose = after.is_some_and(|after| {
        after.starts_with("(c)")
            || after.starts_with('©')
            || after.starts_with(|letter: char| letter.is_ascii_digit())
    });
    says_whose || plain == "all rights reserved." || plain.starts_with("(c) ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makers_are_parted_from_what_all_share_and_lines_in_the_middle_stay() {
        let one =
            named("MIT License\n\nCopyright (c) 2016 Ana\nCopyright 2019 Luis\n\nPermission is\ngranted");
        assert_eq!(one.by, "Copyright (c) 2016 Ana\nCopyright 2019 Luis");
        assert_eq!(one.text, "MIT License\n\nPermission is\ngranted");
        let other = named("The MIT License (MIT)\n=====\n\n(C) 2024 Eva\n\nPermission  is granted\n");
        assert_eq!(other.by, "(C) 2024 Eva");
        assert_eq!(key(&one.text), key(&other.text));
        let inner = "Some of it is of others:\n\nCopyright (c) 2013 Juan";
        assert_eq!(named(inner), Named { by: String::new(), text: inner.to_owned() });
    }
}
