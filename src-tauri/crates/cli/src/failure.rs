//! An error on its way to the caller: as sentences for people and as JSON for scripts.

use resguardo_api::types::{Error, Kind, hide_secrets, without_secrets};
use serde_json::{Value, json};

use crate::actions::Action;
use crate::exit::{Exit, Moment, of_error};
use crate::locale::Locale;
use crate::output::{Output, Tone};
use resguardo_words::{blanks, fill};

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The error.
    pub(crate) error: Error,
    /// When it came.
    pub(crate) moment: Moment,
    /// A title more exact than the kind's, in the language in use.
    pub(crate) title: Option<String>,
    /// A hint more exact than the kind's.
    pub(crate) hint: Option<String>,
}

impl From<Error> for Box<Failure> {
    fn from(error: Error) -> Self {
        Self::new(Failure { error: without_secrets(error), moment: Moment::Asking, title: None, hint: None })
    }
}

impl Failure {
    /// An error of an operation that ran.
    pub(crate) fn running(error: Error) -> Box<Self> {
        Box::new(Self { error: without_secrets(error), moment: Moment::Running, title: None, hint: None })
    }

    /// A mistake on the command line, with its sentence.
    pub(crate) fn usage(field: &str, value: &str, title: String, hint: String) -> Box<Self> {
        let error = without_secrets(Error::invalid(field, value, "the command line"));
        let title = hide_secrets(&title);
        Box::new(Self { error, moment: Moment::Asking, title: Some(title), hint: Some(hint) })
    }

    /// Somebody was asked and did not want to.
    pub(crate) fn declined(locale: &Locale) -> Box<Self> {
        let title = Some(locale.texts().nothing_done.to_owned());
        Box::new(Self { error: Error::cancelled(), moment: Moment::Asking, title, hint: None })
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        of_error(self.error.kind, self.moment)
    }

    /// What happened, in one sentence.
    pub(crate) fn title(&self, locale: &Locale) -> String {
        self.title.clone().unwrap_or_else(|| title(&self.error, locale))
    }

    fn hint(&self, locale: &Locale) -> String {
        let mistyped = self.is_mistyped_source().then_some(locale.texts().expect_existing_path);
        let expected = mistyped.or(expected(&self.error, locale)).map(str::to_owned);
        self.hint.clone().or(expected).unwrap_or_else(|| locale.kind(self.error.kind).hint.to_owned())
    }

    /// A source that is missing while a plan is written was most likely mistyped.
    fn is_mistyped_source(&self) -> bool {
        self.error.kind == Kind::SourceMissing && self.moment == Moment::Asking
    }

    fn action(&self) -> Action {
        if self.is_mistyped_source() { Action::Correct } else { Action::of(self.error.kind) }
    }

    /// As the JSON object of a script.
    pub(crate) fn json(&self, locale: &Locale) -> Value {
        let mut object = json!(without_report(&self.error));
        let action = self.action();
        if let Value::Object(fields) = &mut object {
            fields.insert("title".to_owned(), self.title(locale).into());
            fields.insert("hint".to_owned(), self.hint(locale).into());
            fields.insert("action".to_owned(), json!(action));
            fields.insert("exit_code".to_owned(), self.exit().code().into());
        }
        object
    }

    /// Tells a person, beside the answer.
    pub(crate) fn tell(&self, out: &mut Output, locale: &Locale) {
        let t = locale.texts();
        if self.error.is_cancelled() {
            out.tell(self.title.as_deref().unwrap_or(t.cancelled));
            return;
        }
        let title = format!("{}: {}", t.error, self.title(locale));
        out.tell(&out.toned(Tone::Bad, &title));
        for line in self.fact_lines(locale) {
            out.tell(&format!("  {line}"));
        }
        out.tell(&format!("{}: {}", t.next, self.hint(locale)));
        let action = self.action();
        if let Some(command) = action.command(&self.error) {
            out.tell(&format!("  {}: {command}", locale.action(action)));
        }
        if self.title.is_none() {
            let detail = format!("{}: {}", t.detail, detail(&self.error));
            out.tell(&out.toned(Tone::Dim, &detail));
        }
    }

    /// The facts that the title does not tell already.
    fn fact_lines(&self, locale: &Locale) -> Vec<String> {
        if self.title.is_some() {
            return Vec::new();
        }
        let told: Vec<&str> = blanks(locale.kind(self.error.kind).title).chain(["field"]).collect();
        let facts = self.error.facts.iter().filter(|fact| !told.contains(&fact.name.as_str()));
        let known = facts.filter_map(|fact| {
            let name = locale.texts().get(&format!("fact_{}", fact.name))?;
            Some(format!("{name}: {}", fact_value(&fact.name, &fact.value, locale)))
        });
        known.filter(|line| !line.ends_with(": ")).collect()
    }
}

/// What happened, in one sentence, from the kind and the facts.
pub(crate) fn title(error: &Error, locale: &Locale) -> String {
    let values: Vec<(&str, String)> = error
        .facts
        .iter()
        .filter(|fact| !fact.value.is_empty())
        .map(|fact| (fact.name.as_str(), fact_value(&fact.name, &fact.value, locale)))
        .collect();
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fill(locale.kind(error.kind).title, &values)
}

/// The technical part: what was being done, the facts as they are, the cause.
pub(crate) fn detail(error: &Error) -> String {
    let text = without_report(error).to_string();
    text.split_once(": ").map_or(text.clone(), |(kind, rest)| format!("{rest} [{kind}]"))
}

