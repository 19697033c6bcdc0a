//! What the stories share: a computer whose clock stands still, faults on demand, manifests and records.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each story uses its own part")]

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use resguardo_catalog::{Catalog, Version};
use resguardo_domain::{
    ArchiveKind, ChainLink, Class, Clock, ComputerId, ComputerInfo, Context, Digest, EntryPath, Error,
    Faults, Kind, ListingPlace, Manifest, Method, Place, Plan, PlanId, PlanOptions, Random, Record, Result,
    Retention, SnapshotId, Totals, Writer,
};
use tempfile::TempDir;

#[derive(Default)]
pub struct Machine {
    pub second: AtomicI64,
    bits: AtomicU64,
}

impl Clock for Machine {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(1_790_000_000 + self.second.load(Relaxed)).unwrap()
    }
}

impl Random for Machine {
    fn bits(&self) -> u64 {
        self.bits.fetch_add(1, Relaxed)
    }
}

/// Lets so many steps pass, then fails all others; remembers the last one.
pub struct StopAfter {
    pub left: AtomicI64,
    pub last: Mutex<&'static str>,
}

impl StopAfter {
    pub fn new(steps: i64) -> Arc<Self> {
        Arc::new(Self { left: AtomicI64::new(steps), last: Mutex::new("") })
    }
}

impl Faults for StopAfter {
    fn at(&self, step: &'static str) -> Result<()> {
        *self.last.lock().unwrap() = step;
        if self.left.fetch_sub(1, Relaxed) > 0 { Ok(()) } else { Err(Error::new(Kind::Io, step)) }
    }
}

/// A folder with a catalog.
pub struct World {
    pub folder: TempDir,
    pub machine: Arc<Machine>,
    pub cx: Context,
}

impl World {
    pub fn new() -> Self {
        let machine = Arc::new(Machine::default());
        let cx = Context::new(machine.clone(), machine.clone());
        Self { folder: tempfile::tempdir().unwrap(), machine, cx }
    }

    pub fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("catalog.db")
    }

    pub fn open(&self) -> Catalog {
        Catalog::open(&self.cx, &self.file()).unwrap()
    }
}

pub fn path(text: &str) -> EntryPath {
    EntryPath::parse(text).unwrap()
}

pub fn plan_id() -> PlanId {
    PlanId::from_random(1)
}

pub fn plan(number: u64, name: &str) -> Plan {
    Plan {
        id: PlanId::from_random(number),
        name: name.into(),
        sources: Vec::new(),
        destinations: Vec::new(),
        schedules: Vec::new(),
        retention: Retention::default(),
        options: PlanOptions::default(),
    }
}

pub fn file(text: &str, seed: u64) -> Record {
    let mut record = Record::removed(path(text));
    record.tag = 'f';
    record.size = seed;
    record.mtime_ns = seed.cast_signed() * 10;
    record.digest = Some(digest(seed));
    record.place = Some(Place {
        part: 1,
        offset: seed * 100,
        packed: seed / 2,
        method: Method::Deflate,
        blocks: Vec::new(),
    });
    record
}

pub fn folder(text: &str) -> Record {
    let mut record = Record::removed(path(text));
    record.tag = 'd';
    record
}

pub fn gone(text: &str) -> Record {
    Record::removed(path(text))
}

pub fn digest(seed: u64) -> Digest {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    bytes[8..16].copy_from_slice(&seed.to_le_bytes());
    Digest(bytes)
}

pub fn snapshot_id(generation: u64) -> SnapshotId {
    SnapshotId::from_random(0xabc0_0000 + generation)
}

pub fn manifest(generation: u64, kind: ArchiveKind, parent: Option<&Manifest>) -> Manifest {
    let mut chain = parent.map(|parent| parent.chain.clone()).unwrap_or_default();
    chain.extend(parent.map(|parent| ChainLink {
        generation: parent.generation,
        id: parent.id.clone(),
        name: parent.name.clone(),
    }));
    let now = jiff::Timestamp::from_second(1_780_000_000 + generation.cast_signed()).unwrap();
    Manifest {
        format: 1,
        id: snapshot_id(generation),
        plan: plan_id(),
        plan_name: "Clínica".into(),
        computer: ComputerInfo { id: ComputerId::from_random(1), name: "caja".into() },
        kind,
        class: Class::Daily,
        generation,
        name: format!("backup_daily_{generation}"),
        created_at: now,
        finished_at: now,
        chain,
        previous_manifest: None,
        sources: Vec::new(),
        users: Default::default(),
        groups: Default::default(),
        totals: Totals::default(),
        issues: Vec::new(),
        issue_count: 0,
        parts: Vec::new(),
        listing: ListingPlace { part: 1, offset: 0, packed: 0, size: 0, records: 0, sha256: Digest::EMPTY },
        writer: Writer { name: "resguardo".into(), version: "0".into() },
    }
}

/// Ingests a snapshot and returns its manifest.
pub fn ingest(
    world: &World,
    catalog: &Catalog,
    generation: u64,
    parent: Option<&Manifest>,
    records: Vec<Record>,
) -> Manifest {
    let kind = if parent.is_none() { ArchiveKind::Full } else { ArchiveKind::Incremental };
    let manifest = manifest(generation, kind, parent);
    catalog.ingest(&world.cx, &manifest, digest(generation), records.into_iter().map(Ok)).unwrap();
    manifest
}

pub fn everything(catalog: &Catalog, snapshot: &SnapshotId, below: &str) -> Vec<Version> {
    let mut found = Vec::new();
    catalog
        .descend(snapshot, &path(below), &mut |version| {
            found.push(version);
            Ok(())
        })
        .unwrap();
    found
}

pub fn names(versions: &[Version]) -> Vec<&str> {
    versions.iter().map(|version| version.record.path.as_str()).collect()
}
