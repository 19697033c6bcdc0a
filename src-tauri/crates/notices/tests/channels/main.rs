//! Every channel against a real counterpart on loopback, and against ones that misbehave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod certificates;
#[cfg(target_os = "linux")]
mod desktop;
mod email;
#[cfg(target_os = "linux")]
mod mail_server;
mod ping;
mod releases;
mod server;
mod webhook;

use resguardo_notices::{Link, Message, MessageFact, Severity};

/// What must never be seen in an error or in `Debug`.
const CANARY: &str = "canary-51c0ffee";

/// A failure as the owner of a clinic would get it.
fn message() -> Message {
    Message {
        title: "La copia no pudo terminar".to_owned(),
        body: "La base clinica_robles no se copió: su contraseña ha cambiado.\nLos archivos sí están al día."
            .to_owned(),
        severity: Severity::Alarm,
        cause: "plan-1/source-denied".to_owned(),
        link: Some(Link { url: "resguardo://operation/42".to_owned(), label: "Arreglar".to_owned() }),
        facts: vec![MessageFact {
            key: "plan".to_owned(),
            label: "Plan".to_owned(),
            value: "Consultorio <1> & más".to_owned(),
        }],
        computer: "recepcion".to_owned(),
        at: "2026-03-12T09:58:00Z".parse().unwrap(),
        when: "12/03/2026 10:58".to_owned(),
        language: "es".to_owned(),
    }
}

fn assert_hidden(shown: &str) {
    assert!(!shown.contains("canary"), "{shown}");
}
