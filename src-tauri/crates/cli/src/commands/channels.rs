//! `channel`: the ways in which the owner is told things. Passwords and secret addresses are read from the terminal without echo or from
//! standard input, never from the command line, where every program of the computer can see them.

use std::io::{self, BufRead};

use resguardo_api::types::{
    ChannelConfig, ChannelView, EmailConfig, Encryption, Error, PingConfig, Result, Shape, WebhookConfig,
};
use resguardo_api::{
    ChannelSave, ChannelTest, ChannelsList, ChannelsRemove, ChannelsSave, ChannelsTest, Nothing, SecretText,
    WithName,
};
use resguardo_words::fill;
use serde_json::json;

use super::status::typed;
use crate::app::{App, Ending};
use crate::args::{ChannelAdd, ChannelVerb};
use crate::exit::Exit;
use crate::failure;
use crate::locale::Locale;
use crate::table::Table;

/// `channel`.
pub(crate) fn channel(app: &mut App, verb: ChannelVerb) -> Ending {
    match verb {
        ChannelVerb::Add(args) => add(app, &args),
        ChannelVerb::List => list(app),
        ChannelVerb::Test(args) => test(app, args.name),
        ChannelVerb::Remove(args) => remove(app, args.name),
    }
}

fn add(app: &mut App, args: &ChannelAdd) -> Ending {
    let config = config(args)?;
    let t = app.locale.texts();
    let question = match &config {
        ChannelConfig::Email(email) => email.user.as_ref().map(|_| t.ask_password),
        ChannelConfig::Webhook(_) | ChannelConfig::Ping(_) => Some(t.ask_address),
        ChannelConfig::Desktop => None,
    };
    let secret = question.map(|question| secret(app, question, args.secret_stdin)).transpose()?;
    let request = ChannelSave { name: args.name.clone(), config, on: true, secret, fresh: true };
    let view = app.api.call::<ChannelsSave>(request).map_err(named)?;
    app.object("channel", &view);
    let (name, typed) = (app.locale.quoted(&view.name), typed(&view.name));
    app.say(app.locale.texts().channel_saved, &[("name", &name), ("typed", &typed)]);
    Ok(Exit::Done)
}

/// Other commands mean destinations and times by the names of these fields.
fn named(error: Error) -> Error {
    match error.get("field") {
        Some("from" | "to") => {
            let value = error.get("value").unwrap_or_default().to_owned();
            Error::invalid("address", value, "not an e-mail address")
        }
        _ => error,
    }
}

fn config(args: &ChannelAdd) -> Result<ChannelConfig> {
    let extra_roots = args.ca.iter().map(|path| {
        std::fs::read_to_string(path)
            .map_err(|cause| Error::io(&cause, "read the certificate", path.display()))
    });
    let extra_roots = extra_roots.collect::<Result<Vec<String>>>()?;
    let allow_plain_http = args.plain_http;
    if let Some(server) = &args.kind.email {
        let encryption = if args.tls { Encryption::Tls } else { Encryption::StartTls };
        let (host, port) = host_and_port(server, if args.tls { 465 } else { 587 })?;
        let from = args.from.clone().ok_or_else(|| Error::invalid("address", "", "the sender is missing"))?;
        let (user, to) = (args.user.clone(), args.to.clone());
        return Ok(ChannelConfig::Email(EmailConfig { host, port, encryption, user, from, to, extra_roots }));
    }
    Ok(match args.kind.webhook.as_deref() {
        Some(shape) => {
            let shape = match shape {
                "slack" => Shape::Slack,
                "teams" => Shape::Teams,
                "discord" => Shape::Discord,
                _ => Shape::Json,
            };
            ChannelConfig::Webhook(WebhookConfig { shape, allow_plain_http, extra_roots })
        }
        None if args.kind.ping => ChannelConfig::Ping(PingConfig { allow_plain_http, extra_roots }),
        None => ChannelConfig::Desktop,
    })
}

