//! The page as its readers and its enemies see it.

use jiff::tz::TimeZone;
use resguardo_domain::{DestinationId, PlanId, SourceId, StatusAction as Action, StatusReason as Reason};

use super::*;

const HOSTILE: &str = "<script>alert('x')</script>\"&amp;";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn names(name: &str) -> Names {
    let mut names = Names::default();
    names.plans.insert(PlanId::from_random(1), name.to_owned());
    names.sources.insert(SourceId::from_random(2), name.to_owned());
    names.destinations.insert(DestinationId::from_random(3), name.to_owned());
    names
}

fn status(reasons: Vec<Reason>) -> Status {
    Status::of(reasons, None)
}

fn reasons() -> Vec<Reason> {
    vec![
        Reason::RunsFail { plan: PlanId::from_random(1), failures: 3 },
        Reason::SignedOut { destination: DestinationId::from_random(3) },
        Reason::NotAway { plan: PlanId::from_random(1), sources: vec![SourceId::from_random(2)], last: None },
    ]
}

/// A page on which every name is the same.
fn page(name: &str, status: &Status) -> String {
    let plan = PagePlan {
        name: name.to_owned(),
        last: Some(at("2026-09-12T02:00:00Z")),
        places: vec![name.to_owned(), "nube".to_owned()],
        backups: 1284,
        next: Some(at("2026-09-13T02:00:00Z")),
        pause: None,
        here: true,
    };
    let asleep = PagePlan { last: None, places: vec![], next: None, here: false, ..plan.clone() };
    let until = Some(at("2026-10-01T00:00:00Z"));
    let plans = [
        PagePlan { pause: Some(Pause { until: None }), ..asleep.clone() },
        PagePlan { pause: Some(Pause { until }), ..asleep.clone() },
        asleep,
        plan,
    ];
    let place = PageDestination {
        name: name.to_owned(),
        here: true,
        last: Some(at("2026-09-12T02:00:00Z")),
        backups: 14,
        waiting: 0,
        absent_since: None,
    };
    let absent = PageDestination {
        here: false,
        last: None,
        waiting: 2,
        absent_since: Some(at("2026-09-10T02:00:00Z")),
        ..place.clone()
    };
    let page = Page {
        computer: name,
        version: "0.1.0",
        made_at: at("2026-09-12T02:05:00Z"),
        status,
        plans: &plans,
        destinations: &[place, absent],
    };
    page.html(&Customs::at(Language::English, TimeZone::UTC), &names(name))
}

/// The names of all elements that the page opens.
fn elements(page: &str) -> Vec<&str> {
    let opened = page.split('<').skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
    let mut names: Vec<&str> = opened.filter_map(|part| part.split([' ', '>', '/', '\n']).next()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn both_languages_are_there_spanish_first_each_with_its_code() {
    let page = page("Tienda", &status(vec![]));
    let (es, en) = (page.find("<article lang=\"es\"").unwrap(), page.find("<article lang=\"en\"").unwrap());
    assert!(es < en);
    for (half, texts) in [
        (
            &page[es..en],
            ["Tu negocio está protegido", "Copias del equipo «Tienda»", "12 sep 2026 02:00", "1.284"],
        ),
        (
            &page[en..],
            [
                "Your business is protected",
                "Backups of the computer “Tienda”",
                "Sep 12, 2026 2:00 AM",
                "1,284",
            ],
        ),
    ] {
        for text in texts {
            assert!(half.contains(text), "{text}");
        }
    }
}

#[test]
fn a_name_that_is_markup_is_shown_and_does_nothing() {
    let (plain, hostile) = (page("Tienda", &status(reasons())), page(HOSTILE, &status(reasons())));
    assert_eq!(elements(&hostile), elements(&plain));
    assert!(!hostile.contains("<script") && hostile.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    assert!(!elements(&plain).contains(&"script"));
}

#[test]
fn nothing_is_asked_of_the_network_and_nothing_runs() {
    let page = page("Tienda", &status(reasons()));
    for bad in ["http:", "https:", "//", "javascript:", "@import", "url(", "<script", "<img", "<link"] {
        assert!(!page.contains(bad), "{bad}");
    }
    for tag in page.split('<').skip(1).filter_map(|part| part.split('>').next()) {
        assert!(!tag.contains(" on") && !tag.contains(" src"), "{tag}");
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(links, ["#en", "./Tienda/LEEME-README.txt", "./Tienda/LEEME-README.txt"]);
}

#[test]
fn every_state_has_its_own_shape_and_word() {
    let mut shapes = Vec::new();
    for (reasons, word) in [
        (vec![], "Protegido"),
        (vec![Reason::RecoveryUnconfirmed], "Revisar"),
        (reasons(), "Sin protección"),
        (vec![Reason::NoPlan], "Por empezar"),
    ] {
        let status = status(reasons);
        let page = page("Tienda", &status);
        for word in [word, en::state(status.state)] {
            assert!(page.contains(&format!("<p class=\"word\">{word}</p>")), "{word}");
        }
        let shape = page.split("<svg").nth(1).and_then(|part| part.split("</svg>").next()).unwrap();
        shapes.push(shape.to_owned());
        assert_eq!(page.matches("<svg").count(), 2);
    }
    shapes.sort();
    shapes.dedup();
    assert_eq!(shapes.len(), 4);
}

#[test]
fn no_blank_stays_unfilled() {
    let page = page("Tienda", &status(reasons()));
    let body = &page[page.find("<body>").unwrap()..];
    assert!(!body.contains(['{', '}', '[']), "{body}");
    assert!(body.contains("en pausa hasta el 1 oct 2026 00:00") && body.contains("not scheduled"));
    assert!(body.contains("Disconnected since") && body.contains("(este)"));
    assert_eq!(Some(Action::SeeFailure { plan: PlanId::from_random(1) }), status(reasons()).action);
}
