//! The state of the business, why, and what to do: the same sentences in the command line, the tray, messages and the page at
//! the destinations.

use jiff::Timestamp;
use resguardo_domain::{
    DestinationId, Error, PlanId, ProtectionState as State, SourceId, Status, StatusAction as Action,
    StatusReason as Reason,
};

use crate::fill::fill;
use crate::{Words, en, es};

/// Values for the blanks of a sentence.
#[derive(Debug, Default)]
pub(crate) struct Values(Vec<(&'static str, String)>);

impl Values {
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    pub(crate) fn fill(&self, template: &str) -> String {
        let values: Vec<(&str, &str)> = self.0.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(template, &values)
    }
}

impl Words<'_> {
    /// The title: what the state is, in a few words. As long as a plan has no copy at all, nothing is called protected.
    pub fn title(&self, status: &Status) -> &'static str {
        self.headline(status).0
    }

    /// The title in two or three words, for where a line is all the room.
    pub fn short_title(&self, status: &Status) -> &'static str {
        self.headline(status).1
    }

    fn headline(&self, status: &Status) -> (&'static str, &'static str) {
        let first = status.reasons.iter().find(|reason| matches!(reason, Reason::FirstCopyPending { .. }));
        let (state, reason) = (status.state, first.or(status.reason.as_ref()));
        let lacking = status.lacking.filter(|_| reason.is_some_and(keeps_copies_away));
        self.customs.pick(es::headline(state, reason, lacking), en::headline(state, reason, lacking))
    }

    /// A state in one or two words.
    pub fn state(&self, state: State) -> &'static str {
        self.customs.pick(es::state(state), en::state(state))
    }

    /// A reason in one sentence.
    pub fn reason(&self, reason: &Reason) -> String {
        self.values(reason).fill(self.customs.pick(es::reason(reason), en::reason(reason)))
    }

    /// A reason with the error of the run that is why, where a run is why.
    pub fn reason_because(&self, reason: &Reason, error: &Error) -> String {
        match self.customs.pick(es::because(reason), en::because(reason)) {
            Some(template) => {
                self.values(reason).with("why", self.customs.error_title(error, None)).fill(template)
            }
            None => self.reason(reason),
        }
    }

    fn values(&self, reason: &Reason) -> Values {
        match reason {
            Reason::NoCopy { plan, sources, last, .. }
            | Reason::Late { plan, sources, last, .. }
            | Reason::NotAway { plan, sources, last }
            | Reason::NotNear { plan, sources, last } => {
                self.of_plan(plan).with("sources", self.sources(sources)).last(self, *last)
            }
            Reason::RunsFail { plan, failures } => {
                self.of_plan(plan).with("n", self.customs.count(u64::from(*failures)))
            }
            Reason::Flagged { plan, source } => self.of_source(plan, source),
            Reason::SignedOut { destination } => self.of_destination(destination),
            Reason::Absent { destination, since } => {
                self.of_destination(destination).with("since", self.customs.moment(*since))
            }
            Reason::SpaceLow { destination, percent } => {
                let percent = self.customs.percent(u64::from(*percent), 100);
                self.of_destination(destination).with("percent", percent)
            }
            Reason::Behind { destination, archives } => {
                self.of_destination(destination).with("n", self.customs.count(u64::from(*archives)))
            }
            Reason::DrillFailed { at } => Values::default().with("at", self.customs.of_moment(*at)),
            Reason::DrillOverdue { last } => Values::default().last(self, *last),
            Reason::NoAwayDestination { plan }
            | Reason::NoNearDestination { plan }
            | Reason::NotScheduled { plan } => self.of_plan(plan),
            Reason::FirstCopyPending { plan, due } => {
                self.of_plan(plan).with("due", self.customs.moment(*due))
            }
            Reason::RecoveryUnconfirmed | Reason::NothingActive | Reason::NoPlan => Values::default(),
        }
    }

    /// What to do, as a button says it.
    pub fn action(&self, action: &Action) -> &'static str {
        self.customs.pick(es::action(action), en::action(action))
    }

    pub(crate) fn of_plan(&self, plan: &PlanId) -> Values {
        Values::default().with("plan", self.customs.quoted(self.names.plan(plan)))
    }

    pub(crate) fn of_source(&self, plan: &PlanId, source: &SourceId) -> Values {
        self.of_plan(plan).with("source", self.customs.quoted(self.names.source(source)))
    }

    /// The names of sources in one phrase; of many, the first two and how many more.
    fn sources(&self, sources: &[SourceId]) -> String {
        let names: Vec<String> =
            sources.iter().map(|source| self.customs.quoted(self.names.source(source))).collect();
        self.customs.listed(&names)
    }

    pub(crate) fn of_destination(&self, destination: &DestinationId) -> Values {
        Values::default().with("destination", self.customs.quoted(self.names.destination(destination)))
    }
}

/// Whether a reason is why a destination has no new copies.
fn keeps_copies_away(reason: &Reason) -> bool {
    matches!(reason, Reason::SignedOut { .. } | Reason::Absent { .. } | Reason::Behind { .. })
}

impl Values {
    pub(crate) fn last(self, words: &Words<'_>, last: Option<Timestamp>) -> Self {
        match last {
            Some(last) => self.with("last", words.customs.of_moment(last)),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests;
