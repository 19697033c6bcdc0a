//! Telling: the heartbeat and the page, put beside the archives.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use resguardo_catalog::CopyCount;
use resguardo_domain::{
    Context, DestinationId, EntryPath, Error, HEARTBEAT_FORMAT, Heartbeat, Issue, IssueKind, Kind, Operation,
    Pause, Plan, PlanBeat, PlanId, PlanStatus, Result, Status, StatusFacts, Verb, Writer, judge_status,
    next_dates, without_secrets,
};
use resguardo_words::{Customs, Language, Names, Page, PageDestination, PagePlan};

use super::file;
use crate::destinations::Place;
use crate::operations::Outcome;
use crate::pauses::Pauses;
use crate::publish::Sending;
use crate::{Engine, StatusReport, names};

/// How a run ended that is not yet in the catalog.
struct Ended {
    plan: PlanId,
    succeeded: bool,
}

/// What is told, gathered once for all destinations.
struct Telling {
    status: Status,
    facts: StatusFacts,
    names: Names,
    plans: Vec<Plan>,
    pauses: Pauses,
    counts: Vec<CopyCount>,
    key: Option<SigningKey>,
}

impl Engine {
    /// After a backup, good or bad: tells every destination of its plan that is there. What can't be told is an issue, never a
    /// failure.
    pub(crate) fn tell_after_backup(
        &self,
        cx: &Context,
        operation: &Operation,
        result: &Result<Outcome>,
        sending: Sending,
    ) -> Vec<Issue> {
        let stopped = result.as_ref().is_err_and(Error::is_cancelled);
        let Some(id) = operation.plan.clone().filter(|_| operation.verb == Verb::BackUp && !stopped) else {
            return Vec::new();
        };
        let ended = Ended { plan: id.clone(), succeeded: result.is_ok() };
        let tell = AssertUnwindSafe(|| {
            let Some(plan) = self.catalog.plan(&id)? else { return Ok(Vec::new()) };
            let places = self.places_to_tell(cx, &plan, sending)?;
            self.tell(cx, &places, Some(&ended))
        });
        // The backup is done: not even a mistake of ours in what only tells of it may take that back.
        match catch_unwind(tell).unwrap_or_else(|_| Err(Error::internal("tell the destinations"))) {
            Ok(issues) => issues,
            Err(error) if error.is_cancelled() => Vec::new(),
            Err(error) => vec![issue(names::HEARTBEAT_NAME, error)],
        }
    }

    /// After something was sent: tells the destinations of these plans.
    pub(crate) fn tell_after_sending(
        &self,
        cx: &Context,
        plans: &[Plan],
        sending: Sending,
    ) -> Result<Vec<Issue>> {
        let mut places: Vec<Place> = Vec::new();
        for plan in plans {
            for place in self.places_to_tell(cx, plan, sending)? {
                if places.iter().all(|known| known.id != place.id) {
                    places.push(place);
                }
            }
        }
        self.tell(cx, &places, None)
    }

    /// After a plan was changed, paused or removed: what is told already is told anew, so that nobody waits for what is not to
    /// come. A destination that is not there now keeps what it has.
    pub(crate) fn tell_after_change(&self, destinations: &[DestinationId]) {
        let cx = &self.cx.fresh();
        let told = || -> Result<Vec<Issue>> {
            let key = names::heartbeat_key(&self.computer.name)?;
            let knows = |place: &Place| {
                destinations.contains(&place.id)
                    && place.adapter.check(cx).is_ok()
                    && place.adapter.head(cx, &key).is_ok_and(|object| object.is_some())
            };
            let places: Vec<Place> = self.places()?.into_iter().filter(knows).collect();
            self.tell(cx, &places, None)
        };
        match told() {
            Ok(issues) => issues.iter().for_each(crate::log::status_unwritten),
            Err(error) => crate::log::status_unwritten(&issue(names::HEARTBEAT_NAME, error)),
        }
    }

