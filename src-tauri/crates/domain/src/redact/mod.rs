//! What must not leave: passwords, tokens and the addresses that open doors, taken out of any text by how they look.
//!
//! [`crate::Secret`] keeps what is known to be secret from being shown at all. This is the second wall, for what others wrote: an
//! answer of a server, an address that somebody typed, the cause of a failed call. Where a rule is in doubt, it hides too much.

mod address;
mod named;
mod token;

use crate::{Error, Fact};

/// What stands in place of a secret.
pub const HIDDEN: &str = "[hidden]";
/// What stands in place of an e-mail address.
pub const HIDDEN_MAIL: &str = "[e-mail]";

/// The text without what opens doors: credentials, query and fragment of addresses, values that are called password, token or
/// the like, keys and tokens of known forms. Applying it again changes nothing.
pub fn hide_secrets(text: &str) -> String {
    let text = token::without_key_blocks(text);
    let text = address::without_credentials(&text);
    let text = named::without_named_values(&text);
    token::without_tokens(&text)
}

/// Whether a name, such as a field's or a fact's, says that its value is secret.
pub fn is_secret_name(name: &str) -> bool {
    named::is_secret(name)
}

/// An error without what opens doors, for wherever it is kept or shown.
pub fn without_secrets(mut error: Error) -> Error {
    let field_is_secret = error.get("field").is_some_and(is_secret_name);
    error.doing = hide_secrets(&error.doing);
    error.cause = error.cause.map(|cause| hide_secrets(&cause));
    for Fact { name, value } in &mut error.facts {
        let hidden = is_secret_name(name) || (field_is_secret && name == "value");
        // The report of a verification is JSON that is read again.
        if name != "report" {
            *value = if hidden { HIDDEN.to_owned() } else { hide_secrets(value) };
        }
    }
    error
}

/// Takes secrets and e-mail addresses out of texts that may leave this computer and, when asked, the names that say whose
/// computer it is.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// What is replaced, by what; longer ones first.
    names: Vec<(String, String)>,
}

impl Redactor {
    /// Names shorter than this are parts of too many words, unless they are paths.
    const SHORTEST: usize = 3;

    /// One that also puts a placeholder wherever a name stands by itself, in any case: a home folder, a user, a computer. Names of
    /// fewer than three characters are left alone.
    pub fn replacing(names: impl IntoIterator<Item = (String, String)>) -> Self {
        let fits = |name: &str| name.chars().count() >= Self::SHORTEST;
        let mut names: Vec<_> = names.into_iter().filter(|(name, _)| fits(name)).collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self { names }
    }

    /// The text as it may leave.
    pub fn text(&self, text: &str) -> String {
        let text = address::without_mail(&hide_secrets(text));
        self.names.iter().fold(text, |text, (name, placeholder)| replace_word(&text, name, placeholder))
    }
}

/// Replaces what stands between characters that are neither letters nor digits; ASCII letters match in any case.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let (lower, wanted) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in lower.match_indices(&wanted) {
        let end = at + wanted.len();
        let free = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(end..).and_then(|tail| tail.chars().next());
        if free(before) && free(after) {
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str(by);
            done = end;
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
