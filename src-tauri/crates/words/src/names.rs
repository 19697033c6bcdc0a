//! The names that the owner gave, by the ids that the rules speak of.

use std::collections::BTreeMap;

use resguardo_domain::{DestinationId, PlanId, SourceId};
use serde::{Deserialize, Serialize};

/// See the module. What has no name any more is called by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Names {
    /// Of plans.
    pub plans: BTreeMap<PlanId, String>,
    /// Of destinations.
    pub destinations: BTreeMap<DestinationId, String>,
    /// Of sources: their labels.
    pub sources: BTreeMap<SourceId, String>,
}

impl Names {
    /// A plan's name.
    pub fn plan<'a>(&'a self, id: &'a PlanId) -> &'a str {
        self.plans.get(id).map_or(id.as_str(), String::as_str)
    }

    /// A destination's name.
    pub fn destination<'a>(&'a self, id: &'a DestinationId) -> &'a str {
        self.destinations.get(id).map_or(id.as_str(), String::as_str)
    }

    /// A source's label.
    pub fn source<'a>(&'a self, id: &'a SourceId) -> &'a str {
        self.sources.get(id).map_or(id.as_str(), String::as_str)
    }
}
