//! Measures the catalog with a million files: ingest, comparison, browsing, finding, file size.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not part of the program")]

use std::sync::Arc;
use std::time::Instant;

use resguardo_catalog::{Catalog, PageOrder, PageQuery};
use resguardo_domain::{
    ArchiveKind, ChainLink, Class, Clock, ComputerId, ComputerInfo, Context, Digest, EntryPath, ListingPlace,
    Manifest, Method, Place, PlanId, Random, Record, SnapshotId, Totals, Writer,
};

const FOLDERS: u64 = 10_000;
const FILES: u64 = 100;

struct Machine;

impl Clock for Machine {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

impl Random for Machine {
    fn bits(&self) -> u64 {
        7
    }
}

fn mixed(number: u64) -> u64 {
    let x = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn folder(number: u64) -> String {
    format!("files/documents/client {:03}/project {:02}", number / 100, number % 100)
}

fn record(path: &str, number: u64, generation: u64) -> Record {
    let mut record = Record::removed(EntryPath::parse(path).unwrap());
    let mut digest = [0; 32];
    for (at, chunk) in digest.chunks_exact_mut(8).enumerate() {
        chunk.copy_from_slice(&mixed(number * 8 + at as u64 + generation * 0x1234_5678).to_le_bytes());
    }
    record.tag = 'f';
    record.size = mixed(number) % 200_000;
    record.mtime_ns = 1_750_000_000_000_000_000 + (mixed(number) >> 8).cast_signed() % 1_000_000_000_000;
    record.ctime_ns = record.mtime_ns + 1000;
    record.inode = number + 1_000_000;
    record.mode = 0o644;
    record.uid = 1000;
    record.gid = 1000;
    record.digest = Some(Digest(digest));
    let offset = number * 10_000;
    record.place =
        Some(Place { part: 1, offset, packed: record.size / 2, method: Method::Deflate, blocks: Vec::new() });
    record
}

fn records(generation: u64, every: u64) -> impl Iterator<Item = Record> {
    (0..FOLDERS).flat_map(move |at| {
        let folder = folder(at);
        let mut itself = Record::removed(EntryPath::parse(&folder).unwrap());
        itself.tag = 'd';
        let files =
            (0..FILES).map(move |file| (file, at * FILES + file)).filter(move |(_, n)| n % every == 0);
        std::iter::once(itself).chain(files.map(move |(file, number)| {
            record(&format!("{folder}/document {file:04}.odt"), number, generation)
        }))
    })
}

fn manifest(generation: u64, kind: ArchiveKind, parent: Option<&Manifest>) -> Manifest {
    let mut chain = parent.map(|parent| parent.chain.clone()).unwrap_or_default();
    chain.extend(parent.map(|parent| ChainLink {
        generation: parent.generation,
        id: parent.id.clone(),
        name: parent.name.clone(),
    }));
    let now = jiff::Timestamp::now();
    Manifest {
        format: 1,
        id: SnapshotId::from_random(generation),
        plan: PlanId::from_random(1),
        plan_name: "million".into(),
        computer: ComputerInfo { id: ComputerId::from_random(1), name: "here".into() },
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

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, busy) = (Instant::now(), processor_ms());
    let result = work();
    let (wall, busy) = (start.elapsed().as_secs_f64() * 1000.0, processor_ms() - busy);
    println!("{what:<48}{wall:>10.1} ms {busy:>10.1} ms of this thread");
    result
}

/// Milliseconds that this thread was on a processor, where the system tells (Linux); fair on a busy machine.
fn processor_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e6
}

fn compare(catalog: &Catalog, snapshot: &SnapshotId) -> u64 {
    let view = catalog.view(snapshot).unwrap();
    let mut known = Vec::new();
    let mut sum = 0;
    for at in 0..FOLDERS {
        view.children(&EntryPath::parse(&folder(at)).unwrap(), &mut known).unwrap();
        sum += known.len() as u64;
    }
    sum
}

fn look_around(catalog: &Catalog, snapshot: &SnapshotId) {
    let path = |text: &str| EntryPath::parse(text).unwrap();
    timed("compare all folders, one thread", || compare(catalog, snapshot));
    timed("compare again", || compare(catalog, snapshot));
    timed("list the folders of the snapshot", || catalog.view(snapshot).unwrap().folders().unwrap().len());
    timed("children of a folder of files", || {
        catalog.children(snapshot, &path("files/documents/client 050/project 50")).unwrap().len()
    });
    timed("children of a folder of folders", || {
        catalog.children(snapshot, &path("files/documents/client 050")).unwrap().len()
    });
    timed("children of the root", || catalog.children(snapshot, &EntryPath::root()).unwrap().len());
    timed("entry", || {
        catalog.entry(snapshot, &path("files/documents/client 099/project 99/document 0099.odt")).unwrap()
    });
    timed("find a rare name", || catalog.find("project 77/document 0077", None, 1000).unwrap().len());
    timed("find a name that is nowhere", || catalog.find("nowhere", None, 100).unwrap().len());
    timed("find a frequent name", || catalog.find("0042", None, 100).unwrap().len());
    timed("find a file that is once", || {
        catalog.find("client 099/project 99/document 0099", None, 100).unwrap().len()
    });
    timed("find by pattern", || catalog.find("*0042.o?t", None, 100).unwrap().len());
    let page = |folder: &str, search: Option<&str>| {
        let (folder, search) = (path(folder), search.map(str::to_owned));
        let query = PageQuery {
            snapshot: snapshot.clone(),
            folder,
            search,
            order: PageOrder::Name,
            descending: false,
        };
        catalog.page(&query, 0, 100).unwrap().total
    };
    timed("first page of the root", || page("", None));
    timed("page of a folder of folders", || page("files/documents/client 050", None));
    timed("page of a folder of files", || page("files/documents/client 050/project 50", None));
    timed("search in the snapshot", || page("", Some("0042")));
    timed("descend through everything", || {
        let mut count = 0;
        catalog
            .descend(snapshot, &EntryPath::root(), &mut |_| {
                count += 1;
                Ok(())
            })
            .unwrap();
        count
    });
    let mut index =
        timed("build the content index", || catalog.view(snapshot).unwrap().content_index().unwrap());
    timed("find 1,000 moved files in it", || {
        (0..1000_u64)
            .filter(|number| {
                let wanted = record("x", number * 997, 1);
                wanted.digest.and_then(|digest| index.find(wanted.size, &digest).unwrap()).is_some()
            })
            .count()
    });
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog.db");
    let cx = Context::new(Arc::new(Machine), Arc::new(Machine));
    let catalog = Catalog::open(&cx, &file).unwrap();
    let megabytes = || std::fs::metadata(&file).unwrap().len() / 1_000_000;

    timed("making the records alone", || records(1, 1).map(|record| record.inode).max());
    let full = manifest(1, ArchiveKind::Full, None);
    timed("ingest a full of a million", || {
        catalog.ingest(&cx, &full, Digest::EMPTY, records(1, 1).map(Ok)).unwrap();
    });
    println!("{:<48}{:>10} MB", "file", megabytes());
    look_around(&catalog, &full.id);

    let mut newest = full;
    for generation in 2..=30 {
        let next = manifest(generation, ArchiveKind::Incremental, Some(&newest));
        let work = || catalog.ingest(&cx, &next, Digest::EMPTY, records(generation, 100).map(Ok)).unwrap();
        if generation == 30 {
            timed("ingest the 29th incremental of 20,000", work)
        } else {
            work()
        }
        newest = next;
    }
    println!("{:<48}{:>10} MB", "file after 29 incrementals", megabytes());
    let full = manifest(31, ArchiveKind::Full, None);
    timed("ingest a second full", || {
        catalog.ingest(&cx, &full, Digest::EMPTY, records(31, 1).map(Ok)).unwrap();
    });
    println!("{:<48}{:>10} MB", "file", megabytes());
    look_around(&catalog, &full.id);
    timed("remove an incremental", || catalog.remove_snapshot(&cx, &SnapshotId::from_random(15)).unwrap());
    timed("check the whole file", || catalog.check(&cx).unwrap());
    timed("remove the first chain", || {
        let chain: Vec<_> =
            (1..31).filter(|generation| *generation != 15).map(SnapshotId::from_random).collect();
        catalog.remove_snapshots(&cx, &chain).unwrap();
    });
    timed("back the catalog up", || catalog.back_up_to(&cx, &folder.path().join("copy.db")).unwrap());
    timed("close", || drop(catalog));
    timed("open", || Catalog::open(&cx, &file).unwrap());
}