    /// The destinations of a plan that are there and that the owner's rules let us write to now.
    fn places_to_tell(&self, cx: &Context, plan: &Plan, sending: Sending) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        for place in self.places_of(plan)? {
            let held = sending == Sending::ByRules && self.upload_hold(plan, &place, cx.now())?.is_some();
            let absent = || {
                let checked = place.adapter.check(cx);
                checked.is_err_and(|error| error.kind == Kind::DestinationAbsent)
            };
            if !held && !absent() {
                places.push(place);
            }
        }
        Ok(places)
    }

    fn tell(&self, cx: &Context, places: &[Place], ended: Option<&Ended>) -> Result<Vec<Issue>> {
        let mut issues = Vec::new();
        if places.is_empty() {
            return Ok(issues);
        }
        let telling = self.gather(cx, ended)?;
        for place in places {
            match self.tell_at(cx, place, &telling) {
                Err(error) if error.is_cancelled() => return Ok(issues),
                // It was unplugged just now.
                Err(error) if error.kind == Kind::DestinationAbsent => {}
                Err(error) => {
                    let key = names::heartbeat_key(&self.computer.name)?;
                    issues.push(issue(&format!("{}/{key}", place.name), error));
                }
                Ok(()) => {}
            }
        }
        Ok(issues)
    }

    fn gather(&self, cx: &Context, ended: Option<&Ended>) -> Result<Telling> {
        let StatusReport { mut status, mut facts, names } = self.status_report()?;
        if let Some(ended) = ended
            && let Some(plan) = facts.plans.iter_mut().find(|plan| plan.plan == ended.plan)
        {
            plan.failures = if ended.succeeded { 0 } else { plan.failures.saturating_add(1) };
            status = judge_status(&facts);
        }
        let key = match self.signing_key(cx) {
            Ok(key) => Some(key),
            Err(error) => {
                crate::log::unsigned(&error);
                None
            }
        };
        Ok(Telling {
            status,
            facts,
            names,
            plans: self.catalog.plans()?,
            pauses: self.pauses()?,
            counts: self.catalog.copy_counts()?,
            key,
        })
    }

    fn tell_at(&self, cx: &Context, place: &Place, telling: &Telling) -> Result<()> {
        let heartbeat = self.heartbeat(telling, place)?;
        let bytes = file::to_bytes(&heartbeat, telling.key.as_ref())?;
        let page = self.page(telling, place)?;
        place.adapter.put(cx, &names::heartbeat_key(&self.computer.name)?, &bytes)?;
        place.adapter.put(cx, &names::status_page_key(&self.computer.name)?, page.as_bytes())
    }

    fn heartbeat(&self, telling: &Telling, place: &Place) -> Result<Heartbeat> {
        let now = telling.facts.now;
        let beat = |plan: &Plan| -> Result<PlanBeat> {
            let status = telling.status_of(plan);
            let interval = status.and_then(|status| status.interval).map(|interval| interval.as_secs());
            Ok(PlanBeat {
                plan: plan.id.clone(),
                name: plan.name.clone(),
                here: plan.destinations.contains(&place.id),
                active: status.is_some_and(|status| status.active),
                paused_until: telling.pause_of(plan).and_then(|pause| pause.until),
                last_copy: status.and_then(newest),
                interval: interval.and_then(|seconds| u64::try_from(seconds).ok()),
                next_due: next_due(plan, now)?,
                failures: status.map_or(0, |status| status.failures),
            })
        };
        Ok(Heartbeat {
            format: HEARTBEAT_FORMAT,
            computer: self.computer.clone(),
            made_at: now,
            state: telling.status.state,
            plans: telling.plans.iter().map(beat).collect::<Result<_>>()?,
            program: Writer { name: "resguardo".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            key: None,
        })
    }

    fn page(&self, telling: &Telling, place: &Place) -> Result<String> {
        let plan = |plan: &Plan| -> Result<PagePlan> {
            let here = telling.count(Some(&plan.id), Some(&place.id)) > 0;
            Ok(PagePlan {
                name: plan.name.clone(),
                last: telling.status_of(plan).and_then(newest),
                places: telling.places_of_newest(plan),
                backups: telling.count(Some(&plan.id), None),
                next: next_due(plan, telling.facts.now)?,
                pause: telling.pause_of(plan),
                here,
            })
        };
        let destination = |facts: &resguardo_domain::DestinationStatus| PageDestination {
            name: telling.names.destination(&facts.destination).to_owned(),
            here: facts.destination == place.id,
            last: telling.newest_at(&facts.destination),
            backups: telling.count(None, Some(&facts.destination)),
            waiting: u64::from(facts.behind),
            absent_since: facts.absent_since,
        };
        let plans: Vec<PagePlan> = telling.plans.iter().map(plan).collect::<Result<_>>()?;
        let destinations: Vec<PageDestination> = telling.facts.destinations.iter().map(destination).collect();
        let page = Page {
            computer: &self.computer.name,
            version: env!("CARGO_PKG_VERSION"),
            made_at: telling.facts.now,
            status: &telling.status,
            plans: &plans,
            destinations: &destinations,
        };
        Ok(page.html(&Customs::new(Language::Spanish), &telling.names))
    }
}

impl Telling {
    fn status_of(&self, plan: &Plan) -> Option<&PlanStatus> {
        self.facts.plans.iter().find(|status| status.plan == plan.id)
    }

    /// The pause that holds for a plan now; of two, the one that ends later.
    fn pause_of(&self, plan: &Plan) -> Option<Pause> {
        let pauses = [self.pauses.plans.get(&plan.id).copied(), self.pauses.all].into_iter().flatten();
        let holding = pauses.filter(|pause| pause.holds(self.facts.now));
        holding.max_by_key(|pause| pause.until.unwrap_or(Timestamp::MAX))
    }

    /// Archives of a plan, or of all, at a destination, or at any.
    fn count(&self, plan: Option<&PlanId>, destination: Option<&DestinationId>) -> u64 {
        let fits = |count: &&CopyCount| {
            plan.is_none_or(|plan| count.plan == *plan) && count.destination.as_ref() == destination
        };
        self.counts.iter().filter(fits).map(|count| count.copies).sum()
    }

    /// The names of the destinations that have a plan's newest copy.
    fn places_of_newest(&self, plan: &Plan) -> Vec<String> {
        let Some(status) = self.status_of(plan) else { return Vec::new() };
        let last = newest(status);
        let copies = status.sources.iter().flat_map(|source| &source.copies);
        let places: BTreeSet<&DestinationId> =
            copies.filter(|copy| Some(copy.at) == last).map(|copy| &copy.destination).collect();
        places.into_iter().map(|id| self.names.destination(id).to_owned()).collect()
    }

    fn newest_at(&self, destination: &DestinationId) -> Option<Timestamp> {
        let sources = self.facts.plans.iter().flat_map(|plan| &plan.sources);
        let copies = sources.flat_map(|source| &source.copies);
        copies.filter(|copy| copy.destination == *destination).map(|copy| copy.at).max()
    }
}

/// When a plan's newest proven copy was made.
fn newest(status: &PlanStatus) -> Option<Timestamp> {
    status.sources.iter().flat_map(|source| &source.copies).map(|copy| copy.at).max()
}

fn next_due(plan: &Plan, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(next_dates(&plan.schedules, now, 1)?.into_iter().next().map(|(due, _)| due.at))
}

fn issue(path: &str, error: Error) -> Issue {
    let path = EntryPath::parse(path).unwrap_or_else(EntryPath::root);
    Issue::new(IssueKind::StatusNotWritten, path, without_secrets(error))
}
