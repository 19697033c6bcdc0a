//! What is told.

use serde::{Deserialize, Serialize};

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good or neutral news.
    Info,
    /// Somebody should look at it.
    Warning,
    /// Something is not protected.
    Alarm,
}

impl Severity {
    /// The fixed word of the protocols: `info`, `warning` or `alarm`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Alarm => "alarm",
        }
    }

    /// The colour of its mark where a channel shows one, as 0xRRGGBB.
    pub(crate) fn colour(self) -> u32 {
        match self {
            Self::Info => 0x2E_7D32,
            Self::Warning => 0xB2_6A00,
            Self::Alarm => 0xC6_2828,
        }
    }
}

/// Where a click leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The address: a deep link into the program (`resguardo://...`) or a web page.
    pub url: String,
    /// What the button says.
    pub label: String,
}

impl Link {
    /// Whether services on the web make a button of it; they show other addresses as text only.
    pub(crate) fn is_web(&self) -> bool {
        self.url.starts_with("https://") || self.url.starts_with("http://")
    }
}

/// One fact beside the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFact {
    /// Its fixed name, for programs.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// Its value, for both.
    pub value: String,
}

/// A message, rendered in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// One line.
    pub title: String,
    /// A few sentences; lines are separated by `\n`.
    pub body: String,
    /// How urgent it is.
    pub severity: Severity,
    /// What it is about: the same cause has the same key.
    pub cause: String,
    /// Where the problem can be seen.
    pub link: Option<Link>,
    /// Facts beside the text.
    pub facts: Vec<MessageFact>,
    /// The computer it is about.
    pub computer: String,
    /// When it happened.
    pub at: jiff::Timestamp,
    /// The same as people read it, in the owner's time zone.
    pub when: String,
    /// The language of its texts, as an IETF tag such as `es`.
    pub language: String,
}

/// At most so many characters; what is cut ends in an ellipsis.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.push('\u{2026}');
    short
}

/// On one line, without characters that end one.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// With the three characters written out that HTML, Slack and notification servers take for markup.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_by_characters_and_kept_on_one_line() {
        assert_eq!(cut("ñandú", 5), "ñandú");
        assert_eq!(cut("ñandúes", 5), "ñand\u{2026}");
        assert_eq!(one_line("a\r\nBcc: x@y\tz"), "a Bcc: x@y z");
        assert_eq!(escaped("<!channel> & co"), "&lt;!channel&gt; &amp; co");
    }
}
