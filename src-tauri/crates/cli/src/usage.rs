//! Mistakes on the command line, in the language in use.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;
use crate::locale::Locale;
use resguardo_words::fill;

/// What the parser found wrong, as a failure with its own sentence.
pub(crate) fn failure(error: &clap::Error, arguments: &[OsString], locale: &Locale) -> Box<Failure> {
    let t = locale.texts();
    let argument = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    let (template, field, value) = match error.kind() {
        ErrorKind::UnknownArgument => (t.unknown_argument, argument.clone(), argument),
        ErrorKind::InvalidSubcommand => {
            let name = text(error, ContextKind::InvalidSubcommand);
            (t.unknown_command, name.clone(), name)
        }
        ErrorKind::MissingRequiredArgument => (t.missing_argument, argument.clone(), argument),
        ErrorKind::MissingSubcommand => (t.missing_command, String::new(), String::new()),
        ErrorKind::InvalidValue if value.is_empty() => (t.value_count, argument, value),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => (t.bad_value, argument, value),
        ErrorKind::ArgumentConflict => match text(error, ContextKind::PriorArg) {
            prior if prior.is_empty() || prior == argument => (t.given_twice, argument, prior),
            prior => (t.conflict, argument, prior),
        },
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::NoEquals => (t.value_count, argument, value),
        ErrorKind::InvalidUtf8 => (t.not_utf8, argument, value),
        _ => (t.usage_other, argument, value),
    };
    let title = fill(template, &[("field", &field), ("value", &value)]);
    Failure::usage(&field, &value, title, hint(error, arguments, locale))
}

fn hint(error: &clap::Error, arguments: &[OsString], locale: &Locale) -> String {
    let t = locale.texts();
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand]
        .map(|kind| text(error, kind))
        .into_iter()
        .find(|text| !text.is_empty())
        .map(|value| fill(t.did_you_mean, &[("value", &value)]));
    let valid = Some(text(error, ContextKind::ValidValue))
        .filter(|values| !values.is_empty())
        .map(|value| fill(t.expected_values, &[("value", &value)]));
    let help = fill(t.see_help, &[("command", &command_of(arguments, &crate::help::command(locale)))]);
    suggestion.into_iter().chain(valid).chain([help]).collect::<Vec<_>>().join(" ")
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

/// The words of the command that was meant: `resguardo plan add`.
fn command_of(arguments: &[OsString], grammar: &Command) -> String {
    let (mut command, mut name) = (grammar, grammar.get_name().to_owned());
    for argument in arguments.iter().skip(1) {
        let Some(below) = command.find_subcommand(argument) else { continue };
        command = below;
        name = format!("{name} {}", below.get_name());
    }
    name
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_words::Language;

    use super::*;

    fn refused(line: &str, language: Language) -> Box<Failure> {
        let locale = Locale::at(language, TimeZone::UTC);
        let command = crate::help::command(&locale);
        let words = std::iter::once("resguardo").chain(line.split_whitespace());
        let words: Vec<OsString> = words.map(OsString::from).collect();
        failure(&command.try_get_matches_from(&words).unwrap_err(), &words, &locale)
    }

    #[test]
    fn mistakes_are_told_in_the_language_in_use_and_are_usage() {
        let es = |line| refused(line, Language::Spanish);
        let title = |failure: &Failure| failure.title.clone().unwrap();
        assert_eq!(title(&es("bakup x")), "No existe la orden bakup");
        assert!(es("bakup x").hint.unwrap().starts_with("¿Querías decir backup? Escribe resguardo --help"));
        assert_eq!(title(&es("backup x --fast")), "Aquí no se conoce --fast");
        assert_eq!(title(&es("backup x --kind some")), "El valor «some» no sirve para --kind <TIPO>");
        assert!(title(&es("backup")).starts_with("Falta: <NOMBRE>"));
        assert_eq!(title(&es("verify latest --all")), "[COPIA] no se puede usar junto con --all");
        assert_eq!(title(&es("backup x --kind full --kind full")), "--kind <TIPO> está dos veces");
        assert_eq!(
            title(&es("plan add x --to y --weekly sun")),
            "--weekly <DÍA> <HH:MM> necesita otro número de valores"
        );
        let en = refused("plan add x --to y --keep-last many", Language::English);
        assert_eq!(title(&en), "The value “many” can't be used for --keep-last <N>");
        assert_eq!(en.hint.as_deref(), Some("Run resguardo plan add --help to see how it is used."));
        assert_eq!((en.exit().code(), en.error.get("field")), (2, Some("--keep-last <N>")));
    }
}
