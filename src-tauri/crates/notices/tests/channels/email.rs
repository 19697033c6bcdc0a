//! E-mail: to a real mail server, and to ones that must not get a word.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use resguardo_domain::{Error, Kind, Result, Secret};
use resguardo_notices::{Channel as _, Email, EmailConfig, Encryption};
use resguardo_testkit::test_context;

use crate::certificates::Authority;
#[cfg(target_os = "linux")]
use crate::mail_server::{MailServer, USER};
use crate::server::{closed_port, talk, tls};
use crate::{CANARY, assert_hidden, message};

fn config(encryption: Encryption, port: u16, extra_roots: Vec<String>) -> EmailConfig {
    EmailConfig {
        host: "localhost".to_owned(),
        port,
        encryption,
        user: Some("ana".to_owned()),
        from: "Resguardo <copias@clinica.example>".to_owned(),
        to: vec!["Marta Ñuñez <marta@clinica.example>".to_owned(), "admin@clinica.example".to_owned()],
        extra_roots,
    }
}

fn send(config: &EmailConfig, password: &str) -> Result<()> {
    let (answer, all) = (Duration::from_secs(5), Duration::from_secs(20));
    let email = Email::with_patience(config, Some(&Secret::new(password)), answer, all)?;
    assert_hidden(&format!("{email:?}"));
    email.send(&test_context(), &message())
}

/// The error of sending with the canary as password, which it does not show in any form.
fn failure(config: &EmailConfig) -> Error {
    use base64::Engine as _;
    let error = send(config, CANARY).unwrap_err();
    let shown = format!("{error} {error:?}");
    assert_hidden(&shown);
    for form in [CANARY.to_owned(), format!("\0ana\0{CANARY}")] {
        let form = base64::engine::general_purpose::STANDARD.encode(form);
        assert!(!shown.contains(&form), "{shown}");
    }
    assert_eq!(error.get("channel"), Some("email"));
    error
}

