//! Desktop notices: to a real server on a screen, to one that is looked into, and without any.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use resguardo_domain::Kind;
use resguardo_notices::{Channel as _, Desktop, Identity};
use resguardo_testkit::desk::{Desk, in_child};
use resguardo_testkit::test_context;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use crate::message;

/// Long enough for any machine; it is waited for only when the test fails.
const LONG: Duration = Duration::from_secs(60);

fn desktop() -> (Desktop, Receiver<String>) {
    let (send, receive) = channel();
    let send = Mutex::new(send);
    let clicked = Arc::new(move |link: &str| send.lock().unwrap().send(link.to_owned()).unwrap());
    (Desktop::new(Identity { clicked, ..Identity::default() }), receive)
}

/// What a notification server was asked to show.
#[derive(Debug)]
struct Shown {
    app: String,
    summary: String,
    body: String,
    actions: Vec<String>,
    urgency: u8,
    timeout: i32,
}

struct Server {
    abilities: Vec<&'static str>,
    shown: Sender<Shown>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[allow(clippy::too_many_arguments, reason = "the protocol's")]
    fn notify(
        &self,
        app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: std::collections::HashMap<String, OwnedValue>,
        timeout: i32,
    ) -> u32 {
        let urgency = hints.get("urgency").and_then(|value| u8::try_from(value).ok()).unwrap_or(99);
        self.shown.send(Shown { app, summary, body, actions, urgency, timeout }).unwrap();
        7
    }

    fn get_capabilities(&self) -> Vec<&'static str> {
        self.abilities.clone()
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "test", "1", "1.2")
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

const PLACE: &str = "/org/freedesktop/Notifications";

fn serve(abilities: Vec<&'static str>) -> (zbus::blocking::Connection, Receiver<Shown>) {
    let (shown, seen) = channel();
    let bus = zbus::blocking::connection::Builder::session()
        .unwrap()
        .serve_at(PLACE, Server { abilities, shown })
        .unwrap()
        .name("org.freedesktop.Notifications")
        .unwrap();
    (bus.build().unwrap(), seen)
}

/// Tells a click again and again until it was heard: nobody says when the client has begun to listen.
fn click(
    bus: &zbus::blocking::Connection,
    id: u32,
    action: &str,
    clicks: &Receiver<String>,
) -> Option<String> {
    for _ in 0..200 {
        bus.emit_signal(None::<&str>, PLACE, "org.freedesktop.Notifications", "ActionInvoked", &(id, action))
            .unwrap();
        if let Ok(link) = clicks.recv_timeout(Duration::from_millis(50)) {
            return Some(link);
        }
    }
    None
}

#[test]
fn a_server_gets_the_notice_and_its_click_comes_back() {
    in_child("desktop::a_server_gets_the_notice_and_its_click_comes_back", Desk::NoServices, |_| {
        let (bus, seen) = serve(vec!["actions", "body", "body-markup"]);
        for action in ["default", "open"] {
            let (desktop, clicks) = desktop();
            desktop.send(&test_context(), &message()).unwrap();
            let shown = seen.recv_timeout(LONG).unwrap();
            assert_eq!(
                (shown.app.as_str(), shown.summary.as_str()),
                ("Resguardo", "La copia no pudo terminar")
            );
            assert_eq!(shown.body, message().body);
            assert_eq!(shown.actions, ["default", "Arreglar", "open", "Arreglar"]);
            assert_eq!((shown.urgency, shown.timeout), (2, 0));
            // Of another notice.
            bus.emit_signal(
                None::<&str>,
                PLACE,
                "org.freedesktop.Notifications",
                "ActionInvoked",
                &(8_u32, action),
            )
            .unwrap();
            assert_eq!(click(&bus, 7, action, &clicks).as_deref(), Some("resguardo://operation/42"));
        }
    });
}

