//! A heartbeat as a file: indented JSON whose last field is the signature (Ed25519, RFC 8032, base64) of all bytes of the file
//! before the comma that precedes it. What was signed is what is read, byte for byte; nothing is written anew to be compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use resguardo_domain::{Error, HEARTBEAT_FORMAT, Heartbeat, Kind, Result};
use serde::Deserialize;

/// Largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 256 << 10;

const DOING: &str = "read a heartbeat";
/// What stands between the signed bytes and the signature, and after it.
const BEFORE: &[u8] = b",\n  \"signature\": \"";
const AFTER: &[u8] = b"\"\n}\n";
/// Characters of a signature of 64 bytes.
const SIGNATURE: usize = 88;

/// What a heartbeat's signature is worth by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    /// It fits the key that the heartbeat names.
    Well,
    /// There is none.
    Not,
    /// It does not fit, or the key is none.
    Badly,
}

/// What must be known before the rest is read.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// The public key of a signing key, as heartbeats write it.
pub(super) fn public_key(key: &SigningKey) -> String {
    BASE64.encode(key.verifying_key().as_bytes())
}

/// A heartbeat as a file, signed when there is a key.
pub(super) fn to_bytes(heartbeat: &Heartbeat, key: Option<&SigningKey>) -> Result<Vec<u8>> {
    let heartbeat = Heartbeat { key: key.map(public_key), ..heartbeat.clone() };
    let mut bytes = serde_json::to_vec_pretty(&heartbeat)
        .map_err(|cause| Error::internal("write a heartbeat").because(cause))?;
    let Some(key) = key else {
        bytes.push(b'\n');
        return Ok(bytes);
    };
    bytes.truncate(bytes.len().saturating_sub(b"\n}".len()));
    let signature = BASE64.encode(key.sign(&bytes).to_bytes());
    bytes.extend_from_slice(BEFORE);
    bytes.extend_from_slice(signature.as_bytes());
    bytes.extend_from_slice(AFTER);
    Ok(bytes)
}

/// Reads a file of at most [`LARGEST`] bytes that anybody may have written.
///
/// # Errors
/// [`Kind::NewerFormat`]; [`Kind::HeartbeatUntrusted`] for what is no heartbeat.
pub(super) fn parse(bytes: &[u8]) -> Result<(Heartbeat, Signed)> {
    let (json, signature) = match split(bytes) {
        Some((signed, signature)) => ([signed, b"\n}"].concat(), Some((signed, signature))),
        None => (bytes.to_vec(), None),
    };
    let odd = |cause: &dyn std::fmt::Display| Error::new(Kind::HeartbeatUntrusted, DOING).because(cause);
    let head: Head = serde_json::from_slice(&json).map_err(|cause| odd(&cause))?;
    if head.format > HEARTBEAT_FORMAT {
        return Err(Error::new(Kind::NewerFormat, DOING).fact("format", head.format));
    }
    let heartbeat: Heartbeat = serde_json::from_slice(&json).map_err(|cause| odd(&cause))?;
    heartbeat.check().map_err(|error| error.with_kind(Kind::HeartbeatUntrusted))?;
    let signed = match (&heartbeat.key, signature) {
        (None, None) => Signed::Not,
        (Some(key), Some((signed, signature))) if verify(key, signed, signature).is_some() => Signed::Well,
        _ => Signed::Badly,
    };
    Ok((heartbeat, signed))
}

/// The bytes that were signed, and the signature's text.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_suffix(AFTER)?;
    let (rest, signature) = rest.split_at_checked(rest.len().checked_sub(SIGNATURE)?)?;
    Some((rest.strip_suffix(BEFORE)?, signature))
}

fn verify(key: &str, signed: &[u8], signature: &[u8]) -> Option<()> {
    let key: [u8; 32] = BASE64.decode(key).ok()?.try_into().ok()?;
    let signature: [u8; 64] = BASE64.decode(signature).ok()?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&key).ok()?;
    key.verify_strict(signed, &Signature::from_bytes(&signature)).ok()
}

