//! Other computers that keep their backups where this one sees them: a line for each, below `status`.

use resguardo_api::types::{ComputerView, ProtectionState};
use resguardo_words::{Names, Words, fill};

use crate::locale::Locale;

/// The lines, with a heading; none when there is no other computer.
pub(crate) fn lines(locale: &Locale, computers: &[ComputerView]) -> Vec<String> {
    if computers.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("{}:", locale.texts().computers_heading)];
    lines.extend(computers.iter().map(|computer| format!("  {}", line(locale, computer))));
    lines
}

fn line(locale: &Locale, computer: &ComputerView) -> String {
    let t = locale.texts();
    let destinations = computer.destinations.join(", ");
    let known = [("computer", computer.name.as_str()), ("destinations", destinations.as_str())];
    let mut parts = vec![match (computer.last_copy, computer.state) {
        (Some(last), Some(state)) => {
            let (date, state) = (locale.date(last), state_word(locale, state));
            fill(t.computer_line, &[&known[..], &[("date", &date), ("state", state)]].concat())
        }
        _ => fill(t.computer_never, &known),
    }];
    if let Some(days) = computer.silent_days {
        let days = locale.days(u64::from(days));
        parts.push(fill(t.computer_silent_note, &[("days", &days)]));
    }
    if computer.doubt.is_some() {
        parts.push(t.computer_doubted.to_owned());
    }
    if computer.told_at.is_some() && !computer.signed {
        parts.push(t.computer_not_signed.to_owned());
    }
    if computer.dismissed {
        parts.push(t.computer_dismissed.to_owned());
    }
    parts.join("; ")
}

/// A state in a word, as everywhere.
fn state_word(locale: &Locale, state: ProtectionState) -> &'static str {
    Words { customs: locale, names: &Names::default() }.state(state)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_api::types::{ComputerId, HeartbeatDoubt};
    use resguardo_words::Language;

    use super::*;

    fn shop() -> ComputerView {
        ComputerView {
            id: ComputerId::from_random(1),
            name: "tienda".into(),
            destinations: vec!["usb".into(), "nube".into()],
            told_at: Some("2026-09-12T02:05:00Z".parse().unwrap()),
            last_copy: Some("2026-09-12T02:00:00Z".parse().unwrap()),
            state: Some(ProtectionState::Protected),
            version: Some("0.1.0".into()),
            signed: true,
            silent_days: None,
            doubt: None,
            dismissed: false,
        }
    }

    #[test]
    fn each_computer_has_a_line_that_says_what_is_the_matter() {
        let en = Locale::at(Language::English, TimeZone::UTC);
        let good = "  tienda: last backup Sep 12, 2026 2:00 AM (Protected), seen at usb, nube";
        assert_eq!(lines(&en, &[shop()]), ["Other computers:", good]);
        let bad = ComputerView { silent_days: Some(4), signed: false, ..shop() };
        let line = &lines(&en, &[bad])[1];
        assert!(line.ends_with("; no backup for 4 days: see whether it is on; not signed"), "{line}");
        let es = Locale::at(Language::Spanish, TimeZone::UTC);
        let doubt = Some(HeartbeatDoubt::OtherKey);
        let unknown = ComputerView { last_copy: None, told_at: None, doubt, dismissed: true, ..shop() };
        let line = &lines(&es, &[unknown])[1];
        assert!(line.contains("no se sabe de ninguna copia, visto en usb, nube; lo que hay ahora"), "{line}");
        assert!(lines(&es, &[]).is_empty());
    }
}