#[cfg(target_os = "linux")]
#[test]
fn a_letter_arrives_by_both_ways_of_encryption() {
    let authority = Authority::new();
    let server = MailServer::start(&authority.sign("localhost"), CANARY);
    for (encryption, port) in [(Encryption::StartTls, server.starttls), (Encryption::Tls, server.tls)] {
        let config =
            EmailConfig { user: Some(USER.to_owned()), ..config(encryption, port, vec![authority.root()]) };
        send(&config, CANARY).unwrap_or_else(|error| panic!("{error}\n{}", server.log()));
    }
    let letters = server.letters();
    // One for each receiver.
    assert_eq!(letters.len(), 4, "{}", server.log());
    for letter in letters {
        let headers = &letter["headers"];
        assert_eq!(headers["subject"], "La copia no pudo terminar");
        assert_eq!(headers["from"], "Resguardo <copias@clinica.example>");
        assert_eq!(headers["to"], "Marta Ñuñez <marta@clinica.example>, admin@clinica.example");
        assert_eq!(headers["date"], "Thu, 12 Mar 2026 09:58:00 +0000");
        assert_eq!(
            (&headers["auto-submitted"], &headers["content-language"]),
            (&"auto-generated".into(), &"es".into())
        );
        assert_eq!(letter["type"], "multipart/alternative");
        let plain = letter["parts"]["text/plain"].as_str().unwrap().replace("\r\n", "\n");
        assert!(
            plain.starts_with("La copia no pudo terminar\n\nLa base clinica_robles no se copió"),
            "{plain}"
        );
        assert!(
            plain.contains("\nPlan: Consultorio <1> & más\n\nArreglar: resguardo://operation/42\n"),
            "{plain}"
        );
        let html = letter["parts"]["text/html"].as_str().unwrap();
        assert!(
            html.contains(r#"<html lang="es">"#) && html.contains("<td>Consultorio &lt;1&gt; &amp; más</td>"),
            "{html}"
        );
        assert!(html.contains(r#"<a href="resguardo://operation/42">Arreglar</a>"#), "{html}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_real_server_refuses_password_and_receiver_in_ways_that_are_told_apart() {
    let authority = Authority::new();
    let server = MailServer::start(&authority.sign("localhost"), "another");
    let mut config = config(Encryption::StartTls, server.starttls, vec![authority.root()]);
    let error = failure(&config);
    assert_eq!((error.kind, error.get("status")), (Kind::ChannelDenied, Some("535")), "{error}");
    config.to = vec!["unknown@clinica.example".to_owned()];
    let error = send(&config, "another").unwrap_err();
    assert_eq!((error.kind, error.get("status")), (Kind::ChannelRefused, Some("550")), "{error}");
    config.user = None;
    let error = send(&config, "another").unwrap_err();
    assert_eq!(error.kind, Kind::ChannelRefused, "{error}");
    assert!(server.letters().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_real_server_without_a_trusted_certificate_gets_no_letter() {
    let authority = Authority::new();
    let server = MailServer::start(&authority.sign("other.example"), CANARY);
    for (encryption, port) in [(Encryption::StartTls, server.starttls), (Encryption::Tls, server.tls)] {
        for roots in [vec![], vec![Authority::new().root()], vec![authority.root()]] {
            let error = failure(&config(encryption, port, roots));
            assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
        }
    }
    assert!(server.letters().is_empty());
}

/// All that a server was told.
type Heard = Arc<Mutex<String>>;

/// Answers each line of a conversation by its first word; ends when the client hangs up.
fn converse(stream: impl Read + Write, heard: &Heard, features: &str, authentication: &str) {
    let mut stream = BufReader::new(stream);
    let _ = stream.get_mut().write_all(b"220 test\r\n");
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        heard.lock().unwrap().push_str(&line);
        let answer = match line.split_whitespace().next().unwrap_or_default() {
            "EHLO" => format!("250-test\r\n{features}250 HELP\r\n"),
            "AUTH" => authentication.replace("{line}", line.trim()),
            _ => "250 ok\r\n".to_owned(),
        };
        if stream.get_mut().write_all(answer.as_bytes()).and_then(|()| stream.get_mut().flush()).is_err() {
            return;
        }
    }
}

#[test]
fn a_server_that_offers_no_encryption_hears_nothing() {
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    let port = talk(move |stream| converse(stream, &ears, "250-AUTH PLAIN LOGIN\r\n", "235 welcome\r\n"));
    let error = failure(&config(Encryption::StartTls, port, vec![]));
    assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
    let heard = heard.lock().unwrap();
    assert!(heard.starts_with("EHLO ") && !heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

/// The words in the clear before a connection becomes encrypted.
fn up_to_starttls(stream: &TcpStream) {
    let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
    out.write_all(b"220 test\r\n").unwrap();
    assert!(lines.next().unwrap().unwrap().starts_with("EHLO "));
    out.write_all(b"250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n").unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "STARTTLS");
    out.write_all(b"220 go on\r\n").unwrap();
}

#[test]
fn a_server_that_is_not_trusted_hears_no_password() {
    let authority = Authority::new();
    let heard = Heard::default();
    let ways = [Encryption::StartTls, Encryption::Tls];
    let servers = [("localhost", vec![]), ("other.example", vec![authority.root()])];
    for (encryption, (name, roots)) in
        ways.into_iter().flat_map(|way| servers.clone().map(|server| (way, server)))
    {
        let (tls, ears) = (tls(&authority.sign(name)), Arc::clone(&heard));
        let port = talk(move |stream: TcpStream| {
            if encryption == Encryption::StartTls {
                up_to_starttls(&stream);
            }
            let connection = rustls::ServerConnection::new(Arc::clone(&tls)).unwrap();
            let stream = rustls::StreamOwned::new(connection, stream);
            converse(stream, &ears, "250-AUTH PLAIN LOGIN\r\n", "235 welcome\r\n");
        });
        let error = failure(&config(encryption, port, roots));
        assert_eq!(error.kind, Kind::ChannelUntrusted, "{error}");
    }
    assert_eq!(heard.lock().unwrap().as_str(), "");
}

#[test]
fn a_server_that_repeats_the_password_does_not_get_it_into_an_error() {
    let authority = Authority::new();
    let (tls, heard) = (tls(&authority.sign("localhost")), Heard::default());
    let ears = Arc::clone(&heard);
    let port = talk(move |stream: TcpStream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&tls)).unwrap();
        let stream = rustls::StreamOwned::new(connection, stream);
        let answer = format!("535 5.7.8 {CANARY} is wrong, you said {{line}}\r\n");
        converse(stream, &ears, "250-AUTH PLAIN\r\n", &answer);
    });
    let error = failure(&config(Encryption::Tls, port, vec![authority.root()]));
    assert_eq!((error.kind, error.get("status")), (Kind::ChannelDenied, Some("535")), "{error}");
    assert!(error.cause.unwrap().contains("is wrong, you said"));
    assert!(heard.lock().unwrap().contains("AUTH PLAIN "));
}

#[test]
fn a_server_that_is_slow_or_gone_is_unreachable() {
    let silent = talk(|_stream| std::thread::park());
    let dripping = talk(|mut stream| {
        while stream.write_all(b"2").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let closing = talk(drop);
    for port in [silent, dripping, closing, closed_port()] {
        for encryption in [Encryption::StartTls, Encryption::Tls] {
            let config = config(encryption, port, vec![]);
            let (answer, all) = (Duration::from_millis(400), Duration::from_millis(1200));
            let email = Email::with_patience(&config, Some(&Secret::new(CANARY)), answer, all).unwrap();
            let error = email.send(&test_context(), &message()).unwrap_err();
            // To a client that expects encryption, the dripping server speaks nonsense.
            let nonsense = port == dripping && encryption == Encryption::Tls;
            let expected = if nonsense { Kind::ChannelUntrusted } else { Kind::ChannelUnreachable };
            assert_eq!(error.kind, expected, "{error}");
        }
    }
}

#[test]
fn waiting_for_a_server_ends_when_cancelled() {
    let (called, calls) = std::sync::mpsc::channel();
    let port = talk(move |_stream| {
        called.send(()).unwrap();
        std::thread::park();
    });
    let config = config(Encryption::Tls, port, vec![]);
    let patient = Duration::from_secs(600);
    let email = Email::with_patience(&config, Some(&Secret::new(CANARY)), patient, patient).unwrap();
    let cx = test_context();
    let flag = cx.cancel_flag().clone();
    let stop = std::thread::spawn(move || {
        calls.recv().unwrap();
        flag.cancel();
    });
    assert_eq!(email.send(&cx, &message()).unwrap_err().kind, Kind::Cancelled);
    stop.join().unwrap();
}
