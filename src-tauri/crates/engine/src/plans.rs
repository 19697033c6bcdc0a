//! Plans: from what the owner states to what is kept, with every check that can be made before the first run.

use std::path::{Path, PathBuf};

use resguardo_domain::{
    DestinationId, Error, FolderFilter, Kind, Plan, PlanId, PlanOptions, Result, Schedule, SourceConfig,
    SourceId, SourceSpec, validate_plan_name,
};
use resguardo_sources::FolderSource;

use crate::Engine;
use crate::destinations::named_path;
use crate::requests::{PlanDraft, PlanEdit};

/// The smallest part that makes sense: an archive of a million parts helps nobody.
pub(crate) const MIN_PART: u64 = 4 << 20;

impl Engine {
    /// Every plan, by name.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn plans(&self) -> Result<Vec<Plan>> {
        self.catalog.plans()
    }

    /// A plan by its name.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub fn plan(&self, name: &str) -> Result<Plan> {
        self.catalog.plan_by_name(name)?.ok_or_else(|| Error::not_found("plan", name))
    }

    /// Makes a plan. Sources must be there; destinations given as folders are made destinations.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] naming the field, [`Kind::AlreadyExists`], [`Kind::SourceMissing`],
    /// [`Kind::DestinationInsideSource`], and whatever making a destination says. Nothing is kept then.
    pub fn add_plan(&self, draft: PlanDraft) -> Result<Plan> {
        validate_plan_name(&draft.name)?;
        if let Some(taken) = self.catalog.plan_by_name(&draft.name)? {
            return Err(Error::new(Kind::AlreadyExists, "add the plan")
                .fact("what", "plan")
                .fact("name", taken.name));
        }
        let filter = filter_of(&draft);
        let mut plan = Plan {
            id: PlanId::from_random(self.cx.random_bits()),
            name: draft.name.clone(),
            sources: Vec::new(),
            destinations: Vec::new(),
            schedules: draft.schedules.clone(),
            retention: draft.retention.clone().unwrap_or_default(),
            options: PlanOptions { level: draft.level.unwrap_or_default(), part_size: draft.part_size },
        };
        self.add_sources(&mut plan, &draft.folders, &draft.sqlite, &filter)?;
        self.check_plan(&plan, &[])?;
        self.check_destinations(&plan, &draft.to)?;
        plan.destinations = self.make_destinations(&draft.to)?;
        self.catalog.save_plan(&self.cx, &plan)?;
        self.reload();
        Ok(plan)
    }

    /// Changes a plan.
    ///
    /// # Errors
    /// As [`Engine::add_plan`]; the plan stays as it was then.
    pub fn edit_plan(&self, name: &str, edit: PlanEdit) -> Result<Plan> {
        let mut plan = self.plan(name)?;
        if let Some(name) = edit.name {
            validate_plan_name(&name)?;
            plan.name = name;
        }
        for wanted in &edit.remove_sources {
            let before = plan.sources.len();
            let path = named_path(wanted, "source").ok();
            plan.sources.retain(|source| source.label != *wanted && Some(source.config.path()) != path);
            if plan.sources.len() == before {
                return Err(Error::not_found("source", wanted));
            }
        }
        let filter = plan.sources.iter().find_map(|source| match &source.config {
            SourceConfig::Folder { filter, .. } => Some(filter.clone()),
            SourceConfig::Sqlite { .. } => None,
        });
        self.add_sources(&mut plan, &edit.add_folders, &edit.add_sqlite, &filter.unwrap_or_default())?;
        for source in &mut plan.sources {
            if let SourceConfig::Folder { filter, .. } = &mut source.config {
                filter.exclude = edit.exclude.clone().unwrap_or_else(|| filter.exclude.clone());
                filter.include = edit.include.clone().unwrap_or_else(|| filter.include.clone());
            }
        }
        let known = plan.schedules.clone();
        plan.schedules = edit.schedules.unwrap_or(plan.schedules);
        plan.retention = edit.retention.unwrap_or(plan.retention);
        plan.options.level = edit.level.unwrap_or(plan.options.level);
        plan.options.part_size = edit.part_size.unwrap_or(plan.options.part_size);
        self.check_plan(&plan, &known)?;
        let before = plan.destinations.clone();
        self.edit_destinations(&mut plan, &edit.add_to, &edit.remove_to)?;
        self.catalog.save_plan(&self.cx, &plan)?;
        self.reload();
        self.tell_after_change(&[before, plan.destinations.clone()].concat());
        Ok(plan)
    }

    fn edit_destinations(&self, plan: &mut Plan, add: &[String], remove: &[String]) -> Result<()> {
        for name in remove {
            let id = self.named_destination(name)?.ok_or_else(|| Error::not_found("destination", name))?;
            plan.destinations.retain(|known| *known != id);
        }
        if plan.destinations.is_empty() && add.is_empty() {
            return Err(Error::invalid("to", "", "a plan needs a destination"));
        }
        if !add.is_empty() {
            self.check_destinations(plan, add)?;
            for id in self.make_destinations(add)? {
                if !plan.destinations.contains(&id) {
                    plan.destinations.push(id);
                }
            }
        }
        Ok(())
    }

    /// Removes a plan and what the catalog knows of it; its archives stay unless asked otherwise. Returns how many archives
    /// were deleted.
    ///
    /// # Errors
    /// When an archive can't be deleted; the plan stays then.
    pub fn remove_plan(&self, name: &str, delete_archives: bool) -> Result<u64> {
        let plan = self.plan(name)?;
        let cx = self.cx.fresh();
        let _lock = self.plan_lock(&cx, &plan.id)?;
        let deleted = if delete_archives { self.delete_all(&cx, &plan.id)? } else { 0 };
        self.catalog.remove_plan(&self.cx, &plan.id)?;
        self.tell_after_change(&plan.destinations);
        Ok(deleted)
    }

    pub(crate) fn add_sources(
        &self,
        plan: &mut Plan,
        folders: &[String],
        sqlite: &[String],
        filter: &FolderFilter,
    ) -> Result<()> {
        for folder in folders {
            let path = SourceConfig::encode_path(&source_path(folder, "folder", "folder")?);
            self.add_source(plan, SourceConfig::Folder { path, filter: filter.clone() })?;
        }
        for file in sqlite {
            let path = source_path(file, "sqlite", "sqlite")?;
            self.add_source(plan, SourceConfig::Sqlite { path: SourceConfig::encode_path(&path) })?;
        }
        Ok(())
    }

    fn add_source(&self, plan: &mut Plan, config: SourceConfig) -> Result<()> {
        let path = config.path();
        if plan.sources.iter().any(|source| source.config.path() == path) {
            return Err(Error::new(Kind::AlreadyExists, "add the source")
                .fact("what", "source")
                .fact("name", path.display()));
        }
        let id = SourceId::from_random(self.cx.random_bits());
        let label = free_label(plan, &config);
        plan.sources.push(SourceSpec { id, label, config });
        Ok(())
    }

    /// Everything about a plan that needs no destination. A schedule that was not known before must be due some time.
    fn check_plan(&self, plan: &Plan, known: &[Schedule]) -> Result<()> {
        if plan.sources.is_empty() {
            return Err(Error::invalid("folder", "", "a plan needs something to copy"));
        }
        plan.retention.validate()?;
        let now = self.cx.now();
        plan.schedules.iter().try_for_each(|schedule| match known.contains(schedule) {
            true => schedule.validate(),
            false => schedule.validate_new(now),
        })?;
        if let Some(size) = plan.options.part_size.filter(|size| *size < MIN_PART) {
            return Err(Error::invalid("part-size", size, "at least 4 MiB"));
        }
        for source in &plan.sources {
            if let SourceConfig::Folder { filter, .. } = &source.config {
                // Refuses patterns that make no sense.
                FolderSource::new(source, source.config.path(), filter, Vec::new(), self.home.temp(), 1)?;
            }
        }
        Ok(())
    }

    /// A destination must not be a source, nor hold one: every copy would hold all copies before it. A destination below a
    /// source is refused too; its folder is left out anyway, but it would be lost with the source.
    fn check_destinations(&self, plan: &Plan, to: &[String]) -> Result<()> {
        if to.is_empty() {
            return Err(Error::invalid("to", "", "a plan needs a destination"));
        }
        let folders = plan.sources.iter().filter(|source| source.config.kind() == "folder");
        let folders: Vec<PathBuf> = folders.map(|source| source.config.path()).collect();
        to.iter().try_for_each(|name| self.check_destination(&folders, name))
    }

    /// The same for one destination and the folders that are copied.
    pub(crate) fn check_destination(&self, folders: &[PathBuf], name: &str) -> Result<()> {
        let folder = match self.named_destination(name)? {
            Some(id) => self
                .catalog
                .destination(&id)?
                .map(|row| self.place(&row))
                .transpose()?
                .map(|p| p.adapter.info().root),
            None => Some(named_path(name, "to")?.to_string_lossy().into_owned()),
        };
        let Some(folder) = folder.map(|folder| real(Path::new(&folder))) else { return Ok(()) };
        for origin in folders.iter().map(|origin| real(origin)) {
            if folder.starts_with(&origin) || origin.starts_with(&folder) {
                return Err(Error::new(Kind::DestinationInsideSource, "check the destination")
                    .fact("destination", folder.display())
                    .fact("path", origin.display()));
            }
        }
        Ok(())
    }

    /// Whether a text is the name of a destination, or a folder that can become one.
    pub(crate) fn check_names_destination(&self, name: &str) -> Result<()> {
        let path = SourceConfig::decode_path(name);
        let is_folder = name.contains(['/', '\\']) || path.is_absolute() || path.is_dir();
        if self.named_destination(name)?.is_some() {
            return Ok(());
        }
        if !is_folder {
            return Err(Error::not_found("destination", name));
        }
        let path = named_path(name, "to")?;
        let in_the_way = path.exists() && !path.is_dir();
        if in_the_way { Err(Error::invalid("to", path.display(), "it is not a folder")) } else { Ok(()) }
    }

    fn named_destination(&self, name: &str) -> Result<Option<DestinationId>> {
        Ok(self.catalog.destination_by_name(name)?.map(|row| row.id))
    }

    /// The destinations by name; what is not a name but a folder becomes one. Every name is checked before any is made.
    pub(crate) fn make_destinations(&self, to: &[String]) -> Result<Vec<DestinationId>> {
        to.iter().try_for_each(|name| self.check_names_destination(name))?;
        let mut ids = Vec::new();
        for name in to {
            let id = match self.named_destination(name)? {
                Some(id) => id,
                None => self.local_destination(None, &SourceConfig::decode_path(name))?.id,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}

/// Where a source that must be there is: a folder, or a file for a database.
pub(crate) fn source_path(text: &str, kind: &str, field: &str) -> Result<PathBuf> {
    let path = named_path(text, field)?;
    let metadata = std::fs::metadata(&path).map_err(|cause| missing(&cause, &path, field))?;
    match kind {
        "sqlite" if !metadata.is_file() => Err(Error::invalid(field, path.display(), "it is not a file")),
        "folder" if !metadata.is_dir() => Err(Error::invalid(field, path.display(), "it is not a folder")),
        _ => Ok(path),
    }
}

fn missing(cause: &std::io::Error, path: &Path, field: &str) -> Error {
    let kind = match cause.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Kind::SourceMissing,
        _ => Kind::SourceUnreadable,
    };
    Error::io(cause, "look at the source", path.display()).with_kind(kind).fact("field", field)
}

/// A path with its links resolved as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut rest = Vec::new();
    let mut at = path.to_owned();
    loop {
        if let Ok(found) = at.canonicalize() {
            return rest.iter().rev().fold(found, |path, name| path.join(name));
        }
        match (at.file_name().map(ToOwned::to_owned), at.parent().map(Path::to_owned)) {
            (Some(name), Some(parent)) => {
                rest.push(name);
                at = parent;
            }
            _ => return path.to_owned(),
        }
    }
}

