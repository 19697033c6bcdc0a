//! The file of secrets: a header in the clear, the values under XChaCha20-Poly1305 with a fresh nonce for each writing.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use resguardo_domain::{Context, Error, Kind, Protection, Result, Secret, SecretKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::durable;

const FORMAT: &str = "resguardo-secrets";
const VERSION: u32 = 1;

/// Who keeps the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Holder {
    KeyStore,
    File,
}

impl From<Holder> for Protection {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::KeyStore => Self::KeyStore,
            Holder::File => Self::UnprotectedFile,
        }
    }
}

/// The key, and the name by which a key store knows it: two homes of one user have two.
#[derive(PartialEq, Eq)]
pub(super) struct Key {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    /// A new key, from the operating system: the context's chance may be one that repeats itself.
    pub(super) fn fresh() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice())?;
        let mut id = [0; 8];
        random(&mut id)?;
        Ok(Self { id: format!("{:016x}", u64::from_le_bytes(id)), bytes })
    }

    /// A key that was kept somewhere; `None` when these bytes are none.
    pub(super) fn from_bytes(id: &str, bytes: &[u8]) -> Option<Self> {
        let bytes = <[u8; 32]>::try_from(bytes).ok()?;
        Some(Self { id: id.to_owned(), bytes: Zeroizing::new(bytes) })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The key of that name from its unprotected file; `None` when the file is missing or holds another one.
    pub(super) fn read_file(path: &Path, id: &str) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
                return Ok(None);
            }
            Err(cause) => return Err(Error::io(&cause, "read the key's file", path.display())),
        };
        let Some((name, key)) = text.trim_end().split_once(' ') else { return Ok(None) };
        let bytes = BASE64.decode(key).map(Zeroizing::new).unwrap_or_default();
        Ok(Self::from_bytes(id, &bytes).filter(|_| name == id))
    }

    /// Writes the unprotected file.
    pub(super) fn write_file(&self, cx: &Context, path: &Path) -> Result<()> {
        let key = Zeroizing::new(BASE64.encode(self.bytes()));
        let text = Zeroizing::new(format!("{} {}\n", self.id, key.as_str()));
        durable::write_private_file(cx, path, text.as_bytes())
    }
}

/// The secrets in the clear: kind, id, value. Never shown, cleared when dropped.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Values(BTreeMap<String, BTreeMap<String, Text>>);

/// A value in base64, as it stands in the JSON under the encryption.
#[derive(Serialize, Deserialize)]
struct Text(String);

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Values {
    pub(super) fn get(&self, key: &SecretKey) -> Option<Secret> {
        let text = self.0.get(&key.kind)?.get(&key.id)?;
        BASE64.decode(&text.0).ok().map(Secret::new)
    }

    pub(super) fn set(&mut self, key: &SecretKey, secret: &Secret) {
        let text = Text(BASE64.encode(secret.expose()));
        self.0.entry(key.kind.clone()).or_default().insert(key.id.clone(), text);
    }

    /// Whether there was one.
    pub(super) fn remove(&mut self, key: &SecretKey) -> bool {
        self.0.get_mut(&key.kind).is_some_and(|of_kind| of_kind.remove(&key.id).is_some())
    }
}

/// The file as it lies on the disk.
#[derive(Serialize, Deserialize)]
pub(super) struct Sealed {
    format: String,
    version: u32,
    /// The name of the key.
    pub(super) key: String,
    pub(super) holder: Holder,
    nonce: String,
    sealed: String,
}

