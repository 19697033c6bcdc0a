//! Linux and its like: the Secret Service on the session bus.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi as _;
use zbus::blocking::{Connection, Proxy, fdo};
use zbus::zvariant::OwnedObjectPath;
use zbus_secret_service_keyring_store::Store;

use super::{Failure, Presence, SERVICE};

const NAME: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";

/// Asks the bus itself, because the store's own calls would open a dialog when it is locked.
pub(super) fn presence() -> Presence {
    let bus = match Connection::session() {
        Ok(bus) => bus,
        Err(cause) => return Presence::Absent(format!("no session bus: {cause}")),
    };
    match is_known(&bus) {
        Ok(true) => {}
        Ok(false) => return Presence::Absent(format!("nobody offers {NAME}")),
        Err(cause) => return Presence::Absent(format!("the session bus does not answer: {cause}")),
    }
    match is_locked(&bus) {
        Ok(None) => Presence::Locked("it has no default collection yet".to_owned()),
        Ok(Some(true)) => Presence::Locked("its default collection is locked".to_owned()),
        Ok(Some(false)) => Presence::Ready,
        // Offered but not working: there is a key store, so nothing may fall back to a file.
        Err(cause) => Presence::Locked(cause.to_string()),
    }
}

/// Whether it runs or would be started when asked.
fn is_known(bus: &Connection) -> zbus::Result<bool> {
    let bus = fdo::DBusProxy::new(bus)?;
    if bus.name_has_owner(NAME.try_into()?)? {
        return Ok(true);
    }
    Ok(bus.list_activatable_names()?.iter().any(|name| name.as_str() == NAME))
}

/// Whether the collection that gets our entry is locked; `None` when there is none.
fn is_locked(bus: &Connection) -> zbus::Result<Option<bool>> {
    let service = Proxy::new(bus, NAME, ROOT, "org.freedesktop.Secret.Service")?;
    let collection: OwnedObjectPath = service.call("ReadAlias", &"default")?;
    if collection.as_str() == "/" {
        return Ok(None);
    }
    let collection = Proxy::new(bus, NAME, collection, "org.freedesktop.Secret.Collection")?;
    collection.get_property("Locked").map(Some)
}

pub(super) fn read(account: &str) -> Result<Option<Vec<u8>>, Failure> {
    match entry(account)?.get_secret() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(cause) => Err(failed(&cause)),
    }
}

pub(super) fn write(account: &str, bytes: &[u8]) -> Result<(), Failure> {
    entry(account)?.set_secret(bytes).map_err(|cause| failed(&cause))
}

/// Writing and removing an entry unlocks, or makes, the default collection.
pub(super) fn unlock() -> Result<(), Failure> {
    let entry = entry("unlock")?;
    entry.set_secret(b"unlock").and_then(|()| entry.delete_credential()).map_err(|cause| failed(&cause))
}

fn entry(account: &str) -> Result<Entry, Failure> {
    let store: Arc<Store> = Store::new().map_err(|cause| failed(&cause))?;
    let label = HashMap::from([("label", SERVICE)]);
    store.build(SERVICE, account, Some(&label)).map_err(|cause| failed(&cause))
}

/// By its text only: an error's `Debug` may carry the bytes that were read.
fn failed(cause: &keyring_core::Error) -> Failure {
    Failure(cause.to_string())
}
