//! A text that is markup: raw only what this program brings along, everything else escaped.

use std::fmt::Write as _;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of ours, or a text of ours without names in it.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Anything, as text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// One component of an address.
    pub(super) fn address(&mut self, name: &str) -> &mut Self {
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                // Writing to a text can't fail.
                let _ = write!(self.0, "%{byte:02X}");
            }
        }
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_is_never_markup() {
        let mut html = Html::default();
        html.raw("<b>").text("<a href='x'>\"&</a>").raw("</b>");
        assert_eq!(html.finish(), "<b>&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;/a&gt;</b>");
    }

    #[test]
    fn an_address_has_no_character_that_means_something() {
        let mut html = Html::default();
        html.address("Clínica \"2\"/#?%<");
        assert_eq!(html.finish(), "Cl%C3%ADnica%20%222%22%2F%23%3F%25%3C");
    }
}
