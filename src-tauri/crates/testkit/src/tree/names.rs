//! Names that programs trip over.

use std::ffi::OsString;

use crate::SeededRandom;

const PLAIN: [&str; 12] = [
    "informe", "report", "IMG_2041", "notes", "factura", "backup", "a", "src", "index", "old", "README",
    "data",
];
const EXTENSIONS: [&str; 8] = [".txt", ".jpg", ".odt", ".sqlite", ".tar.gz", "", ".JSON", ".~lock"];
/// Odd everywhere; all of them valid on Windows too.
const ODD: [&str; 14] = [
    "año 2026 – niño",
    "日本語",
    "🦜 loro 👩‍👩‍👧",
    " leading space",
    "-rf",
    "--help",
    ".hidden",
    "..two dots",
    "100%25",
    "%2e%2e",
    "it's; a $(test) & more",
    "e\u{301}",
    "#fragment",
    "[brackets]{braces}",
];
/// Odd on Unix; impossible on Windows.
const UNIX_ODD: [&str; 9] = [
    "line\nbreak",
    "back\\slash",
    "a:b?*\"<>|",
    "trailing ",
    "dot.",
    "CON",
    "tab\tbell\u{7}",
    "\u{FFFD}E9",
    "\u{7f}",
];

/// A name for entry number `n`: the number keeps names in one folder apart, also where case does not count.
pub(super) fn name(random: &SeededRandom, n: usize) -> OsString {
    let extension = *random.pick(&EXTENSIONS);
    match random.below(12) {
        0..6 => format!("{} {n}{extension}", random.pick(&PLAIN)).into(),
        6..8 => format!("{}{n}{extension}", random.pick(&ODD)).into(),
        8..10 if cfg!(unix) => format!("{n}{}", random.pick(&UNIX_ODD)).into(),
        10 => long(n),
        11 => not_utf8(n),
        _ => format!("{}{n}", random.pick(&ODD)).into(),
    }
}

/// 255 bytes, the most that a name may have on nearly every file system.
fn long(n: usize) -> OsString {
    let mut name = format!("{n}-");
    while name.len() + 'ñ'.len_utf8() <= 255 {
        name.push('ñ');
    }
    name.push_str(&"x".repeat(255 - name.len()));
    name.into()
}

#[cfg(target_os = "linux")]
fn not_utf8(n: usize) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut name = format!("{n}caf").into_bytes();
    name.extend_from_slice(b"\xe9\xff\x80");
    OsString::from_vec(name)
}

#[cfg(not(target_os = "linux"))]
fn not_utf8(n: usize) -> OsString {
    format!("café{n}").into()
}
