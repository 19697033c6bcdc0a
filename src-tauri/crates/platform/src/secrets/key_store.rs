//! The system's key store: where there is one, whether it is locked, and one small entry in it.
//!
//! No call here opens a dialog but [`unlock`]: a backup at night must end with an error, not with a question on a screen
//! nobody looks at.

use std::time::Duration;

use resguardo_domain::{Context, Error, Kind, Result};
use zeroize::Zeroizing;

use super::sealed::Key;
use super::waiting::within;

#[cfg_attr(any(windows, target_os = "macos"), path = "key_store_native.rs")]
#[cfg_attr(all(unix, not(target_os = "macos")), path = "key_store_secret_service.rs")]
mod system;

/// The name under which a key store's own program lists our entry.
const SERVICE: &str = "Resguardo";
/// Long enough for a key store that has to be started first on a busy computer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether a key store can be used, with the technical reason when it can't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    Ready,
    Locked(String),
    Absent(String),
}

/// What went wrong with one entry.
#[derive(Debug)]
struct Failure(String);

/// Whether there is a key store, asked anew each time.
pub(super) fn presence(cx: &Context) -> Result<Presence> {
    let answer = within(cx, PATIENCE, system::presence)?;
    Ok(answer.unwrap_or_else(|| Presence::Locked(too_slow())))
}

/// The key of that name; `None` when the key store is open and has none.
pub(super) fn read(cx: &Context, id: &str) -> Result<Option<Key>> {
    usable(cx)?;
    let account = account(id);
    let answer = within(cx, PATIENCE, move || system::read(&account).map(|bytes| bytes.map(Zeroizing::new)))?;
    match answer {
        Some(Ok(bytes)) => Ok(bytes.and_then(|bytes| Key::from_bytes(id, &bytes))),
        Some(Err(Failure(why))) => Err(locked(&why)),
        None => Err(locked(&too_slow())),
    }
}

/// Keeps a key under its name.
pub(super) fn write(cx: &Context, key: &Key) -> Result<()> {
    usable(cx)?;
    let (account, bytes) = (account(key.id()), Zeroizing::new(key.bytes().to_vec()));
    match within(cx, PATIENCE, move || system::write(&account, &bytes))? {
        Some(Ok(())) => Ok(()),
        Some(Err(Failure(why))) => Err(locked(&why)),
        None => Err(locked(&too_slow())),
    }
}

/// Opens the system's dialog and waits for its end.
pub(super) fn unlock(cx: &Context, patience: Duration) -> Result<()> {
    if let Presence::Absent(why) = presence(cx)? {
        return Err(absent(&why));
    }
    match within(cx, patience, system::unlock)? {
        Some(Ok(())) => usable(cx),
        Some(Err(Failure(why))) => Err(locked(&why)),
        None => Err(locked(&too_slow())),
    }
}

fn usable(cx: &Context) -> Result<()> {
    match presence(cx)? {
        Presence::Ready => Ok(()),
        Presence::Locked(why) => Err(locked(&why)),
        Presence::Absent(why) => Err(absent(&why)),
    }
}

fn account(id: &str) -> String {
    format!("secrets-{id}")
}

fn too_slow() -> String {
    "it does not answer".to_owned()
}

/// The error of a key store that is there and does not open.
pub(super) fn locked(why: &str) -> Error {
    Error::new(Kind::KeyStoreLocked, "ask the key store").fact("key_store", "locked").because(why)
}

/// The error of a key store that holds our key and is not there now.
fn absent(why: &str) -> Error {
    Error::new(Kind::KeyStoreLocked, "ask the key store").fact("key_store", "absent").because(why)
}
