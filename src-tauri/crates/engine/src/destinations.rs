//! Destinations: from their rows to the adapters, and what the owner does with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resguardo_catalog::{CopyState, DestinationRow};
use resguardo_destinations::{LocalDestination, probe};
use resguardo_domain::{
    Destination, DestinationId, DestinationKind, Error, Kind, Nearness, Plan, Result, SourceConfig,
    validate_plan_name,
};
use serde_json::json;

use crate::Engine;
use crate::nearness::{nearness_of, set_nearness};
use crate::requests::DestinationView;

/// A destination ready to be used, with its name.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) id: DestinationId,
    pub(crate) adapter: Arc<dyn Destination>,
}

impl Engine {
    pub(crate) fn destination_row(&self, name: &str) -> Result<DestinationRow> {
        self.catalog.destination_by_name(name)?.ok_or_else(|| Error::not_found("destination", name))
    }

    /// The adapter of a row.
    pub(crate) fn place(&self, row: &DestinationRow) -> Result<Place> {
        let adapter: Arc<dyn Destination> = match row.kind {
            DestinationKind::Local => Arc::new(LocalDestination::open(row.id.clone(), folder_of(row)?)),
        };
        Ok(Place { name: row.name.clone(), id: row.id.clone(), adapter })
    }

    /// Every configured destination.
    pub(crate) fn places(&self) -> Result<Vec<Place>> {
        self.catalog.destinations()?.iter().map(|row| self.place(row)).collect()
    }

    /// The destinations of a plan, in the plan's order.
    pub(crate) fn places_of(&self, plan: &Plan) -> Result<Vec<Place>> {
        let all = self.places()?;
        Ok(plan
            .destinations
            .iter()
            .filter_map(|id| all.iter().find(|place| place.id == *id).cloned())
            .collect())
    }

    /// Makes a folder a destination. A folder that is one already is taken as it is.
    ///
    /// # Errors
    /// As [`LocalDestination::create`]; [`Kind::AlreadyExists`] for a name that is taken.
    pub fn add_local_destination(
        &self,
        name: Option<&str>,
        folder: &str,
        nearness: Option<Nearness>,
    ) -> Result<DestinationView> {
        let mut row = self.local_destination(name, &SourceConfig::decode_path(folder))?;
        if let Some(nearness) = nearness {
            set_nearness(&mut row, nearness);
            self.catalog.save_destination(&self.cx, &row)?;
        }
        self.destination_view(&row)
    }

    /// The row of a folder's destination, made when it is not there yet.
    pub(crate) fn local_destination(&self, name: Option<&str>, folder: &Path) -> Result<DestinationRow> {
        let folder = absolute(folder, "local")?;
        if let Some(name) = name {
            validate_plan_name(name)?;
        }
        let rows = self.catalog.destinations()?;
        let same = rows.iter().find(|row| folder_of(row).is_ok_and(|known| known == folder));
        match (same, name) {
            (Some(row), None) => return Ok(row.clone()),
            (Some(row), Some(name)) if row.name.to_lowercase() != name.to_lowercase() => {
                return Err(Error::new(Kind::AlreadyExists, "add the destination")
                    .fact("what", "destination")
                    .fact("name", &row.name));
            }
            _ => {}
        }
        if let Some(name) =
            name.filter(|name| rows.iter().any(|row| row.name.to_lowercase() == name.to_lowercase()))
        {
            return Err(Error::new(Kind::AlreadyExists, "add the destination")
                .fact("what", "destination")
                .fact("name", name));
        }
        let fresh = DestinationId::from_random(self.cx.random_bits());
        let adapter = LocalDestination::create(&self.cx, fresh, &folder)?;
        let id = adapter.info().id;
        if let Some(known) = rows.iter().find(|row| row.id == id) {
            // The drive we know, under another path: it moved.
            let mut moved = known.clone();
            move_to(&mut moved, &folder);
            self.catalog.save_destination(&self.cx, &moved)?;
            return Ok(moved);
        }
        let name = name.map_or_else(|| free_name(&folder, &rows), str::to_owned);
        let row = DestinationRow { id, name, kind: DestinationKind::Local, config: local_config(&folder) };
        self.catalog.save_destination(&self.cx, &row)?;
        Ok(row)
    }

