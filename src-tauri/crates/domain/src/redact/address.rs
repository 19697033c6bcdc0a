//! Addresses: what stands before the host, after the path, and in a path that is itself a key.

use super::{HIDDEN, HIDDEN_MAIL};

/// A segment of a web address of this many characters is a key (Slack, Discord, Telegram, healthchecks.io), not a word.
const KEY_LENGTH: usize = 20;

/// Hides user and password, query, fragment and keys in the path of every address, and the password of `user:password@host`.
pub(super) fn without_credentials(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`');
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(ends) {
        let end = word.chars().next_back().filter(|c| ends(*c)).map_or(0, char::len_utf8);
        let (word, end) = word.split_at(word.len() - end);
        match split_scheme(word) {
            Some((scheme, mark, rest)) => {
                out.push_str(scheme);
                out.push_str(mark);
                out.push_str(&address(scheme, rest));
            }
            None => out.push_str(&without_password(word)),
        }
        out.push_str(end);
    }
    out
}

/// `scheme`, `://`, the rest. An address that somebody gave as a path has only one slash left; a drive (`C:/`) is no scheme.
fn split_scheme(word: &str) -> Option<(&str, &str, &str)> {
    let is_scheme = |before: &str| before.chars().rev().take_while(char::is_ascii_alphanumeric).count() >= 2;
    let (at, _) = word.match_indices(":/").find(|(at, _)| word.get(..*at).is_some_and(is_scheme))?;
    let (scheme, rest) = word.split_at(at);
    let (mark, rest) = rest.split_at(if rest.starts_with("://") { 3 } else { 2 });
    Some((scheme, mark, rest))
}

/// What follows `scheme://`.
fn address(scheme: &str, rest: &str) -> String {
    let marks = ['/', '?', '#'];
    let first = rest.split(marks).next().unwrap_or_default();
    // A password may hold any of the marks, unescaped; then what stands before them is no host and port.
    let odd_port = first
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.trim_end_matches(']').bytes().all(|b| b.is_ascii_hexdigit()));
    let cut = rest.rfind('@').filter(|_| first.contains('@') || odd_port);
    let (before, rest) = match cut {
        Some(at) => (format!("{HIDDEN}@"), rest.get(at + 1..).unwrap_or_default()),
        None => (String::new(), rest),
    };
    let (path, mark) = match rest.find(['?', '#']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..=at).unwrap_or_default()),
        None => (rest, ""),
    };
    let web = ["http", "https", "ws", "wss"].iter().any(|web| scheme.to_ascii_lowercase().ends_with(web));
    let path = if web { without_keys(path) } else { path.to_owned() };
    let after = if mark.is_empty() { String::new() } else { format!("{mark}{HIDDEN}") };
    format!("{before}{path}{after}")
}

fn without_keys(path: &str) -> String {
    let is_key = |segment: &str| {
        segment.len() >= KEY_LENGTH
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-:~%=".contains(&b))
            && segment.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    // The first is the host.
    let shown = |(at, segment)| if at > 0 && is_key(segment) { HIDDEN } else { segment };
    path.split('/').enumerate().map(shown).collect::<Vec<_>>().join("/")
}

/// `user:password@host` without a scheme. The colon of a drive (`C:\`) is none of these.
fn without_password(word: &str) -> String {
    let Some(at) = word.rfind('@') else { return word.to_owned() };
    let (before, _) = word.split_at(at);
    let password =
        |colon: &usize| before.get(colon + 1..).is_some_and(|p| !p.is_empty() && !p.starts_with(['/', '\\']));
    let Some(colon) = before.match_indices(':').map(|(colon, _)| colon).find(password) else {
        return word.to_owned();
    };
    format!("{}:{HIDDEN}{}", word.get(..colon).unwrap_or_default(), word.get(at..).unwrap_or_default())
}

/// Hides e-mail addresses. `plan@latest` is none: its right side has no dot.
pub(super) fn without_mail(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (head, tail) = (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default());
        let local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let start = head.trim_end_matches(local).len();
        let host = tail.trim_start_matches(|c: char| c.is_alphanumeric() || ".-".contains(c));
        let domain = tail.get(..tail.len() - host.len()).unwrap_or_default().trim_end_matches(['.', '-']);
        if start < head.len() && domain.contains('.') {
            out.push_str(head.get(..start).unwrap_or_default());
            out.push_str(HIDDEN_MAIL);
            rest = tail.get(domain.len()..).unwrap_or_default();
        } else {
            out.push_str(head);
            out.push('@');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}
