//! Another name for an entry whose own name is taken.

use resguardo_domain::{EntryPath, Error, Result};

/// Bytes that every file system in use takes in one name.
const LONGEST: usize = 255;
const TRIES: u32 = 10_000;

/// The path itself or the first numbered one that is free.
pub(super) fn free(path: &EntryPath, is_free: impl Fn(&EntryPath) -> Result<bool>) -> Result<EntryPath> {
    if is_free(path)? {
        return Ok(path.clone());
    }
    let parent = path.parent().unwrap_or_default();
    for number in 2..TRIES {
        let candidate = parent.join_safe(&numbered(path.name(), number));
        if is_free(&candidate)? {
            return Ok(candidate);
        }
    }
    Err(Error::internal("find a free name").fact("path", path))
}

/// `report (2).odt`; a name that starts with a dot has no ending, and what is too long loses the end of its stem.
fn numbered(name: &str, number: u32) -> String {
    let (stem, ending) = match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= 32 => name.split_at(at),
        _ => (name, ""),
    };
    let mark = format!(" ({number})");
    let room = LONGEST.saturating_sub(mark.len() + ending.len());
    let mut end = stem.len().min(room);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    // An escape of the safe form (a mark and two digits) must not be cut in two.
    if end < stem.len()
        && let Some(mark) = stem[..end].rfind('\u{FFFD}')
        && end < mark + '\u{FFFD}'.len_utf8() + 2
    {
        end = mark;
    }
    format!("{}{mark}{ending}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_before_the_ending() {
        assert_eq!(numbered("informe.odt", 2), "informe (2).odt");
        assert_eq!(numbered(".bashrc", 3), ".bashrc (3)");
        assert_eq!(numbered("LEEME", 2), "LEEME (2)");
        assert_eq!(numbered("a.tar.gz", 2), "a.tar (2).gz");
    }

    #[test]
    fn long_names_stay_short_enough_and_whole() {
        let long = format!("{}.odt", "ñ".repeat(125));
        let name = numbered(&long, 12);
        assert!(name.len() <= LONGEST && name.ends_with("ñ (12).odt"), "{name}");
        let escaped = format!("{}\u{FFFD}E9{}", "a".repeat(248), "b".repeat(4));
        let name = numbered(&escaped, 2);
        assert_eq!(name, format!("{} (2)", "a".repeat(248)));
    }
}
