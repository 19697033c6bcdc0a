//! Every error is said whole, in both languages.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use resguardo_domain::Language;

use super::*;
use crate::blanks;

fn compare(name: &str, spanish: &str, english: &str) {
    assert!(!spanish.trim().is_empty() && !english.trim().is_empty(), "{name} is empty");
    assert!(spanish != english || name == "plan", "{name} is the same in both languages: {english}");
    let set = |text| blanks(text).map(str::to_owned).collect::<BTreeSet<String>>();
    assert_eq!(set(spanish), set(english), "{name} has other blanks");
    for text in [spanish, english] {
        assert!(!text.contains(['!', '¡']), "{name} shouts");
        assert!(!text.contains(" --"), "{name} speaks of the command line");
        assert_eq!(text.trim(), text, "{name} has spaces around it");
    }
}

fn customs() -> [Customs; 2] {
    [Language::Spanish, Language::English].map(|language| Customs::at(language, TimeZone::UTC))
}

#[test]
fn every_kind_of_error_has_title_hint_and_action() {
    let [spanish, english] = customs();
    for &kind in Kind::ALL {
        let name = format!("{kind:?}");
        let texts = (spanish.kind(kind), english.kind(kind));
        compare(&name, texts.0.title, texts.1.title);
        compare(&name, texts.0.hint, texts.1.hint);
        assert!(texts.0.hint.ends_with('.') && texts.1.hint.ends_with('.'), "{name}");
        let action = ErrorAction::of(kind);
        compare(&name, spanish.error_action(action), english.error_action(action));
    }
}

#[test]
fn every_thing_and_expectation_is_said_in_both_languages() {
    let things = [
        "plan",
        "destination",
        "snapshot",
        "operation",
        "path",
        "source",
        "command",
        "file",
        "computer",
        "entry",
        "object",
        "channel",
    ];
    for thing in things {
        compare(thing, es::thing(thing).unwrap(), en::thing(thing).unwrap());
    }
    use Expected as E;
    for expected in [
        E::Unneeded,
        E::Flagged,
        E::Name,
        E::Number,
        E::Hours,
        E::ExistingPath,
        E::Address,
        E::Future,
        E::Rules,
        E::Secret,
        E::Zone,
        E::Level,
    ] {
        compare(&format!("{expected:?}"), es::expected(expected), en::expected(expected));
    }
}

#[test]
fn an_error_says_what_it_is_about_and_what_to_do() {
    let [spanish, english] = customs();
    let missing = Error::not_found("plan", "shop");
    assert_eq!(spanish.error(&missing).title, "No existe el plan «shop»");
    assert_eq!(english.error(&missing).action, ErrorAction::Look);
    let full =
        Error::new(Kind::ObjectTooLarge, "send").fact("destination", "usb").fact("size", 5_000_000_000_u64);
    assert!(spanish.error(&full).title.contains("«usb»") && spanish.error(&full).title.contains("5,0 GB"));
    let rules = Error::invalid("retention", "", "no rule would keep anything");
    assert_eq!(english.error(&rules).title, "The value can't be used");
    assert_eq!(english.error(&rules).hint, "With these rules nothing would be kept. Choose at least one.");
    let zeros = Error::invalid("keep-last", 0, "expected 1 to 100000");
    assert_eq!(
        english.error_title(&zeros, Some("“Keep the last”")),
        "The value “0” can't be used for “Keep the last”"
    );
}

#[test]
fn the_technical_part_leaves_a_report_out() {
    let error =
        Error::new(Kind::VerifyFailed, "verify").fact("path", "/x").fact("report", "[1]").because("no");
    assert_eq!(technical(&error), "verify; path=/x (no) [VerifyFailed]");
}
