//! The place for icons beside the clock, and the icon as a person uses it: what it shows, what its menu says, a click.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zbus::blocking::{Connection, Proxy};
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value};

use crate::process::wait_for;

pub(crate) const NAME: &str = "org.kde.StatusNotifierWatcher";
pub(crate) const PLACE: &str = "/StatusNotifierWatcher";

/// Takes icons in.
#[derive(Clone, Default)]
pub(crate) struct Watcher(Arc<Mutex<Vec<(String, String)>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// An icon comes as a path of its owner, or as a name on the bus.
    fn register_status_notifier_item(&self, service: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(|name| name.to_string()).unwrap_or_default();
        let item = if service.starts_with('/') {
            (sender, service)
        } else {
            (service, "/StatusNotifierItem".to_owned())
        };
        self.0.lock().unwrap().push(item);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(owner, path)| format!("{owner}{path}")).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

impl Watcher {
    /// The newest icon, once there is one.
    pub(crate) fn tray(&self, address: &str) -> Tray {
        let (owner, path) = wait_for("an icon beside the clock", || self.0.lock().unwrap().last().cloned());
        let connection = zbus::blocking::connection::Builder::address(address).unwrap().build().unwrap();
        Tray { connection, owner, path }
    }
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    id: i32,
    /// What it says; empty for a line between entries.
    pub(crate) label: String,
    /// Whether it can be clicked.
    pub(crate) enabled: bool,
}

/// An icon.
pub(crate) struct Tray {
    connection: Connection,
    owner: String,
    path: String,
}

type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

impl Tray {
    /// The file with the picture that is shown.
    fn picture(&self) -> String {
        let item = self.proxy(&self.path, "org.kde.StatusNotifierItem");
        item.get_property("IconName").unwrap()
    }

    /// Which of the icons in `icons/tray` is shown; none while it is being changed.
    pub(crate) fn face(&self) -> Option<&'static str> {
        let shown = pixels(&self.picture())?;
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../icons/tray");
        let faces = ["protected", "copying", "attention", "unprotected", "paused"];
        faces.into_iter().find(|face| pixels(&format!("{folder}/{face}.png")).as_ref() == Some(&shown))
    }

    /// All entries, those of submenus after the one that opens them.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let menu = self.menu();
        let names: [&str; 0] = [];
        let (_, (_, _, children)): Layout = menu.call("GetLayout", &(0_i32, -1_i32, &names[..])).unwrap();
        let mut found = Vec::new();
        children.into_iter().for_each(|child| collect(child, &mut found));
        found
    }

    /// What the entries say, without the lines between them.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.entries().into_iter().map(|entry| entry.label).filter(|label| !label.is_empty()).collect()
    }

    /// Waits until the menu has an entry.
    pub(crate) fn wait(&self, label: &str) {
        wait_for(label, || self.labels().iter().any(|known| known == label).then_some(()));
    }

    /// Clicks an entry.
    pub(crate) fn click(&self, label: &str) {
        let entry = wait_for(label, || self.entries().into_iter().find(|entry| entry.label == label));
        assert!(entry.enabled, "{label} can't be clicked");
        let nothing = Value::from(0_i32);
        self.menu().call::<_, _, ()>("Event", &(entry.id, "clicked", nothing, 0_u32)).unwrap();
    }

    fn menu(&self) -> Proxy<'static> {
        self.proxy(&format!("{}/Menu", self.path), "com.canonical.dbusmenu")
    }

    fn proxy(&self, path: &str, interface: &'static str) -> Proxy<'static> {
        let cached = zbus::proxy::CacheProperties::No;
        zbus::blocking::proxy::Builder::new(&self.connection)
            .destination(self.owner.clone())
            .unwrap()
            .path(path.to_owned())
            .unwrap()
            .interface(interface)
            .unwrap()
            .cache_properties(cached)
            .build()
            .unwrap()
    }
}

fn collect(value: OwnedValue, into: &mut Vec<Entry>) {
    let (id, mut properties, children): (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>) =
        value.try_into().unwrap();
    let visible = properties.remove("visible").is_none_or(|value| bool::try_from(value).unwrap());
    let label = properties.remove("label").map(|value| String::try_from(value).unwrap()).unwrap_or_default();
    let enabled = properties.remove("enabled").is_none_or(|value| bool::try_from(value).unwrap());
    if visible {
        // An underscore marks the letter of the keyboard.
        into.push(Entry { id, label: label.replace('_', ""), enabled });
        children.into_iter().for_each(|child| collect(child, into));
    }
}

/// The colours of a picture, however they were written; `None` when it is not there (any more).
fn pixels(file: &str) -> Option<Vec<u8>> {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(file).ok()?));
    let mut reader = decoder.read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut bytes).ok()?;
    Some(bytes)
}
