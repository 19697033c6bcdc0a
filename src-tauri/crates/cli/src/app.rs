//! One run of the command line: what every command needs, and how an operation is run and told about.

use resguardo_api::types::{Issue, Opening, Operation, OperationId, Request};
use resguardo_api::{Api, OperationsCancel, OperationsStart};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::exit::{Exit, of_operation};
use crate::failure::Failure;
use crate::locale::{Locale, short};
use crate::output::{Output, Tone};
use crate::progress::Progress;
use resguardo_words::fill;

/// How a command ends.
pub(crate) type Ending = Result<Exit, Box<Failure>>;

/// Issues shown after an operation; the rest is in the log.
const ISSUES_SHOWN: usize = 20;

/// An open engine, the streams and the language.
#[derive(Debug)]
pub(crate) struct App {
    /// The door to the engine.
    pub(crate) api: Api,
    /// The streams.
    pub(crate) out: Output,
    /// The language.
    pub(crate) locale: Locale,
}

impl App {
    /// Opens the engine and tells what it had to repair.
    ///
    /// # Errors
    /// What opening ends with, and the streams to tell it on.
    pub(crate) fn open(out: Output, locale: Locale) -> Result<Self, Box<(Box<Failure>, Output, Locale)>> {
        match Api::open(None) {
            Ok((api, opening)) => {
                let mut app = Self { api, out, locale };
                app.tell_opening(&opening);
                Ok(app)
            }
            Err(error) => Err(Box::new((error.into(), out, locale))),
        }
    }

    fn tell_opening(&mut self, opening: &Opening) {
        tell_opening(&mut self.out, &self.locale, opening);
    }

    /// Answers with an object for scripts.
    pub(crate) fn object(&mut self, name: &str, value: impl serde::Serialize) {
        if self.out.json {
            self.out.object(&json!({ name: value }));
        }
    }

    /// A line of the answer, from a text with blanks.
    pub(crate) fn say(&mut self, template: &str, values: &[(&str, &str)]) {
        self.out.say(&fill(template, values));
    }

    /// Runs an operation to its end, with progress, and stops it when somebody presses Ctrl-C.
    ///
    /// # Errors
    /// When it can't be started. How it ended stands in its row.
    pub(crate) fn run(&mut self, request: Request) -> Result<Operation, Box<Failure>> {
        let id = self.api.call::<OperationsStart>(request).map_err(Failure::running)?;
        stop_on_interrupt(self.api.clone(), id.clone(), self.locale.texts().stopping);
        let mut progress = Progress::new(&self.out);
        let api = self.api.clone();
        let (out, locale) = (&mut self.out, &self.locale);
        let operation = api.watch(&id, &mut |sample| progress.show(&sample, out, locale));
        progress.finish();
        operation.map_err(Failure::running)
    }

    /// Runs an operation and tells its report, its issues and its error.
    ///
    /// # Errors
    /// As [`App::run`].
    pub(crate) fn run_and_tell<T: DeserializeOwned>(
        &mut self,
        request: Request,
        tell: impl FnOnce(&mut Self, &T, &Operation),
    ) -> Ending {
        self.run_and_judge(request, |app, report, operation| {
            tell(app, report, operation);
            Exit::Done
        })
    }

    /// The same, where the report can say that the ending is worse than the operation's state.
    ///
    /// # Errors
    /// As [`App::run`].
    pub(crate) fn run_and_judge<T: DeserializeOwned>(
        &mut self,
        request: Request,
        judge: impl FnOnce(&mut Self, &T, &Operation) -> Exit,
    ) -> Ending {
        let operation = self.run(request)?;
        let failure = operation.error.clone().filter(|_| !operation.state.is_success()).map(Failure::running);
        let report = result_of(&operation).and_then(|result| serde_json::from_str::<T>(result).ok());
        let judged = report.as_ref().map_or(Exit::Done, |report| judge(self, report, &operation));
        let exit = match of_operation(operation.state, operation.error.as_ref().map(|error| error.kind)) {
            Exit::Done => judged,
            Exit::Issues if judged != Exit::Done => judged,
            exit => exit,
        };
        if self.out.json {
            let object = self.operation_object(&operation, failure.as_deref());
            self.out.object(&object);
        }
        self.tell_issues(&operation.issues, operation.issue_count, &operation.id);
        match &failure {
            Some(failure) => failure.tell(&mut self.out, &self.locale),
            None if exit == Exit::Cancelled => self.out.tell(self.locale.texts().cancelled),
            None if !operation.state.is_success() => self.out.tell(self.locale.texts().interrupted),
            None => {}
        }
        Ok(exit)
    }

