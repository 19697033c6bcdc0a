//! `doctor`: what the self-examination found, and what to do about it.

use resguardo_api::types::DoctorFinding;
use resguardo_api::{ClockTrust, ComputersForget, DoctorExamine, Nothing, WithName};

use crate::actions::{Action, command};
use crate::app::{App, Ending};
use crate::args;
use crate::exit::Exit;
use crate::failure;
use crate::locale::Locale;
use resguardo_words::fill;

/// `doctor`.
pub(crate) fn doctor(app: &mut App, args: &args::Doctor) -> Ending {
    if args.clock_is_right {
        app.api.call::<ClockTrust>(Nothing {})?;
    }
    if let Some(computer) = &args.forget_computer {
        app.api.call::<ComputersForget>(WithName::new(computer))?;
    }
    let findings = app.api.call::<DoctorExamine>(Nothing {})?;
    app.object("findings", &findings);
    let locale = app.locale.clone();
    app.out.say_all(findings.iter().flat_map(|finding| lines(&locale, finding)));
    let count = |level: &str| findings.iter().filter(|finding| finding.level == level).count();
    let (warnings, problems) = (count("warning"), count("problem"));
    let (locale, t) = (app.locale.clone(), app.locale.texts());
    if warnings + problems == 0 {
        app.out.say(t.doctor_fine);
    } else {
        let counts = [warnings, problems].map(|count| locale.count(count as u64));
        app.say(t.doctor_summary, &[("warnings", &counts[0]), ("problems", &counts[1])]);
    }
    Ok(verdict(warnings, problems))
}

fn verdict(warnings: usize, problems: usize) -> Exit {
    match (warnings, problems) {
        (0, 0) => Exit::Done,
        (_, 0) => Exit::Issues,
        _ => Exit::Failed,
    }
}

/// A finding with what to do about it, as lines for people.
pub(super) fn lines(locale: &Locale, finding: &DoctorFinding) -> Vec<String> {
    let t = locale.texts();
    let level = t.word("level_", &finding.level);
    let what = t.word("what_", &finding.what);
    let found = match &finding.error {
        Some(error) => failure::title(error, locale),
        None => amount(locale, finding),
    };
    let parts: Vec<&str> =
        [what, &finding.name, &found].into_iter().filter(|part| !part.is_empty()).collect();
    let mut lines = vec![format!("[{level}] {}", parts.join(": "))];
    if finding.what == "uploads" {
        lines.push(format!("    {}: resguardo sync", t.next));
    }
    if let Some(error) = &finding.error {
        lines.push(format!("    {}: {}", t.next, locale.kind(error.kind).hint));
        if let Some(command) = command(Action::of(error.kind), error) {
            lines.push(format!("      {}: {command}", locale.error_action(Action::of(error.kind))));
        }
        lines.push(format!("    {}: {}", t.detail, failure::detail(error)));
    }
    lines
}

/// The number of a finding, with its word.
fn amount(locale: &Locale, finding: &DoctorFinding) -> String {
    let t = locale.texts();
    match (finding.what.as_str(), finding.amount) {
        ("uploads", Some(count)) => fill(t.status_waiting, &[("n", &locale.count(count))]),
        ("home", Some(bytes)) => fill(t.free_space, &[("size", &locale.size(bytes))]),
        ("computer", Some(days)) => fill(t.computer_silent, &[("days", &locale.days(days))]),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_weigh_more_than_warnings() {
        assert_eq!([verdict(0, 0), verdict(2, 0), verdict(2, 1)].map(Exit::code), [0, 3, 1]);
    }
}
