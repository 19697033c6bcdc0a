//! Rebuilding: fills the catalog from what stands at the destinations, reading one manifest and one range of each archive.
//! The same path serves a damaged catalog and a new computer. Nothing at a destination is changed.

use std::collections::BTreeMap;

use resguardo_archive::{ListingReader, manifest_digest, parse_manifest};
use resguardo_catalog::{CopyState, SnapshotRow};
use resguardo_domain::{
    Class, Context, Digest, Error, Kind, Manifest, ObjectKey, Phase, Plan, PlanId, Result, SnapshotState,
};

use crate::archives::open_at;
use crate::destinations::Place;
use crate::operations::Outcome;
use crate::requests::RebuildReport;
use crate::{Engine, names};

/// A manifest found, and where.
struct Found {
    manifest: Manifest,
    digest: Digest,
    places: Vec<Place>,
}

type ByPlan = BTreeMap<PlanId, BTreeMap<u64, Found>>;

impl Engine {
    pub(crate) fn rebuild(&self, cx: &Context, destination: Option<&str>) -> Result<Outcome> {
        let places = match destination {
            Some(name) => vec![self.place(&self.destination_row(name)?)?],
            None => self.places()?,
        };
        let mut report = RebuildReport::default();
        let mut found = ByPlan::new();
        let mut absent = None;
        for place in &places {
            match self.look_through(cx, place, &mut found, &mut report) {
                Err(error) if destination.is_none() && error.kind == Kind::DestinationAbsent => {
                    absent = Some(error)
                }
                result => result?,
            }
        }
        if let Some(error) = absent.filter(|_| found.is_empty()) {
            return Err(error);
        }
        report.plans = self.bring_back_plans(cx, &places, &found)?;
        let archives: usize = found.values().map(BTreeMap::len).sum();
        cx.progress().enter(Phase::Read, archives as u64, 0);
        for (plan, generations) in found {
            let _lock = self.plan_lock(cx, &plan)?;
            self.refill(cx, &plan, generations, &mut report)?;
        }
        report.snapshots = self.catalog.snapshots(None)?.len() as u64;
        Ok(Outcome { with_issues: !report.problems.is_empty(), ..Outcome::of(&report)? })
    }

    /// Reads every manifest at a destination.
    fn look_through(
        &self,
        cx: &Context,
        place: &Place,
        found: &mut ByPlan,
        report: &mut RebuildReport,
    ) -> Result<()> {
        cx.progress().enter(Phase::Read, 0, 0);
        let objects = place.adapter.list(cx, "")?;
        let sizes: BTreeMap<&str, u64> =
            objects.iter().map(|object| (object.key.as_str(), object.size)).collect();
        for object in objects.iter().filter(|object| names::is_manifest(&object.key)) {
            cx.check()?;
            cx.progress().current(object.key.as_str());
            match self.read_manifest(cx, place, &object.key, &sizes) {
                Ok((manifest, digest)) => {
                    let slot = found.entry(manifest.plan.clone()).or_default();
                    match slot.get_mut(&manifest.generation) {
                        Some(known) if known.manifest.id == manifest.id => known.places.push(place.clone()),
                        Some(_) => report.problem(
                            object.key.to_string(),
                            Error::new(Kind::ArchiveDamaged, "read the manifest")
                                .because("another archive has its generation"),
                        ),
                        None => {
                            slot.insert(
                                manifest.generation,
                                Found { manifest, digest, places: vec![place.clone()] },
                            );
                        }
                    }
                }
                Err(error) if error.is_cancelled() || error.kind == Kind::DestinationAbsent => {
                    return Err(error);
                }
                Err(error) => report.problem(object.key.to_string(), error),
            }
        }
        Ok(())
    }

    /// A manifest counts where it stands where its own words say, with all its parts at their sizes.
    fn read_manifest(
        &self,
        cx: &Context,
        place: &Place,
        key: &ObjectKey,
        sizes: &BTreeMap<&str, u64>,
    ) -> Result<(Manifest, Digest)> {
        let bytes = place.adapter.get(cx, key, None)?;
        let manifest = parse_manifest(&bytes)?;
        let here = names::manifest_key(&manifest)?;
        if here != *key {
            return Err(Error::new(Kind::ManifestDamaged, "read the manifest")
                .fact("path", key)
                .because("it belongs to another place"));
        }
        for (key, part) in names::part_keys(&manifest)?.iter().zip(&manifest.parts) {
            if sizes.get(key.as_str()) != Some(&part.size) {
                return Err(Error::new(Kind::ArchiveDamaged, "find the archive")
                    .fact("path", key)
                    .because("it is missing or cut"));
            }
        }
        Ok((manifest, manifest_digest(&bytes)))
    }

