//! Windows (Credential Manager) and macOS (Keychain): part of the system, there for everyone who is signed in.

use keyring::{Entry, Error};

use super::{Failure, Presence, SERVICE};

/// What an entry can't do is told when it is asked for.
pub(super) fn presence() -> Presence {
    match Entry::store_status() {
        Ok(()) => Presence::Ready,
        Err(cause) => Presence::Absent(failed(cause).0),
    }
}

pub(super) fn read(account: &str) -> Result<Option<Vec<u8>>, Failure> {
    match entry(account)?.get_secret() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Error::NoEntry) => Ok(None),
        Err(cause) => Err(failed(&cause)),
    }
}

pub(super) fn write(account: &str, bytes: &[u8]) -> Result<(), Failure> {
    entry(account)?.set_secret(bytes).map_err(|cause| failed(&cause))
}

/// The Keychain asks its owner by itself when an entry is written.
pub(super) fn unlock() -> Result<(), Failure> {
    let entry = entry("unlock")?;
    entry.set_secret(b"unlock").and_then(|()| entry.delete_credential()).map_err(|cause| failed(&cause))
}

fn entry(account: &str) -> Result<Entry, Failure> {
    Entry::new(SERVICE, account).map_err(|cause| failed(&cause))
}

/// By its text only: an error's `Debug` may carry the bytes that were read.
fn failed(cause: &Error) -> Failure {
    Failure(cause.to_string())
}
