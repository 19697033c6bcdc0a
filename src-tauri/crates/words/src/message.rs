//! Messages that are no alerts: a backup that failed, the first one of a plan, the week, a test.

use jiff::Timestamp;
use resguardo_domain::{PlanId, Status};
use serde::{Deserialize, Serialize};

use crate::state::Values;
use crate::{AlertText, Words, en, es};

/// A week as its message tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// How things stand at its end.
    pub status: Status,
    /// Every plan.
    pub plans: Vec<PlanWeek>,
}

/// A plan's week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanWeek {
    /// Which.
    pub plan: PlanId,
    /// Backups that ended well.
    pub good: u32,
    /// Backups that failed or were cut off.
    pub failed: u32,
    /// When its newest snapshot was made, in this week or before.
    pub newest: Option<Timestamp>,
    /// Bytes that restoring the newest snapshot writes.
    pub size: u64,
    /// Bytes of all its archives.
    pub stored: u64,
}

impl Words<'_> {
    /// A single backup failed.
    pub fn run_failed(&self, plan: &PlanId, at: Timestamp) -> AlertText {
        self.text(es::RUN_FAILED, en::RUN_FAILED, &self.of_plan(plan).with("at", self.customs.date(at)))
    }

    /// The first backup of a plan is made.
    pub fn first_copy(&self, plan: &PlanId, files: u64, at: Timestamp) -> AlertText {
        let (one, many) = self.customs.pick(es::FILES, en::FILES);
        let values = self.of_plan(plan).with("at", self.customs.date(at));
        self.text(
            es::FIRST_COPY,
            en::FIRST_COPY,
            &values.with("files", self.customs.counted(files, one, many)),
        )
    }

    /// That messages arrive.
    pub fn channel_test(&self, channel: &str) -> AlertText {
        let values = Values::default().with("channel", self.customs.quoted(channel));
        self.text(es::CHANNEL_TEST, en::CHANNEL_TEST, &values)
    }

    /// The button of a notice that leads into the window: to trouble, or to how things stand.
    pub fn link_label(&self, is_trouble: bool) -> &'static str {
        let (trouble, rest) = self.customs.pick(es::LINK, en::LINK);
        if is_trouble { trouble } else { rest }
    }

    /// The word before a plan's name.
    pub fn plan_label(&self) -> &'static str {
        self.customs.pick(es::PLAN, en::PLAN)
    }

    /// The week: the state with its reasons, then a line for each plan.
    pub fn week(&self, week: &Week) -> AlertText {
        let title = self.title(&week.status);
        let reasons = week.status.reasons.iter().map(|reason| self.reason(reason));
        let plans = week.plans.iter().map(|plan| self.plan_week(plan));
        let body = reasons.chain(plans).collect::<Vec<_>>().join("\n");
        let values = Values::default().with("title", title);
        AlertText { title: values.fill(self.customs.pick(es::WEEK, en::WEEK)), body }
    }

    fn plan_week(&self, plan: &PlanWeek) -> String {
        let (one, many) = self.customs.pick(es::BACKUPS, en::BACKUPS);
        let mut values =
            self.of_plan(&plan.plan).with("good", self.customs.counted(plan.good.into(), one, many));
        if plan.failed > 0 {
            values = values.with("failed", self.customs.count(plan.failed.into()));
        }
        if let Some(newest) = plan.newest {
            values = values
                .with("newest", self.customs.date(newest))
                .with("size", self.customs.size(plan.size))
                .with("stored", self.customs.size(plan.stored));
        }
        values.fill(self.customs.pick(es::PLAN_WEEK, en::PLAN_WEEK))
    }

    fn text(&self, spanish: (&str, &str), english: (&str, &str), values: &Values) -> AlertText {
        let (title, body) = self.customs.pick(spanish, english);
        AlertText { title: values.fill(title), body: values.fill(body) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_domain::Language;

    use super::*;
    use crate::{Customs, Names};

    #[test]
    fn a_week_says_the_state_and_each_plan_in_a_line() {
        let plan = PlanId::from_random(1);
        let names = Names { plans: [(plan.clone(), "Clínica".to_owned())].into(), ..Names::default() };
        let newest: Timestamp = "2026-09-13T02:00:00Z".parse().unwrap();
        let line = |good, failed, newest| PlanWeek {
            plan: plan.clone(),
            good,
            failed,
            newest,
            size: 37_600_000_000,
            stored: 41_000_000_000,
        };
        let status = Status::of(Vec::new(), None);
        let week = Week { status, plans: vec![line(7, 0, Some(newest)), line(1, 2, None)] };
        let said = |language| {
            let customs = Customs::at(language, TimeZone::UTC);
            Words { customs: &customs, names: &names }.week(&week)
        };
        let spanish = said(Language::Spanish);
        assert_eq!(spanish.title, "La semana: Tu negocio está protegido");
        assert_eq!(
            spanish.body,
            "«Clínica»: 7 copias. La última, del 13 sep 2026 02:00 (37,6 GB; en total ocupan 41,0 GB).\n\
             «Clínica»: 1 copia. Sin terminar: 2."
        );
        let english = said(Language::English);
        assert_eq!(english.title, "The week: Your business is protected");
        assert!(english.body.starts_with("“Clínica”: 7 backups. The last one, of Sep 13, 2026 2:00 AM"));
        assert!(english.body.ends_with("“Clínica”: 1 backup. Not finished: 2."), "{}", english.body);
    }

    #[test]
    fn messages_name_what_they_are_about() {
        let plan = PlanId::from_random(1);
        let names = Names { plans: [(plan.clone(), "Shop".to_owned())].into(), ..Names::default() };
        let at: Timestamp = "2026-09-13T02:00:00Z".parse().unwrap();
        for language in [Language::Spanish, Language::English] {
            let customs = Customs::at(language, TimeZone::UTC);
            let words = Words { customs: &customs, names: &names };
            for text in
                [words.run_failed(&plan, at), words.first_copy(&plan, 1, at), words.channel_test("Shop")]
            {
                let said = format!("{}\n{}", text.title, text.body);
                assert!(said.contains("Shop") && !said.contains(['{', '[']), "{said}");
            }
        }
    }
}
