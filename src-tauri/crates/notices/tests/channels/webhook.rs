//! Webhooks: what arrives, and what is made of every way in which they fail.

use std::time::Duration;

use resguardo_domain::{Error, Kind, Result, Retry, Secret};
use resguardo_notices::{Channel as _, Link, Message, Patience, Shape, Webhook, WebhookConfig};
use resguardo_testkit::test_context;
use serde_json::Value;

use crate::certificates::Authority;
use crate::server::{Answer, Server, closed_port};
use crate::{CANARY, assert_hidden, message};

const QUICK: Patience = Patience {
    attempt: Duration::from_millis(1500),
    attempts: 3,
    pause: Duration::from_millis(10),
    longest_pause: Duration::from_secs(2),
};

fn config(shape: Shape, extra_roots: Vec<String>) -> WebhookConfig {
    WebhookConfig { shape, allow_plain_http: false, extra_roots }
}

fn send_to(url: &str, roots: Vec<String>) -> Result<()> {
    let webhook = Webhook::with_patience(&config(Shape::Json, roots), &Secret::new(url), QUICK)?;
    assert_hidden(&format!("{webhook:?}"));
    webhook.send(&test_context(), &message())
}

/// Sends to a server with these answers; gives the error and how often the server was asked.
fn refused(answers: Vec<Answer>) -> (Error, usize) {
    let server = Server::http(answers);
    let error = send_to(&server.url(&format!("/services/{CANARY}?token={CANARY}")), vec![]).unwrap_err();
    assert_hidden(&format!("{error} {error:?}"));
    assert_eq!(error.get("channel"), Some("webhook"));
    (error, server.requests().len())
}

fn received(shape: Shape, message: &Message) -> Value {
    let server = Server::http(vec![Answer::Status(200, "")]);
    let url = Secret::new(server.url("/hook?key=1"));
    Webhook::new(&config(shape, vec![]), &url).unwrap().send(&test_context(), message).unwrap();
    let request = server.requests().remove(0);
    assert_eq!(request.line, "POST /hook?key=1 HTTP/1.1");
    assert!(
        request.headers.iter().any(|header| header.eq_ignore_ascii_case("content-type: application/json"))
    );
    serde_json::from_str(&request.body).unwrap()
}

#[test]
fn a_program_gets_every_field() {
    let json = received(Shape::Json, &message());
    assert_eq!(json["title"], "La copia no pudo terminar");
    assert_eq!((&json["severity"], &json["cause"]), (&"alarm".into(), &"plan-1/source-denied".into()));
    assert_eq!(
        (&json["link"], &json["at"]),
        (&"resguardo://operation/42".into(), &"2026-03-12T09:58:00Z".into())
    );
    assert_eq!((&json["facts"]["plan"], &json["version"]), (&"Consultorio <1> & más".into(), &1.into()));
    assert_eq!((&json["computer"], &json["language"]), (&"recepcion".into(), &"es".into()));
}

#[test]
fn slack_gets_blocks_in_which_nobody_can_be_called() {
    let mut shouting = message();
    shouting.body = "<!channel> & <@U123>".to_owned();
    let json = received(Shape::Slack, &shouting);
    let blocks = json["blocks"].as_array().unwrap();
    assert_eq!(blocks[0]["text"]["text"], "La copia no pudo terminar");
    let body = blocks[1]["text"]["text"].as_str().unwrap();
    assert_eq!(body, "&lt;!channel&gt; &amp; &lt;@U123&gt;\nArreglar: resguardo://operation/42");
    assert_eq!(blocks[2]["fields"][0]["text"], "*Plan*\nConsultorio &lt;1&gt; &amp; más");
    let mut with_web = message();
    with_web.link = Some(Link { url: "https://a.example/1".to_owned(), label: "Arreglar".to_owned() });
    let json = received(Shape::Slack, &with_web);
    assert_eq!(json["blocks"][3]["elements"][0]["url"], "https://a.example/1");
}

#[test]
fn teams_gets_an_adaptive_card() {
    let json = received(Shape::Teams, &message());
    let attachment = &json["attachments"][0];
    assert_eq!(
        (&json["type"], &attachment["contentType"]),
        (&"message".into(), &"application/vnd.microsoft.card.adaptive".into())
    );
    let card = &attachment["content"];
    assert_eq!((&card["type"], &card["version"]), (&"AdaptiveCard".into(), &"1.4".into()));
    assert_eq!(
        (&card["body"][0]["text"], &card["body"][0]["color"]),
        (&"La copia no pudo terminar".into(), &"Attention".into())
    );
    assert_eq!(card["body"][2]["facts"][0]["title"], "Plan");
    // Teams opens web pages only.
    assert!(card["actions"].is_null());
}

