//! A small HTTP(S) server that answers, and misbehaves, as a test says.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificates::Pair;

/// What came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// What goes out.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A status with header lines.
    Status(u16, &'static str),
    /// A status, a `Location` elsewhere.
    Elsewhere(String),
    /// The connection ends without an answer.
    Close,
    /// Nothing, for as long as the test runs.
    Hang,
}

/// The server; it lives as long as the test's process.
pub(crate) struct Server {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Gives one answer after the other, the last one for ever.
    pub(crate) fn http(answers: Vec<Answer>) -> Self {
        Self::start(answers, None)
    }

    /// The same over TLS.
    pub(crate) fn https(answers: Vec<Answer>, pair: &Pair) -> Self {
        Self::start(answers, Some(tls(pair)))
    }

    fn start(answers: Vec<Answer>, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let (answers, seen, tls) = (answers.clone(), Arc::clone(&seen), tls.clone());
                std::thread::spawn(move || match tls {
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).unwrap();
                        serve(StreamOwned::new(connection, stream), &answers, &seen)
                    }
                    None => serve(stream, &answers, &seen),
                });
            }
        });
        Self { port, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// The server side of TLS with a certificate.
pub(crate) fn tls(pair: &Pair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

fn serve(stream: impl Read + Write, answers: &[Answer], seen: &Mutex<Vec<Request>>) {
    let mut stream = BufReader::new(stream);
    // A client that does not trust us hangs up before it says anything.
    let Some(request) = read(&mut stream) else { return };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request);
        seen.len()
    };
    let text = match &answers[(number - 1).min(answers.len() - 1)] {
        Answer::Status(code, headers) => {
            format!("HTTP/1.1 {code} x\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Answer::Elsewhere(url) => {
            format!("HTTP/1.1 307 x\r\nLocation: {url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Answer::Close => return,
        Answer::Hang => loop {
            std::thread::park();
        },
    };
    stream.get_mut().write_all(text.as_bytes()).unwrap();
    stream.get_mut().flush().unwrap();
}

fn read(stream: &mut BufReader<impl Read>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let length =
        lines.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    let line = lines.remove(0);
    Some(Request { line, headers: lines, body: String::from_utf8(body).unwrap() })
}

/// A port on which nobody listens.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Takes one connection after the other and gives each to a conversation.
pub(crate) fn talk(conversation: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let conversation = Arc::new(conversation);
    std::thread::spawn(move || {
        for stream in listener.incoming().map(Result::unwrap) {
            let conversation = Arc::clone(&conversation);
            std::thread::spawn(move || conversation(stream));
        }
    });
    port
}