/// `HOST`, `HOST:PORT`, `[::1]:PORT`.
fn host_and_port(text: &str, port: u16) -> Result<(String, u16)> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    match text.rsplit_once(':') {
        // An address of colons only has its port outside of brackets.
        Some((host, number)) if !host.contains(':') || host.ends_with(']') => {
            let number = number.parse().map_err(|_| Error::invalid("port", number, "expected 1 to 65535"))?;
            Ok((host.trim_start_matches('[').trim_end_matches(']').to_owned(), number))
        }
        _ => Ok((bare.to_owned(), port)),
    }
}

/// The first line of standard input, or what is typed at the terminal without being shown.
fn secret(app: &mut App, question: &str, from_stdin: bool) -> Result<SecretText> {
    let failed = |cause: io::Error| Error::io(&cause, "read the secret", "stdin");
    let line = if from_stdin {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(failed)?;
        line
    } else if app.out.can_ask() {
        app.out.ask(question);
        console::Term::stderr().read_secure_line().map_err(failed)?
    } else {
        return Err(Error::invalid("secret", "", "nobody can be asked; use --secret-stdin"));
    };
    let line = line.trim_end_matches(['\r', '\n']);
    match line.is_empty() {
        true => Err(Error::invalid("secret", "", "it is empty")),
        false => Ok(SecretText::new(line)),
    }
}

fn list(app: &mut App) -> Ending {
    let views = app.api.call::<ChannelsList>(Nothing {})?;
    app.object("channels", &views);
    let t = app.locale.texts();
    let mut table = Table::new([t.h_name, t.h_channel, t.h_state, t.h_waiting, t.h_error], &[3]);
    for view in &views {
        table.row([
            view.name.clone(),
            kind(&app.locale, view),
            if view.on { t.channel_on } else { t.channel_off }.to_owned(),
            app.locale.count(view.waiting.into()),
            view.trouble.as_ref().map_or_else(String::new, |error| failure::title(error, &app.locale)),
        ]);
    }
    app.out.say_all(table.lines());
    Ok(Exit::Done)
}

fn kind(locale: &Locale, view: &ChannelView) -> String {
    let t = locale.texts();
    match &view.config {
        ChannelConfig::Desktop => t.channel_desktop.to_owned(),
        ChannelConfig::Email(email) => fill(t.channel_email, &[("to", &email.to.join(", "))]),
        ChannelConfig::Webhook(webhook) => {
            let shape = match webhook.shape {
                Shape::Json => "json",
                Shape::Slack => "slack",
                Shape::Teams => "teams",
                Shape::Discord => "discord",
            };
            fill(t.channel_webhook, &[("shape", shape)])
        }
        ChannelConfig::Ping(_) => t.channel_ping.to_owned(),
    }
}

fn test(app: &mut App, name: String) -> Ending {
    let language = app.locale.language();
    app.api.call::<ChannelsTest>(ChannelTest { name: name.clone(), language })?;
    app.out.object(&json!({ "tested": name }));
    let quoted = app.locale.quoted(&name);
    app.say(app.locale.texts().channel_tested, &[("name", &quoted)]);
    Ok(Exit::Done)
}

fn remove(app: &mut App, name: String) -> Ending {
    app.api.call::<ChannelsRemove>(WithName::new(name.as_str()))?;
    app.out.object(&json!({ "removed": name }));
    let quoted = app.locale.quoted(&name);
    app.say(app.locale.texts().channel_removed, &[("name", &quoted)]);
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_name_with_or_without_its_port() {
        for (text, host, port) in [
            ("mail.example", "mail.example", 587),
            ("mail.example:2525", "mail.example", 2525),
            ("::1", "::1", 587),
            ("[::1]:25", "::1", 25),
        ] {
            assert_eq!(host_and_port(text, 587).unwrap(), (host.to_owned(), port));
        }
        assert_eq!(host_and_port("mail.example:x", 587).unwrap_err().get("field"), Some("port"));
    }
}
