//! Messages as JSON to a program or a chat.

use resguardo_domain::{Context, Result, Secret};

use crate::config::{Shape, WebhookConfig};
use crate::http::{Endpoint, Patience, Post};
use crate::{Channel, Message, shapes};

/// A webhook. Its whole address is a secret: who has it can write there.
pub struct Webhook {
    shape: Shape,
    endpoint: Endpoint,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl Webhook {
    /// A webhook with the usual patience; nothing is sent.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] naming the field `url` or `extra_roots`.
    pub fn new(config: &WebhookConfig, url: &Secret) -> Result<Self> {
        Self::with_patience(config, url, Patience::default())
    }

    /// The same with another patience.
    ///
    /// # Errors
    /// As [`Webhook::new`].
    pub fn with_patience(config: &WebhookConfig, url: &Secret, patience: Patience) -> Result<Self> {
        let roots = &config.extra_roots;
        let endpoint = Endpoint::new("webhook", url, config.allow_plain_http, roots, patience)?;
        Ok(Self { shape: config.shape, endpoint })
    }
}

impl Channel for Webhook {
    fn send(&self, cx: &Context, message: &Message) -> Result<()> {
        let body = shapes::of(self.shape, message).to_string();
        self.endpoint.post(cx, "", &Post { content_type: "application/json", body })
    }
}
