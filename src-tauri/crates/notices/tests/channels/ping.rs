//! Signs of life.

use std::time::Duration;

use resguardo_domain::{Kind, Secret};
use resguardo_notices::{Channel as _, Patience, Ping, PingConfig};
use resguardo_testkit::test_context;

use crate::server::{Answer, Server};
use crate::{CANARY, assert_hidden, message};

const QUICK: Patience = Patience {
    attempt: Duration::from_millis(500),
    attempts: 2,
    pause: Duration::from_millis(10),
    longest_pause: Duration::from_secs(1),
};

fn ping(url: &str) -> Ping {
    Ping::with_patience(&PingConfig::default(), &Secret::new(url), QUICK).unwrap()
}

#[test]
fn a_run_is_told_from_start_to_end() {
    let server = Server::http(vec![Answer::Status(200, "")]);
    let (ping, cx) = (ping(&server.url("/ping/uuid/?rid=7")), test_context());
    assert_eq!(ping.start(&cx), None);
    assert_eq!(ping.success(&cx, "214 archivos"), None);
    assert_eq!(ping.fail(&cx, "sin sitio", None), None);
    assert_eq!(ping.fail(&cx, "sin sitio", Some(3)), None);
    assert_eq!(ping.fail(&cx, "", Some(0)), None);
    ping.send(&cx, &message()).unwrap();
    let told: Vec<(String, String)> =
        server.requests().into_iter().map(|request| (request.line, request.body)).collect();
    let line = |path: &str| format!("POST {path}?rid=7 HTTP/1.1");
    assert_eq!(told[0], (line("/ping/uuid/start"), String::new()));
    assert_eq!(told[1], (line("/ping/uuid/"), "214 archivos".to_owned()));
    assert_eq!(told[2], (line("/ping/uuid/fail"), "sin sitio".to_owned()));
    assert_eq!(told[3], (line("/ping/uuid/3"), "sin sitio".to_owned()));
    assert_eq!(told[4], (line("/ping/uuid/fail"), String::new()));
    assert!(told[5].0 == line("/ping/uuid/fail") && told[5].1.starts_with("La copia no pudo terminar\n"));
}

#[test]
fn what_goes_wrong_is_a_reason_and_hides_the_address() {
    for (answer, kind) in [
        (Answer::Status(500, ""), Kind::ChannelUnreachable),
        (Answer::Status(404, ""), Kind::ChannelDenied),
        (Answer::Hang, Kind::ChannelUnreachable),
        (Answer::Close, Kind::ChannelUnreachable),
    ] {
        let server = Server::http(vec![answer]);
        let ping = ping(&server.url(&format!("/{CANARY}")));
        let error = ping.start(&test_context()).unwrap();
        assert_eq!((error.kind, error.get("channel")), (kind, Some("ping")));
        assert_hidden(&format!("{error} {error:?} {ping:?}"));
    }
}

#[test]
fn a_long_text_is_cut() {
    let server = Server::http(vec![Answer::Status(200, "")]);
    assert_eq!(ping(&server.url("/")).fail(&test_context(), &"ñ".repeat(50_000), None), None);
    assert_eq!(server.requests()[0].body.chars().count(), 10_000);
}
