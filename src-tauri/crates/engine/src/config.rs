//! The configuration as one value: plans and destinations, without secrets, to be kept at destinations and moved between
//! computers.

use resguardo_catalog::DestinationRow;
use resguardo_domain::{
    DestinationId, DestinationKind, Error, Kind, Plan, Result, Schedule, validate_plan_name,
};
use resguardo_platform::durable;
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::destinations::named_path;

/// The newest form of this value.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Configuration {
    format: u32,
    plans: Vec<Plan>,
    destinations: Vec<KeptDestination>,
}

#[derive(Serialize, Deserialize)]
struct KeptDestination {
    id: DestinationId,
    name: String,
    kind: DestinationKind,
    config: serde_json::Value,
}

impl Engine {
    /// Plans and destinations as one JSON value.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn export_config(&self) -> Result<serde_json::Value> {
        let destinations = self.catalog.destinations()?;
        let destinations = destinations.into_iter().map(|row| {
            let DestinationRow { id, name, kind, config } = row;
            KeptDestination { id, name, kind, config }
        });
        let config = Configuration {
            format: FORMAT,
            plans: self.catalog.plans()?,
            destinations: destinations.collect(),
        };
        serde_json::to_value(config)
            .map_err(|cause| Error::internal("write the configuration").because(cause))
    }

    /// Writes the configuration as a file, never over one that is there, because it may be the only one.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for no path, [`Kind::AlreadyExists`] for a file that is there, and as
    /// [`Self::export_config`].
    pub fn save_config(&self, file: &str) -> Result<()> {
        let path = named_path(file, "file")?;
        let text = serde_json::to_string_pretty(&self.export_config()?)
            .map_err(|cause| Error::internal("write the configuration").because(cause))?;
        durable::write_new_private_file(&self.cx.fresh(), &path, format!("{text}\n").as_bytes())
    }

    /// Adds the plans and destinations of a configuration. Everything is checked before anything is kept; a plan or
    /// destination that is here already (by id) is replaced.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for what is not a configuration, [`Kind::NewerFormat`], [`Kind::AlreadyExists`] for a name
    /// that another plan or destination has.
    pub fn import_config(&self, config: serde_json::Value) -> Result<Vec<String>> {
        let format = config.get("format").and_then(serde_json::Value::as_u64);
        if format.is_some_and(|format| format > u64::from(FORMAT)) {
            return Err(
                Error::new(Kind::NewerFormat, "read the configuration").fact("format", format.unwrap_or(0))
            );
        }
        let config: Configuration = serde_json::from_value(config)
            .map_err(|cause| Error::invalid("file", "", "not a configuration").because(cause))?;
        self.check_config(&config)?;
        for KeptDestination { id, name, kind, config } in config.destinations {
            self.catalog.save_destination(&self.cx, &DestinationRow { id, name, kind, config })?;
        }
        for plan in &config.plans {
            self.catalog.save_plan(&self.cx, plan)?;
        }
        self.reload();
        Ok(config.plans.into_iter().map(|plan| plan.name).collect())
    }

    fn check_config(&self, config: &Configuration) -> Result<()> {
        let taken = |what: &str, name: &str| {
            Error::new(Kind::AlreadyExists, "read the configuration").fact("what", what).fact("name", name)
        };
        for place in &config.destinations {
            validate_plan_name(&place.name)?;
            if self.catalog.destination_by_name(&place.name)?.is_some_and(|known| known.id != place.id) {
                return Err(taken("destination", &place.name));
            }
        }
        for plan in &config.plans {
            validate_plan_name(&plan.name)?;
            plan.retention.validate()?;
            plan.schedules.iter().try_for_each(Schedule::validate)?;
            if self.catalog.plan_by_name(&plan.name)?.is_some_and(|known| known.id != plan.id) {
                return Err(taken("plan", &plan.name));
            }
            for id in &plan.destinations {
                let known = config.destinations.iter().any(|place| place.id == *id)
                    || self.catalog.destination(id)?.is_some();
                if !known {
                    return Err(Error::invalid(
                        "destinations",
                        id,
                        "the configuration does not hold this destination",
                    ));
                }
            }
        }
        Ok(())
    }
}
