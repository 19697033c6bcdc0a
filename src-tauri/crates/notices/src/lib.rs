//! How a message leaves this computer: the desktop's own notices, e-mail, webhooks, and pings to a watcher elsewhere; and the one that
//! comes to it, what the makers say of newer versions.
//!
//! Texts come in rendered, in the owner's language; what deserves a message, and how often, is decided elsewhere. No
//! password and no secret address ever stands in an error or in `Debug`.
#![deny(missing_docs)]

mod config;
mod desktop;
mod drive;
mod email;
mod failure;
mod http;
mod letter;
mod message;
mod ping;
mod releases;
mod shapes;
mod tls;
mod webhook;

pub use config::{ChannelConfig, EmailConfig, Encryption, PingConfig, Shape, WebhookConfig};
pub use desktop::{Desktop, Identity};
pub use email::Email;
pub use http::Patience;
pub use message::{Link, Message, MessageFact, Severity};
pub use ping::Ping;
pub use releases::{Release, Releases};
pub use webhook::Webhook;

use resguardo_domain::{Context, Result};

/// One way out.
pub trait Channel: Send + Sync + std::fmt::Debug {
    /// Sends a message and waits until the other side took it. Blocks; must not be called from asynchronous code. Ends within
    /// a second of being cancelled. Sending a test is nothing else.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::ChannelUnreachable`] (try again after the error's `retry`),
    /// [`resguardo_domain::Kind::ChannelDenied`], [`resguardo_domain::Kind::ChannelUntrusted`],
    /// [`resguardo_domain::Kind::ChannelRefused`], [`resguardo_domain::Kind::Cancelled`]. The fact `channel` is the
    /// channel's name, never its address.
    fn send(&self, cx: &Context, message: &Message) -> Result<()>;
}