#[test]
fn discord_gets_an_embed_within_its_limits() {
    let mut long = message();
    long.title = "x".repeat(1000);
    long.body = "ñ".repeat(10_000);
    long.facts = std::iter::repeat_n(long.facts[0].clone(), 100).collect();
    let json = received(Shape::Discord, &long);
    let embed = &json["embeds"][0];
    let length = |value: &Value| value.as_str().unwrap().chars().count();
    assert_eq!((length(&embed["title"]), length(&embed["description"])), (256, 2000));
    assert_eq!(embed["fields"].as_array().unwrap().len(), 8);
    assert_eq!(json["allowed_mentions"]["parse"], Value::Array(vec![]));
    assert_eq!(embed["color"], 0xC6_2828);
}

#[test]
fn https_is_verified_against_the_authorities_that_are_trusted() {
    let authority = Authority::new();
    let server = Server::https(vec![Answer::Status(202, "")], &authority.sign("localhost"));
    let url = format!("https://localhost:{}/{CANARY}", server.port);
    let error = send_to(&url, vec![]).unwrap_err();
    assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
    assert_hidden(&error.to_string());
    let error = send_to(&url, vec![Authority::new().root()]).unwrap_err();
    assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
    assert!(server.requests().is_empty());
    send_to(&url, vec![authority.root()]).unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_certificate_of_another_name_is_refused_before_anything_is_said() {
    let authority = Authority::new();
    let server = Server::https(vec![Answer::Status(200, "")], &authority.sign("other.example"));
    let error = send_to(&format!("https://localhost:{}/", server.port), vec![authority.root()]).unwrap_err();
    assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let server =
        Server::http(vec![Answer::Status(500, ""), Answer::Status(503, ""), Answer::Status(204, "")]);
    send_to(&server.url("/"), vec![]).unwrap();
    assert_eq!(server.requests().len(), 3);
    let (error, asked) = refused(vec![Answer::Status(500, "")]);
    assert_eq!((error.kind, error.get("status"), asked), (Kind::ChannelUnreachable, Some("500"), 3));
}

#[test]
fn a_server_that_asks_to_wait_is_obeyed_or_left_for_later() {
    let server = Server::http(vec![Answer::Status(429, "Retry-After: 1\r\n"), Answer::Status(200, "")]);
    send_to(&server.url("/"), vec![]).unwrap();
    assert_eq!(server.requests().len(), 2);
    let (error, asked) = refused(vec![Answer::Status(429, "Retry-After: 3600\r\n"), Answer::Status(200, "")]);
    assert_eq!((error.kind, error.retry, asked), (Kind::ChannelUnreachable, Retry::Soon(3600), 1));
    let (error, _) = refused(vec![Answer::Status(429, "Retry-After: 99999999999999\r\n")]);
    assert_eq!(error.retry, Retry::Soon(u32::MAX));
}

#[test]
fn refusals_are_told_apart_and_not_repeated() {
    for (code, kind) in [
        (400, Kind::ChannelRefused),
        (401, Kind::ChannelDenied),
        (403, Kind::ChannelDenied),
        (404, Kind::ChannelDenied),
        (410, Kind::ChannelDenied),
        (413, Kind::ChannelRefused),
    ] {
        let (error, asked) = refused(vec![Answer::Status(code, "")]);
        assert_eq!((error.kind, asked), (kind, 1), "{code}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::http(vec![Answer::Status(200, "")]);
    let (error, asked) = refused(vec![Answer::Elsewhere(elsewhere.url("/"))]);
    assert_eq!((error.kind, error.get("status"), asked), (Kind::ChannelRefused, Some("307"), 1));
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn silence_and_hanging_up_are_unreachable_and_not_repeated() {
    for answer in [Answer::Hang, Answer::Close] {
        let (error, asked) = refused(vec![answer]);
        assert_eq!((error.kind, error.retry, asked), (Kind::ChannelUnreachable, Retry::Soon(300), 1));
    }
}

#[test]
fn nobody_there_is_unreachable() {
    let error = send_to(&format!("http://127.0.0.1:{}/{CANARY}", closed_port()), vec![]).unwrap_err();
    assert_eq!(error.kind, Kind::ChannelUnreachable);
    let error = send_to(&format!("https://{CANARY}.invalid/{CANARY}"), vec![]).unwrap_err();
    assert_eq!(error.kind, Kind::ChannelUnreachable);
    assert_hidden(&format!("{error} {error:?}"));
}

#[test]
fn waiting_ends_when_cancelled() {
    let server = Server::http(vec![Answer::Hang]);
    let patience = Patience { attempt: Duration::from_secs(600), ..QUICK };
    let url = Secret::new(server.url("/"));
    let webhook = Webhook::with_patience(&config(Shape::Json, vec![]), &url, patience).unwrap();
    let cx = test_context();
    let flag = cx.cancel_flag().clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while server.requests().is_empty() {
                std::thread::sleep(Duration::from_millis(10));
            }
            flag.cancel();
        });
        assert_eq!(webhook.send(&cx, &message()).unwrap_err().kind, Kind::Cancelled);
    });
    assert_eq!(webhook.send(&cx, &message()).unwrap_err().kind, Kind::Cancelled);
    assert_eq!(server.requests().len(), 1);
}
