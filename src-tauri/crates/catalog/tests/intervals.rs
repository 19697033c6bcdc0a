//! Whatever was backed up, on top of what, and deleted since: every remaining snapshot shows exactly its state.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use resguardo_catalog::{Catalog, PageOrder, PageQuery};
use resguardo_domain::{ArchiveKind, Class, EntryPath, Kind, Manifest, Record};
use rusqlite::Connection;
use support::{World, digest, everything, file, gone, ingest, manifest, names, path, plan_id};

/// Names that tempt a comparison of texts to err: `a b` and `a-b` sort between `a` and `a/b`.
const PATHS: &[&str] = &[
    "files/a",
    "files/a b",
    "files/a-b/x",
    "files/a/b",
    "files/a/b/c",
    "files/a0/c",
    "files/ab",
    "files/b/x",
    "files/b/y",
    "files/b/z/1",
    "databases/sqlite/caja.db",
    "LEEME-README.txt",
];

#[derive(Debug, Clone)]
enum Step {
    Full { safety: bool, changes: Vec<(usize, bool)> },
    OnTop { back: usize, differential: bool, safety: bool, changes: Vec<(usize, bool)> },
    Remove { back: usize, more: usize },
}

fn changes() -> impl Strategy<Value = Vec<(usize, bool)>> {
    proptest::collection::vec((0..PATHS.len(), proptest::bool::weighted(0.7)), 0..8)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (proptest::bool::weighted(0.2), changes()).prop_map(|(safety, changes)| Step::Full { safety, changes }),
        5 => (prop_oneof![3 => Just(0_usize), 2 => 0_usize..5], any::<bool>(), proptest::bool::weighted(0.1), changes())
            .prop_map(|(back, differential, safety, changes)| Step::OnTop { back, differential, safety, changes }),
        2 => (0_usize..6, 0_usize..3).prop_map(|(back, more)| Step::Remove { back, more }),
    ]
}

type State = BTreeMap<EntryPath, (Record, u64)>;

/// The same, done naively: a whole state for each snapshot.
#[derive(Default)]
struct Model {
    snapshots: Vec<(Manifest, State)>,
    generation: u64,
}

impl Model {
    fn at_from_newest(&self, back: usize) -> Option<usize> {
        self.snapshots.len().checked_sub(1 + back)
    }

    fn records(&self, changes: &[(usize, bool)]) -> Vec<Record> {
        changes
            .iter()
            .enumerate()
            .map(|(at, &(which, present))| {
                let seed = self.generation * 100 + at as u64 + 1;
                if present { file(PATHS[which], seed) } else { gone(PATHS[which]) }
            })
            .collect()
    }

    fn lay(&self, mut state: State, records: &[Record]) -> State {
        for record in records {
            if record.is_removal() {
                state.remove(&record.path);
            } else {
                state.insert(record.path.clone(), (record.clone(), self.generation));
            }
        }
        state
    }

    fn apply(&mut self, world: &World, catalog: &Catalog, step: &Step) {
        match step {
            Step::Full { safety, changes } => {
                self.generation += 1;
                let records: Vec<_> =
                    self.records(changes).into_iter().filter(|record| !record.is_removal()).collect();
                self.add(world, catalog, (ArchiveKind::Full, *safety), None, records);
            }
            Step::OnTop { back, differential, safety, changes } => {
                let Some(parent) = self.at_from_newest(*back) else { return };
                self.generation += 1;
                let kind = if *differential { ArchiveKind::Differential } else { ArchiveKind::Incremental };
                let records = self.records(changes);
                self.add(world, catalog, (kind, *safety), Some(parent), records);
            }
            Step::Remove { back, more } => {
                let Some(at) = self.at_from_newest(*back) else { return };
                let end = (at + 1 + more).min(self.snapshots.len());
                let removed: Vec<_> =
                    self.snapshots.drain(at..end).map(|(manifest, _)| manifest.id).collect();
                catalog.remove_snapshots(&world.cx, &removed).unwrap();
            }
        }
    }

