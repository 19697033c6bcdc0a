//! Announcements of new versions from a real server over TLS, signed by their makers and by others.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use minisign::KeyPair;
use resguardo_domain::{Error, Kind};
use resguardo_notices::Releases;
use resguardo_testkit::test_context;
use rustls::{ServerConnection, StreamOwned};

use crate::certificates::Authority;
use crate::server::tls;

const NEWER: &str = r#"{"version":"99.1.0","date":"2027-01-31","page":"https://resguardo.example/99","es":"Más rápido","en":"Faster"}"#;

/// A server of files, until the test ends.
struct Site {
    authority: Authority,
    port: u16,
}

impl Site {
    fn of(files: &[(&str, String)]) -> Self {
        let authority = Authority::new();
        let config = tls(&authority.sign("localhost"));
        let files: HashMap<String, String> =
            files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, stream));
                let mut line = String::new();
                // A client that does not trust us says nothing.
                if stream.read_line(&mut line).is_err() {
                    continue;
                }
                let found = files.get(line.split(' ').nth(1).unwrap_or_default());
                let (status, text) = found.map_or((404, ""), |text| (200, text));
                let head = format!(
                    "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    text.len()
                );
                let _ = stream.get_mut().write_all(format!("{head}{text}").as_bytes());
                let _ = stream.get_mut().flush();
            }
        });
        Self { authority, port }
    }

    /// The site of an announcement and its signature.
    fn announcing(text: &str, signature: String) -> Self {
        Self::of(&[("/latest.json", text.to_owned()), ("/latest.json.minisig", signature)])
    }

    fn releases(&self, key: &str) -> Releases {
        let address = format!("https://localhost:{}/latest.json", self.port);
        Releases::new(&address, key, &[self.authority.root()])
    }
}

fn keys() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().unwrap()
}

fn signed(keys: &KeyPair, text: &str) -> String {
    minisign::sign(Some(&keys.pk), &keys.sk, text.as_bytes(), None, None).unwrap().into_string()
}

fn refused(releases: &Releases) -> Error {
    let error = releases.newer_than(&test_context(), "0.1.0").unwrap_err();
    assert_eq!(error.kind, Kind::UpdateUnknown, "{error}");
    error
}

#[test]
fn what_the_makers_signed_is_believed() {
    let keys = keys();
    let site = Site::announcing(NEWER, signed(&keys, NEWER));
    let releases = site.releases(&keys.pk.to_base64());
    let found = releases.newer_than(&test_context(), "0.1.0").unwrap().unwrap();
    assert_eq!((found.version.as_str(), found.es.as_str()), ("99.1.0", "Más rápido"));
    assert_eq!(releases.newer_than(&test_context(), "99.1.0").unwrap(), None);
    assert_eq!(releases.newer_than(&test_context(), "100.0.0").unwrap(), None);
}

#[test]
fn p33_what_others_signed_or_changed_is_not_believed() {
    let (keys, others) = (keys(), keys());
    let key = keys.pk.to_base64();
    let changed = NEWER.replace("resguardo.example", "elsewhere.example");
    for (text, signature) in [
        (NEWER, signed(&others, NEWER)),
        (changed.as_str(), signed(&keys, NEWER)),
        (NEWER, String::new()),
        (NEWER, "untrusted comment: a\nbm90aGluZw==\n".to_owned()),
    ] {
        refused(&Site::announcing(text, signature).releases(&key));
    }
    let plain = NEWER.replace("https://resguardo", "http://resguardo");
    refused(&Site::announcing(&plain, signed(&keys, &plain)).releases(&key));
    let odd = NEWER.replace("99.1.0", "the newest");
    refused(&Site::announcing(&odd, signed(&keys, &odd)).releases(&key));
}

#[test]
fn p33_a_server_that_is_not_the_right_one_or_says_too_much_is_refused() {
    let keys = keys();
    let key = keys.pk.to_base64();
    let site = Site::announcing(NEWER, signed(&keys, NEWER));
    let address = format!("https://localhost:{}/latest.json", site.port);
    // Its authority is not trusted here.
    refused(&Releases::new(&address, &key, &[]));
    refused(&Releases::new(&address.replace("https", "http"), &key, &[]));
    let long = "a".repeat(1 << 20);
    let error = refused(&Site::announcing(&long, signed(&keys, &long)).releases(&key));
    assert!(error.cause.unwrap().contains("too large"));
    refused(&Site::of(&[]).releases(&key));
}
