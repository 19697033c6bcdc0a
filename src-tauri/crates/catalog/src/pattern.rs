//! What a person types to find a name: text to be found anywhere, or a pattern with `*` and `?`. Case does not matter.

/// A pattern, prepared for many names.
pub(crate) struct Pattern {
    lower: String,
    glob: bool,
    path: bool,
    /// The longest text that every name that fits must hold.
    literal: String,
}

/// A pattern within one folder.
pub(crate) enum Within<'a> {
    /// Everything in it fits.
    All,
    /// Names that hold the text fit.
    Text(&'a str),
    /// Names that begin with the text fit.
    Start(&'a str),
    /// Names that the pattern describes fit.
    Glob(&'a str),
    /// Names fit that together with the folder's path are as the pattern describes.
    Path(&'a str, &'a str),
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        let lower = lower(text).unwrap_or_else(|| text.to_ascii_lowercase());
        let glob = lower.contains(['*', '?']);
        let literal = lower.split(['*', '?']).max_by_key(|part| part.len()).unwrap_or_default().to_owned();
        Self { glob, path: lower.contains('/'), literal, lower }
    }

    /// The pattern within a folder, given all its names; `None` when none of them can fit, which is told at far less
    /// than the cost of looking at each.
    pub(crate) fn within<'a>(&'a self, folder: &'a str, names: &str) -> Option<Within<'a>> {
        if self.path {
            return self.within_path(folder);
        }
        if names.is_ascii() && !contains_folded(names.as_bytes(), self.literal.as_bytes()) {
            return None;
        }
        Some(if self.glob { Within::Glob(&self.lower) } else { Within::Text(&self.lower) })
    }

    fn within_path<'a>(&'a self, folder: &'a str) -> Option<Within<'a>> {
        if self.glob {
            return Some(Within::Path(&self.lower, folder));
        }
        let (head, tail) = self.lower.rsplit_once('/')?;
        let folded = folder.to_lowercase();
        if folded.contains(&self.lower) {
            Some(Within::All)
        } else {
            // The pattern's last slash is the one before the name, or the pattern lies in the folder's path as a whole.
            folded.ends_with(head).then_some(Within::Start(tail))
        }
    }
}

impl Within<'_> {
    /// Whether an entry of the folder fits.
    pub(crate) fn name(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Text(text) => match lower(name) {
                Some(folded) => folded.contains(text),
                None => contains_folded(name.as_bytes(), text.as_bytes()),
            },
            Self::Start(text) => match lower(name) {
                Some(folded) => folded.starts_with(text),
                None => name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text)),
            },
            Self::Glob(pattern) => match lower(name) {
                Some(folded) => fits_glob(pattern, &folded),
                None => fits_glob(pattern, name),
            },
            Self::Path(pattern, folder) => fits_glob(pattern, &format!("{folder}/{name}").to_lowercase()),
        }
    }
}

/// The lower-case form where it takes more than ASCII's rules; ASCII, nearly every name, is folded while comparing.
fn lower(text: &str) -> Option<String> {
    (!text.is_ascii()).then(|| text.to_lowercase())
}

fn contains_folded(text: &[u8], lower: &[u8]) -> bool {
    let Some((&first, rest)) = lower.split_first() else { return true };
    let Some(last) = text.len().checked_sub(lower.len()) else { return false };
    (0..=last).any(|at| {
        text[at].to_ascii_lowercase() == first && text[at + 1..at + lower.len()].eq_ignore_ascii_case(rest)
    })
}

/// Matches with one step back: after a mismatch the newest `*` takes one more character.
fn fits_glob(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    let mut back: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut ahead = (pattern.clone(), text.clone());
        match (ahead.0.next(), ahead.1.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                pattern = ahead.0;
                back = Some((pattern.clone(), text.clone()));
            }
            (Some(want), Some(have)) if want == '?' || want == have.to_ascii_lowercase() => {
                (pattern, text) = ahead;
            }
            _ => {
                let Some((after_star, taken)) = &mut back else { return false };
                if taken.next().is_none() {
                    return false;
                }
                (pattern, text) = (after_star.clone(), taken.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Pattern::new(pattern).within(folder, &format!("other\n{name}\n")).is_some_and(|fits| fits.name(name))
    }

    #[test]
    fn text_is_found_anywhere_in_the_name_in_any_case() {
        assert!(fits("FACT", "files/x/factura 7.pdf"));
        assert!(fits("CLÍNICA", "files/Clínica.db"));
        assert!(fits("", "files/a"));
        assert!(!fits("files", "files/a"));
        assert!(!fits("longer than the name", "files/a"));
    }

    #[test]
    fn a_pattern_fits_the_whole_name() {
        assert!(fits("*.PDF", "files/x/factura 7.pdf"));
        assert!(fits("f*a ?.p*f", "files/x/factura 7.pdf"));
        assert!(fits("año*", "files/AÑO 2026"));
        assert!(!fits("factura", "files/x/other") && !fits("*.pd", "files/x/factura 7.pdf"));
        assert!(fits("***", "files/a") && !fits("?", "files/ab"));
    }

    #[test]
    fn a_slash_asks_for_the_path() {
        assert!(fits("x/fact", "files/x/factura 7.pdf"));
        assert!(fits("files/*/f*", "files/x/factura 7.pdf"));
        assert!(fits("FILES/X/", "files/x/factura 7.pdf") && fits("iles/x", "files/x/factura 7.pdf"));
        assert!(fits("/fact", "files/x/factura 7.pdf") && fits("es/x", "files/x/y/factura 7.pdf"));
        assert!(!fits("y/fact", "files/x/factura 7.pdf") && !fits("x/act", "files/x/factura 7.pdf"));
    }
}