    fn add(
        &mut self,
        world: &World,
        catalog: &Catalog,
        (kind, safety): (ArchiveKind, bool),
        parent: Option<usize>,
        records: Vec<Record>,
    ) {
        let (before, parent) = match parent {
            Some(at) => (self.snapshots[at].1.clone(), Some(&self.snapshots[at].0)),
            None => (State::new(), None),
        };
        let mut manifest = manifest(self.generation, kind, parent);
        manifest.class = if safety { Class::Safety } else { Class::Daily };
        catalog
            .ingest(&world.cx, &manifest, digest(self.generation), records.iter().cloned().map(Ok))
            .unwrap();
        let state = self.lay(before, &records);
        self.snapshots.push((manifest, state));
    }

    fn check(&self, catalog: &Catalog) {
        for (manifest, state) in &self.snapshots {
            let mut found = State::new();
            for version in everything(catalog, &manifest.id, "") {
                let again = found.insert(version.record.path.clone(), (version.record, version.introduced));
                assert!(again.is_none(), "given twice");
            }
            assert_eq!(&found, state, "generation {}", manifest.generation);
            check_folders(catalog, manifest, state);
            for (path, (record, introduced)) in state {
                let at = catalog.record_at(&plan_id(), *introduced, path).unwrap().unwrap();
                assert_eq!((&at.record, at.introduced), (record, *introduced));
            }
        }
    }
}

fn page_of(manifest: &Manifest, folder: &EntryPath) -> PageQuery {
    let (snapshot, folder) = (manifest.id.clone(), folder.clone());
    PageQuery { snapshot, folder, search: None, order: PageOrder::Name, descending: false }
}

fn check_folders(catalog: &Catalog, manifest: &Manifest, state: &State) {
    let view = catalog.view(&manifest.id).unwrap();
    for text in ["", "files", "files/a", "files/a/b", "files/b", "files/b/z", "databases", "nowhere"] {
        let folder = path(text);
        let inside = || state.keys().filter(|path| path.is_within(&folder) && **path != folder);
        let mut wanted: Vec<_> = inside()
            .map(|path| folder.join_safe(path.below(&folder).unwrap().split('/').next().unwrap()))
            .collect();
        wanted.sort();
        wanted.dedup();
        let children = catalog.children(&manifest.id, &folder).unwrap();
        let found: Vec<_> = children.iter().map(|child| child.record.path.clone()).collect();
        assert_eq!(found, wanted, "in {text:?} at {}", manifest.generation);

        let files = inside().map(|path| &state[path].0).filter(|record| record.tag == 'f');
        let wanted = files.fold((0, 0), |sum, record| (sum.0 + 1, sum.1 + record.size));
        let page = catalog.page(&page_of(manifest, &folder), 0, 1000).unwrap();
        assert_eq!((page.files, page.bytes), wanted, "below {text:?} at {}", manifest.generation);
        assert_eq!(page.total, children.len() as u64);

        let mut known = Vec::new();
        view.children(&folder, &mut known).unwrap();
        let wanted: Vec<_> = state.keys().filter(|path| path.parent().as_ref() == Some(&folder)).collect();
        assert_eq!(known.len(), wanted.len());
        assert!(known.iter().zip(wanted).all(|(known, path)| known.name == path.name()));
    }
    let mut wanted: Vec<_> = state.keys().filter_map(EntryPath::parent).collect();
    wanted.sort();
    wanted.dedup();
    let mut found: Vec<_> =
        view.folders().unwrap().into_iter().map(|id| view.folder_path(id).unwrap()).collect();
    found.sort();
    assert_eq!(found, wanted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_remaining_snapshot_shows_its_state(steps in proptest::collection::vec(step(), 1..16)) {
        let world = World::new();
        let catalog = world.open();
        let mut model = Model::default();
        for step in &steps {
            model.apply(&world, &catalog, step);
            model.check(&catalog);
        }
        // A catalog of a program that kept no sums gets the same ones.
        drop(catalog);
        let earlier = Connection::open(world.file()).unwrap();
        earlier.execute_batch("DROP TABLE sums; PRAGMA user_version = 6").unwrap();
        drop(earlier);
        model.check(&world.open());
    }
}

#[test]
fn an_unchanged_file_costs_one_row_for_any_number_of_snapshots() {
    let world = World::new();
    let catalog = world.open();
    let mut newest = ingest(&world, &catalog, 1, None, vec![file("files/a", 1), file("files/b", 2)]);
    for generation in 2..50 {
        newest = ingest(&world, &catalog, generation, Some(&newest), vec![file("files/b", generation * 7)]);
    }
    let found = catalog.find("a", None, 10).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].versions, 1);
    assert_eq!(everything(&catalog, &newest.id, "files")[0].introduced, 1);
}

