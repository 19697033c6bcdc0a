//! Keys and tokens that are known by their form, whatever they are called.

use super::HIDDEN;

/// How tokens begin: Google, GitHub, GitLab, Slack, Stripe, Amazon, age, Dropbox, Supabase, JSON Web Tokens.
const BEGINNINGS: [&str; 21] = [
    "ya29.",
    "AIza",
    "GOCSPX-",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "sk_live_",
    "sk-",
    "rk_live_",
    "AKIA",
    "ASIA",
    "AGE-SECRET-KEY-",
    "sl.u.",
    "sl.B",
    "sbp_",
    "eyJ",
];
/// Shorter words that begin so are just words.
const SHORTEST: usize = 16;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Hides private keys as OpenSSL and OpenSSH write them; one without an end is hidden to the end of the text.
pub(super) fn without_key_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(start);
        out.push_str(before);
        let label = block.get(BEGIN.len()..).unwrap_or_default();
        let is_key = label.split("-----").next().is_some_and(|label| label.ends_with("PRIVATE KEY"));
        if !is_key {
            out.push_str(BEGIN);
            rest = label;
            continue;
        }
        out.push_str(HIDDEN);
        let tail = block.find(END).and_then(|end| block.get(end + END.len()..)).unwrap_or_default();
        rest = tail.split_once("-----").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// Hides tokens of known forms, and the word after `Bearer` and `Basic`.
pub(super) fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut scheme = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(in_token) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !in_token(c)).unwrap_or(from.len()));
        let announced = !before.is_empty() && before.chars().all(|c| c == ' ') && follows(&scheme, word);
        out.push_str(before);
        out.push_str(if announced || is_token(word) { HIDDEN } else { word });
        scheme = word.to_ascii_lowercase();
        rest = after;
    }
    out.push_str(rest);
    out
}

fn in_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-+/=~".contains(c)
}

fn follows(scheme: &str, word: &str) -> bool {
    let coded = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'=';
    word.len() >= 6 && (scheme == "bearer" || (scheme == "basic" && word.bytes().any(coded)))
}

fn is_token(word: &str) -> bool {
    // A path or a `name=value` has its token in one of its parts.
    word.split(['/', '='])
        .any(|part| part.len() >= SHORTEST && BEGINNINGS.iter().any(|beginning| part.starts_with(beginning)))
}
