//! From an event to a line: one JSON object with `at`, `level`, `target`, `process` and the event's own fields.

use std::sync::Arc;

use resguardo_domain::{Clock, HIDDEN, Redactor, is_secret_name};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::file::LogFile;

/// Characters of one field at most: the log is no place for what a server sent.
const MAX_TEXT: usize = 8 << 10;

pub(super) struct JsonLines {
    file: LogFile,
    clock: Arc<dyn Clock>,
    redactor: Redactor,
}

impl JsonLines {
    pub(super) fn new(file: LogFile, clock: Arc<dyn Clock>) -> Self {
        Self { file, clock, redactor: Redactor::default() }
    }
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields { map: Map::new(), redactor: &self.redactor };
        fields.put("at", self.clock.now().to_string().into());
        fields.put("level", event.metadata().level().as_str().to_ascii_lowercase().into());
        fields.put("target", event.metadata().target().into());
        fields.put("process", std::process::id().into());
        event.record(&mut fields);
        let mut line = Value::Object(fields.map).to_string();
        line.push('\n');
        self.file.append(line.as_bytes());
    }
}

struct Fields<'a> {
    map: Map<String, Value>,
    redactor: &'a Redactor,
}

impl Fields<'_> {
    fn put(&mut self, name: &str, value: Value) {
        self.map.insert(name.to_owned(), value);
    }

    fn text(&mut self, field: &Field, text: &str) {
        let hidden = if is_secret_name(field.name()) { HIDDEN.to_owned() } else { self.redactor.text(text) };
        // Cut after it is redacted: half a secret would no longer look like one.
        let end = hidden.char_indices().nth(MAX_TEXT).map_or(hidden.len(), |(at, _)| at);
        self.put(field.name(), hidden.get(..end).unwrap_or_default().into());
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field.name(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.text(field, &format!("{value:?}"));
    }
}
