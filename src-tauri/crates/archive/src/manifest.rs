//! The manifest's text form: JSON that a person can read, refused when it is damaged, foreign or from a newer version.

use std::collections::BTreeSet;

use resguardo_domain::{
    ArchiveKind, ArchiveName, Class, Digest, Error, FORMAT_VERSION, Kind, Manifest, Result,
};
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
    if !has_own_checksum(text) {
        return Err(damaged("its own checksum does not fit".into()));
    }
    let format = format_of(text).ok_or_else(|| damaged("it does not say its format".into()))?;
    if format > u64::from(FORMAT_VERSION) {
        return Err(Error::new(Kind::NewerFormat, "read the manifest").fact("format", format));
    }
    let manifest: Manifest = serde_json::from_str(text).map_err(|cause| damaged(cause.to_string()))?;
    check(&manifest).map_err(damaged)?;
    Ok(manifest)
}

/// The format, which is the first field in every version, told apart without parsing what a newer version may have.
fn format_of(text: &str) -> Option<u64> {
    text.strip_prefix("{\n  \"format\": ")?.split_once(',')?.0.parse().ok()
}

fn has_own_checksum(text: &str) -> bool {
    let parts = text.rsplit_once(CHECKSUM);
    let digest = parts.and_then(|(_, tail)| tail.strip_suffix(END)).and_then(|digest| digest.parse().ok());
    parts.is_some_and(|(body, _)| digest == Some(manifest_digest(body.as_bytes())))
}

/// What must hold of every manifest, however it came to be.
fn check(manifest: &Manifest) -> std::result::Result<(), String> {
    if manifest.format == 0 {
        return Err("there is no format 0".into());
    }
    let names: BTreeSet<&str> = manifest.parts.iter().map(|part| part.name.as_str()).collect();
    let named = !names.is_empty() && names.len() == manifest.parts.len();
    if !named || !names.iter().all(|name| is_file_name(name)) {
        return Err("its parts are not named as parts are".into());
    }
    let bytes = manifest.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.size));
    if bytes.is_none_or(|bytes| bytes > i64::MAX as u64) {
        return Err("its parts are larger than any disk".into());
    }
    let part = manifest.parts.get((manifest.listing.part as usize).wrapping_sub(1));
    let end = manifest.listing.offset.checked_add(manifest.listing.packed);
    if part.zip(end).is_none_or(|(part, end)| end > part.size) {
        return Err("its listing lies outside the archive".into());
    }
    if manifest.generation == 0 || ArchiveName::parse(&manifest.name).is_err() {
        return Err("its name is not an archive's".into());
    }
    if (manifest.kind == ArchiveKind::Full) != manifest.chain.is_empty() {
        return Err("its kind does not fit its chain".into());
    }
    let mut last = 0;
    for link in &manifest.chain {
        if link.generation <= last || link.generation >= manifest.generation {
            return Err("its chain is not in order".into());
        }
        if !is_link_name(&link.name) {
            return Err("its chain names what is no archive".into());
        }
        last = link.generation;
    }
    Ok(())
}

/// A file name that means the same on every system: letters, digits, `_`, `-` and, not first, dots.
fn is_file_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    !name.starts_with('.') && (1..=200).contains(&name.len()) && name.bytes().all(plain)
}

/// A class folder and an archive's name.
fn is_link_name(name: &str) -> bool {
    let parts = name.split_once('/');
    parts.is_some_and(|(class, stem)| class.parse::<Class>().is_ok() && ArchiveName::parse(stem).is_ok())
}