#[test]
fn a_notice_that_is_closed_or_has_no_link_opens_nothing() {
    in_child("desktop::a_notice_that_is_closed_or_has_no_link_opens_nothing", Desk::NoServices, |_| {
        let (bus, seen) = serve(vec!["actions"]);
        let (desktop, clicks) = desktop();
        let mut plain = message();
        plain.link = None;
        desktop.send(&test_context(), &plain).unwrap();
        assert!(seen.recv_timeout(LONG).unwrap().actions.is_empty());
        desktop.send(&test_context(), &message()).unwrap();
        seen.recv_timeout(LONG).unwrap();
        for _ in 0..20 {
            let closed = (7_u32, 2_u32);
            bus.emit_signal(
                None::<&str>,
                PLACE,
                "org.freedesktop.Notifications",
                "NotificationClosed",
                &closed,
            )
            .unwrap();
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(desktop);
        // Every thread that could have told of a click has ended, and with them the last sender.
        assert_eq!(clicks.recv_timeout(LONG), Err(std::sync::mpsc::RecvTimeoutError::Disconnected));
    });
}

#[test]
fn markup_is_written_out_only_for_servers_that_know_it() {
    in_child("desktop::markup_is_written_out_only_for_servers_that_know_it", Desk::NoServices, |_| {
        for (abilities, body) in [(vec!["body-markup"], "a &lt;b&gt; &amp; c"), (vec!["body"], "a <b> & c")] {
            let (_bus, seen) = serve(abilities);
            let mut notice = message();
            notice.body = "a <b> & c".to_owned();
            desktop().0.send(&test_context(), &notice).unwrap();
            assert_eq!(seen.recv_timeout(LONG).unwrap().body, body);
        }
    });
}

#[test]
fn a_real_server_shows_it_and_tells_of_the_click() {
    in_child("desktop::a_real_server_shows_it_and_tells_of_the_click", Desk::Screen, |_| {
        let dunstctl = |word: &str| {
            let output = std::process::Command::new("dunstctl").arg(word).output().unwrap();
            assert!(output.status.success(), "dunstctl {word}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let (desktop, clicks) = desktop();
        desktop.send(&test_context(), &message()).unwrap();
        let mut clicked = None;
        for _ in 0..200 {
            dunstctl("action");
            clicked = clicks.recv_timeout(Duration::from_millis(50)).ok();
            if clicked.is_some() {
                break;
            }
        }
        dunstctl("close-all");
        let history = dunstctl("history");
        for text in ["La copia no pudo terminar", "La base clinica_robles no se cop", "Resguardo"] {
            assert!(history.contains(text), "{text}: {history}");
        }
        assert_eq!(clicked.as_deref(), Some("resguardo://operation/42"), "{history}");
    });
}

#[test]
fn without_a_server_or_a_bus_it_is_said_at_once() {
    for (desk, chapter) in [(Desk::NoServices, "services"), (Desk::NoBus, "bus")] {
        let folder = tempfile::tempdir().unwrap();
        let name = "desktop::without_a_server_or_a_bus_it_is_said_at_once";
        resguardo_testkit::desk::on(desk, folder.path(), name, chapter, |_| {
            let error = desktop().0.send(&test_context(), &message()).unwrap_err();
            assert_eq!((error.kind, error.get("channel")), (Kind::ChannelUnreachable, Some("desktop")));
            assert_ne!(error.cause.as_deref(), Some("no answer in time"));
        });
    }
}

#[test]
fn a_bus_that_never_answers_is_left_after_a_while_or_when_cancelled() {
    in_child(
        "desktop::a_bus_that_never_answers_is_left_after_a_while_or_when_cancelled",
        Desk::Silent,
        |_| {
            let (desktop, _clicks) = desktop();
            let cx = test_context();
            let flag = cx.cancel_flag().clone();
            let stop = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(200));
                flag.cancel();
            });
            assert_eq!(desktop.send(&cx, &message()).unwrap_err().kind, Kind::Cancelled);
            stop.join().unwrap();
            let error = desktop.send(&test_context(), &message()).unwrap_err();
            assert_eq!(
                (error.kind, error.cause.as_deref()),
                (Kind::ChannelUnreachable, Some("no answer in time"))
            );
        },
    );
}