fn fact_value(name: &str, value: &str, locale: &Locale) -> String {
    match (name, value.parse::<u64>()) {
        ("free" | "needed" | "size" | "limit", Ok(bytes)) => locale.size(bytes),
        ("field", _) => field_name(value, locale),
        ("what", _) => locale.texts().word("thing_", value).to_owned(),
        _ => value.to_owned(),
    }
}

/// Fields that are flags of the command line.
const FLAGS: [&str; 20] = [
    "keep-last",
    "keep-days",
    "keep-daily",
    "keep-weekly",
    "keep-monthly",
    "daily",
    "weekly",
    "monthly",
    "every",
    "from",
    "once",
    "level",
    "max-size",
    "part-size",
    "to",
    "folder",
    "sqlite",
    "exclude",
    "include",
    "local",
];

/// A field as it stands in the help: `--keep-last`, or the placeholder of a value.
fn field_name(field: &str, locale: &Locale) -> String {
    if FLAGS.contains(&field) {
        return format!("--{field}");
    }
    locale.help().values.get(field).map_or(field, |text| *text).to_owned()
}

/// A failed verification carries its report as a fact, which is told as a report and not as a fact.
fn without_report(error: &Error) -> Error {
    let mut error = error.clone();
    error.facts.retain(|fact| fact.name != "report");
    error
}

/// What a field of the input expects.
fn expected(error: &Error, locale: &Locale) -> Option<&'static str> {
    let t = locale.texts();
    let field = error.get("field").filter(|_| error.kind == Kind::InvalidInput)?;
    Some(match field {
        "snapshot" if error.get("needed_by").is_some() => t.expect_unneeded,
        "snapshot" if error.get("flag").is_some() => t.expect_flagged,
        "snapshot" => t.expect_snapshot,
        "to" => t.expect_to,
        "name" => t.expect_name,
        "level" => t.expect_level,
        "keep-last" | "keep-days" | "keep-daily" | "keep-weekly" | "keep-monthly" => t.expect_number,
        "retention" => t.expect_retention,
        "daily" | "from" => t.expect_time,
        "weekly" => t.expect_weekday,
        "monthly" => t.expect_month_day,
        "every" => t.expect_hours,
        "once" => t.expect_date_time,
        "address" => t.expect_address,
        "secret" | "url" | "password" => t.expect_secret,
        "for" => t.expect_duration,
        "until" => t.expect_future,
        "max-size" | "part-size" => t.expect_size,
        "folder" | "path" | "sqlite" => t.expect_existing_path,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_words::Language;

    use super::*;
    use crate::output::tests::on_paper;

    fn told(failure: &Failure, language: Language) -> String {
        let (mut out, _, err) = on_paper(false);
        failure.tell(&mut out, &Locale::at(language, TimeZone::UTC));
        err.text()
    }

    #[test]
    fn a_missing_plan_in_both_languages() {
        let failure = Box::<Failure>::from(Error::not_found("plan", "shop"));
        assert_eq!(
            told(&failure, Language::Spanish),
            "Falló: No existe el plan «shop»\n\
             Qué hacer: No se ha cambiado nada. Mira lo que hay y vuelve a intentarlo.\n  \
             Ver lo que hay: resguardo plan list\n\
             Detalle técnico: find the plan; what=plan; name=shop [NotFound]\n"
        );
        assert!(
            told(&failure, Language::English).starts_with("Error: There is no plan “shop”\nWhat to do: ")
        );
    }

    #[test]
    fn facts_that_the_title_does_not_tell_have_their_lines() {
        let error = Error::new(Kind::DestinationFull, "send the archive")
            .fact("destination", "usb")
            .fact("needed", 37_600_000_000_u64)
            .because("os error 28");
        let text = told(&Failure::running(error), Language::Spanish);
        assert!(text.contains("No queda sitio en el destino «usb»\n  Hace falta: 37,6 GB\n"), "{text}");
        assert!(text.ends_with("(os error 28) [DestinationFull]\n"), "{text}");
    }

    #[test]
    fn a_script_gets_kind_facts_and_exit_code() {
        let failure = Box::<Failure>::from(Error::invalid("keep-last", 0, "expected 1 to 100000"));
        let json = failure.json(&Locale::at(Language::English, TimeZone::UTC));
        assert_eq!((&json["kind"], &json["exit_code"]), (&json!("invalid_input"), &json!(2)));
        assert_eq!(json["hint"], "Use a whole number from 1 to 100,000.");
        assert_eq!((&json["action"], &json["facts"][0]["value"]), (&json!("correct"), &json!("keep-last")));
        assert_eq!(json["title"], "The value “0” can't be used for --keep-last");
    }

    #[test]
    fn a_missing_source_is_a_slip_while_a_plan_is_written() {
        let error = Error::new(Kind::SourceMissing, "look").fact("path", "/x").fact("field", "folder");
        let asking = told(&Box::from(error.clone()), Language::English);
        assert!(
            asking.contains("Check that it is spelled right") && !asking.contains("plan show"),
            "{asking}"
        );
        let running = told(&Failure::running(error.fact("plan", "Shop")), Language::English);
        assert!(
            running.contains("The backups you have are safe.") && running.contains("plan show Shop"),
            "{running}"
        );
    }

    #[test]
    fn a_stop_is_no_failure() {
        assert_eq!(
            told(&Box::<Failure>::from(Error::cancelled()), Language::English),
            "Stopped as you asked.\n"
        );
        assert_eq!(Box::<Failure>::from(Error::cancelled()).exit().code(), 130);
    }
}
