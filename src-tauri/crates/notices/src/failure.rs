//! What a failed attempt means, told without a word of what must stay secret.

use std::error::Error as StdError;

use resguardo_domain::{Error, Kind};

/// An error of a channel.
pub(crate) fn failed(kind: Kind, channel: &'static str) -> Error {
    Error::new(kind, "send a notice").fact("channel", channel)
}

/// Texts that must not be told.
pub(crate) struct Hidden(Vec<String>);

impl Hidden {
    /// Hides these; short ones are left, because they would also hide innocent text.
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().filter(|text| text.chars().count() >= 3).collect();
        // The longest first, so that no rest of it remains.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(texts)
    }

    /// A text without them, on one line and not long.
    pub(crate) fn remove_from(&self, text: &str) -> String {
        let text = self.0.iter().fold(text.to_owned(), |text, hidden| text.replace(hidden, "\u{2026}"));
        crate::message::cut(&crate::message::one_line(&text), 300)
    }
}

/// All reasons of an error in one line.
pub(crate) fn reasons(error: &(dyn StdError + 'static)) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if parts.last().is_none_or(|last| !last.contains(&text)) {
            parts.push(text);
        }
        source = cause.source();
    }
    parts.join(": ")
}

/// The TLS error somewhere below an error, also inside an I/O error.
pub(crate) fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| tls_error(inner)) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

/// Whether a TLS error means that the other side is not who it should be. A handshake that broke off (a server going down)
/// is no such sign.
pub(crate) fn is_distrust(error: &rustls::Error) -> bool {
    use rustls::Error as E;
    matches!(
        error,
        E::InvalidCertificate(_)
            | E::InvalidCertRevocationList(_)
            | E::NoCertificatesPresented
            | E::UnsupportedNameType
            | E::PeerIncompatible(_)
            | E::PeerMisbehaved(_)
            | E::InvalidMessage(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_texts_leave_no_rest() {
        let hidden = Hidden::new(["canary".to_owned(), "canary-42".to_owned(), "a".to_owned()]);
        assert_eq!(hidden.remove_from("535 canary-42\r\nis a canary"), "535 \u{2026} is a \u{2026}");
    }

    #[test]
    fn a_tls_error_is_found_inside_io_errors() {
        let inner = rustls::Error::NoCertificatesPresented;
        let io = std::io::Error::other(std::io::Error::other(inner));
        assert!(tls_error(&io).is_some_and(is_distrust));
        assert!(tls_error(&std::io::Error::other("text")).is_none());
    }
}
