//! Operations: what they do and how they ended, in words, and what a table of them is called.

use jiff::Timestamp;
use resguardo_domain::{OperationState, Verb};

use crate::{Customs, en, es};

impl Customs {
    /// What an operation does.
    pub fn verb(&self, verb: Verb) -> &'static str {
        self.pick(es::verb(verb), en::verb(verb))
    }

    /// Where an operation stands.
    pub fn operation_state(&self, state: OperationState) -> &'static str {
        self.pick(es::operation_state(state), en::operation_state(state))
    }

    /// The headings of a table of operations: begin, end, seconds, plan, verb, state, files, bytes, new bytes, problems, error.
    pub fn operation_headings(&self) -> &'static [&'static str; 11] {
        self.pick(&es::OPERATION_HEADINGS, &en::OPERATION_HEADINGS)
    }

    /// A moment in the time zone as every spreadsheet takes it for one: `2026-09-12 20:00:00`.
    pub fn sheet_date(&self, at: Timestamp) -> String {
        self.wall(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// What a spreadsheet of the language expects between two values: where a comma stands in numbers, it is the semicolon.
    pub fn separator(&self) -> u8 {
        self.pick(b';', b',')
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_domain::Language;

    use OperationState as S;
    use Verb as V;

    use super::*;

    const VERBS: [Verb; 9] =
        [V::BackUp, V::Upload, V::Verify, V::Drill, V::Restore, V::Undo, V::Prune, V::Rebuild, V::Export];
    const STATES: [OperationState; 8] = [
        S::Queued,
        S::Running,
        S::Cancelling,
        S::Succeeded,
        S::SucceededWithIssues,
        S::Failed,
        S::Cancelled,
        S::Interrupted,
    ];

    #[test]
    fn every_verb_state_and_heading_has_words_of_its_own_in_both_languages() {
        let [es, en] =
            [Language::Spanish, Language::English].map(|language| Customs::at(language, TimeZone::UTC));
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for verb in VERBS {
            pairs.push((es.verb(verb), en.verb(verb)));
        }
        for state in STATES {
            pairs.push((es.operation_state(state), en.operation_state(state)));
        }
        for (spanish, english) in &pairs {
            assert!(!spanish.is_empty() && !english.is_empty() && spanish != english, "{spanish} {english}");
        }
        let spanish: std::collections::BTreeSet<&str> = pairs.iter().map(|(spanish, _)| *spanish).collect();
        assert_eq!(spanish.len(), pairs.len(), "two of them share a word");
        let headings =
            |customs: &Customs| customs.operation_headings().iter().any(|heading| heading.is_empty());
        assert!(!headings(&es) && !headings(&en));
    }

    #[test]
    fn a_sheet_has_the_time_of_the_wall_clock() {
        let customs = Customs::at(Language::Spanish, TimeZone::fixed(jiff::tz::offset(-5)));
        assert_eq!(customs.sheet_date("2026-09-13T01:00:07Z".parse().unwrap()), "2026-09-12 20:00:07");
    }
}
