//! The key that this computer signs its heartbeats with: made once, kept where secrets are.

use ed25519_dalek::{SECRET_KEY_LENGTH, SigningKey};
use resguardo_domain::{Context, Error, Kind, Result, SecretKey, SecretStore};
use resguardo_platform::Secrets;

use crate::Engine;

/// The kind of secret.
const SECRET: &str = "heartbeat";

impl Engine {
    /// The signing key, made when there is none yet.
    pub(super) fn signing_key(&self, cx: &Context) -> Result<SigningKey> {
        let secret = Secrets::of(&self.home).get_or_make(cx, &self.secret_name(), SECRET_KEY_LENGTH)?;
        let seed = <[u8; SECRET_KEY_LENGTH]>::try_from(secret.expose());
        let seed = seed.map_err(|_| {
            Error::new(Kind::SecretsDamaged, "read the signing key")
                .fact("path", self.home.secrets().display())
        })?;
        Ok(SigningKey::from_bytes(&seed))
    }

    /// Whether heartbeats can be signed now; nothing is made.
    pub(crate) fn can_sign(&self, cx: &Context) -> Result<()> {
        Secrets::of(&self.home).get(cx, &self.secret_name()).map(drop)
    }

    fn secret_name(&self) -> SecretKey {
        SecretKey::new(SECRET, self.computer.id.as_str())
    }
}
