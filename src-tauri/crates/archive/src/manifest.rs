//! The manifest's text form: JSON that a person can read, refused when it is damaged, foreign or from a newer version.

use resguardo_domain::{ArchiveName, Digest, Error, FORMAT_VERSION, Kind, Manifest, Result};
use sha2::{Digest as _, Sha256};

/// Largest manifest that is read: a real one has some kilobytes.
pub const MAX_MANIFEST: u64 = 16 << 20;

/// Digest of a manifest file's bytes.
pub fn manifest_digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// What stands between the manifest's fields and its checksum.
const CHECKSUM: &str = ",\n  \"self_sha256\": \"";
const END: &str = "\"\n}\n";

/// Writes a manifest: JSON whose last field is the SHA-256 of all bytes before it, so that an edited or cut one is noticed
/// without anything else.
///
/// # Errors
/// [`Kind::Internal`] only.
pub fn manifest_to_bytes(manifest: &Manifest) -> Result<Vec<u8>> {
    let internal = |cause: &dyn std::fmt::Display| Error::internal("write the manifest").because(cause);
    let mut text = serde_json::to_string_pretty(manifest).map_err(|cause| internal(&cause))?;
    if !text.ends_with("\n}") {
        return Err(internal(&"not an object"));
    }
    text.truncate(text.len() - 2);
    let digest = manifest_digest(text.as_bytes());
    text.push_str(CHECKSUM);
    text.push_str(&digest.to_string());
    text.push_str(END);
    Ok(text.into_bytes())
}

/// Reads a manifest.
///
/// # Errors
/// [`Kind::NewerFormat`] for a format this program does not know, [`Kind::ManifestDamaged`] for anything else that is not
/// exactly what [`manifest_to_bytes`] wrote.
pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest> {
    let damaged = |why: String| Error::new(Kind::ManifestDamaged, "read the manifest").because(why);
    if bytes.len() as u64 > MAX_MANIFEST {
        return Err(damaged("it is far too large".into()));
    }
    let text = std::str::from_utf8(bytes).map_err(|cause| damaged(cause.to_string()))?;
    let value: serde_json::Value = serde_json::from_str(text).map_err(|cause| damaged(cause.to_string()))?;
    if !has_own_checksum(text) {
        return Err(damaged("its own checksum does not fit".into()));
    }
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format.is_some_and(|format| format > u64::from(FORMAT_VERSION)) {
        return Err(Error::new(Kind::NewerFormat, "read the manifest").fact("format", format.unwrap_or(0)));
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(|cause| damaged(cause.to_string()))?;
    check(&manifest).map_err(damaged)?;
    Ok(manifest)
}

fn has_own_checksum(text: &str) -> bool {
    let parts = text.rsplit_once(CHECKSUM);
    let digest = parts.and_then(|(_, tail)| tail.strip_suffix(END)).and_then(|digest| digest.parse().ok());
    parts.is_some_and(|(body, _)| digest == Some(manifest_digest(body.as_bytes())))
}

/// What must hold of every manifest, however it came to be.
fn check(manifest: &Manifest) -> std::result::Result<(), String> {
    let safe =
        |name: &str| !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
    if manifest.parts.is_empty() || !manifest.parts.iter().all(|part| safe(&part.name)) {
        return Err("its parts are not named as parts are".into());
    }
    let part = manifest.parts.get((manifest.listing.part as usize).wrapping_sub(1));
    let end = manifest.listing.offset.checked_add(manifest.listing.packed);
    if part.zip(end).is_none_or(|(part, end)| end > part.size) {
        return Err("its listing lies outside the archive".into());
    }
    if manifest.generation == 0 || ArchiveName::parse(&manifest.name).is_err() {
        return Err("its name is not an archive's".into());
    }
    let mut last = 0;
    for link in &manifest.chain {
        if link.generation <= last || link.generation >= manifest.generation {
            return Err("its chain is not in order".into());
        }
        last = link.generation;
    }
    Ok(())
}
