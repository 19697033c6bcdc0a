//! Alerts: what is told of a cause.

use resguardo_domain::Cause;

use crate::state::Values;
use crate::{Words, en, es};

/// An alert in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertText {
    /// One line.
    pub title: String,
    /// What is the matter since when, and what to do.
    pub body: String,
}

impl Words<'_> {
    /// A cause in words.
    pub fn alert(&self, cause: &Cause) -> AlertText {
        let count = |number: u32| self.customs.count(u64::from(number));
        let values = match cause {
            Cause::Late { plan, last } | Cause::NoCopy { plan, last } => self.of_plan(plan).last(self, *last),
            Cause::NoCopyFor { hours, last } => {
                let about = self.customs.about(u64::from(*hours) * 3600);
                Values::default().with("time", about).last(self, *last)
            }
            Cause::RunsFail { plan, failures } => self.of_plan(plan).with("n", count(*failures)),
            Cause::Stalled { minutes, .. } => {
                Values::default().with("time", self.customs.about(u64::from(*minutes) * 60))
            }
            Cause::SpaceLow { destination, percent } => {
                let percent = self.customs.percent(u64::from(*percent), 100);
                self.of_destination(destination).with("percent", percent)
            }
            Cause::SignedOut { destination } => self.of_destination(destination),
            Cause::SignInExpires { destination, at } => {
                self.of_destination(destination).with("at", self.customs.date(*at))
            }
            Cause::DrillOverdue { last } => Values::default().last(self, *last),
            Cause::DrillFailed { at } => Values::default().with("at", self.customs.date(*at)),
            Cause::Flagged { plan, source } => self.of_source(plan, source),
            Cause::Silent { destination, name, at, days, .. } => self
                .of_destination(destination)
                .with("computer", self.customs.quoted(name))
                .with("days", self.days(*days))
                .with("at", self.customs.date(*at)),
            Cause::Disbelieved { destination, name, .. } => {
                self.of_destination(destination).with("computer", self.customs.quoted(name))
            }
        };
        let template = self.customs.pick(es::alert(cause), en::alert(cause));
        AlertText { title: values.fill(template.0), body: values.fill(template.1) }
    }

    /// So many days.
    fn days(&self, count: u32) -> String {
        let (one, many) = self.customs.pick(("día", "días"), ("day", "days"));
        self.customs.counted(u64::from(count), one, many)
    }

    /// That everything is well again.
    pub fn all_good(&self) -> AlertText {
        let (title, body) = self.customs.pick(es::ALL_GOOD, en::ALL_GOOD);
        AlertText { title: title.to_owned(), body: body.to_owned() }
    }
}
