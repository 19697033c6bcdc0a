//! The connection test, written once for every kind of destination: it does with a small object all that a copy will do.

use resguardo_domain::{Context, Destination, Error, Kind, Limits, ObjectKey, Result, Space};

const PREFIX: &str = "resguardo-probe/";
const SIZE: usize = 4096;

/// What the connection test found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Room, where it can be known.
    pub space: Option<Space>,
    /// What the destination can't do.
    pub limits: Limits,
}

/// Writes, lists, reads back, compares and deletes one small object; nothing of it stays.
///
/// # Errors
/// Whatever the destination answers; [`Kind::VerifyFailed`] when it does not keep what it was given, with the fact `step`.
pub fn probe(cx: &Context, destination: &dyn Destination) -> Result<Probe> {
    destination.check(cx)?;
    let limits = destination.limits(cx)?;
    let space = destination.space(cx)?;
    let key = ObjectKey::new(format!("{PREFIX}{:016x}", cx.random_bits()))?;
    let bytes: Vec<u8> =
        std::iter::repeat_with(|| cx.random_bits().to_le_bytes()).take(SIZE / 8).flatten().collect();
    let round = go_round(cx, destination, &key, &bytes);
    // Deleted in any case, but the first error is the one that tells what is wrong.
    let deleted = destination.delete(cx, &key).and_then(|()| match destination.head(cx, &key)? {
        None => Ok(()),
        Some(_) => Err(unfaithful(destination, "delete")),
    });
    round.and(deleted)?;
    Ok(Probe { space, limits })
}

fn go_round(cx: &Context, destination: &dyn Destination, key: &ObjectKey, bytes: &[u8]) -> Result<()> {
    destination.put(cx, key, bytes)?;
    let size = bytes.len() as u64;
    let expect = |step, holds: bool| if holds { Ok(()) } else { Err(unfaithful(destination, step)) };
    expect("head", destination.head(cx, key)?.is_some_and(|info| info.size == size))?;
    let listed = destination.list(cx, PREFIX)?;
    expect("list", listed.iter().any(|info| info.key == *key && info.size == size))?;
    expect("get", destination.get(cx, key, None)? == bytes)?;
    let (start, length) = (SIZE / 4, SIZE / 2);
    let part = destination.get(cx, key, Some((start as u64, length as u64)))?;
    expect("get a range", part == bytes[start..start + length])
}

fn unfaithful(destination: &dyn Destination, step: &str) -> Error {
    Error::new(Kind::VerifyFailed, "test the destination")
        .fact("destination", destination.info().root)
        .fact("step", step)
        .because("the destination did not keep what it was given")
}