/// What a file must tell before anything else is looked at.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Sealed {
    /// Encrypts values.
    pub(super) fn seal(key: &Key, holder: Holder, values: &Values) -> Result<Self> {
        let failed = |why: &dyn std::fmt::Display| Error::internal("encrypt the secrets").because(why);
        let clear = Zeroizing::new(serde_json::to_vec(values).map_err(|cause| failed(&cause))?);
        let mut nonce = [0; 24];
        random(&mut nonce)?;
        let aad = associated(&key.id, holder);
        let payload = Payload { msg: &clear, aad: aad.as_bytes() };
        let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|cause| failed(&cause))?;
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            key: key.id.clone(),
            holder,
            nonce: BASE64.encode(nonce),
            sealed: BASE64.encode(sealed),
        })
    }

    /// Reads the file; `None` when there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::io(&cause, "read the secrets", path.display())),
        };
        let head: Head = serde_json::from_slice(&bytes).map_err(|cause| damaged(path, &cause.to_string()))?;
        if head.format != FORMAT {
            return Err(damaged(path, "it is another kind of file"));
        }
        if head.version > VERSION {
            return Err(Error::new(Kind::NewerFormat, "read the secrets").fact("path", path.display()));
        }
        serde_json::from_slice(&bytes).map(Some).map_err(|cause| damaged(path, &cause.to_string()))
    }

    /// Decrypts; the path is for the error.
    pub(super) fn open(&self, key: &Key, path: &Path) -> Result<Values> {
        let broken = || damaged(path, "it was changed, or its key is another one");
        let nonce = BASE64.decode(&self.nonce).ok().and_then(|nonce| <[u8; 24]>::try_from(nonce).ok());
        let nonce = XNonce::from(nonce.ok_or_else(broken)?);
        let sealed = BASE64.decode(&self.sealed).map_err(|_| broken())?;
        let aad = associated(&self.key, self.holder);
        let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
        let clear = cipher(key).decrypt(&nonce, payload).map(Zeroizing::new).map_err(|_| broken())?;
        // The reason would quote the place of the mistake, and with it values.
        serde_json::from_slice(&clear).map_err(|_| damaged(path, "its content is not what is written here"))
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
            .map_err(|cause| Error::internal("write the secrets as JSON").because(cause))
    }
}

/// The header is part of what the seal proves: nobody can tell us to look for the key elsewhere.
fn associated(key: &str, holder: Holder) -> String {
    format!("{FORMAT} {VERSION} {key} {holder:?}")
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key.bytes).into())
}

pub(super) fn random(into: &mut [u8]) -> Result<()> {
    getrandom::fill(into).map_err(|cause| Error::new(Kind::Io, "ask for random bytes").because(cause))
}

/// The error that names the file; it stays as it is.
pub(super) fn damaged(path: &Path, why: &str) -> Error {
    Error::new(Kind::SecretsDamaged, "open the secrets").fact("path", path.display()).because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Key, Values) {
        let mut values = Values::default();
        values.set(&SecretKey::new("channel", "mail"), &Secret::new("canary-9e2c"));
        (Key::fresh().unwrap(), values)
    }

    #[test]
    fn what_was_sealed_opens_with_its_key_only() {
        let (key, values) = example();
        let sealed = Sealed::seal(&key, Holder::File, &values).unwrap();
        let opened = sealed.open(&key, Path::new("s")).unwrap();
        let secret = opened.get(&SecretKey::new("channel", "mail")).unwrap();
        assert_eq!(secret.expose(), b"canary-9e2c");
        let other = sealed.open(&Key::fresh().unwrap(), Path::new("s")).err().unwrap();
        assert_eq!((other.kind, other.get("path")), (Kind::SecretsDamaged, Some("s")));
    }

    #[test]
    fn the_same_values_never_look_the_same_and_show_nothing() {
        let (key, values) = example();
        let json = || Sealed::seal(&key, Holder::KeyStore, &values).unwrap().to_json().unwrap();
        let (first, second) = (json(), json());
        assert_ne!(first, second);
        let text = String::from_utf8(first).unwrap();
        for part in ["canary", "channel", "mail", &BASE64.encode("canary-9e2c")] {
            assert!(!text.contains(part), "{part}");
        }
    }

    #[test]
    fn no_byte_of_header_or_body_can_be_changed() {
        let (key, values) = example();
        let seal = || Sealed::seal(&key, Holder::KeyStore, &values).unwrap();
        let changes: [fn(&mut Sealed); 4] = [
            |sealed| sealed.holder = Holder::File,
            |sealed| sealed.key.replace_range(0..1, "x"),
            |sealed| sealed.nonce = BASE64.encode([7; 24]),
            |sealed| sealed.sealed.replace_range(0..4, "AAAA"),
        ];
        for change in changes {
            let mut sealed = seal();
            change(&mut sealed);
            assert_eq!(sealed.open(&key, Path::new("s")).err().unwrap().kind, Kind::SecretsDamaged);
        }
    }

    #[test]
    fn a_newer_file_is_not_a_damaged_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        let kind = |text: &str| {
            fs::write(&path, text).unwrap();
            Sealed::read(&path).err().unwrap().kind
        };
        assert_eq!(kind(r#"{"format":"resguardo-secrets","version":2}"#), Kind::NewerFormat);
        assert_eq!(kind(r#"{"format":"resguardo-secrets","version":1}"#), Kind::SecretsDamaged);
        assert_eq!(kind(r#"{"format":"something","version":1}"#), Kind::SecretsDamaged);
        assert_eq!(kind(""), Kind::SecretsDamaged);
    }
}
