//! What the owner chose for a channel; everything but its secret, which is kept elsewhere.

use lettre::message::Mailbox;
use resguardo_domain::{Error, Result, Secret};
use serde::{Deserialize, Serialize};

use crate::tls::roots;
use crate::{Channel, Desktop, Email, Identity, Ping, Webhook};

/// The choices of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChannelConfig {
    /// Notices of the desktop; no secret.
    Desktop,
    /// E-mail; the secret is the password of `user`.
    Email(EmailConfig),
    /// A webhook; the secret is its address.
    Webhook(WebhookConfig),
    /// Signs of life; the secret is the watcher's address.
    Ping(PingConfig),
}

/// How a connection to a mail server is encrypted. There is no way without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// Begins in the clear and must become encrypted before anything else is said; usually port 587.
    StartTls,
    /// Encrypted from the first byte; usually port 465.
    Tls,
}

/// A mail server and who gets the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct EmailConfig {
    /// The server's name, as it stands in its certificate.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Who signs in; a server that needs none gets none.
    pub user: Option<String>,
    /// The sender, as `Name <address>` or the address alone.
    pub from: String,
    /// The receivers, in the same form; at least one.
    pub to: Vec<String>,
    /// Authorities to trust beside the system's, as PEM: for a server of one's own.
    #[serde(default)]
    pub extra_roots: Vec<String>,
}

/// Who receives a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "WebhookShape"))]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A program.
    Json,
    /// A Slack channel (incoming webhook).
    Slack,
    /// A Teams channel (the workflow "post to a channel when a webhook request is received").
    Teams,
    /// A Discord channel.
    Discord,
}

/// A webhook without its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Who receives it.
    pub shape: Shape,
    /// Whether the address may be plain http to another computer: everybody on the way can read it then.
    #[serde(default)]
    pub allow_plain_http: bool,
    /// Authorities to trust beside the system's, as PEM.
    #[serde(default)]
    pub extra_roots: Vec<String>,
}

/// A watcher without its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PingConfig {
    /// As in [`WebhookConfig`].
    #[serde(default)]
    pub allow_plain_http: bool,
    /// Authorities to trust beside the system's, as PEM.
    #[serde(default)]
    pub extra_roots: Vec<String>,
}

impl ChannelConfig {
    /// Makes the channel; nothing is sent. The identity and its clicks are those of desktop notices.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] naming the field: `host`, `port`, `user`, `from`, `to`, `extra_roots`,
    /// `password` or `url` (the last two are secrets and never quoted).
    pub fn open(&self, secret: Option<&Secret>, identity: &Identity) -> Result<Box<dyn Channel>> {
        let address = || secret.ok_or_else(|| Error::invalid("url", "", "it is missing"));
        Ok(match self {
            Self::Desktop => Box::new(Desktop::new(identity.clone())),
            Self::Email(config) => Box::new(Email::new(config, secret)?),
            Self::Webhook(config) => Box::new(Webhook::new(config, address()?)?),
            Self::Ping(config) => Box::new(Ping::new(config, address()?)?),
        })
    }
}

impl EmailConfig {
    /// Looks at every field; the first that can't be used is named.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`].
    pub fn validate(&self) -> Result<()> {
        let in_name = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if self.host.is_empty() || !self.host.chars().all(in_name) {
            return Err(Error::invalid("host", &self.host, "not the name of a server"));
        }
        if self.port == 0 {
            return Err(Error::invalid("port", self.port, "expected 1 to 65535"));
        }
        if self.user.as_deref().is_some_and(|user| user.is_empty() || user.contains(char::is_control)) {
            return Err(Error::invalid("user", "", "it is empty"));
        }
        mailbox("from", &self.from)?;
        if self.to.is_empty() {
            return Err(Error::invalid("to", "", "at least one address is needed"));
        }
        self.to.iter().try_for_each(|address| mailbox("to", address).map(drop))?;
        roots(&self.extra_roots).map(drop)
    }
}

/// An address with or without a name.
pub(crate) fn mailbox(field: &str, text: &str) -> Result<Mailbox> {
    text.trim().parse().map_err(|_| Error::invalid(field, text, "not an e-mail address"))
}

#[cfg(test)]
mod tests {
    use resguardo_domain::Kind;

    use super::*;

    fn example() -> EmailConfig {
        EmailConfig {
            host: "mail.example".to_owned(),
            port: 587,
            encryption: Encryption::StartTls,
            user: Some("ana".to_owned()),
            from: "Resguardo <copias@clinica.example>".to_owned(),
            to: vec!["ana@clinica.example".to_owned()],
            extra_roots: Vec::new(),
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        example().validate().unwrap();
        type Change = fn(&mut EmailConfig);
        let wrong: [(&str, Change); 8] = [
            ("host", |config| config.host = "mail example".to_owned()),
            ("host", |config| config.host.clear()),
            ("port", |config| config.port = 0),
            ("user", |config| config.user = Some(String::new())),
            ("from", |config| config.from = "nobody".to_owned()),
            ("to", |config| config.to.clear()),
            ("to", |config| config.to.push("a@b\r\nBcc: c@d".to_owned())),
            ("extra_roots", |config| config.extra_roots.push("no certificate".to_owned())),
        ];
        for (field, change) in wrong {
            let mut config = example();
            change(&mut config);
            let error = config.validate().unwrap_err();
            assert_eq!((error.kind, error.get("field")), (Kind::InvalidInput, Some(field)));
        }
    }

    #[test]
    fn choices_survive_being_written_and_know_no_other_fields() {
        let config = ChannelConfig::Email(example());
        let json = serde_json::to_string(&config).unwrap();
        assert!(json.contains(r#""type":"email""#) && json.contains(r#""encryption":"start_tls""#), "{json}");
        assert_eq!(serde_json::from_str::<ChannelConfig>(&json).unwrap(), config);
        let short: ChannelConfig = serde_json::from_str(r#"{"type":"webhook","shape":"teams"}"#).unwrap();
        assert!(matches!(short, ChannelConfig::Webhook(config) if !config.allow_plain_http));
        let unknown = r#"{"type":"webhook","shape":"json","url":"https://a.example/canary"}"#;
        assert!(serde_json::from_str::<ChannelConfig>(unknown).is_err());
    }

    #[test]
    fn a_channel_needs_its_secret() {
        let webhook: ChannelConfig = serde_json::from_str(r#"{"type":"ping"}"#).unwrap();
        let error = webhook.open(None, &Identity::default()).unwrap_err();
        assert_eq!(error.get("field"), Some("url"));
        let error = ChannelConfig::Email(example()).open(None, &Identity::default()).unwrap_err();
        assert_eq!(error.get("field"), Some("password"));
    }
}
