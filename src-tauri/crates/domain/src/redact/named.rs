//! Values that are called by a telling name: `password=...`, `"token": "..."`, `Authorization: Bearer ...`, `--secret ...`.

use super::HIDDEN;

/// Ends of names, without `-` and `_`.
const ENDS: [&str; 21] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accesskeyid",
    "secretkey",
    "privatekey",
    "recoverykey",
    "authorization",
    "cookie",
    "signature",
    "credential",
    "credentials",
    "contraseña",
    "clave",
    "sessionid",
];
/// Names that are too short to be looked for at the end of others.
const WHOLE: [&str; 4] = ["pass", "auth", "sig", "pin"];
/// Words before the secret itself.
const SCHEMES: [&str; 4] = ["bearer", "basic", "digest", "aws4-hmac-sha256"];

pub(super) fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect();
    WHOLE.contains(&plain.as_str()) || ENDS.iter().any(|end| plain.ends_with(end))
}

/// Hides the values of telling names.
pub(super) fn without_named_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(in_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !in_name(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(name);
        rest = after;
        if let Some(between) = is_secret(name).then(|| gap(name, after)).flatten() {
            let (between, value) = after.split_at(between);
            out.push_str(between);
            rest = hide_value(name, value, &mut out);
        }
    }
    out.push_str(rest);
    out
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// Bytes between a name and its value; `None` when no value follows.
fn gap(name: &str, after: &str) -> Option<usize> {
    let unquoted = after.trim_start_matches(['"', '\'', '\\']).trim_start_matches([' ', '\t']);
    let value = match unquoted.strip_prefix(['=', ':']) {
        Some(value) => value.trim_start_matches([' ', '\t', '>', '\\']),
        None if name.starts_with("--") && after.starts_with(' ') => after.trim_start_matches(' '),
        None => return None,
    };
    // `::` is a path in code, and at the end there is nothing to hide.
    (!value.is_empty() && !value.starts_with([':', '\n', '\r'])).then(|| after.len() - value.len())
}

/// Writes the placeholder and returns what follows the value.
fn hide_value<'a>(name: &str, value: &'a str, out: &mut String) -> &'a str {
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = value.get(1..).unwrap_or_default();
        let end = closing(inner, quote);
        out.push(quote);
        out.push_str(HIDDEN);
        return inner.get(end..).unwrap_or_default();
    }
    let whole_line = is_header(name);
    let ends = |c: char| matches!(c, '"' | '\n' | '\r') || (c.is_whitespace() && !whole_line);
    let end = value.find(ends).unwrap_or(value.len());
    let (word, mut rest) = value.split_at(end);
    if SCHEMES.contains(&word.to_lowercase().as_str()) {
        let next = rest.trim_start_matches(' ');
        rest = next.split_at(next.find(ends).unwrap_or(next.len())).1;
    }
    out.push_str(HIDDEN);
    rest
}

/// Headers whose value has spaces.
fn is_header(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("authorization") || name.ends_with("cookie")
}

/// Where the quote that ends a text stands, past those behind a backslash.
fn closing(inner: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at,
            _ => {}
        }
    }
    inner.len()
}