    /// Takes the archives of one plan in, oldest first. What the catalog has already stays; when an older one is missing in
    /// it, the plan's snapshots are all read again, since they are kept as intervals.
    fn refill(
        &self,
        cx: &Context,
        plan: &PlanId,
        found: BTreeMap<u64, Found>,
        report: &mut RebuildReport,
    ) -> Result<()> {
        let known = self.catalog.snapshots(Some(plan))?;
        let newest = known.iter().map(|row| row.manifest.generation).max().unwrap_or(0);
        let is_known = |found: &Found| known.iter().any(|row| row.manifest.id == found.manifest.id);
        let fresh = found.values().filter(|found| !is_known(found)).count() as u64;
        let late = found.iter().any(|(generation, found)| *generation < newest && !is_known(found));
        let mut all = found;
        if late {
            // Snapshots that no looked-at destination has are kept from the catalog itself.
            let elsewhere = known
                .iter()
                .filter(|row| !all.contains_key(&row.manifest.generation))
                .cloned()
                .collect::<Vec<_>>();
            for row in elsewhere {
                let places = self.places_with(&row)?;
                all.insert(
                    row.manifest.generation,
                    Found { digest: row.manifest_sha256, manifest: row.manifest, places },
                );
            }
            self.catalog.clear_snapshots(cx, plan)?;
        }
        for found in all.into_values() {
            if let Err(error) = self.take_found(cx, &found) {
                if error.is_cancelled() {
                    return Err(error);
                }
                report.problem(found.manifest.name.clone(), error);
            }
            cx.progress().advance(1, 0);
        }
        report.found += fresh;
        Ok(())
    }

    fn places_with(&self, row: &SnapshotRow) -> Result<Vec<Place>> {
        Ok(self.places()?.into_iter().filter(|place| row.is_at(&place.id)).collect())
    }

    fn take_found(&self, cx: &Context, found: &Found) -> Result<()> {
        let row = SnapshotRow {
            manifest: found.manifest.clone(),
            manifest_sha256: found.digest,
            state: SnapshotState::Complete,
            pinned: false,
            damaged: false,
            flag: None,
            deleted_at: None,
            copies: Vec::new(),
        };
        let place =
            found.places.first().ok_or_else(|| Error::new(Kind::DestinationAbsent, "read the archive"))?;
        let unpaused = cx.unpaused();
        let parts = open_at(&unpaused, place, &row)?;
        let listing = ListingReader::new(&unpaused, parts.as_ref(), &found.manifest.listing);
        self.catalog.ingest(cx, &found.manifest, found.digest, listing)?;
        for place in &found.places {
            let copies = self.catalog.copies(&found.manifest.id)?;
            let lost =
                copies.iter().any(|copy| copy.destination == place.id && copy.state == CopyState::Lost);
            if !lost {
                self.catalog.set_copy(cx, &found.manifest.id, &place.id, CopyState::Present)?;
            }
        }
        Ok(())
    }

    /// Plans that have archives here but are not in the catalog come back from the configuration at the destinations.
    fn bring_back_plans(&self, cx: &Context, places: &[Place], found: &ByPlan) -> Result<Vec<String>> {
        let mut brought = Vec::new();
        for (id, generations) in found {
            if self.catalog.plan(id)?.is_some() {
                continue;
            }
            let Some(newest) = generations.values().rfind(|found| found.manifest.class != Class::Safety)
            else {
                continue;
            };
            let kept = self.kept_plan(cx, places, &newest.manifest)?;
            let mut plan = kept.unwrap_or_else(|| plan_from(&newest.manifest));
            plan.destinations = newest.places.iter().map(|place| place.id.clone()).collect();
            if self.catalog.plan_by_name(&plan.name)?.is_some() {
                plan.name = format!("{} ({})", plan.name, newest.manifest.computer.name);
            }
            self.catalog.save_plan(cx, &plan)?;
            brought.push(plan.name);
        }
        Ok(brought)
    }

    fn kept_plan(&self, cx: &Context, places: &[Place], manifest: &Manifest) -> Result<Option<Plan>> {
        let key = names::config_key(&manifest.computer.name)?;
        for place in places {
            let Ok(bytes) = place.adapter.get(cx, &key, None) else { continue };
            let config: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
            let plans = config.and_then(|mut config| config.get_mut("plans").map(serde_json::Value::take));
            let plans: Vec<Plan> =
                plans.and_then(|plans| serde_json::from_value(plans).ok()).unwrap_or_default();
            if let Some(plan) = plans.into_iter().find(|plan| plan.id == manifest.plan) {
                return Ok(Some(plan));
            }
        }
        Ok(None)
    }

    /// Takes over the archives at a destination, another computer's too: they can be browsed and restored here.
    ///
    /// # Errors
    /// As a rebuild from that destination.
    pub fn adopt(&self, destination: &str) -> Result<RebuildReport> {
        let outcome = self.rebuild(&self.cx.fresh(), Some(destination))?;
        serde_json::from_str(&outcome.result).map_err(|cause| Error::internal("read a result").because(cause))
    }
}

/// The plan as far as a manifest tells: its sources, not its schedules and rules.
fn plan_from(manifest: &Manifest) -> Plan {
    use resguardo_domain::{FolderFilter, PlanOptions, Retention, SourceConfig, SourceSpec};
    let source = |source: &resguardo_domain::SourceSummary| SourceSpec {
        id: source.id.clone(),
        label: source.label.clone(),
        config: match source.kind.as_str() {
            "sqlite" => SourceConfig::Sqlite { path: source.origin.clone() },
            _ => SourceConfig::Folder { path: source.origin.clone(), filter: FolderFilter::default() },
        },
    };
    Plan {
        id: manifest.plan.clone(),
        name: manifest.plan_name.clone(),
        sources: manifest.sources.iter().map(source).collect(),
        destinations: Vec::new(),
        schedules: Vec::new(),
        retention: Retention { all: true, ..Retention::EMPTY },
        options: PlanOptions::default(),
    }
}
