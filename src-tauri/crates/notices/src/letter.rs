//! A message as an e-mail: plain text, and the same as simple HTML.

use std::fmt::Write as _;
use std::time::SystemTime;

use lettre::Message as Letter;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use resguardo_domain::{Context, Error, Result};

use crate::Message;
use crate::message::{cut, escaped, one_line};

/// Sender and receivers.
#[derive(Debug)]
pub(crate) struct Addresses {
    pub(crate) from: Mailbox,
    pub(crate) to: Vec<Mailbox>,
}

/// The letter, ready to be sent.
pub(crate) fn write(cx: &Context, addresses: &Addresses, message: &Message) -> Result<Letter> {
    let failed = |cause: lettre::error::Error| Error::internal("write the e-mail").because(cause);
    let mut letter = Letter::builder()
        .from(addresses.from.clone())
        .subject(cut(&one_line(&message.title), 200))
        .date(SystemTime::from(message.at))
        .message_id(Some(message_id(cx, addresses)));
    for receiver in &addresses.to {
        letter = letter.to(receiver.clone());
    }
    // Keeps answering machines from answering.
    letter = letter.raw_header(header("Auto-Submitted", "auto-generated")?);
    if is_language_tag(&message.language) {
        letter = letter.raw_header(header("Content-Language", &message.language)?);
    }
    letter.multipart(MultiPart::alternative_plain_html(plain(message), html(message))).map_err(failed)
}

fn header(name: &'static str, value: &str) -> Result<HeaderValue> {
    let name = HeaderName::new_from_ascii(name.to_owned())
        .map_err(|cause| Error::internal("write the e-mail").because(cause))?;
    Ok(HeaderValue::new(name, value.to_owned()))
}

/// Unlike any other, and not telling the name of this computer.
fn message_id(cx: &Context, addresses: &Addresses) -> String {
    let domain = addresses.from.email.domain();
    format!("<{:016x}{:016x}@{domain}>", cx.random_bits(), cx.random_bits())
}

fn is_language_tag(text: &str) -> bool {
    !text.is_empty() && text.len() <= 35 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn plain(message: &Message) -> String {
    let mut text = format!("{}\n\n{}\n", message.title, message.body);
    if !message.facts.is_empty() {
        text.push('\n');
    }
    for fact in &message.facts {
        let _ = writeln!(text, "{}: {}", fact.label, fact.value);
    }
    if let Some(link) = &message.link {
        let _ = writeln!(text, "\n{}: {}", link.label, link.url);
    }
    let _ = write!(text, "\n-- \n{} · {}\n", message.computer, message.when);
    text
}

fn html(message: &Message) -> String {
    let quoted = |text: &str| escaped(text).replace('"', "&quot;");
    let language = if is_language_tag(&message.language) { message.language.as_str() } else { "en" };
    let colour = message.severity.colour();
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;font-size:15px;color:#222\">\n\
         <h1 style=\"font-size:19px;border-left:4px solid #{colour:06x};padding-left:10px\">{}</h1>\n",
        quoted(&message.title)
    );
    for line in message.body.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(html, "<p>{}</p>", quoted(line));
    }
    if !message.facts.is_empty() {
        html.push_str("<table style=\"border-spacing:0 4px\">\n");
        for fact in &message.facts {
            let (label, value) = (quoted(&fact.label), quoted(&fact.value));
            let cell = "<td style=\"padding-right:16px;color:#666\">";
            let _ = writeln!(html, "<tr>{cell}{label}</td><td>{value}</td></tr>");
        }
        html.push_str("</table>\n");
    }
    if let Some(link) = &message.link {
        let _ = writeln!(html, "<p><a href=\"{}\">{}</a></p>", quoted(&link.url), quoted(&link.label));
    }
    let footer = format!("{} · {}", quoted(&message.computer), quoted(&message.when));
    let _ = write!(html, "<p style=\"font-size:13px;color:#666\">{footer}</p>\n</body></html>\n");
    html
}
