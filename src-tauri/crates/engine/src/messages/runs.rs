//! What is told of single backups: signs of life to watchers, a failure once a day, and the very first success. Telling never fails
//! a backup: what can't be queued is logged.

use jiff::SignedDuration;
use resguardo_catalog::Draft;
use resguardo_domain::{Operation, OperationState, PlanId, Result, Verb};
use resguardo_notices::ChannelConfig;

use super::{Notice, PingSign, draft};
use crate::Engine;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// From so many failures in a row on the inbox tells of them.
const INBOX: u32 = 3;

impl Engine {
    /// A backup began.
    pub(crate) fn tell_start(&self, operation: &Operation) {
        if operation.verb == Verb::BackUp {
            self.queued(self.pings(operation, PingSign::Start));
        }
    }

    /// A backup ended, in whatever way.
    pub(crate) fn tell_end(&self, operation: &Operation) {
        if operation.verb != Verb::BackUp {
            return;
        }
        let good = operation.state.is_success();
        self.queued(self.pings(operation, if good { PingSign::Success } else { PingSign::Fail }));
        match operation.state {
            OperationState::Failed => self.queued(self.failure(operation)),
            _ if good => self.queued(self.first_copy(operation)),
            _ => {}
        }
    }

    fn queued(&self, drafts: Result<Vec<Draft>>) {
        let kept = drafts.and_then(|drafts| match drafts.is_empty() {
            true => Ok(()),
            false => self.catalog.queue_messages(&self.cx.fresh(), &drafts),
        });
        match kept {
            Ok(()) => self.mail.ring(),
            Err(error) => crate::log::untold(&error),
        }
    }

    fn pings(&self, operation: &Operation, sign: PingSign) -> Result<Vec<Draft>> {
        let channels = self.channel_rows()?;
        let watchers = channels.iter().filter(|row| row.on && matches!(row.config, ChannelConfig::Ping(_)));
        let (key, now) = (format!("ping {}", operation.id), self.cx.now());
        let text = operation.plan.as_ref().map(|plan| self.plan_name(plan)).transpose()?.unwrap_or_default();
        let notice = Notice::Ping { sign, text };
        watchers.map(|row| draft(row, &key, &notice, now)).collect()
    }

    /// To everybody but the watchers.
    pub(crate) fn drafts_for_people(&self, key: &str, notice: &Notice) -> Result<Vec<Draft>> {
        let channels = self.channel_rows()?;
        let people = channels.iter().filter(|row| row.on && !matches!(row.config, ChannelConfig::Ping(_)));
        people.map(|row| draft(row, key, notice, self.cx.now())).collect()
    }

    /// The same cause once a day, until there are so many that the inbox tells of them.
    fn failure(&self, operation: &Operation) -> Result<Vec<Draft>> {
        let (Some(plan), Some(error)) = (operation.plan.clone(), &operation.error) else {
            return Ok(Vec::new());
        };
        let key = format!("failed {plan} {:?}", error.kind);
        let now = self.cx.now();
        let lately = self.catalog.last_told(&key)?.is_some_and(|at| now.duration_since(at).abs() < DAY);
        if lately || self.catalog.failures_in_a_row(&plan)? >= INBOX {
            return Ok(Vec::new());
        }
        self.drafts_for_people(&key, &Notice::RunFailed { plan, at: now })
    }

    fn first_copy(&self, operation: &Operation) -> Result<Vec<Draft>> {
        let (Some(plan), Some(snapshot)) = (operation.plan.clone(), &operation.snapshot) else {
            return Ok(Vec::new());
        };
        let Some(row) =
            self.catalog.snapshot(snapshot)?.filter(|row| row.manifest.previous_manifest.is_none())
        else {
            return Ok(Vec::new());
        };
        let notice = Notice::FirstCopy {
            plan: plan.clone(),
            files: row.manifest.totals.files,
            at: row.manifest.created_at,
        };
        self.drafts_for_people(&format!("first {plan}"), &notice)
    }

    fn plan_name(&self, id: &PlanId) -> Result<String> {
        Ok(self.catalog.plan(id)?.map_or_else(|| id.to_string(), |plan| plan.name))
    }
}
