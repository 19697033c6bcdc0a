//! Signs of life to a watcher elsewhere (healthchecks and its like), which raises the alarm when they stop: the only
//! notice that also comes when this computer is gone.

use std::time::Duration;

use resguardo_domain::{Context, Error, Result, Secret};

use crate::config::PingConfig;
use crate::http::{Endpoint, Patience, Post};
use crate::message::cut;
use crate::{Channel, Message, Severity};

/// What watchers keep of a text is about this much, in characters.
const LONGEST_TEXT: usize = 10_000;

/// A watcher's address; the whole of it is a secret.
pub struct Ping(Endpoint);

impl std::fmt::Debug for Ping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ping").finish_non_exhaustive()
    }
}

impl Ping {
    /// A watcher that gets 10 s to answer, twice; nothing is sent.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] naming the field `url` or `extra_roots`.
    pub fn new(config: &PingConfig, url: &Secret) -> Result<Self> {
        Self::with_patience(config, url, Patience { attempts: 2, ..Patience::default() })
    }

    /// The same with another patience; one attempt never takes more than 10 s.
    ///
    /// # Errors
    /// As [`Ping::new`].
    pub fn with_patience(config: &PingConfig, url: &Secret, patience: Patience) -> Result<Self> {
        let patience = Patience { attempt: patience.attempt.min(Duration::from_secs(10)), ..patience };
        Endpoint::new("ping", url, config.allow_plain_http, &config.extra_roots, patience).map(Self)
    }

    /// A run begins. What comes back is the reason why the sign did not arrive: to be written down, never to end the run with.
    /// For a run that was cancelled, use a fresh context.
    pub fn start(&self, cx: &Context) -> Option<Error> {
        self.tell(cx, "/start", "").err()
    }

    /// A run ended well. What comes back is as for [`Ping::start`].
    pub fn success(&self, cx: &Context, text: &str) -> Option<Error> {
        self.tell(cx, "", text).err()
    }

    /// A run ended badly; an exit code takes the place of the plain "failed". What comes back is as for [`Ping::start`].
    pub fn fail(&self, cx: &Context, text: &str, exit_code: Option<u8>) -> Option<Error> {
        match exit_code {
            // To a watcher, 0 would be a success.
            Some(code) if code != 0 => self.tell(cx, &format!("/{code}"), text).err(),
            _ => self.tell(cx, "/fail", text).err(),
        }
    }

    fn tell(&self, cx: &Context, more: &str, text: &str) -> Result<()> {
        let body = cut(text, LONGEST_TEXT);
        self.0.post(cx, more, &Post { content_type: "text/plain; charset=utf-8", body })
    }
}

impl Channel for Ping {
    /// An alarm is a failure, everything else a sign of life.
    fn send(&self, cx: &Context, message: &Message) -> Result<()> {
        let more = if message.severity == Severity::Alarm { "/fail" } else { "" };
        self.tell(cx, more, &format!("{}\n{}", message.title, message.body))
    }
}