    fn operation_object(&self, operation: &Operation, failure: Option<&Failure>) -> Value {
        let mut object = json!({ "operation": operation_json(operation), "report": report_json(operation) });
        if let (Some(failure), Value::Object(fields)) = (failure, &mut object) {
            fields.insert("error".to_owned(), failure.json(&self.locale));
        }
        object
    }

    fn tell_issues(&mut self, issues: &[Issue], count: u64, operation: &OperationId) {
        let t = self.locale.texts();
        if issues.is_empty() {
            return;
        }
        let counted = self.locale.counted(count.max(1), t.issue_one, t.issue_many);
        self.out.tell(&fill(t.issues_title, &[("issues", &counted)]));
        for issue in issues.iter().take(ISSUES_SHOWN) {
            self.out.tell(&format!("  {}: {}", issue.path, self.locale.issue(issue.kind)));
        }
        let more = count.saturating_sub(ISSUES_SHOWN as u64);
        if more > 0 {
            let values =
                [("n", self.locale.count(more)), ("operation", short(operation.as_str()).to_owned())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            self.out.tell(&format!("  {}", fill(t.issues_more, &values)));
        }
    }
}

/// Tells what opening an engine had to repair.
pub(crate) fn tell_opening(out: &mut Output, locale: &Locale, opening: &Opening) {
    let t = locale.texts();
    let set_aside = opening
        .catalog_set_aside
        .as_ref()
        .map(|path| fill(t.catalog_set_aside, &[("path", &path.display().to_string())]));
    let interrupted = opening.interrupted.iter().map(|operation| {
        let (verb, date) = (locale.verb(operation.verb), locale.date(operation.started_at));
        fill(t.was_interrupted, &[("verb", verb), ("date", &date)])
    });
    for warning in set_aside.into_iter().chain(interrupted) {
        let line = format!("{}: {warning}", t.warning);
        out.tell(&out.toned(Tone::Strong, &line));
    }
}

/// An operation for scripts: its result is beside it as an object, not in it as a text.
pub(crate) fn operation_json(operation: &Operation) -> Value {
    let mut value = json!(operation);
    if let Value::Object(fields) = &mut value {
        fields.remove("result");
        let facts =
            fields.get_mut("error").and_then(|error| error.get_mut("facts")).and_then(Value::as_array_mut);
        if let Some(facts) = facts {
            facts.retain(|fact| fact.get("name").and_then(Value::as_str) != Some("report"));
        }
    }
    value
}

/// An operation's result for scripts.
pub(crate) fn report_json(operation: &Operation) -> Value {
    result_of(operation).and_then(|result| serde_json::from_str(result).ok()).unwrap_or(Value::Null)
}

/// What an operation did, as JSON text; a verification that found damage says it in its error.
fn result_of(operation: &Operation) -> Option<&str> {
    operation.result.as_deref().or_else(|| operation.error.as_ref()?.get("report"))
}

/// One signal is enough: the operation ends by itself, and the run with it. A second operation of the same run keeps the
/// first one's answer to signals, which is why commands run one operation each.
fn stop_on_interrupt(api: Api, id: OperationId, stopping: &'static str) {
    let _ = ctrlc::set_handler(move || {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "\n{stopping}");
        // An operation that has just ended can't be stopped, which is as good.
        let _ = api.call::<OperationsCancel>(id.clone());
    });
}
