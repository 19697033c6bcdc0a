//! Proving an archive: its bytes against the manifest, and every entry of it opened.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use resguardo_domain::{
    Context, Digest, Error, Kind, Manifest, Method, PartInfo, Place, Record, Reference, Result, Stored,
};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::directory::{DirectoryEntry, read_directory};
use crate::pages::page_digest;
use crate::reader::{ListingReader, PartReader, damaged, unpack};

/// Reads a whole part and compares its SHA-256 with the manifest's.
///
/// # Errors
/// [`Kind::ArchiveDamaged`] when it is not what was written; whatever the reader says.
pub fn check_part(cx: &Context, parts: &dyn PartReader, number: u32, part: &PartInfo) -> Result<()> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; 4 << 20];
    let mut offset = 0;
    while offset < part.size {
        cx.check()?;
        let want = buffer.len().min(usize::try_from(part.size - offset).unwrap_or(usize::MAX));
        parts.read_exact_at(cx, number, offset, &mut buffer[..want])?;
        sha.update(&buffer[..want]);
        cx.progress().advance(0, want as u64);
        offset += want as u64;
    }
    if Digest(sha.finalize().into()) == part.sha256 {
        Ok(())
    } else {
        Err(damaged("its checksum is not the manifest's").fact("path", &part.name))
    }
}

/// Opens an archive as a stranger would: reads every part's directory, unpacks every entry, compares CRC-32 with the
/// directory and SHA-256 with the listing, and that the listing's places are those of the directory.
///
/// # Errors
/// [`Kind::ArchiveDamaged`] or [`Kind::ArchiveHostile`] with the first entry that does not fit.
pub fn open_archive(cx: &Context, parts: &dyn PartReader, manifest: &Manifest, threads: usize) -> Result<()> {
    let mut expected = expectations(cx, parts, manifest)?;
    if expected.keys().any(|&part| part == 0 || part as usize > manifest.parts.len()) {
        return Err(damaged("the listing names a part that is not there"));
    }
    for (number, part) in (1..).zip(&manifest.parts) {
        let entries = read_directory(cx, parts, number, part.size)?;
        let listed = expected.remove(&number).unwrap_or_default();
        let found = entries
            .iter()
            .filter(|entry| listed.get(&entry.data).is_some_and(|expected| expected.fits(entry)))
            .count();
        if found != listed.len() {
            return Err(damaged("the listing names places where no entry is").fact("path", &part.name));
        }
        open_entries(cx, parts, number, &entries, &listed, threads)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Expected {
    packed: u64,
    size: u64,
    method: Method,
    digest: Option<Digest>,
}

impl Expected {
    fn fits(&self, entry: &DirectoryEntry) -> bool {
        (self.packed, self.size, self.method) == (entry.packed, entry.size, entry.method)
    }
}

type ByOffset = HashMap<u64, Expected>;

/// What the listing says of the places in each part.
fn expectations(cx: &Context, parts: &dyn PartReader, manifest: &Manifest) -> Result<HashMap<u32, ByOffset>> {
    let mut expected: HashMap<u32, ByOffset> = HashMap::new();
    let hostile = |record: &Record, why: &str| {
        Error::new(Kind::ArchiveHostile, "read the listing").fact("path", &record.path).because(why)
    };
    let mut paths = HashSet::new();
    for record in ListingReader::new(cx, parts, &manifest.listing) {
        let record = record?;
        // Sixteen bytes of a path's SHA-256 stand for it: a million paths must not fill the memory.
        if !paths.insert(page_digest(record.path.as_str().as_bytes())) {
            return Err(hostile(&record, "two records have the same path"));
        }
        if !references(&record).all(|reference| is_reachable(manifest, &record, reference)) {
            return Err(hostile(&record, "a reference leads out of the chain"));
        }
        for Stored { place, size, digest, .. } in record.stored() {
            let slot = expected.entry(place.part).or_default();
            let told = Expected { packed: place.packed, size, method: place.method, digest };
            if slot.insert(place.offset, told).is_some() {
                return Err(hostile(&record, "two entries share their bytes"));
            }
        }
    }
    Ok(expected)
}

fn references(record: &Record) -> impl Iterator<Item = &Reference> {
    record.same.iter().chain(record.delta.iter().filter_map(|delta| delta.base.as_ref()))
}

/// Whether a reference names another record of this archive or one of an archive that this one needs.
fn is_reachable(manifest: &Manifest, record: &Record, reference: &Reference) -> bool {
    let own = reference.generation == manifest.generation && reference.path != record.path;
    own || manifest.chain.iter().any(|link| link.generation == reference.generation)
}

fn open_entries(
    cx: &Context,
    parts: &dyn PartReader,
    part: u32,
    entries: &[DirectoryEntry],
    listed: &ByOffset,
    threads: usize,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<Error>> = Mutex::new(None);
    let work = || {
        while let Some(entry) = entries.get(next.fetch_add(1, Relaxed)) {
            if let Err(error) = open_entry(cx, parts, part, entry, listed.get(&entry.data)) {
                next.store(entries.len(), Relaxed);
                if let Ok(mut failure) = failure.lock() {
                    failure.get_or_insert(error.fact("entry", &entry.name));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.clamp(1, entries.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

fn open_entry(
    cx: &Context,
    parts: &dyn PartReader,
    part: u32,
    entry: &DirectoryEntry,
    listed: Option<&Expected>,
) -> Result<()> {
    let place =
        Place { part, offset: entry.data, packed: entry.packed, method: entry.method, blocks: Vec::new() };
    let digest = listed.and_then(|listed| listed.digest);
    let (mut crc, mut sha) = (crc32fast::Hasher::new(), Sha256::new());
    unpack(cx, parts, &place, entry.size, &mut |_, bytes| {
        crc.update(bytes);
        if digest.is_some() {
            sha.update(bytes);
        }
        cx.progress().advance(0, bytes.len() as u64);
        Ok(())
    })?;
    cx.progress().advance(1, 0);
    let same =
        crc.finalize() == entry.crc && digest.is_none_or(|digest| digest == Digest(sha.finalize().into()));
    if same { Ok(()) } else { Err(damaged("an entry is not what was written")) }
}

/// The digest of a sparse file (see FORMAT.md): SHA-256 over number and SHA-256 of each 1 MiB block that is not all zeros, and the
/// size. `read` fills the buffer from a position; `data` are the ranges that may hold data.
///
/// # Errors
/// Whatever `read` says.
pub fn sparse_digest(
    size: u64,
    data: &[(u64, u64)],
    read: &mut dyn FnMut(&mut [u8], u64) -> Result<()>,
) -> Result<Digest> {
    let block = BLOCK as u64;
    let mut sha = Sha256::new();
    let mut buffer = vec![0; BLOCK];
    let mut next = 0;
    for &(start, length) in data {
        let mut number = (start / block).max(next);
        while number * block < (start + length).min(size) {
            let want = block.min(size - number * block) as usize;
            read(&mut buffer[..want], number * block)?;
            if buffer[..want].iter().any(|&byte| byte != 0) {
                sha.update(number.to_le_bytes());
                sha.update(Sha256::digest(&buffer[..want]));
            }
            number += 1;
        }
        next = next.max(number);
    }
    sha.update(size.to_le_bytes());
    Ok(Digest(sha.finalize().into()))
}
