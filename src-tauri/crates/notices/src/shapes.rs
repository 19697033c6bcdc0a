//! A message as the JSON that each kind of receiver expects, within its limits of length.

use serde_json::{Map, Value, json};

use crate::Message;
use crate::config::Shape;
use crate::message::{cut, escaped, one_line};

/// The JSON of a shape.
pub(crate) fn of(shape: Shape, message: &Message) -> Value {
    match shape {
        Shape::Json => plain(message),
        Shape::Slack => slack(message),
        Shape::Teams => teams(message),
        Shape::Discord => discord(message),
    }
}

/// For programs; fields are only ever added, `version` tells when one changes.
fn plain(message: &Message) -> Value {
    let facts: Map<String, Value> =
        message.facts.iter().map(|fact| (fact.key.clone(), Value::from(fact.value.as_str()))).collect();
    json!({
        "version": 1,
        "title": message.title,
        "body": message.body,
        "severity": message.severity.word(),
        "cause": message.cause,
        "link": message.link.as_ref().map(|link| &link.url),
        "facts": facts,
        "computer": message.computer,
        "at": message.at.to_string(),
        "language": message.language,
    })
}

/// The body, and behind it the link where it can't be a button.
fn text(message: &Message) -> String {
    match message.link.as_ref().filter(|link| !link.is_web()) {
        Some(link) => format!("{}\n{}: {}", message.body, link.label, link.url),
        None => message.body.clone(),
    }
}

fn footer(message: &Message) -> String {
    format!("{} · {}", message.computer, message.when)
}

fn slack(message: &Message) -> Value {
    let title = one_line(&message.title);
    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": cut(&title, 150)}}),
        json!({"type": "section", "text": {"type": "mrkdwn", "text": cut(&escaped(&text(message)), 2900)}}),
    ];
    let field = |label: &str, value: &str| {
        let text = format!("*{}*\n{}", escaped(label), escaped(value));
        json!({"type": "mrkdwn", "text": cut(&text, 1900)})
    };
    let fields: Vec<Value> =
        message.facts.iter().take(10).map(|fact| field(&fact.label, &fact.value)).collect();
    if !fields.is_empty() {
        blocks.push(json!({"type": "section", "fields": fields}));
    }
    if let Some(link) = message.link.as_ref().filter(|link| link.is_web()) {
        let label = json!({"type": "plain_text", "text": cut(&link.label, 75)});
        blocks.push(
            json!({"type": "actions", "elements": [{"type": "button", "text": label, "url": link.url}]}),
        );
    }
    let footer = json!({"type": "plain_text", "text": cut(&footer(message), 1900)});
    blocks.push(json!({"type": "context", "elements": [footer]}));
    json!({"text": escaped(&title), "blocks": blocks})
}

fn teams(message: &Message) -> Value {
    let colour = match message.severity {
        crate::Severity::Info => "Good",
        crate::Severity::Warning => "Warning",
        crate::Severity::Alarm => "Attention",
    };
    let block = |text: &str| json!({"type": "TextBlock", "text": text, "wrap": true});
    let mut title = block(&one_line(&message.title));
    if let Value::Object(fields) = &mut title {
        fields.extend([
            ("size".to_owned(), json!("Large")),
            ("weight".to_owned(), json!("Bolder")),
            ("color".to_owned(), json!(colour)),
        ]);
    }
    // A single line break is no line break in a card.
    let mut body = vec![title, block(&cut(&text(message), 8000).replace('\n', "\n\n"))];
    let facts: Vec<Value> = message
        .facts
        .iter()
        .map(|fact| json!({"title": cut(&fact.label, 200), "value": cut(&fact.value, 500)}))
        .collect();
    if !facts.is_empty() {
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    body.push(block(&footer(message)));
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard", "version": "1.4", "body": body,
    });
    if let (Value::Object(card), Some(link)) = (&mut card, message.link.as_ref().filter(|link| link.is_web()))
    {
        let open = json!([{"type": "Action.OpenUrl", "title": link.label, "url": link.url}]);
        card.insert("actions".to_owned(), open);
    }
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card,
    });
    json!({"type": "message", "attachments": [attachment]})
}

fn discord(message: &Message) -> Value {
    let fields: Vec<Value> = message
        .facts
        .iter()
        .take(8)
        .map(|fact| json!({"name": cut(&fact.label, 100), "value": cut(&fact.value, 200), "inline": true}))
        .collect();
    // All texts of an embed together may have 6,000 characters, so each gets less than the most it could.
    let mut embed = json!({
        "title": cut(&one_line(&message.title), 256),
        "description": cut(&text(message), 2000),
        "color": message.severity.colour(),
        "fields": fields,
        "footer": {"text": cut(&footer(message), 256)},
        "timestamp": message.at.to_string(),
    });
    if let (Value::Object(embed), Some(link)) =
        (&mut embed, message.link.as_ref().filter(|link| link.is_web()))
    {
        embed.insert("url".to_owned(), json!(link.url));
    }
    // A file name like @everyone must not call anybody.
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}
