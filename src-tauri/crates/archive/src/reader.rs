//! Reading: ranges of parts, the listing as a stream of records, bytes of entries that never exceed what was declared.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use resguardo_codec::Inflater;
use resguardo_domain::{Context, Digest, Error, Kind, ListingPlace, Method, Place, Record, Result};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::check::check_record;

/// Longest line a listing may have.
pub(crate) const MAX_LINE: u64 = 16 << 20;

/// Reads ranges of an archive's parts, wherever they are.
pub trait PartReader: Send + Sync {
    /// Fills the buffer from a position in a part (counted from 1).
    ///
    /// # Errors
    /// [`Kind::ArchiveDamaged`] when the part ends before; whatever the place where it lies says.
    fn read_exact_at(&self, cx: &Context, part: u32, offset: u64, buffer: &mut [u8]) -> Result<()>;
}

/// Parts that are files of this computer.
#[derive(Debug)]
pub struct FileParts {
    files: Vec<File>,
}

impl FileParts {
    /// Opens the parts in order.
    ///
    /// # Errors
    /// When one can't be opened.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Self> {
        let open = |path: &P| {
            let path = path.as_ref();
            File::open(path).map_err(|cause| Error::io(&cause, "open the archive", path.display()))
        };
        Ok(Self { files: paths.iter().map(open).collect::<Result<_>>()? })
    }
}

impl PartReader for FileParts {
    fn read_exact_at(&self, _cx: &Context, part: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let file = self
            .files
            .get((part as usize).wrapping_sub(1))
            .ok_or_else(|| damaged("there is no such part"))?;
        read_exact_at(file, buffer, offset).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::UnexpectedEof => damaged("the archive ends too early"),
            _ => Error::io(&cause, "read the archive", ""),
        })
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        buffer = &mut buffer[read..];
        offset += read as u64;
    }
    Ok(())
}

pub(crate) fn damaged(why: &str) -> Error {
    Error::new(Kind::ArchiveDamaged, "read the archive").because(why)
}

/// A range of a part as a stream.
pub(crate) struct RangeReader<'a> {
    cx: &'a Context,
    parts: &'a dyn PartReader,
    part: u32,
    offset: u64,
    left: u64,
    failure: Option<Error>,
}

impl<'a> RangeReader<'a> {
    pub(crate) fn new(
        cx: &'a Context,
        parts: &'a dyn PartReader,
        part: u32,
        offset: u64,
        length: u64,
    ) -> Self {
        Self { cx, parts, part, offset, left: length, failure: None }
    }

    /// What really went wrong when reading failed.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }
}

impl Read for RangeReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let want = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if want == 0 {
            return Ok(0);
        }
        let result = self
            .cx
            .check()
            .and_then(|()| self.parts.read_exact_at(self.cx, self.part, self.offset, &mut buffer[..want]));
        if let Err(error) = result {
            // The real error is kept: an I/O error can't carry it through the unpacker.
            self.failure.get_or_insert(error);
            return Err(std::io::Error::other("reading failed"));
        }
        self.offset = self.offset.saturating_add(want as u64);
        self.left -= want as u64;
        Ok(want)
    }
}

/// Unpacks the bytes at a place, which must be exactly `size`, handing them on in pieces with their position.
///
/// # Errors
/// [`Kind::ArchiveDamaged`] when they are not what was packed; whatever the reader or the sink says.
pub fn unpack(
    cx: &Context,
    parts: &dyn PartReader,
    place: &Place,
    size: u64,
    sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut range = RangeReader::new(cx, parts, place.part, place.offset, place.packed);
    let result = unpack_from(&mut range, place.method, size, sink);
    match range.failure {
        Some(failure) => Err(failure),
        None => result,
    }
}

fn unpack_from(
    range: &mut RangeReader<'_>,
    method: Method,
    size: u64,
    sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
) -> Result<()> {
    let capacity = usize::try_from(range.left).unwrap_or(BLOCK).clamp(512, BLOCK);
    let buffered = BufReader::with_capacity(capacity, range);
    let mut reader: Box<dyn Read + '_> = match method {
        Method::Store => Box::new(buffered),
        Method::Deflate => Box::new(Inflater::deflate(buffered)),
        Method::Zstd => Box::new(Inflater::zstd(buffered).map_err(|_| damaged("not a Zstandard frame"))?),
    };
    let mut buffer = vec![0; usize::try_from(size).unwrap_or(BLOCK).clamp(1, 256 << 10)];
    let mut done = 0;
    loop {
        let read = reader.read(&mut buffer).map_err(|_| damaged("its packed bytes are damaged"))?;
        if read == 0 {
            break;
        }
        if done + read as u64 > size {
            return Err(Error::new(Kind::ArchiveHostile, "read the archive")
                .because("an entry is larger than declared"));
        }
        sink(done, &buffer[..read])?;
        done += read as u64;
    }
    if done == size { Ok(()) } else { Err(damaged("an entry is shorter than declared")) }
}

