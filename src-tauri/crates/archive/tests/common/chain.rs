//! Chains of archives laid out as at a destination, and the states they must bring back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use resguardo_archive::*;
use resguardo_domain::*;

use super::*;

/// One object of a state: the entry and, for a file, its bytes and the ranges that hold data.
#[derive(Clone)]
pub struct Node {
    pub entry: Entry,
    pub body: Vec<u8>,
    pub ranges: Option<Vec<(u64, u64)>>,
}

pub type State = BTreeMap<String, Node>;

pub fn node(name: &str, body: Vec<u8>) -> (String, Node) {
    let mut entry = file(name, body.len());
    entry.stamp.mtime_ns += body.len() as i64;
    (name.to_owned(), Node { entry, body, ranges: None })
}

pub fn sparse(name: &str, size: u64, data: &[(u64, Vec<u8>)]) -> (String, Node) {
    let mut body = vec![0; size as usize];
    for (at, bytes) in data {
        body[*at as usize..][..bytes.len()].copy_from_slice(bytes);
    }
    let ranges = data.iter().map(|(at, bytes)| (*at, bytes.len() as u64)).collect();
    (name.to_owned(), Node { entry: file(name, size as usize), body, ranges: Some(ranges) })
}

pub fn special(name: &str, kind: EntryKind) -> (String, Node) {
    let mut entry = Entry::plain(path(name), kind, 0, 1_700_000_000_987_654_321);
    entry.mode = 0o750;
    (name.to_owned(), Node { entry, body: Vec::new(), ranges: None })
}

/// What an archive of the chain left behind.
pub struct Step {
    pub made: Made,
    pub manifest: Manifest,
    pub state: State,
    folded: BTreeMap<String, (u64, Record)>,
}

pub struct Chain {
    pub world: World,
    pub steps: Vec<Step>,
}

struct Contents(Vec<(u64, Digest, Reference)>);

impl Known for Contents {
    fn has_size(&self, size: u64) -> bool {
        self.0.iter().any(|(known, ..)| *known == size)
    }
    fn find(&self, size: u64, digest: &Digest) -> Option<Reference> {
        self.0.iter().find(|(s, d, _)| *s == size && d == digest).map(|(_, _, reference)| reference.clone())
    }
}

fn prior_of((generation, record): &(u64, Record)) -> Prior {
    let own = Reference { generation: *generation, path: record.path.clone() };
    let reference = record.same.clone().unwrap_or(own);
    Prior { digest: record.digest, size: record.size, reference, whole: None, quiet: false }
}

impl Chain {
    /// The whole version under a record, as far as none above it was shorter.
    fn whole_under(&self, (generation, record): &(u64, Record)) -> Option<Arc<WholeVersion>> {
        let (mut generation, mut record, mut limit) = (*generation, record.clone(), record.size);
        loop {
            let made = &self.steps[generation as usize - 1].made;
            limit = limit.min(record.size);
            let next = match record.content() {
                Content::Here(_) | Content::Pieces(_) => {
                    return WholeVersion::new(Arc::new(made.parts()), &record, limit).map(Arc::new);
                }
                Content::Same(reference) => reference,
                Content::Delta(delta) => delta.base?,
                Content::None => return None,
            };
            generation = next.generation;
            record = self.steps[generation as usize - 1].made.record(&self.world.cx, next.path.as_str());
        }
    }

    pub fn new(world: World) -> Self {
        Self { world, steps: Vec::new() }
    }

    fn parent(&self, kind: ArchiveKind) -> Option<&Step> {
        match kind {
            ArchiveKind::Full => None,
            ArchiveKind::Incremental => self.steps.last(),
            ArchiveKind::Differential => self.steps.iter().rfind(|s| s.manifest.kind == ArchiveKind::Full),
        }
    }

    /// Writes the next archive, with what changed since its parent.
    pub fn add(&mut self, kind: ArchiveKind, state: State) -> &Step {
        let generation = self.steps.len() as u64 + 1;
        let parent = self.parent(kind);
        let none = BTreeMap::new();
        let before = parent.map_or(&none, |parent| &parent.folded);
        let is_same = |name: &str, node: &Node| {
            let old = parent.and_then(|parent| parent.state.get(name));
            old.is_some_and(|old| old.entry == node.entry && old.body == node.body)
        };
        let (mut items, mut bodies) = (Vec::new(), Bodies::default());
        for (name, node) in state.iter().filter(|(name, node)| !is_same(name, node)) {
            let prior = before.get(name).filter(|(_, r)| r.tag == 'f' && node.entry.has_content());
            let prior = prior.map(|held| Prior { whole: self.whole_under(held), ..prior_of(held) });
            items.push(Item { entry: node.entry.clone(), prior });
            let memory = Memory(node.body.clone(), node.ranges.clone());
            bodies.0.insert(name.clone(), Arc::new(memory));
        }
        let gone: Vec<Record> = before
            .keys()
            .filter(|name| !state.contains_key(*name))
            .map(|name| Record::removed(path(name)))
            .collect();
        let contents = before.values().filter(|(_, r)| r.size > 0).filter_map(|held| {
            let prior = prior_of(held);
            Some((prior.size, prior.digest?, prior.reference))
        });
        let known: Arc<dyn Known> = Arc::new(Contents(contents.collect()));
        let made = self.write(generation, items, gone, bodies, parent.is_some().then_some(known));

        let mut folded = before.clone();
        for record in made.records(&self.world.cx) {
            if record.is_removal() {
                folded.remove(record.path.as_str());
            } else {
                folded.insert(record.path.to_string(), (generation, record));
            }
        }
        let mut manifest = Manifest { generation, kind, ..made.manifest() };
        manifest.id = SnapshotId::from_random(generation);
        if let Some(parent) = parent {
            manifest.chain.clone_from(&parent.manifest.chain);
            manifest.chain.push(ChainLink {
                generation: parent.manifest.generation,
                id: parent.manifest.id.clone(),
                name: format!("manual/{}", parent.manifest.name),
            });
        }
        self.steps.push(Step { made, manifest, state, folded });
        self.steps.last().unwrap()
    }