#[test]
fn a_generation_below_the_newest_is_refused_and_leaves_nothing() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    ingest(&world, &catalog, 5, Some(&full), vec![file("files/a", 2)]);
    for late in [3, 5] {
        let mut late = manifest(late, ArchiveKind::Incremental, Some(&full));
        late.id = resguardo_domain::SnapshotId::from_random(77);
        let error =
            catalog.ingest(&world.cx, &late, digest(3), [Ok(file("files/late", 3))].into_iter()).unwrap_err();
        assert_eq!((error.kind, error.get("field")), (Kind::InvalidInput, Some("generation")));
        assert_eq!(catalog.snapshot(&late.id).unwrap(), None);
    }
    assert!(catalog.find("late", None, 10).unwrap().is_empty());
}

#[test]
fn an_increment_whose_parent_is_unknown_or_deleted_is_a_broken_chain() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let unknown = manifest(9, ArchiveKind::Full, None);
    let orphan = manifest(10, ArchiveKind::Incremental, Some(&unknown));
    let error = catalog.ingest(&world.cx, &orphan, digest(1), std::iter::empty()).unwrap_err();
    assert_eq!(error.kind, Kind::ChainBroken);
    catalog.remove_snapshot(&world.cx, &full.id).unwrap();
    let orphan = manifest(11, ArchiveKind::Incremental, Some(&full));
    let error = catalog.ingest(&world.cx, &orphan, digest(1), std::iter::empty()).unwrap_err();
    assert_eq!(error.kind, Kind::ChainBroken);
}

#[test]
fn ingesting_again_changes_nothing() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    catalog.ingest(&world.cx, &full, digest(1), [Ok(file("files/b", 2))].into_iter()).unwrap();
    assert_eq!(names(&everything(&catalog, &full.id, "")), ["files/a"]);
}

#[test]
fn a_cleared_plan_is_rebuilt_by_ingesting_in_order_and_keeps_its_pins() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    let next = ingest(&world, &catalog, 2, Some(&full), vec![file("files/b", 2), gone("files/a")]);
    catalog.set_pinned(&world.cx, &full.id, true).unwrap();

    catalog.clear_snapshots(&world.cx, &plan_id()).unwrap();
    assert!(catalog.snapshots(None).unwrap().is_empty());
    ingest(&world, &catalog, 1, None, vec![file("files/a", 1)]);
    ingest(&world, &catalog, 2, Some(&full), vec![file("files/b", 2), gone("files/a")]);

    assert_eq!(names(&everything(&catalog, &full.id, "")), ["files/a"]);
    assert_eq!(names(&everything(&catalog, &next.id, "")), ["files/b"]);
    let rows = catalog.snapshots(Some(&plan_id())).unwrap();
    assert_eq!(rows.iter().map(|row| row.pinned).collect::<Vec<_>>(), [true, false]);
    assert_eq!(catalog.next_generation(&world.cx, &plan_id()).unwrap(), 3);
}

#[test]
fn a_removed_snapshot_leaves_a_tombstone_and_takes_only_its_own_versions() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1), file("files/b", 2)]);
    let second = ingest(&world, &catalog, 2, Some(&full), vec![file("files/a", 3)]);
    let third = ingest(&world, &catalog, 3, Some(&second), vec![file("files/a", 4)]);

    catalog.remove_snapshot(&world.cx, &second.id).unwrap();
    catalog.remove_snapshot(&world.cx, &second.id).unwrap();

    assert_eq!(catalog.children(&second.id, &path("files")).unwrap_err().kind, Kind::NotFound);
    let row = catalog.snapshot(&second.id).unwrap().unwrap();
    assert_eq!(row.state, resguardo_domain::SnapshotState::Deleted);
    assert!(row.deleted_at.is_some());
    assert_eq!(catalog.deleted_snapshots(&plan_id()).unwrap(), [row]);
    assert_eq!(catalog.record_at(&plan_id(), 2, &path("files/a")).unwrap(), None);
    assert_eq!(catalog.find("a", None, 9).unwrap()[0].versions, 2);
    assert_eq!(catalog.latest(&plan_id()).unwrap().unwrap().manifest, third);
}