    /// Every destination with its state.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn destinations(&self) -> Result<Vec<DestinationView>> {
        self.catalog.destinations()?.iter().map(|row| self.destination_view(row)).collect()
    }

    fn destination_view(&self, row: &DestinationRow) -> Result<DestinationView> {
        let place = self.place(row)?;
        let connected = place.adapter.check(&self.cx).is_ok();
        let space = if connected { place.adapter.space(&self.cx)? } else { None };
        let copies = self.catalog.copies_at(&row.id)?;
        let waiting = copies.iter().filter(|copy| copy.state == CopyState::Waiting).count() as u64;
        let plans = self.catalog.plans()?;
        let plans = plans
            .into_iter()
            .filter(|plan| plan.destinations.contains(&row.id))
            .map(|plan| plan.name)
            .collect();
        let root = place.adapter.info().root;
        Ok(DestinationView {
            id: row.id.clone(),
            name: row.name.clone(),
            kind: row.kind,
            nearness: nearness_of(row),
            root,
            connected,
            space,
            waiting,
            plans,
        })
    }

    /// Does with a small object all that a copy will do.
    ///
    /// # Errors
    /// What the destination answers.
    pub fn test_destination(&self, name: &str) -> Result<DestinationView> {
        let row = self.destination_row(name)?;
        probe(&self.cx.fresh(), self.place(&row)?.adapter.as_ref())?;
        self.destination_view(&row)
    }

    /// Gives a destination another name, or says where it is now, or whether that is here or away. The folder must be the same
    /// destination.
    ///
    /// # Errors
    /// [`Kind::DestinationForeign`] for a folder that is another one's; [`Kind::AlreadyExists`] for a name that is taken.
    pub fn edit_destination(
        &self,
        name: &str,
        new_name: Option<&str>,
        folder: Option<&str>,
        nearness: Option<Nearness>,
    ) -> Result<DestinationView> {
        let mut row = self.destination_row(name)?;
        if let Some(name) = new_name {
            validate_plan_name(name)?;
            row.name = name.to_owned();
        }
        if let Some(folder) = folder {
            let folder = named_path(folder, "local")?;
            LocalDestination::open(row.id.clone(), &folder).check(&self.cx)?;
            move_to(&mut row, &folder);
        }
        if let Some(nearness) = nearness {
            set_nearness(&mut row, nearness);
        }
        self.catalog.save_destination(&self.cx, &row)?;
        self.destination_view(&row)
    }

    /// Forgets a destination; its archives stay where they are.
    ///
    /// # Errors
    /// [`Kind::Busy`] while a plan uses it.
    pub fn remove_destination(&self, name: &str) -> Result<()> {
        let row = self.destination_row(name)?;
        self.catalog.remove_destination(&self.cx, &row.id)
    }
}

fn local_config(folder: &Path) -> serde_json::Value {
    json!({ "folder": SourceConfig::encode_path(folder) })
}

fn move_to(row: &mut DestinationRow, folder: &Path) {
    let nearness = nearness_of(row);
    row.config = local_config(folder);
    set_nearness(row, nearness);
}

fn folder_of(row: &DestinationRow) -> Result<PathBuf> {
    let folder = row.config.get("folder").and_then(serde_json::Value::as_str);
    folder
        .map(SourceConfig::decode_path)
        .ok_or_else(|| Error::internal("read a destination's folder").fact("name", &row.name))
}

/// A path that a request names (names that are not UTF-8 in safe form), as the catalog keeps it: absolute, whatever folder the
/// program was started in, without `.` and `..`.
pub(crate) fn named_path(path: &str, field: &str) -> Result<PathBuf> {
    absolute(&SourceConfig::decode_path(path), field)
}

fn absolute(path: &Path, field: &str) -> Result<PathBuf> {
    if path.as_os_str().is_empty() {
        return Err(Error::invalid(field, "", "a folder is needed"));
    }
    let path = std::path::absolute(path)
        .map_err(|cause| Error::invalid(field, path.display(), &cause.to_string()))?;
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    Ok(clean)
}

/// A name for a folder's destination: the folder's own, made unique.
fn free_name(folder: &Path, rows: &[DestinationRow]) -> String {
    let own = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own: String = own.chars().filter(|c| c.is_alphanumeric() || " -_.()".contains(*c)).take(48).collect();
    let own = own.trim_matches([' ', '.', '-']).to_owned();
    let base = if validate_plan_name(&own).is_ok() { own } else { "local".to_owned() };
    let taken = |name: &str| rows.iter().any(|row| row.name.to_lowercase() == name.to_lowercase());
    (2..)
        .map(|n| format!("{base} {n}"))
        .take(rows.len() + 1)
        .fold(base.clone(), |found, next| if taken(&found) { next } else { found })
}