    fn write(
        &self,
        generation: u64,
        items: Vec<Item>,
        gone: Vec<Record>,
        bodies: Bodies,
        known: Option<Arc<dyn Known>>,
    ) -> Made {
        let options = self.world.options(generation as u32 - 1);
        let writer = ArchiveWriter::create(&self.world.cx, &options, known).unwrap();
        let opener: Arc<dyn Opener> = Arc::new(bodies);
        writer.submit(items, &opener).unwrap();
        writer.submit_records(gone).unwrap();
        let sealed = writer.finish(Closing::default()).unwrap();
        assert!(sealed.issues.is_empty(), "{:?}", sealed.issues);
        let paths = sealed.parts.iter().map(|part| self.world.dir.path().join(&part.name)).collect();
        Made { sealed, name: options.name, paths }
    }

    /// Copies everything to a plan's folder as a destination has it; returns the manifests.
    pub fn lay_out(&self, plan: &Path) -> Vec<PathBuf> {
        let class = plan.join("manual");
        std::fs::create_dir_all(&class).unwrap();
        std::fs::write(plan.join("restore.py"), RESTORE_PY).unwrap();
        std::fs::write(plan.join("LEEME-README.txt"), readme("Clínica", "pc", None)).unwrap();
        let lay = |step: &Step| {
            for from in &step.made.paths {
                std::fs::copy(from, class.join(from.file_name().unwrap())).unwrap();
            }
            let manifest = class.join(step.made.name.manifest());
            std::fs::write(&manifest, manifest_to_bytes(&step.manifest).unwrap()).unwrap();
            manifest
        };
        self.steps.iter().map(lay).collect()
    }
}

/// Runs the plan folder's `restore.py` from another folder.
pub fn run_restore(manifest: &Path, target: &Path, more: &[&str]) -> Output {
    let script = manifest.parent().unwrap().parent().unwrap().join("restore.py");
    let mut command = Command::new(std::env::var("RESGUARDO_PYTHON").unwrap_or_else(|_| "python3".into()));
    command.arg(script).arg(manifest).arg(target).args(more).current_dir(std::env::temp_dir());
    command.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap()
}

pub fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// Where an entry stands in a target folder, its escapes undone.
#[cfg(unix)]
pub fn real_path(target: &Path, name: &str) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let raw: Vec<Vec<u8>> = name.split('/').map(decode_name).collect();
    raw.iter().fold(target.to_owned(), |path, part| path.join(std::ffi::OsStr::from_bytes(part)))
}

/// Compares a target folder with a state: every byte, mode, time and link, and that nothing else is there.
#[cfg(unix)]
pub fn compare(target: &Path, state: &State) {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::MetadataExt;
    let mut folders = std::collections::BTreeSet::new();
    for (name, node) in state {
        let real = real_path(target, name);
        let meta = std::fs::symlink_metadata(&real).unwrap_or_else(|cause| panic!("{name}: {cause}"));
        match &node.entry.kind {
            EntryKind::File => {
                assert!(std::fs::read(&real).unwrap() == node.body, "{name} differs");
                assert_eq!(meta.mode() & 0o7777, node.entry.mode, "{name}");
            }
            EntryKind::Folder => assert_eq!(meta.mode() & 0o7777, node.entry.mode, "{name}"),
            EntryKind::Symlink { target } => {
                let found = std::fs::read_link(&real).unwrap();
                assert_eq!(found.as_os_str().as_bytes(), decode_name(target), "{name}");
            }
            EntryKind::Special(_) => {}
        }
        let time = meta.mtime() * 1_000_000_000 + meta.mtime_nsec();
        assert_eq!(time, node.entry.stamp.mtime_ns, "{name}");
        let above = real.ancestors().skip(1).take_while(|a| *a != target).map(Path::to_owned);
        folders.extend(above.chain([real.clone()]));
    }
    assert_eq!(count_below(target), folders.len(), "something else is there");
}

#[cfg(unix)]
fn count_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|e| 1 + if e.file_type().unwrap().is_dir() { count_below(&e.path()) } else { 0 }).sum()
}
