//! Writing files: contents from the archives, several threads, each file compared with its record before it gets its name.

use std::collections::hash_map::Entry as Slot;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use resguardo_archive::{Extractor, Sink, assemble, sparse_digest};
use resguardo_domain::{Context, Digest, EntryPath, Error, Issue, Kind, Result, SourceConfig};
use resguardo_sources::sqlite::{Damage, swap_in};
use resguardo_sources::target::NewFile;
use sha2::{Digest as _, Sha256};

use super::apply::{Memory, Step, Work, group_of};
use super::lines::Deed;
use crate::content::Share;

/// One file to write.
pub(super) struct Job<'a> {
    pub(super) step: &'a Step,
    pub(super) shares: Vec<Share>,
}

impl Job<'_> {
    pub(super) fn position(&self) -> Option<(u64, u32, u64)> {
        self.shares.last().map(Share::position)
    }
}

impl Work<'_> {
    pub(super) fn files(&self, jobs: &[Job<'_>], steps: &[Step], memory: &mut Memory) -> Result<()> {
        // Names that are there already, as they should be.
        for step in steps.iter().filter(|step| step.line.tag == 'f' && step.line.deed == Deed::Same) {
            if let Some(group) = group_of(step) {
                memory.first_names.entry(group).or_insert_with(|| step.line.path.clone());
            }
        }
        let (mut plain, mut linked) = (Vec::new(), Vec::new());
        for job in jobs {
            match group_of(job.step).map(|group| memory.first_names.entry(group)) {
                Some(Slot::Occupied(first)) => linked.push((first.get().clone(), job)),
                Some(Slot::Vacant(slot)) => {
                    slot.insert(job.step.line.path.clone());
                    plain.push(job);
                }
                None => plain.push(job),
            }
        }
        self.plain(&plain)?;
        self.linked(&linked)
    }

    fn plain(&self, jobs: &[&Job<'_>]) -> Result<()> {
        let next = AtomicUsize::new(0);
        let failure = Mutex::new(None);
        let run = || {
            let mut extractor = Extractor::default();
            while let Some(job) = jobs.get(next.fetch_add(1, Relaxed)) {
                let path = &job.step.line.path;
                if let Err(error) = self.guarded(job.step, |work| work.file(job, path, &mut extractor)) {
                    next.store(jobs.len(), Relaxed);
                    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..resguardo_platform::threads().min(jobs.len()) {
                scope.spawn(run);
            }
            run();
        });
        failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// Further names of files that came back: links to the first, files of their own where that can't be.
    fn linked(&self, jobs: &[(EntryPath, &Job<'_>)]) -> Result<()> {
        let mut extractor = Extractor::default();
        for (first, job) in jobs {
            self.guarded(job.step, |work| {
                let (target, path) = (&work.targets[job.step.line.root], &job.step.line.path);
                if target.hard_link(first, path, job.step.overwrite()).is_ok() {
                    return Ok(Vec::new());
                }
                work.file(job, path, &mut extractor)
            })?;
        }
        Ok(())
    }

    /// Writes one file under a temporary name, reads it back, gives it its name.
    fn file(&self, job: &Job<'_>, place: &EntryPath, extractor: &mut Extractor) -> Result<Vec<Issue>> {
        let record = job.step.record();
        self.cx.check()?;
        self.cx.progress().current(record.path.as_str());
        let new = self.targets[job.step.line.root].create(place, record.size)?;
        self.write(job, &new, extractor)?;
        self.read_back(job, &new)?;
        new.commit(&self.metadata(record), job.step.overwrite())
    }

    fn write(&self, job: &Job<'_>, new: &NewFile, extractor: &mut Extractor) -> Result<()> {
        let record = job.step.record();
        if let [share] = job.shares.as_slice()
            && record.size <= Extractor::MAX
            && let layer = share.layer()
            && layer.size == record.size
            && layer.place.blocks.is_empty()
            && layer.runs == [(0, 0, record.size)]
        {
            let bytes = extractor.read(self.cx, layer.parts, &layer.place, record.size)?;
            new.write_at(bytes, 0)?;
            self.cx.progress().advance(0, record.size);
            return Ok(());
        }
        new.set_len(record.size)?;
        let layers: Vec<_> = job.shares.iter().map(Share::layer).collect();
        let sink = FileSink { new, has_holes: !record.holes.is_empty() };
        assemble(self.cx, &layers, record.size, resguardo_platform::threads(), &sink)
    }

    /// Compares what can be read of the new file with the record.
    fn read_back(&self, job: &Job<'_>, new: &NewFile) -> Result<()> {
        let record = job.step.record();
        let Some(expected) = record.digest else { return Ok(()) };
        let found = if record.sparse_digest {
            let mut data: Vec<(u64, u64)> =
                job.shares.iter().flat_map(|share| share.layer().runs).map(|(at, _, n)| (at, n)).collect();
            data.sort_unstable();
            sparse_digest(record.size, &data, &mut |buffer, offset| read_exact(new, buffer, offset))?
        } else {
            hash_back(self.cx, new, record.size)?
        };
        if found == expected {
            Ok(())
        } else {
            Err(Error::new(Kind::ArchiveDamaged, "read the restored file back").fact("path", &record.path))
        }
    }

    /// A database is written beside its place, checked by SQLite, and swapped in.
    pub(super) fn database(&self, job: &Job<'_>) -> Result<Vec<Issue>> {
        let record = job.step.record();
        let place = &job.step.line.path;
        let beside = place
            .parent()
            .unwrap_or_default()
            .join_safe(&format!(".{:016x}.resguardo-new", self.cx.random_bits()));
        let root = &self.plan.roots()[job.step.line.root].folder;
        let path_of = |path: &EntryPath| root.join(SourceConfig::decode_path(path.as_str()));
        let issues = self.file(job, &beside, &mut Extractor::default())?;
        let damage = if record.rows.is_empty() { Damage::Known } else { Damage::Refuse };
        let swapped = swap_in(self.cx, &path_of(&beside), &path_of(place), damage);
        if swapped.is_err() {
            self.targets[job.step.line.root].remove_file(&beside)?;
        }
        swapped?;
        Ok(issues)
    }
}

/// The new file as a place for assembled bytes.
struct FileSink<'a> {
    new: &'a NewFile,
    has_holes: bool,
}

impl Sink for FileSink<'_> {
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        if self.has_holes {
            write_around_holes(self.new, bytes, offset)
        } else {
            self.new.write_at(bytes, offset)
        }
    }

    fn mix_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        let mut mixed = vec![0; bytes.len()];
        read_exact(self.new, &mut mixed, offset)?;
        mixed.iter_mut().zip(bytes).for_each(|(there, byte)| *there ^= byte);
        self.new.write_at(&mixed, offset)
    }
}

/// Leaves zeros out, so that holes stay holes.
fn write_around_holes(new: &NewFile, bytes: &[u8], offset: u64) -> Result<()> {
    const PAGE: usize = 4096;
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at..].chunks(PAGE).position(|page| page.iter().any(|&byte| byte != 0));
        let Some(first) = first else { return Ok(()) };
        let start = at + first * PAGE;
        let count = bytes[start..].chunks(PAGE).position(|page| page.iter().all(|&byte| byte == 0));
        let end = count.map_or(bytes.len(), |count| start + count * PAGE);
        new.write_at(&bytes[start..end], offset + start as u64)?;
        at = end;
    }
    Ok(())
}

fn read_exact(new: &NewFile, buffer: &mut [u8], offset: u64) -> Result<()> {
    let mut filled = 0;
    while filled < buffer.len() {
        match new.read_at(&mut buffer[filled..], offset + filled as u64)? {
            0 => return Err(Error::new(Kind::VerifyFailed, "read the restored file back")),
            read => filled += read,
        }
    }
    Ok(())
}

fn hash_back(cx: &Context, new: &NewFile, size: u64) -> Result<Digest> {
    let mut sha = Sha256::new();
    let mut buffer = vec![0; usize::try_from(size).unwrap_or(usize::MAX).clamp(1, 1 << 20)];
    let mut done = 0;
    while done < size {
        cx.check()?;
        let want = buffer.len().min(usize::try_from(size - done).unwrap_or(usize::MAX));
        read_exact(new, &mut buffer[..want], done)?;
        sha.update(&buffer[..want]);
        done += want as u64;
    }
    Ok(Digest(sha.finalize().into()))
}
