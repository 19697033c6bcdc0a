//! An error on its way to the caller: as sentences for people and as JSON for scripts.

use resguardo_api::types::{Error, Kind, hide_secrets, without_secrets};
use serde_json::{Value, json};

use crate::actions::{Action, command};
use crate::exit::{Exit, Moment, of_error};
use crate::locale::Locale;
use crate::output::{Output, Tone};
pub(crate) use resguardo_words::technical as detail;
use resguardo_words::{blanks, without_report};

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
        let slip = Error::invalid("path", "", "");
        let mistyped = self.is_mistyped_source().then(|| locale.expected(&slip)).flatten();
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
        if let Some(command) = command(action, &self.error) {
            out.tell(&format!("  {}: {command}", locale.error_action(action)));
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
            Some(format!("{name}: {}", locale.fact(&fact.name, &fact.value)))
        });
        known.filter(|line| !line.ends_with(": ")).collect()
    }
}

/// What happened, in one sentence, from the kind and the facts.
pub(crate) fn title(error: &Error, locale: &Locale) -> String {
    let field = error.get("field").filter(|field| !field.is_empty()).map(|field| field_name(field, locale));
    locale.error_title(error, field.as_deref())
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

/// What a field of the input expects, in the command line's own terms where it has them.
fn expected(error: &Error, locale: &Locale) -> Option<&'static str> {
    let t = locale.texts();
    if error.kind == Kind::ConfirmationNeeded {
        return Some(t.expect_yes);
    }
    let field = error.get("field").filter(|_| error.kind == Kind::InvalidInput)?;
    let is_decided = error.get("needed_by").is_some() || error.get("flag").is_some();
    Some(match field {
        "snapshot" if !is_decided => t.expect_snapshot,
        "to" => t.expect_to,
        "level" => t.expect_level,
        "retention" => t.expect_retention,
        "daily" | "from" => t.expect_time,
        "weekly" => t.expect_weekday,
        "monthly" => t.expect_month_day,
        "once" => t.expect_date_time,
        "secret" | "url" | "password" => t.expect_secret,
        "for" => t.expect_duration,
        "max-size" | "part-size" => t.expect_size,
        _ => return locale.expected(error),
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