#[cfg(test)]
mod tests {
    use resguardo_domain::{ComputerId, ComputerInfo, PlanBeat, PlanId, ProtectionState, Writer};

    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_bytes(&[byte; 32])
    }

    fn heartbeat() -> Heartbeat {
        let plan = PlanBeat {
            plan: PlanId::from_random(1),
            name: "Contabilidad \"2\"".into(),
            here: true,
            active: true,
            paused_until: None,
            last_copy: Some("2026-09-12T02:00:00Z".parse().unwrap()),
            interval: Some(86_400),
            next_due: None,
            failures: 0,
        };
        Heartbeat {
            format: HEARTBEAT_FORMAT,
            computer: ComputerInfo { id: ComputerId::from_random(5), name: "caja".into() },
            made_at: "2026-09-12T02:05:00Z".parse().unwrap(),
            state: ProtectionState::Protected,
            plans: vec![plan],
            program: Writer { name: "resguardo".into(), version: "0.1.0".into() },
            key: None,
        }
    }

    #[test]
    fn what_is_written_is_read_signed_or_not() {
        let signed = to_bytes(&heartbeat(), Some(&key(1))).unwrap();
        let (read, state) = parse(&signed).unwrap();
        assert_eq!((read.key.as_deref(), state), (Some(public_key(&key(1)).as_str()), Signed::Well));
        assert_eq!(Heartbeat { key: None, ..read }, heartbeat());
        let plain = to_bytes(&heartbeat(), None).unwrap();
        assert_eq!(parse(&plain).unwrap(), (heartbeat(), Signed::Not));
        for bytes in [signed, plain] {
            let whole: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(whole["computer"]["name"], "caja");
        }
    }

    #[test]
    fn a_byte_changed_anywhere_is_noticed() {
        let signed = to_bytes(&heartbeat(), Some(&key(1))).unwrap();
        for at in 0..signed.len() {
            let mut bad = signed.clone();
            bad[at] ^= 1;
            let believed = parse(&bad).is_ok_and(|(_, state)| state == Signed::Well);
            assert!(!believed, "byte {at}");
        }
    }

    #[test]
    fn a_signature_taken_away_or_put_elsewhere_is_noticed() {
        let (one, other) =
            (to_bytes(&heartbeat(), Some(&key(1))).unwrap(), to_bytes(&heartbeat(), Some(&key(2))).unwrap());
        let (signed, _) = split(&one).unwrap();
        let (_, signature) = split(&other).unwrap();
        let stripped = [signed, b"\n}\n"].concat();
        assert_eq!(parse(&stripped).unwrap().1, Signed::Badly);
        let swapped = [signed, BEFORE, signature, AFTER].concat();
        assert_eq!(parse(&swapped).unwrap().1, Signed::Badly);
        // Fields that a second reader could see, but the first did not sign.
        let more = [signed, BEFORE, signature, b"\",\n  \"format\": 1\n}\n"].concat();
        assert!(parse(&more).is_err() || parse(&more).unwrap().1 == Signed::Badly);
    }

    #[test]
    fn what_is_no_heartbeat_is_refused_whatever_it_is() {
        let deep = "[".repeat(100_000);
        let wide = format!("{{\"format\":1,\"plans\":[{}]}}", vec!["{}"; 20_000].join(","));
        let newer = "{\"format\": 2, \"computer\": {\"id\": 7}}";
        for text in ["", "null", "{}", "{\"format\":-1}", "{\"format\":1}", &deep, &wide, "\u{0}\u{ff}"] {
            let kind = parse(text.as_bytes()).unwrap_err().kind;
            assert_eq!(kind, Kind::HeartbeatUntrusted, "{text:.40}");
        }
        assert_eq!(parse(newer.as_bytes()).unwrap_err().kind, Kind::NewerFormat);
        assert_eq!(parse(&[0xff, 0xfe, 0x00]).unwrap_err().kind, Kind::HeartbeatUntrusted);
    }
}
