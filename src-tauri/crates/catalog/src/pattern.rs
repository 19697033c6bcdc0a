//! What a person types to find a name: text to be found anywhere, or a pattern with `*` and `?`. Case does not matter.

/// A pattern, prepared for many names.
pub(crate) struct Pattern {
    lower: String,
    glob: bool,
    path: bool,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        let lower = lower(text).unwrap_or_else(|| text.to_ascii_lowercase());
        Self { glob: lower.contains(['*', '?']), path: lower.contains('/'), lower }
    }

    /// Whether the folder's path is needed.
    pub(crate) fn wants_path(&self) -> bool {
        self.path
    }

    /// Whether an entry fits; the folder counts only when the pattern holds a `/`.
    pub(crate) fn fits(&self, folder: &str, name: &str) -> bool {
        if self.path {
            let whole = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            return self.fits_text(&whole);
        }
        self.fits_text(name)
    }

    fn fits_text(&self, text: &str) -> bool {
        match lower(text) {
            Some(folded) if self.glob => fits_glob(&self.lower, &folded),
            Some(folded) => folded.contains(&self.lower),
            None if self.glob => fits_glob(&self.lower, text),
            None => contains_folded(text.as_bytes(), self.lower.as_bytes()),
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
        Pattern::new(pattern).fits(folder, name)
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
        assert!(!fits("y/fact", "files/x/factura 7.pdf"));
    }
}
