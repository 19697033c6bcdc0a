//! The desktop's own notices. A click leads to the problem.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

#[cfg(not(target_os = "macos"))]
use notify_rust::Urgency;
use notify_rust::{Notification, NotificationHandle, NotificationResponse, Timeout};
use resguardo_domain::{Context, Error, Kind, Result};

use crate::failure::failed;
use crate::message::{cut, one_line};
use crate::{Channel, Message, Severity};

/// How long a desktop gets to show a notice; one that has to be started first needs some of it.
const PATIENCE: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(100);
/// The name of our button; a click on the notice itself is `default`.
const OPEN: &str = "open";

/// As whom notices appear, and who is told of clicks.
#[derive(Clone)]
pub struct Identity {
    /// The program's name.
    pub name: String,
    /// The icon's name or path; empty for none.
    pub icon: String,
    /// Windows: the id under which the installer registered the program; without it notices appear as another program's.
    pub app_id: Option<String>,
    /// Gets the link of a notice that was clicked, on a thread of its own.
    pub clicked: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Default for Identity {
    /// The program without icon; nobody is told of clicks.
    fn default() -> Self {
        Self { name: "Resguardo".to_owned(), icon: String::new(), app_id: None, clicked: Arc::new(|_| {}) }
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("name", &self.name)
            .field("icon", &self.icon)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// The desktop of the user who runs the program.
#[derive(Debug)]
pub struct Desktop(Identity);

impl Desktop {
    /// Notices as somebody; nothing is shown.
    pub fn new(identity: Identity) -> Self {
        Self(identity)
    }

    fn notification(&self, message: &Message) -> Notification {
        let mut notification = Notification::new();
        notification
            .appname(&self.0.name)
            .summary(&cut(&one_line(&message.title), 200))
            .body(&cut(&message.body, 1000))
            .icon(&self.0.icon);
        #[cfg(not(target_os = "macos"))]
        notification.urgency(urgency(message.severity));
        if message.severity == Severity::Alarm {
            notification.timeout(Timeout::Never);
        }
        #[cfg(windows)]
        if let Some(id) = &self.0.app_id {
            notification.app_id(id);
        }
        if let Some(link) = &message.link {
            // Linux calls a click on the notice itself by this name; elsewhere it would become a second button.
            #[cfg(all(unix, not(target_os = "macos")))]
            notification.action("default", &link.label);
            notification.action(OPEN, &link.label);
        }
        notification
    }
}

#[cfg(not(target_os = "macos"))]
fn urgency(severity: Severity) -> Urgency {
    match severity {
        Severity::Info => Urgency::Low,
        Severity::Warning => Urgency::Normal,
        Severity::Alarm => Urgency::Critical,
    }
}

impl Channel for Desktop {
    fn send(&self, cx: &Context, message: &Message) -> Result<()> {
        cx.step("notices.desktop")?;
        let notification = self.notification(message);
        let link = message.link.as_ref().map(|link| link.url.clone());
        let (clicked, (shown, hear)) = (Arc::clone(&self.0.clicked), channel());
        // One thread for each notice that is open; it ends when the notice is clicked or closed.
        std::thread::Builder::new()
            .name("notice".to_owned())
            .spawn(move || show(notification, &shown, link.as_deref(), clicked.as_ref()))
            .map_err(|cause| Error::io(&cause, "start a thread", "desktop"))?;
        let start = Instant::now();
        loop {
            cx.check()?;
            match hear.recv_timeout(GLANCE) {
                Ok(result) => return result.map_err(|why| unreachable(&why)),
                Err(RecvTimeoutError::Disconnected) => return Err(unreachable("it ended without an answer")),
                Err(RecvTimeoutError::Timeout) if start.elapsed() > PATIENCE => {
                    return Err(unreachable("no answer in time"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn unreachable(why: &str) -> Error {
    failed(Kind::ChannelUnreachable, "desktop").because(why)
}

/// Shows a notice, tells whether that worked, and stays to hear of a click.
fn show(
    mut notification: Notification,
    shown: &Sender<std::result::Result<(), String>>,
    link: Option<&str>,
    clicked: &dyn Fn(&str),
) {
    speak_its_language(&mut notification);
    let result = notification.show();
    let told = match &result {
        Ok(_) => Ok(()),
        Err(cause) => Err(cause.to_string()),
    };
    // Whoever asked may have been cancelled by now; the notice is there all the same.
    let _ = shown.send(told);
    if let (Ok(handle), Some(link)) = (result, link) {
        wait_for_click(handle, || clicked(link));
    }
}

/// Servers on Linux that know markup take `<` and `&` for it; others show what stands there.
#[cfg(all(unix, not(target_os = "macos")))]
fn speak_its_language(notification: &mut Notification) {
    let abilities = notify_rust::get_capabilities().unwrap_or_default();
    if abilities.iter().any(|ability| ability == "body-markup") {
        notification.body = crate::message::escaped(&notification.body);
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn speak_its_language(_: &mut Notification) {}

fn wait_for_click(handle: NotificationHandle, clicked: impl Fn()) {
    let heard = |response: &NotificationResponse| match response {
        NotificationResponse::Default => clicked(),
        NotificationResponse::Action(name) if name == OPEN => clicked(),
        _ => {}
    };
    // That nobody can hear of clicks is no failure of the notice, which is shown.
    let _ = handle.wait_for_response(heard);
}
