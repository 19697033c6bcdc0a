//! E-mail through the owner's mail server. Encrypted and verified before anything is said, or not at all.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{AsyncTransport as _, Tokio1Executor};
use resguardo_domain::{Context, Error, Kind, Result, Secret};

use crate::config::{EmailConfig, Encryption, mailbox};
use crate::drive::drive;
use crate::failure::{Hidden, failed, is_distrust, reasons, tls_error};
use crate::letter::{self, Addresses};
use crate::tls::roots;
use crate::{Channel, Message};

/// For one answer of the server.
const ANSWER: Duration = Duration::from_secs(10);
/// For the whole conversation.
const CONVERSATION: Duration = Duration::from_secs(60);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A mail server and who gets the mail.
pub struct Email {
    addresses: Addresses,
    transport: Transport,
    hidden: Hidden,
    conversation: Duration,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Email {
    /// A way to send mail that waits 10 s for each answer and 60 s in all; nothing is sent.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] as [`EmailConfig::validate`], and for `password` when a user is named without one.
    pub fn new(config: &EmailConfig, password: Option<&Secret>) -> Result<Self> {
        Self::with_patience(config, password, ANSWER, CONVERSATION)
    }

    /// The same with other limits for one answer and for all of it.
    ///
    /// # Errors
    /// As [`Email::new`].
    pub fn with_patience(
        config: &EmailConfig,
        password: Option<&Secret>,
        answer: Duration,
        conversation: Duration,
    ) -> Result<Self> {
        config.validate()?;
        let to = config.to.iter().map(|address| mailbox("to", address)).collect::<Result<_>>()?;
        let addresses = Addresses { from: mailbox("from", &config.from)?, to };
        let mut transport = Transport::builder_dangerous(&config.host) // Dangerous until the next line.
            .tls(encryption(config)?)
            .port(config.port)
            .timeout(Some(answer));
        let mut hidden = Vec::new();
        if let Some(user) = &config.user {
            let missing = || Error::invalid("password", "", "it is missing");
            let password = password.ok_or_else(missing)?;
            let text =
                password.expose_text().map_err(|_| Error::invalid("password", "", "it is not text"))?;
            hidden = forms_of(user, text);
            transport = transport.credentials(Credentials::new(user.clone(), text.to_owned()));
        }
        Ok(Self { addresses, transport: transport.build(), hidden: Hidden::new(hidden), conversation })
    }

    fn failure(&self, cause: &smtp::Error) -> Error {
        let (text, code) = (reasons(cause), cause.status().map(u16::from));
        let kind = match code {
            Some(454 | 530 | 534 | 535 | 538) => Kind::ChannelDenied,
            Some(code) if code >= 500 => Kind::ChannelRefused,
            Some(_) => Kind::ChannelUnreachable,
            None if tls_error(cause).is_some_and(is_distrust) => Kind::ChannelUntrusted,
            // The library has no other way to say that the server offers no encryption.
            None if cause.is_client() && text.contains("STARTTLS") => Kind::ChannelUntrusted,
            None if cause.is_client() => Kind::ChannelRefused,
            None => Kind::ChannelUnreachable,
        };
        let error = failed(kind, "email").because(self.hidden.remove_from(&text));
        code.map_or(error.clone(), |code| error.fact("status", code))
    }
}

impl Channel for Email {
    fn send(&self, cx: &Context, message: &Message) -> Result<()> {
        let letter = letter::write(cx, &self.addresses, message)?;
        cx.step("notices.email")?;
        drive(cx, async {
            match tokio::time::timeout(self.conversation, self.transport.send(letter)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(cause)) => Err(self.failure(&cause)),
                Err(_) => Err(failed(Kind::ChannelUnreachable, "email").because("no answer in time")),
            }
        })
    }
}

/// Encryption is required in both ways: without it the conversation ends before anything is said.
fn encryption(config: &EmailConfig) -> Result<Tls> {
    let failed = |cause: smtp::Error| Error::internal("prepare TLS").because(cause);
    let mut tls = TlsParameters::builder(config.host.clone());
    for root in roots(&config.extra_roots)? {
        tls = tls.add_root_certificate(Certificate::from_der(root.to_vec()).map_err(failed)?);
    }
    let tls = tls.build_rustls().map_err(failed)?;
    Ok(match config.encryption {
        Encryption::StartTls => Tls::Required(tls),
        Encryption::Tls => Tls::Wrapper(tls),
    })
}

/// The forms in which a server that repeats what it was told would show the password.
fn forms_of(user: &str, password: &str) -> Vec<String> {
    use base64::Engine as _;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    vec![password.to_owned(), encoded(password), encoded(&format!("\0{user}\0{password}"))]
}
