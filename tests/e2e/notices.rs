//! Who shows notices on this desktop, and clicks them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zbus::blocking::Connection;
use zbus::zvariant::OwnedValue;

use crate::process::wait_for;

pub(crate) const NAME: &str = "org.freedesktop.Notifications";
pub(crate) const PLACE: &str = "/org/freedesktop/Notifications";

/// A notice as it was shown.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    id: u32,
    pub(crate) title: String,
    pub(crate) body: String,
    /// What its button says.
    pub(crate) button: Option<String>,
}

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Notices {
    shown: Arc<Mutex<Vec<Shown>>>,
    connection: Arc<Mutex<Option<Connection>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notices {
    #[allow(clippy::too_many_arguments, reason = "the protocol's")]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().unwrap();
        let id = u32::try_from(shown.len()).unwrap() + 1;
        let button = actions.chunks(2).find(|pair| pair[0] == "open").map(|pair| pair[1].clone());
        shown.push(Shown { id, title, body, button });
        id
    }

    fn get_capabilities(&self) -> Vec<&'static str> {
        vec!["actions", "body"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "test", "1", "1.2")
    }

    fn close_notification(&self, _id: u32) {}
}

impl Notices {
    /// Speaks through a connection.
    pub(crate) fn serve(&self, connection: &Connection) {
        *self.connection.lock().unwrap() = Some(connection.clone());
    }

    /// Waits for a notice with a title.
    pub(crate) fn wait(&self, title: &str) -> Shown {
        let find = || self.shown.lock().unwrap().iter().find(|shown| shown.title == title).cloned();
        wait_for(title, find)
    }

    /// Clicks a notice again and again until something happened: nobody says when the program has begun to listen.
    pub(crate) fn click(&self, shown: &Shown, mut happened: impl FnMut() -> bool) {
        let connection = self.connection.lock().unwrap().clone().unwrap();
        wait_for("what a click does", || {
            let clicked = (shown.id, "default");
            connection.emit_signal(None::<&str>, PLACE, NAME, "ActionInvoked", &clicked).unwrap();
            happened().then_some(())
        });
    }
}
