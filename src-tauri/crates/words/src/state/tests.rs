//! Every state, reason and alert is said whole, in both languages.

use jiff::tz::TimeZone;
use resguardo_domain::{Cause, ComputerId, HeartbeatDoubt, Language, Nearness, OperationId};

use super::*;
use crate::{Customs, Names};

fn names() -> Names {
    let mut names = Names::default();
    names.plans.insert(PlanId::from_random(1), "Tienda".to_owned());
    names.sources.insert(SourceId::from_random(2), "facturas".to_owned());
    names.destinations.insert(DestinationId::from_random(3), "USB azul".to_owned());
    names
}

fn reasons() -> Vec<Reason> {
    let (plan, source) = (PlanId::from_random(1), SourceId::from_random(2));
    let destination = DestinationId::from_random(3);
    let at: Timestamp = "2026-09-13T01:00:00Z".parse().unwrap();
    let mut reasons = vec![
        Reason::RunsFail { plan: plan.clone(), failures: 3 },
        Reason::Flagged { plan: plan.clone(), source: source.clone() },
        Reason::SignedOut { destination: destination.clone() },
        Reason::Absent { destination: destination.clone(), since: at },
        Reason::SpaceLow { destination: destination.clone(), percent: 4 },
        Reason::Behind { destination, archives: 2 },
        Reason::DrillFailed { at },
        Reason::RecoveryUnconfirmed,
        Reason::NoAwayDestination { plan: plan.clone() },
        Reason::NoNearDestination { plan: plan.clone() },
        Reason::NotScheduled { plan: plan.clone() },
        Reason::NothingActive,
        Reason::FirstCopyPending { plan: plan.clone(), due: at },
        Reason::NoPlan,
    ];
    for last in [Some(at), None] {
        reasons.push(Reason::NoCopy { plan: plan.clone(), sources: vec![source.clone()], last, failures: 0 });
        reasons.push(Reason::NotAway { plan: plan.clone(), sources: vec![source.clone()], last });
        reasons.push(Reason::NotNear { plan: plan.clone(), sources: vec![source.clone()], last });
        reasons.push(Reason::DrillOverdue { last });
    }
    reasons.push(Reason::Late { plan, sources: vec![source], last: Some(at), failures: 0 });
    reasons
}

