//! Paths inside a snapshot: always UTF-8, always relative, always safe as ZIP names, and reversible to the raw bytes.
//!
//! A raw name that is not UTF-8, or that holds a control character or a backslash (a separator to Windows tools), is
//! written with an escape: U+FFFD followed by two upper-case hexadecimal digits for each such byte. A genuine U+FFFD is
//! escaped byte by byte too, so decoding is exact and no two raw names share a safe name.

use serde::{Deserialize, Serialize};

const MARK: char = '\u{FFFD}';

/// A path inside a snapshot, as in `files/Documents/2026/report.odt`: components joined by `/`, none empty, none `.` or `..`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct EntryPath(String);

impl EntryPath {
    /// The root: the empty path, parent of every other.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a text when it is a safe relative path; `None` for absolute paths, `..`, `.`, empty components, backslashes,
    /// NUL and other control characters.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::root());
        }
        let safe = text.split('/').all(is_safe_component);
        safe.then(|| Self(text.to_owned()))
    }

    /// Appends one component given as a raw name of the file system, escaping it when needed.
    pub fn join_raw(&self, raw: &[u8]) -> Self {
        // A walk does this a million times: a name that needs no escape is not copied twice. The mark starts with EF.
        let plain = raw.iter().all(|&byte| !byte.is_ascii_control() && byte != b'\\' && byte != 0xEF);
        match std::str::from_utf8(raw) {
            Ok(name) if plain => self.join_safe(name),
            _ => self.join_safe(&encode_name(raw)),
        }
    }

    /// Appends a component (or several, joined by `/`) that is already in safe form.
    pub fn join_safe(&self, name: &str) -> Self {
        if self.0.is_empty() {
            return Self(name.to_owned());
        }
        let mut path = String::with_capacity(self.0.len() + 1 + name.len());
        path.push_str(&self.0);
        path.push('/');
        path.push_str(name);
        Self(path)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path of the folder that holds this entry; the root for a single component, `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(self.0.rsplit_once('/').map_or_else(String::new, |(parent, _)| parent.to_owned())))
    }

    /// The last component; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, name)| name)
    }

    /// Whether `self` is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        other.is_root()
            || self.0 == other.0
            || (self.0.len() > other.0.len()
                && self.0.starts_with(&other.0)
                && self.0.as_bytes()[other.0.len()] == b'/')
    }

    /// The rest of the path below `ancestor`; `None` when it does not lie within it.
    pub fn below(&self, ancestor: &Self) -> Option<&str> {
        if !self.is_within(ancestor) {
            return None;
        }
        let rest = &self.0[ancestor.0.len()..];
        Some(rest.strip_prefix('/').unwrap_or(rest))
    }

    /// The components from first to last.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }
}

fn is_safe_component(name: &str) -> bool {
    !(name.is_empty()
        || name == "."
        || name == ".."
        || name.chars().any(|c| c == '\\' || c.is_ascii_control()))
}

impl std::fmt::Display for EntryPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl TryFrom<String> for EntryPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is not a safe relative path"))
    }
}

impl From<EntryPath> for String {
    fn from(path: EntryPath) -> Self {
        path.0
    }
}

/// Turns a raw file name into its safe form (see the module's text). Ordinary names come back unchanged.
pub fn encode_name(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == MARK || c == '\\' || c.is_ascii_control() {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| escape(&mut out, byte));
            } else {
                out.push(c);
            }
        }
        chunk.invalid().iter().for_each(|&byte| escape(&mut out, byte));
    }
    out
}

fn escape(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push(MARK);
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// Turns a safe name back into the raw bytes of the file system. A mark without two hexadecimal digits stands for itself.
pub fn decode_name(safe: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(safe.len());
    let mut rest = safe;
    while let Some(at) = rest.find(MARK) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let after = &rest[at + MARK.len_utf8()..];
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &after[2..];
            }
            None => {
                out.extend_from_slice(MARK.encode_utf8(&mut [0; 4]).as_bytes());
                rest = after;
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["report.odt", "año 2026 – ½.txt", "a:b?*", "100%25.txt", "trailing ", "日本"] {
            assert_eq!(encode_name(name.as_bytes()), name);
            assert_eq!(decode_name(name), name.as_bytes());
        }
    }

    #[test]
    fn odd_names_come_back_byte_for_byte_and_never_collide() {
        let raws: [&[u8]; 8] = [
            b"caf\xe9",
            b"a\\b",
            b"line\nbreak",
            b"\xff\xfe",
            "\u{FFFD}E9".as_bytes(),
            "caf\u{FFFD}".as_bytes(),
            b"\x7f",
            b"\xf0\x9f",
        ];
        let mut seen = std::collections::HashSet::new();
        for raw in raws {
            let safe = encode_name(raw);
            assert_eq!(decode_name(&safe), raw, "{safe}");
            assert_eq!(EntryPath::root().join_raw(raw).as_str(), safe);
            assert!(EntryPath::parse(&safe).is_some(), "{safe}");
            assert!(seen.insert(safe));
        }
    }

    #[test]
    fn paths_that_could_escape_are_refused() {
        for bad in ["/etc/passwd", "a/../b", "..", ".", "a//b", "a/", "a\\b", "a\0b", "a\nb"] {
            assert_eq!(EntryPath::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn containment_respects_component_borders() {
        let path = |text| EntryPath::parse(text).unwrap();
        assert!(path("files/a/b").is_within(&path("files/a")));
        assert!(!path("files/ab").is_within(&path("files/a")));
        assert_eq!(path("files/a/b").below(&path("files")), Some("a/b"));
        assert_eq!(path("files/a").parent(), Some(path("files")));
        assert_eq!(path("files").parent(), Some(EntryPath::root()));
        assert_eq!(path("x/y").name(), "y");
    }
}
