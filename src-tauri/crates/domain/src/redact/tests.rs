//! What is hidden, what is not, and that nothing is hidden twice.

use super::*;
use crate::Kind;

#[test]
fn the_secret_parts_of_addresses_are_hidden() {
    for (text, expected) in [
        ("sftp://ana:CANARY@host:22/copies", "sftp://[hidden]@host:22/copies"),
        ("postgres://u:CAN/AR?Y@db.example/x", "postgres://[hidden]@db.example/x"),
        ("postgres://u:p@CAN/ARY@db/x", "postgres://[hidden]@db/x"),
        ("(https://u@h/p?sig=CANARY)", "(https://[hidden]@h/p?[hidden]"),
        ("GET https://h/cb#access_token=CANARY now", "GET https://h/cb#[hidden] now"),
        (
            "https://hooks.slack.com/services/T0/B0/CANARYxxxxxxxxxxxxxxx1",
            "https://hooks.slack.com/services/T0/B0/[hidden]",
        ),
        (
            "https://hc-ping.com/6f1c8a70-CANA-4f0e-9c1d-000000000000/fail",
            "https://hc-ping.com/[hidden]/fail",
        ),
        ("https://api.telegram.org/bot123456:CANARYabcdefghijk/x", "https://api.telegram.org/[hidden]/x"),
        ("ana:CANARY@ftp.example", "ana:[hidden]@ftp.example"),
        ("/cwd/sftp:/u:CANARY@h/x?CANARY", "/cwd/sftp:/[hidden]@h/x?[hidden]"),
    ] {
        assert_eq!(hide_secrets(text), expected);
    }
}

#[test]
fn values_with_telling_names_are_hidden() {
    for text in [
        "password=CANARY",
        "PGPASSWORD=CANARY psql",
        "host=h password = 'CAN ARY' user=u",
        r#"{"access_token": "CANARY", "n": 1}"#,
        r#"{\"refresh-token\":\"CANARY\"}"#,
        "Authorization: Bearer CANARY",
        "authorization: AWS4-HMAC-SHA256 Credential=x/CANARY, Signature=CANARY",
        "Set-Cookie: a=b; session=CANARY",
        "curl --password CANARY x",
        "sent Bearer CANARY to it",
        "Basic CANARY==",
        "X-Amz-Signature=CANARY&b=CANARY",
        "contraseña: CANARY",
        r#"secret="CAN\"CANARY" x"#,
    ] {
        let hidden = hide_secrets(text);
        assert!(!hidden.contains("CANARY") && !hidden.contains("CAN ARY"), "{hidden}");
        assert!(hidden.contains(HIDDEN), "{hidden}");
    }
}

#[test]
fn tokens_are_known_by_their_form() {
    for text in [
        "got ya29.a0CANARYxxxxxxxxxx back",
        "key AKIACANARY1234567890",
        "AGE-SECRET-KEY-1CANARYQQQQQQQQ",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDQU5BUlkifQ.CANARY",
        "/x/ghp_CANARYxxxxxxxxxxxxxxxxx/y",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n-----END OPENSSH PRIVATE KEY----- ok",
        "-----BEGIN RSA PRIVATE KEY-----\nCANARY",
    ] {
        assert!(!hide_secrets(text).contains("CANARY"), "{}", hide_secrets(text));
    }
    assert!(hide_secrets("-----BEGIN CERTIFICATE-----\nMII").contains("MII"));
    assert!(hide_secrets("x\n-----BEGIN PRIVATE KEY-----\na\n-----END PRIVATE KEY-----\ny").ends_with("\ny"));
}

#[test]
fn what_a_technician_needs_stays() {
    for text in [
        "/home/ana/Documents/año 2026/caja.db",
        r"C:\Users\Ana\caja@casa.db",
        "C:/Users/Ana/what?.db",
        "Shop@latest and Shop@2026-09-12",
        "backup_daily_20260912_020000_manifest.json",
        "https://db.example:5432/copies/backup_daily_20260912_020000.zip",
        "sftp://[2001:db8::1]:22/copies",
        "DestinationFull: send the archive; destination=usb; needed=37600000000 (os error 28)",
        "the password is wrong",
        "unexpected token",
        "basic information, bearer of news",
        "resguardo_domain::secret::Secret",
        "0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(hide_secrets(text), text);
    }
}

#[test]
fn hiding_twice_is_hiding_once() {
    for text in [
        "sftp://a:b@h/x?y password=z Bearer abcdefgh ana@example.com",
        "x:y@z; token: Bearer abcdef",
        "Authorization: Basic YWJjZGVm\nnext",
        "https://u:p@h/0123456789abcdef0123456789#x",
    ] {
        let redactor = Redactor::default();
        let once = redactor.text(text);
        assert_eq!(redactor.text(&once), once);
    }
}

#[test]
fn mail_addresses_and_asked_for_names_become_placeholders() {
    let names = [("/home/ana", "[home]"), ("ana", "[user]"), ("RECEPCION-PC", "[computer]"), ("pc", "[x]")];
    let redactor = Redactor::replacing(names.map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(
        redactor.text("/home/ana/caja.db of Ana on recepcion-pc, banana.txt, ana.perez@clinica.example."),
        "[home]/caja.db of [user] on [computer], banana.txt, [e-mail]."
    );
    assert_eq!(Redactor::default().text("a@b and Shop@latest, /home/ana"), "a@b and Shop@latest, /home/ana");
    assert_eq!(Redactor::default().text("@ x@ @y.z é@ñ.es"), "@ x@ @y.z [e-mail]");
}

#[test]
fn an_error_keeps_its_facts_and_loses_its_secrets() {
    let error = Error::new(Kind::DestinationDenied, "open sftp://u:CANARY@h")
        .fact("path", "/home/ana/caja.db")
        .fact("password", "CANARY")
        .fact("report", r#"{"token":"kept, it is read again"}"#)
        .because("401 for https://h/?token=CANARY");
    let hidden = without_secrets(error.clone());
    assert!(!hidden.to_string().contains("CANARY"), "{hidden}");
    assert_eq!((hidden.kind, hidden.retry), (error.kind, error.retry));
    assert_eq!((hidden.get("path"), hidden.get("report")), (error.get("path"), error.get("report")));
    let invalid = without_secrets(Error::invalid("smtp-password", "CANARY", "too short"));
    assert_eq!(invalid.get("value"), Some(HIDDEN));
}