pub(crate) fn filter_of(draft: &PlanDraft) -> FolderFilter {
    FolderFilter {
        exclude: draft.exclude.clone(),
        include: draft.include.clone(),
        default_excludes: draft.default_excludes.unwrap_or(true),
        one_file_system: draft.one_file_system.unwrap_or(true),
        max_size: draft.max_size,
        max_age_days: draft.max_age_days,
    }
}

/// A label that no other source of the kind has: the path's last name, or a number after it.
fn free_label(plan: &Plan, config: &SourceConfig) -> String {
    let path = config.path();
    let own = if config.kind() == "sqlite" { path.file_stem() } else { path.file_name() };
    let own = own.map(|name| SourceConfig::encode_path(Path::new(name))).unwrap_or_default();
    let own = if own.is_empty() { "root".to_owned() } else { own };
    let taken = |label: &str| {
        plan.sources
            .iter()
            .any(|s| s.config.kind() == config.kind() && s.label.to_lowercase() == label.to_lowercase())
    };
    let mut label = own.clone();
    let mut number = 1;
    while taken(&label) {
        number += 1;
        label = format!("{own} {number}");
    }
    label
}

#[cfg(test)]
mod tests {
    use resguardo_domain::Retention;

    use super::*;

    #[test]
    fn labels_are_unique_among_their_kind() {
        let source = |label: &str, path: &str| SourceSpec {
            id: SourceId::from_random(1),
            label: label.into(),
            config: SourceConfig::Folder { path: path.into(), filter: FolderFilter::default() },
        };
        let plan = Plan {
            id: PlanId::from_random(1),
            name: "p".into(),
            sources: vec![source("docs", "/a/docs"), source("docs 2", "/b/docs")],
            destinations: Vec::new(),
            schedules: Vec::new(),
            retention: Retention::default(),
            options: PlanOptions::default(),
        };
        let config = SourceConfig::Folder { path: "/c/Docs".into(), filter: FolderFilter::default() };
        assert_eq!(free_label(&plan, &config), "Docs 3");
        let root = SourceConfig::Folder { path: "/".into(), filter: FolderFilter::default() };
        assert_eq!(free_label(&plan, &root), "root");
    }
}
