//! A small world for the archive's tests: entries in memory, a clock, a manifest.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "shared by several test files"
)]

pub mod chain;
pub mod forge;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use resguardo_archive::*;
use resguardo_domain::*;

pub struct Now;
impl Clock for Now {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}
pub struct Dice;
impl Random for Dice {
    fn bits(&self) -> u64 {
        4
    }
}

pub fn cx() -> Context {
    Context::new(Arc::new(Now), Arc::new(Dice))
}

/// An assembled file in memory.
pub struct Out(Mutex<Vec<u8>>);

impl Out {
    pub fn new(size: u64) -> Self {
        Self(Mutex::new(vec![0; size as usize]))
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}

impl Sink for Out {
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        self.0.lock().unwrap()[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn mix_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        let mut file = self.0.lock().unwrap();
        let place = &mut file[offset as usize..][..bytes.len()];
        place.iter_mut().zip(bytes).for_each(|(there, byte)| *there ^= byte);
        Ok(())
    }
}

/// Gives assembled bytes to a function, written or mixed.
pub struct Each<F>(pub F);

impl<F: Fn(&[u8], u64) + Sync> Sink for Each<F> {
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        (self.0)(bytes, offset);
        Ok(())
    }

    fn mix_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        self.write_at(bytes, offset)
    }
}

/// A file in memory.
pub struct Memory(pub Vec<u8>, pub Option<Vec<(u64, u64)>>);

impl ReadAt for Memory {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        Ok(false)
    }
    fn data_ranges(&self) -> Option<Vec<(u64, u64)>> {
        self.1.clone()
    }
}

/// Opens the bodies of a map of paths.
#[derive(Default)]
pub struct Bodies(pub BTreeMap<String, Arc<Memory>>);

impl Opener for Bodies {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        let data =
            self.0.get(entry.path.as_str()).cloned().ok_or_else(|| Error::not_found("file", &entry.path))?;
        Ok(Opened { data, entry: entry.clone(), database: None })
    }
}

pub fn path(text: &str) -> EntryPath {
    EntryPath::parse(text).unwrap()
}

pub fn file(name: &str, size: usize) -> Entry {
    Entry::plain(path(name), EntryKind::File, size as u64, 1_789_178_400_123_456_789)
}

pub fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(99);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

pub fn text(seed: u64, count: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(count + 64);
    let mut n = seed;
    while out.len() < count {
        n = n.wrapping_mul(48_271) % 2_147_483_647;
        out.extend(format!("customer {} owes {}.{:02}\n", n % 5000, n % 977, n % 100).bytes());
    }
    out.truncate(count);
    out
}

/// An archive in a temporary folder and what is needed to read it.
pub struct World {
    pub dir: tempfile::TempDir,
    pub cx: Context,
    pub level: Level,
    pub part_size: Option<u64>,
}

pub struct Made {
    pub sealed: Sealed,
    pub name: ArchiveName,
    pub paths: Vec<PathBuf>,
}

impl World {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), cx: cx(), level: Level::Fast, part_size: None }
    }

    pub fn options(&self, generation: u32) -> WriteOptions {
        WriteOptions {
            folder: self.dir.path().to_owned(),
            name: ArchiveName::new(Class::Manual, "2026-09-12T02:00:00Z".parse().unwrap(), generation),
            level: self.level,
            part_size: self.part_size,
            threads: 2,
            pages: PageCache::new(self.dir.path().join("pages")),
            sparse_from: 64 << 20,
            readme: readme("Clínica", "pc", None),
            mtime: 1_789_178_400,
        }
    }

    pub fn write(
        &self,
        generation: u32,
        items: Vec<Item>,
        bodies: Bodies,
        known: Option<Arc<dyn Known>>,
    ) -> Made {
        let options = self.options(generation);
        let writer = ArchiveWriter::create(&self.cx, &options, known).unwrap();
        let opener: Arc<dyn Opener> = Arc::new(bodies);
        writer.submit(items, &opener).unwrap();
        let sealed = writer.finish(Closing::default()).unwrap();
        let paths = sealed.parts.iter().map(|part| self.dir.path().join(&part.name)).collect();
        Made { sealed, name: options.name, paths }
    }

    /// Writes files given by name and content.
    pub fn write_files(
        &self,
        generation: u32,
        files: &[(&str, Vec<u8>)],
        prior: impl Fn(&str) -> Option<Prior>,
    ) -> Made {
        let bodies =
            Bodies(files.iter().map(|(n, c)| ((*n).to_owned(), Arc::new(Memory(c.clone(), None)))).collect());
        let items = files.iter().map(|(n, c)| Item { entry: file(n, c.len()), prior: prior(n) }).collect();
        self.write(generation, items, bodies, None)
    }

    pub fn leftovers(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.dir.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name.ends_with(".tmp")).collect();
        names.sort();
        names
    }
}

impl Made {
    pub fn parts(&self) -> FileParts {
        FileParts::open(&self.paths).unwrap()
    }

    pub fn records(&self, cx: &Context) -> Vec<Record> {
        ListingReader::new(cx, &self.parts(), &self.sealed.listing).map(Result::unwrap).collect()
    }

    pub fn record(&self, cx: &Context, name: &str) -> Record {
        self.records(cx).into_iter().find(|record| record.path.as_str() == name).unwrap()
    }

    /// The manifest of an archive that builds on all generations before it.
    pub fn manifest_of(&self, generation: u64) -> Manifest {
        let link = |generation| ChainLink {
            generation,
            id: SnapshotId::from_random(generation),
            name: format!("manual/backup_manual_{generation}"),
        };
        let kind = if generation == 1 { ArchiveKind::Full } else { ArchiveKind::Incremental };
        Manifest { generation, kind, chain: (1..generation).map(link).collect(), ..self.manifest() }
    }

    pub fn manifest(&self) -> Manifest {
        Manifest {
            format: self.sealed.format,
            id: SnapshotId::from_random(7),
            plan: PlanId::from_random(8),
            plan_name: "Clínica".into(),
            computer: ComputerInfo { id: ComputerId::from_random(9), name: "pc".into() },
            kind: ArchiveKind::Full,
            class: Class::Manual,
            generation: 1,
            name: self.name.as_str().into(),
            created_at: "2026-09-12T02:00:00Z".parse().unwrap(),
            finished_at: "2026-09-12T02:00:05Z".parse().unwrap(),
            chain: Vec::new(),
            previous_manifest: None,
            sources: Vec::new(),
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            totals: Totals::default(),
            issues: Vec::new(),
            issue_count: 0,
            parts: self.sealed.parts.clone(),
            listing: self.sealed.listing.clone(),
            writer: Writer { name: "resguardo".into(), version: "0.1.0".into() },
        }
    }
}

/// Everything a place holds.
pub fn content(cx: &Context, made: &Made, record: &Record) -> Vec<u8> {
    let (parts, mut out) = (made.parts(), Vec::new());
    for Stored { place, size, runs, .. } in record.stored() {
        let start = out.len() as u64;
        assert_eq!(runs, [(start, 0, size)]);
        unpack(cx, &parts, &place, size, &mut |at, bytes| {
            assert_eq!(start + at, out.len() as u64);
            out.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
    }
    out
}

pub fn zip_content(path: &Path, name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name(name).unwrap(), &mut out).unwrap();
    out
}
