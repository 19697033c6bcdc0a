//! Both languages are whole: every text is there, differs from the other language's, and has the same blanks.

use std::collections::BTreeSet;

use clap::{Command, FromArgMatches};
use jiff::tz::TimeZone;
use resguardo_api::types::{IssueKind, Keep, Phase, Refusal, SnapshotId};
use resguardo_words::Language;

use super::{en, es};
use crate::args::Cli;
use crate::locale::Locale;
use resguardo_words::blanks;

/// Words that are the same in both languages.
const SAME: [&str; 4] = ["manual", "h_plan", "fact_plan", "plan"];

fn compare(name: &str, spanish: &str, english: &str) {
    assert!(!spanish.trim().is_empty() && !english.trim().is_empty(), "{name} is empty");
    assert!(spanish != english || SAME.contains(&name), "{name} is the same in both languages: {english}");
    let set = |text| blanks(text).map(str::to_owned).collect::<BTreeSet<String>>();
    assert_eq!(set(spanish), set(english), "{name} has other blanks");
    for text in [spanish, english] {
        assert!(!text.contains(['!', '¡']), "{name} shouts");
        assert_eq!(text.trim(), text, "{name} has spaces around it");
    }
}

#[test]
fn every_text_is_there_in_both_languages() {
    for ((name, spanish), (_, english)) in es::TEXTS.all().zip(en::TEXTS.all()) {
        compare(name, spanish, english);
    }
    for ((name, spanish), (_, english)) in es::HELP.arguments.all().zip(en::HELP.arguments.all()) {
        compare(name, spanish, english);
    }
    for ((name, spanish), (_, english)) in es::HELP.pages.all().zip(en::HELP.pages.all()) {
        compare(name, spanish.about, english.about);
        assert!(!spanish.examples.is_empty() && !english.examples.is_empty(), "{name} has no example");
    }
}

#[test]
fn every_issue_reason_refusal_and_phase_has_words() {
    use IssueKind as I;
    for kind in [
        I::PermissionDenied,
        I::Unreadable,
        I::ChangedWhileRead,
        I::Vanished,
        I::DatabaseBusy,
        I::DatabaseDamaged,
        I::Metadata,
        I::Renamed,
        I::Special,
        I::OtherFileSystem,
        I::StatusNotWritten,
    ] {
        compare(&format!("{kind:?}"), es::issue(kind), en::issue(kind));
    }
    let (number, id) = (3, SnapshotId::from_random(7));
    for keep in [
        Keep::All,
        Keep::Last { number },
        Keep::Days,
        Keep::Daily { number },
        Keep::Weekly { number },
        Keep::Monthly { number },
        Keep::Pinned,
        Keep::Manual,
        Keep::Safety,
        Keep::NotVerified,
        Keep::Damaged,
        Keep::Refused,
        Keep::Future,
        Keep::LastRestorePoint,
        Keep::NeededBy { id },
    ] {
        compare(&format!("{keep:?}"), es::keep(&keep), en::keep(&keep));
    }
    for refusal in
        [Refusal::ClockSuspect, Refusal::AnomalyOpen, Refusal::ListingIncomplete, Refusal::MoreThanHalf]
    {
        compare(&format!("{refusal:?}"), es::refusal(refusal), en::refusal(refusal));
    }
    use Phase as P;
    for phase in [P::Prepare, P::Archive, P::Seal, P::Publish, P::Verify, P::Restore, P::Prune, P::Read] {
        compare(&format!("{phase:?}"), es::phase(phase), en::phase(phase));
    }
}

#[test]
fn every_word_of_the_wire_is_translated() {
    let words = [
        ("", &["full", "differential", "incremental", "manual", "daily", "weekly", "monthly", "safety"][..]),
        ("", &["checked", "opened", "restored", "waiting", "present", "lost", "deleted"]),
        ("state_", &["complete", "waiting", "damaged", "deleted"]),
        ("flag_", &["open", "accepted", "refused"]),
        ("kind_", &["file", "folder", "symlink", "fifo", "socket", "device"]),
        ("entry_", &["create", "replace", "same", "skip", "rename"]),
        ("src_", &["folder", "sqlite"]),
        ("level_", &["ok", "warning", "problem"]),
        (
            "what_",
            &[
                "catalog",
                "home",
                "destination",
                "source",
                "clock",
                "tools",
                "leftovers",
                "uploads",
                "archive",
                "signature",
                "computer",
            ],
        ),
    ];
    for (prefix, word) in
        words.iter().flat_map(|(prefix, words)| words.iter().map(move |word| (prefix, word)))
    {
        for texts in [&es::TEXTS, &en::TEXTS] {
            assert!(texts.get(&format!("{prefix}{word}")).is_some(), "{prefix}{word}");
        }
    }
}

fn locales() -> [Locale; 2] {
    [Language::Spanish, Language::English].map(|language| Locale::at(language, TimeZone::UTC))
}

#[test]
fn every_command_and_argument_has_its_help() {
    for locale in locales() {
        let mut command = crate::help::command(&locale);
        command.build();
        described(&command);
    }
}

fn described(command: &Command) {
    let name = command.get_name();
    assert!(command.get_about().is_some_and(|about| !about.to_string().is_empty()), "{name} says nothing");
    assert!(
        command.get_after_help().is_some_and(|text| text.to_string().contains("  resguardo")),
        "{name}: no example"
    );
    for argument in command.get_arguments() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(!help.is_empty(), "{name} {}: no help", argument.get_id());
        assert!(argument.get_help_heading().is_some(), "{name} {}: no heading", argument.get_id());
        for value in argument
            .get_value_names()
            .unwrap_or_default()
            .iter()
            .filter(|_| argument.get_action().takes_values())
        {
            assert_eq!(value.as_str(), value.to_uppercase(), "{name} {}: {value}", argument.get_id());
        }
    }
    command.get_subcommands().for_each(described);
}

#[test]
fn every_example_can_be_typed() {
    for locale in locales() {
        for (name, page) in locale.help().pages.all() {
            let lines: Vec<&str> =
                page.examples.lines().filter(|line| line.starts_with("resguardo")).collect();
            assert!(!lines.is_empty(), "{name}");
            for line in lines {
                let matches = crate::help::command(&locale).try_get_matches_from(words(line));
                let parsed = matches.and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
    }
}

/// The words of a line as a shell splits them, double quotes only.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let mut words = Vec::new();
    for (number, part) in parts {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn help_is_whole_in_both_languages() {
    for (locale, usage, options) in
        locales().iter().zip(["Uso:", "Usage:"]).zip(["Opciones:", "Options:"]).map(|((a, b), c)| (a, b, c))
    {
        let error = crate::help::command(locale)
            .try_get_matches_from(["resguardo", "plan", "add", "--help"])
            .unwrap_err();
        let text = crate::help::translated(&error.render().to_string(), locale);
        assert!(text.contains(&format!("{usage} resguardo plan add ")) && text.contains(options), "{text}");
        if usage == "Uso:" {
            assert!(
                !["Usage", "Options", "Arguments", "Print", "OPTIONS", "possible"]
                    .iter()
                    .any(|word| text.contains(word)),
                "{text}"
            );
        }
    }
}
