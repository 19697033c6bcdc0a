//! Passwords, tokens and addresses that open doors: values that never show themselves, and the contract of what keeps them.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Context, Error, Result};

/// Bytes that must not be seen: no `Display`, a `Debug` without content, no serialization, cleared from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, for the call that needs them and nothing else.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The same as text.
    ///
    /// # Errors
    /// [`crate::Kind::InvalidInput`] when it is not UTF-8; the error does not quote it.
    pub fn expose_text(&self) -> Result<&str> {
        std::str::from_utf8(&self.0).map_err(|_| Error::invalid("secret", "", "it is not text"))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not even the length: of a short password it says much.
        f.write_str("Secret(..)")
    }
}

/// The name of a secret: what it opens and which one of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SecretKey {
    /// What it opens, such as `destination` or `channel`.
    pub kind: String,
    /// Which one: an id.
    pub id: String,
}

impl SecretKey {
    /// A name from its two parts.
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }
}

/// What protects the secrets on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// The operating system's key store.
    KeyStore,
    /// A file that only its owner may read, because no key store existed: whoever copies the program's folder has the secrets.
    UnprotectedFile,
}

/// Whether the secrets can be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretsState {
    /// They can.
    Ready,
    /// The key store is locked: its owner has to unlock it.
    Locked,
    /// The key store that holds the key is not there now.
    Absent,
    /// The file of secrets is damaged, or the key it was written with is gone.
    Damaged,
}

/// What a person should know about where the secrets are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretsStatus {
    /// What protects them, or would protect the first one.
    pub protection: Protection,
    /// Whether they can be used now.
    pub state: SecretsState,
    /// The technical reason of a state other than ready.
    pub detail: Option<String>,
}

/// Keeps secrets between runs.
pub trait SecretStore: Send + Sync + std::fmt::Debug {
    /// The secret of that name; `None` when there is none.
    ///
    /// # Errors
    /// [`crate::Kind::KeyStoreLocked`], [`crate::Kind::SecretsDamaged`], [`crate::Kind::NewerFormat`],
    /// [`crate::Kind::Io`], [`crate::Kind::Cancelled`].
    fn get(&self, cx: &Context, key: &SecretKey) -> Result<Option<Secret>>;

    /// Keeps a secret, replacing one of that name.
    ///
    /// # Errors
    /// As [`SecretStore::get`], and [`crate::Kind::DiskFull`]; then what was there before is there still.
    fn set(&self, cx: &Context, key: &SecretKey, secret: &Secret) -> Result<()>;

    /// Forgets a secret; forgetting what is not there succeeds.
    ///
    /// # Errors
    /// As [`SecretStore::set`].
    fn delete(&self, cx: &Context, key: &SecretKey) -> Result<()>;

    /// Where the secrets are and whether they can be used; asks the key store anew each time.
    ///
    /// # Errors
    /// [`crate::Kind::Cancelled`], [`crate::Kind::Io`]: all else is a state.
    fn status(&self, cx: &Context) -> Result<SecretsStatus>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        let secret = Secret::new("canary-7d1f");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(..) Some(Secret(..))");
        assert_eq!(
            (secret.expose(), secret.expose_text().unwrap()),
            (b"canary-7d1f".as_slice(), "canary-7d1f")
        );
        let error = Secret::new([0xff, b'c', b'a', b'n']).expose_text().unwrap_err();
        assert!(!error.to_string().contains("can"), "{error}");
    }
}