fn each(mut look: impl FnMut(Words<'_>)) {
    let names = names();
    for language in [Language::Spanish, Language::English] {
        let customs = Customs::at(language, TimeZone::UTC);
        look(Words { customs: &customs, names: &names });
    }
}

#[test]
fn every_reason_is_a_whole_sentence_without_blanks_or_gaps() {
    each(|words| {
        for reason in reasons() {
            let text = words.reason(&reason);
            assert!(text.ends_with('.') && !text.contains(['{', '[']) && !text.contains("  "), "{text}");
            assert!(!text.contains("()") && !text.contains(": ."), "{text}");
            assert!(!words.action(&reason.action()).is_empty());
        }
    });
}

#[test]
fn sentences_name_things_by_their_names() {
    let names = names();
    let customs = Customs::at(Language::Spanish, TimeZone::UTC);
    let words = Words { customs: &customs, names: &names };
    let last = Some("2026-09-13T01:00:00Z".parse().unwrap());
    let late = Reason::Late {
        plan: PlanId::from_random(1),
        sources: vec![SourceId::from_random(2)],
        last,
        failures: 0,
    };
    assert_eq!(
        words.reason(&late),
        "La copia de «facturas» (plan «Tienda») se retrasa; la última es del 13 sep 2026 01:00."
    );
    let gone = Reason::NotScheduled { plan: PlanId::from_random(9) };
    assert!(words.reason(&gone).contains(PlanId::from_random(9).as_str()));
}

#[test]
fn every_alert_has_a_title_and_a_body_without_gaps() {
    let plan = PlanId::from_random(1);
    let destination = DestinationId::from_random(3);
    let at: Timestamp = "2026-09-13T01:00:00Z".parse().unwrap();
    let mut causes = vec![
        Cause::RunsFail { plan: plan.clone(), failures: 4 },
        Cause::Stalled { operation: OperationId::from_random(4), minutes: 45 },
        Cause::SpaceLow { destination: destination.clone(), percent: 3 },
        Cause::SignedOut { destination: destination.clone() },
        Cause::SignInExpires { destination: destination.clone(), at },
        Cause::DrillFailed { at },
        Cause::Flagged { plan: plan.clone(), source: SourceId::from_random(2) },
    ];
    let computer = ComputerId::from_random(6);
    for days in [1, 4] {
        let (destination, computer) = (destination.clone(), computer.clone());
        causes.push(Cause::Silent { destination, computer, name: "tienda".into(), at, days });
    }
    use HeartbeatDoubt as Doubt;
    for doubt in [Doubt::OtherKey, Doubt::BadSignature, Doubt::Unsigned, Doubt::Older, Doubt::Unreadable] {
        let (destination, computer) = (destination.clone(), computer.clone());
        causes.push(Cause::Disbelieved { destination, computer, name: "tienda".into(), doubt });
    }
    for last in [Some(at), None] {
        causes.push(Cause::Late { plan: plan.clone(), last });
        causes.push(Cause::NoCopy { plan: plan.clone(), last });
        causes.push(Cause::NoCopyFor { hours: 24, last });
        causes.push(Cause::DrillOverdue { last });
    }
    each(|words| {
        for cause in &causes {
            let text = words.alert(cause);
            for part in [&text.title, &text.body] {
                assert!(!part.is_empty() && !part.contains(['{', '[']) && !part.contains("  "), "{part}");
            }
            assert!(text.body.ends_with('.') && !text.title.ends_with('.'), "{text:?}");
        }
        assert!(!words.all_good().title.is_empty());
    });
}

#[test]
fn what_has_no_copy_yet_is_not_called_protected() {
    let low = Reason::SpaceLow { destination: DestinationId::from_random(1), percent: 4 };
    let due = "2026-09-13T02:00:00Z".parse().unwrap();
    let pending = Reason::FirstCopyPending { plan: PlanId::from_random(1), due };
    let names = Names::default();
    let customs = Customs::at(Language::English, TimeZone::UTC);
    let words = Words { customs: &customs, names: &names };
    let title = |reasons| words.title(&Status::of(reasons, None));
    assert_eq!(title(vec![low.clone()]), "Protected, with something to look at");
    assert_eq!(title(vec![low, pending]), "The first backup is still to come");
}

#[test]
fn the_title_says_where_copies_are_missing_when_a_destination_is_why() {
    let names = Names::default();
    let customs = Customs::at(Language::English, TimeZone::UTC);
    let words = Words { customs: &customs, names: &names };
    let destination = || DestinationId::from_random(3);
    let gone = Reason::SignedOut { destination: destination() };
    let low = Reason::SpaceLow { destination: destination(), percent: 4 };
    for (reason, lacking, title) in [
        (gone.clone(), Some(Nearness::Away), "Protected here, but not away"),
        (gone.clone(), Some(Nearness::Near), "Protected away, but not here"),
        (gone, None, "Protected, with something to look at"),
        (low, Some(Nearness::Away), "Protected, with something to look at"),
    ] {
        assert_eq!(words.title(&Status::of(vec![reason.clone()], lacking)), title, "{reason:?}");
    }
}

#[test]
fn a_reason_says_why_the_last_run_failed() {
    let path = "/datos/facturas.db";
    let error = Error::new(resguardo_domain::Kind::SourceMissing, "look at the source").fact("path", path);
    each(|words| {
        for reason in reasons() {
            let text = words.reason_because(&reason, &error);
            assert!(text.ends_with('.') && !text.contains("..") && !text.contains(['{', '[']), "{text}");
            let why = words.customs.error_title(&error, None);
            let run = matches!(reason, Reason::NoCopy { .. } | Reason::Late { .. } | Reason::RunsFail { .. });
            assert_eq!(text.ends_with(&format!(" {why}.")), run, "{text}");
        }
    });
}

#[test]
fn many_sources_are_said_in_one_sentence() {
    let mut names = names();
    for (number, name) in [(4, "fotos"), (5, "cartas"), (6, "agenda")] {
        names.sources.insert(SourceId::from_random(number), name.to_owned());
    }
    let customs = Customs::at(Language::Spanish, TimeZone::UTC);
    let words = Words { customs: &customs, names: &names };
    let said = |numbers: &[u64]| {
        let sources = numbers.iter().map(|number| SourceId::from_random(*number)).collect();
        words.reason(&Reason::NotNear { plan: PlanId::from_random(1), sources, last: None })
    };
    for (numbers, phrase) in [
        (&[2][..], "«facturas»"),
        (&[2, 4], "«facturas» y «fotos»"),
        (&[2, 4, 5], "«facturas», «fotos» y «cartas»"),
        (&[2, 4, 5, 6], "«facturas», «fotos» y 2 más"),
    ] {
        assert_eq!(said(numbers), format!("De {phrase} (plan «Tienda») no hay copia cerca."));
    }
}

#[test]
fn a_silent_computer_is_named_with_its_days() {
    let names = names();
    let (destination, computer) = (DestinationId::from_random(3), ComputerId::from_random(6));
    let at: Timestamp = "2026-09-13T01:00:00Z".parse().unwrap();
    let cause = Cause::Silent { destination, computer, name: "tienda".into(), at, days: 3 };
    for (language, title) in [
        (Language::Spanish, "«tienda» no ha hecho una copia desde hace 3 días"),
        (Language::English, "“tienda” has not made a backup for 3 days"),
    ] {
        let customs = Customs::at(language, TimeZone::UTC);
        assert_eq!(Words { customs: &customs, names: &names }.alert(&cause).title, title);
    }
}
