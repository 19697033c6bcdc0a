//! One POST over HTTP to an address that is itself a secret: verified, bounded, repeated only where that is safe.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use resguardo_domain::{Context, Error, Kind, Result, Retry, Secret};

use crate::drive::drive;
use crate::failure::{Hidden, failed, is_distrust, reasons, tls_error};
use crate::tls;

/// How long is waited, and how often tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one attempt, from the connection to the answer.
    pub attempt: Duration,
    /// How often it is tried in all; at least once.
    pub attempts: u32,
    /// Before the second attempt; doubled before each further one. A server may ask for more.
    pub pause: Duration,
    /// The longest pause that is waited for; when a server asks for more, the error says when to try again.
    pub longest_pause: Duration,
}

impl Default for Patience {
    /// 10 s for each of 3 attempts, pauses from 1 s to 30 s.
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(10),
            attempts: 3,
            pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// A place that takes POSTs.
pub(crate) struct Endpoint {
    channel: &'static str,
    url: Url,
    client: Client,
    patience: Patience,
}

/// What is posted.
pub(crate) struct Post {
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

impl Endpoint {
    /// Checks the address and prepares a client that follows no redirect: none of the services needs one, and an address that
    /// is a secret must not be told to another host.
    pub(crate) fn new(
        channel: &'static str,
        url: &Secret,
        plain_allowed: bool,
        roots: &[String],
        patience: Patience,
    ) -> Result<Self> {
        let url = address(url, plain_allowed)?;
        let mut client = Client::builder()
            .tls_backend_preconfigured(tls::client(roots)?)
            .redirect(Policy::none())
            .user_agent(concat!("Resguardo/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|cause| {
            Error::internal("prepare the HTTP client").because(reasons(&cause.without_url()))
        })?;
        Ok(Self { channel, url, client, patience })
    }

    /// Posts to the address with `more` behind its path.
    pub(crate) fn post(&self, cx: &Context, more: &str, post: &Post) -> Result<()> {
        cx.step("notices.post")?;
        drive(cx, self.post_patiently(more, post))
    }

    async fn post_patiently(&self, more: &str, post: &Post) -> Result<()> {
        let mut pause = self.patience.pause;
        for _ in 1..self.patience.attempts {
            let Err(failure) = self.attempt(more, post).await else { return Ok(()) };
            let asked = failure.after.unwrap_or(pause);
            if !failure.again || asked > self.patience.longest_pause {
                return Err(failure.error);
            }
            tokio::time::sleep(asked).await;
            pause = (pause * 2).min(self.patience.longest_pause);
        }
        self.attempt(more, post).await.map_err(|failure| failure.error)
    }

    async fn attempt(&self, more: &str, post: &Post) -> std::result::Result<(), Failure> {
        let request = self
            .client
            .post(self.url_with(more))
            .timeout(self.patience.attempt)
            .header(CONTENT_TYPE, post.content_type)
            .body(post.body.clone());
        let answer = request.send().await.map_err(|cause| self.no_answer(cause))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(self.refusal(answer.status(), answer.headers()))
    }

    fn url_with(&self, more: &str) -> Url {
        let mut url = self.url.clone();
        if !more.is_empty() {
            url.set_path(&format!("{}{more}", self.url.path().trim_end_matches('/')));
        }
        url
    }

    /// Nothing came back. Only when no connection was made is it certain that nothing was taken, and safe to repeat.
    fn no_answer(&self, cause: reqwest::Error) -> Failure {
        let cause = cause.without_url();
        let distrust = tls_error(&cause).is_some_and(is_distrust);
        let kind = if distrust { Kind::ChannelUntrusted } else { Kind::ChannelUnreachable };
        let again = cause.is_connect() && !cause.is_timeout() && !distrust;
        let why = if cause.is_timeout() { "no answer in time".to_owned() } else { reasons(&cause) };
        let error = failed(kind, self.channel).because(self.hidden().remove_from(&why));
        Failure { error, again, after: None }
    }

    /// An answer that is not "taken".
    fn refusal(&self, status: StatusCode, headers: &HeaderMap) -> Failure {
        let again = status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT
            || status.is_server_error();
        let kind = match status.as_u16() {
            _ if again => Kind::ChannelUnreachable,
            401 | 403 | 404 | 410 => Kind::ChannelDenied,
            _ => Kind::ChannelRefused,
        };
        let after = headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?));
        let mut error = failed(kind, self.channel).fact("status", status.as_u16());
        if status.is_redirection() {
            error = error.because("it sends us elsewhere, which is not followed");
        }
        if let Some(after) = after.filter(|_| again) {
            error.retry = Retry::Soon(u32::try_from(after.as_secs()).unwrap_or(u32::MAX).max(1));
        }
        Failure { error, again, after }
    }

    /// All parts of the address, host included: together they are the secret.
    fn hidden(&self) -> Hidden {
        let url = &self.url;
        let parts = [Some(url.as_str()), url.host_str(), Some(url.path()), url.query(), url.password()];
        let segments = url.path_segments().into_iter().flatten();
        Hidden::new(parts.into_iter().flatten().chain(segments).map(str::to_owned))
    }
}

/// A failed attempt.
struct Failure {
    error: Error,
    /// Whether trying again can help and can't deliver twice.
    again: bool,
    /// How long the server asks to wait.
    after: Option<Duration>,
}

/// The address, when a secret may be sent there.
fn address(url: &Secret, plain_allowed: bool) -> Result<Url> {
    let refused = |why: &str| Error::invalid("url", "", why);
    let url = Url::parse(url.expose_text().map_err(|_| refused("not an address"))?.trim())
        .map_err(|_| refused("not an address"))?;
    match url.scheme() {
        _ if url.host_str().is_none() => Err(refused("it names no server")),
        "https" => Ok(url),
        "http" if plain_allowed || is_loopback(&url) => Ok(url),
        "http" => Err(refused("it must start with https://")),
        _ => Err(refused("it must start with https://")),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Seconds; a date is not waited for by the clock of this computer, which may be wrong: a minute is a fair guess.
fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    match value.parse::<f64>() {
        // Some services send fractions of seconds.
        Ok(seconds) => Duration::try_from_secs_f64(seconds.ceil()).ok(),
        Err(_) if value.ends_with("GMT") => Some(Duration::from_mins(1)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_computer_only_or_when_said() {
        let kind = |url: &str, plain| address(&Secret::new(url), plain).map(|_| ());
        for good in ["https://a.example/x", "http://127.0.0.1:1/x", "http://[::1]/x", "http://localhost/"] {
            kind(good, false).unwrap();
        }
        for bad in [
            "http://a.example/canary",
            "ftp://a.example/canary",
            "canary",
            "http://127.0.0.1.a.example/canary",
        ] {
            let error = kind(bad, false).unwrap_err();
            assert_eq!((error.kind, error.get("field")), (Kind::InvalidInput, Some("url")), "{bad}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
        kind("http://a.example/x", true).unwrap();
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("0.3"), Some(Duration::from_secs(1)));
        assert_eq!(retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::from_secs(60)));
        assert_eq!((retry_after("-1"), retry_after("soon")), (None, None));
    }
}
