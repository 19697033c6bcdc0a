//! "Not now": the pauses of single plans and of everything.

use std::collections::BTreeMap;

use jiff::Timestamp;
use resguardo_domain::{Pause, PlanId, Result};
use serde::{Deserialize, Serialize};

use crate::Engine;

const SETTING: &str = "pauses";

/// What is paused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Pauses {
    /// Everything.
    pub all: Option<Pause>,
    /// Single plans.
    pub plans: BTreeMap<PlanId, Pause>,
}

impl Engine {
    /// What is paused, also what has ended by itself since.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn pauses(&self) -> Result<Pauses> {
        Ok(self.catalog.setting(SETTING)?.unwrap_or_default())
    }

    /// Pauses a plan or everything, until a moment or until it is resumed.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan.
    pub fn pause(&self, plan: Option<&str>, until: Option<Timestamp>) -> Result<Pauses> {
        self.set_pause(plan, Some(Pause { until }))
    }

    /// Ends a pause.
    ///
    /// # Errors
    /// As [`Engine::pause`].
    pub fn resume(&self, plan: Option<&str>) -> Result<Pauses> {
        self.set_pause(plan, None)
    }

    fn set_pause(&self, plan: Option<&str>, pause: Option<Pause>) -> Result<Pauses> {
        let mut pauses = self.pauses()?;
        match plan.map(|plan| self.plan(plan)).transpose()? {
            None => pauses.all = pause,
            Some(plan) => {
                pauses.plans.remove(&plan.id);
                pauses.plans.extend(pause.map(|pause| (plan.id, pause)));
            }
        }
        let plans = self.plans()?;
        pauses.plans.retain(|id, _| plans.iter().any(|plan| plan.id == *id));
        self.catalog.set_setting(&self.cx, SETTING, &pauses)?;
        self.reload();
        let destinations: Vec<_> = plans.into_iter().flat_map(|plan| plan.destinations).collect();
        self.tell_after_change(&destinations);
        Ok(pauses)
    }
}
