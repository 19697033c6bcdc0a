//! What the makers say of newer versions. It is signed, so that nobody else can say it: not the server on which it lies, nor anybody
//! on the way there.
//!
//! The announcement is a small JSON file beside its [minisign](https://jedisct1.github.io/minisign/) signature, `ADDRESS.minisig`:
//! `{"version": "1.2.0", "date": "2027-01-31", "page": "https://...", "es": "...", "en": "..."}`.

use std::time::Duration;

use minisign_verify::{PublicKey, Signature};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use resguardo_domain::{Context, Error, Kind, Result};
use serde::{Deserialize, Serialize};

use crate::drive::drive;
use crate::failure::reasons;
use crate::tls;

/// An announcement is never larger, in bytes.
const LARGEST: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(15);

/// Where releases are announced, and by whom.
#[derive(Debug, Clone)]
pub struct Releases {
    address: String,
    /// The makers' public key, as minisign writes it: base64 on one line.
    key: String,
    roots: Vec<String>,
}

/// A release, as its makers announce it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its version: three numbers.
    pub version: String,
    /// The day on which it came out.
    pub date: jiff::civil::Date,
    /// Where it can be had, over HTTPS.
    pub page: String,
    /// What is new, in Spanish.
    pub es: String,
    /// The same in English.
    pub en: String,
}

impl Releases {
    /// Those of this build: it was given address and key when it was made. A build without them looks for nothing.
    pub fn of_this_build() -> Option<Self> {
        let (address, key) = (option_env!("RESGUARDO_RELEASES")?, option_env!("RESGUARDO_RELEASE_KEY")?);
        Some(Self::new(address, key, &[]))
    }

    /// Announced at an address and signed with a key; servers of one's own may need more authorities, as PEM.
    pub fn new(address: &str, key: &str, roots: &[String]) -> Self {
        Self { address: address.to_owned(), key: key.to_owned(), roots: roots.to_vec() }
    }

    /// The newest release, when it is newer than a version.
    ///
    /// # Errors
    /// [`Kind::UpdateUnknown`] when nothing can be learned, or what is there is not signed by the makers; cancelled.
    pub fn newer_than(&self, cx: &Context, version: &str) -> Result<Option<Release>> {
        let (text, signature) = drive(cx, self.fetch())?;
        let release = self.trusted(&text, &signature)?;
        let numbers = numbers(&release.version).ok_or_else(|| unknown("the version is no version"))?;
        let is_newer = self::numbers(version).is_some_and(|this| numbers > this);
        Ok(is_newer.then_some(release))
    }

    async fn fetch(&self) -> Result<(Vec<u8>, String)> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls::client(&self.roots)?)
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("Resguardo/", env!("CARGO_PKG_VERSION")));
        let client = client.build().map_err(|cause| unknown(reasons(&cause)))?;
        let text = get(&client, &self.address).await?;
        let signature = get(&client, &format!("{}.minisig", self.address)).await?;
        Ok((text, String::from_utf8(signature).map_err(|_| unknown("the signature is no text"))?))
    }

    /// What an announcement says, when the makers signed exactly these bytes.
    fn trusted(&self, text: &[u8], signature: &str) -> Result<Release> {
        let key = PublicKey::from_base64(&self.key).map_err(unknown)?;
        let signature = Signature::decode(signature).map_err(unknown)?;
        key.verify(text, &signature, false).map_err(unknown)?;
        let release: Release = serde_json::from_slice(text).map_err(unknown)?;
        if is_web(&release.page) { Ok(release) } else { Err(unknown("its page is no web page")) }
    }
}

async fn get(client: &Client, address: &str) -> Result<Vec<u8>> {
    if !is_web(address) {
        return Err(unknown("the address does not begin with https://"));
    }
    let asked = |cause: reqwest::Error| unknown(reasons(&cause));
    let mut answer =
        client.get(address).send().await.and_then(reqwest::Response::error_for_status).map_err(asked)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(asked)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Err(unknown("it is too large"));
        }
    }
    Ok(bytes)
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

/// Three numbers, by which versions are ordered.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn unknown(cause: impl std::fmt::Display) -> Error {
    Error::new(Kind::UpdateUnknown, "look for a newer version").because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        assert!(numbers("0.10.0") > numbers("0.9.12"));
        assert_eq!(numbers("1.2.3"), Some([1, 2, 3]));
        for wrong in ["", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "-1.0.0"] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_build_without_a_key_looks_for_nothing() {
        assert_eq!(Releases::of_this_build().is_some(), option_env!("RESGUARDO_RELEASE_KEY").is_some());
    }
}