/// The records of a listing, one after another; the digest of the whole is checked before the last one is given.
pub struct ListingReader<'a> {
    lines: BufReader<Box<dyn Read + 'a>>,
    line: Vec<u8>,
    sha: Sha256,
    left: u64,
    records: u64,
    expected: Digest,
    over: bool,
}

impl std::fmt::Debug for ListingReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListingReader").field("left", &self.left).finish_non_exhaustive()
    }
}

impl<'a> ListingReader<'a> {
    /// Starts reading the listing at its place.
    pub fn new(cx: &'a Context, parts: &'a dyn PartReader, place: &ListingPlace) -> Self {
        let range = RangeReader::new(cx, parts, place.part, place.offset, place.packed);
        let inflated: Box<dyn Read + 'a> =
            Box::new(Inflater::deflate(BufReader::with_capacity(BLOCK, range)));
        Self {
            lines: BufReader::with_capacity(256 << 10, inflated),
            line: Vec::new(),
            sha: Sha256::new(),
            left: place.size,
            records: place.records,
            expected: place.sha256,
            over: false,
        }
    }

    fn next_record(&mut self) -> Result<Option<Record>> {
        if self.left == 0 && self.records == 0 {
            return Ok(None);
        }
        self.line.clear();
        let limit = self.left.min(MAX_LINE);
        let read = self
            .lines
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut self.line)
            .map_err(|_| damaged("the listing is damaged"))?;
        self.sha.update(&self.line);
        self.left -= read as u64;
        if self.line.pop() != Some(b'\n') || self.records == 0 {
            return Err(damaged("the listing is cut"));
        }
        self.records -= 1;
        let record: Record =
            serde_json::from_slice(&self.line).map_err(|_| damaged("the listing is damaged"))?;
        check_record(&record).map_err(|why| {
            Error::new(Kind::ArchiveHostile, "read the listing").fact("path", &record.path).because(why)
        })?;
        if self.left == 0 && self.expected != Digest(self.sha.clone().finalize().into()) {
            return Err(damaged("the listing is not what was written"));
        }
        if self.left == 0 && self.records > 0 {
            return Err(damaged("the listing lacks records"));
        }
        Ok(Some(record))
    }
}

impl Iterator for ListingReader<'_> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        if self.over {
            return None;
        }
        let next = self.next_record().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Unpacks small entries at once, with buffers that are used again.
#[derive(Debug, Default)]
pub struct Extractor {
    unpacker: resguardo_codec::Unpacker,
    packed: Vec<u8>,
    raw: Vec<u8>,
}

impl Extractor {
    /// Largest content that is unpacked at once.
    pub const MAX: u64 = 4 * BLOCK as u64;

    /// The content at a place, which must be exactly `size` bytes, at most [`Extractor::MAX`].
    ///
    /// # Errors
    /// As [`unpack`].
    pub fn read(&mut self, cx: &Context, parts: &dyn PartReader, place: &Place, size: u64) -> Result<&[u8]> {
        let hostile =
            || Error::new(Kind::ArchiveHostile, "read the archive").because("an entry's sizes make no sense");
        let bound = size.min(Self::MAX) + size / 8 + 1024;
        if size > Self::MAX || place.packed > bound || (place.method == Method::Store && place.packed != size)
        {
            return Err(hostile());
        }
        self.raw.resize(size as usize, 0);
        if place.method == Method::Store {
            parts.read_exact_at(cx, place.part, place.offset, &mut self.raw)?;
            return Ok(&self.raw);
        }
        self.packed.resize(place.packed as usize, 0);
        parts.read_exact_at(cx, place.part, place.offset, &mut self.packed)?;
        let unpacked = match place.method {
            Method::Zstd => self.unpacker.zstd(&self.packed, &mut self.raw),
            _ => self.unpacker.whole(&self.packed, &mut self.raw),
        };
        unpacked.map_err(|_| damaged("its packed bytes are damaged"))?;
        Ok(&self.raw)
    }
}
