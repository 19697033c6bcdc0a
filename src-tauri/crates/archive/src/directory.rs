//! Reading a ZIP's own directory, as a stranger's program would: to prove that an archive is whole, and to refuse one that lies.

use std::io::{BufReader, Read};

use resguardo_domain::{Context, Error, Kind, Method, Result};

use crate::BLOCK;
use crate::check::is_safe_path;
use crate::reader::{PartReader, RangeReader, damaged};

/// Largest central directory that is read.
const MAX_DIRECTORY: u64 = 2 << 30;
/// Flags for encryption, data descriptors and masked headers.
const NOT_OURS: u16 = 0x2049;

/// Reads so many bytes from a position of the part.
type ReadRange<'a> = dyn Fn(u64, u64) -> Result<Vec<u8>> + 'a;

/// An entry of the central directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its name.
    pub name: String,
    /// How it is packed.
    pub method: Method,
    /// CRC-32 of its content.
    pub crc: u32,
    /// Packed bytes.
    pub packed: u64,
    /// Bytes of content.
    pub size: u64,
    /// Where its packed bytes start.
    pub data: u64,
}

/// Reads the directory of a part of `length` bytes. Local headers are compared with it, and no two entries may overlap.
///
/// # Errors
/// [`Kind::ArchiveDamaged`] for what is not a whole ZIP, [`Kind::ArchiveHostile`] for overlaps and contradictions.
pub fn read_directory(
    cx: &Context,
    parts: &dyn PartReader,
    part: u32,
    length: u64,
) -> Result<Vec<DirectoryEntry>> {
    let read = |offset: u64, count: u64| -> Result<Vec<u8>> {
        if offset.checked_add(count).is_none_or(|end| end > length) || count > BLOCK as u64 {
            return Err(damaged("the directory lies outside the archive"));
        }
        let mut buffer = vec![0; count as usize];
        parts.read_exact_at(cx, part, offset, &mut buffer)?;
        Ok(buffer)
    };
    let (count, offset, size) = find_end(length, &read)?;
    if count > size / 46 || size > MAX_DIRECTORY {
        return Err(damaged("the directory does not fit its entries"));
    }
    // Read as a stream: memory grows with what is there, never with what is claimed.
    let mut records = BufReader::with_capacity(BLOCK, RangeReader::new(cx, parts, part, offset, size));
    let (mut entries, mut left, mut record) = (Vec::new(), size, Vec::new());
    for _ in 0..count {
        cx.check()?;
        if let Err(error) = next_record(&mut records, &mut left, &mut record) {
            return Err(records.get_mut().take_failure().unwrap_or(error));
        }
        let (mut entry, header_at) = central_entry(&mut Fields(&record))?;
        entry.data = data_offset(&read, header_at, &entry)?;
        entries.push((header_at, entry));
    }
    if left > 0 {
        return Err(hostile("the directory holds more than it counts"));
    }
    entries.sort_by_key(|(header_at, _)| *header_at);
    let mut end = 0;
    for (header_at, entry) in &entries {
        if *header_at < end || entry.data.checked_add(entry.packed).is_none_or(|stop| stop > offset) {
            return Err(hostile("entries overlap"));
        }
        end = entry.data + entry.packed;
    }
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Reads the next record of the central directory whole.
fn next_record(records: &mut impl Read, left: &mut u64, record: &mut Vec<u8>) -> Result<()> {
    let mut take = |record: &mut Vec<u8>, count: u64| {
        *left = left.checked_sub(count).ok_or_else(|| damaged("the directory is cut"))?;
        let start = record.len();
        record.resize(start + count as usize, 0);
        records.read_exact(&mut record[start..]).map_err(|_| damaged("the directory is cut"))
    };
    record.clear();
    take(record, 46)?;
    let mut lengths = Fields(&record[28..34]);
    let more = u64::from(lengths.u16()?) + u64::from(lengths.u16()?) + u64::from(lengths.u16()?);
    take(record, more)
}

fn hostile(why: &str) -> Error {
    Error::new(Kind::ArchiveHostile, "read the archive's directory").because(why)
}

/// Count, position and length of the central directory. The end record stands at the very end: we write no comment.
fn find_end(length: u64, read: &ReadRange<'_>) -> Result<(u64, u64, u64)> {
    let short = || damaged("the end of the archive is missing");
    let end_at = length.checked_sub(22).ok_or_else(short)?;
    let end = read(end_at, 22)?;
    let mut fields = Fields(&end);
    if fields.u32()? != 0x0605_4b50 {
        return Err(short());
    }
    fields.skip(6)?;
    let count = u64::from(fields.u16()?);
    let size = u64::from(fields.u32()?);
    let offset = u64::from(fields.u32()?);
    if count < 0xFFFF && size < 0xFFFF_FFFF && offset < 0xFFFF_FFFF {
        return if offset + size == end_at {
            Ok((count, offset, size))
        } else {
            Err(damaged("the directory is not at its place"))
        };
    }
    let locator_at = end_at.checked_sub(20).ok_or_else(short)?;
    let locator = read(locator_at, 20)?;
    let mut fields = Fields(&locator);
    if fields.u32()? != 0x0706_4b50 {
        return Err(short());
    }
    fields.skip(4)?;
    let record_at = fields.u64()?;
    let record = read(record_at, 56)?;
    let mut fields = Fields(&record);
    if fields.u32()? != 0x0606_4b50 || record_at.checked_add(56) != Some(locator_at) {
        return Err(short());
    }
    fields.skip(28)?;
    let narrow = (count, size, offset);
    let (count, size, offset) = (fields.u64()?, fields.u64()?, fields.u64()?);
    let same = |narrow: u64, wide: u64, limit: u64| narrow == limit || narrow == wide;
    if !same(narrow.0, count, 0xFFFF)
        || !same(narrow.1, size, 0xFFFF_FFFF)
        || !same(narrow.2, offset, 0xFFFF_FFFF)
    {
        return Err(hostile("the two ends of the directory contradict each other"));
    }
    if offset.checked_add(size) == Some(record_at) {
        Ok((count, offset, size))
    } else {
        Err(damaged("the directory is not at its place"))
    }
}

fn central_entry(fields: &mut Fields<'_>) -> Result<(DirectoryEntry, u64)> {
    if fields.u32()? != 0x0201_4b50 {
        return Err(damaged("the directory is damaged"));
    }
    fields.skip(4)?;
    let flags = fields.u16()?;
    let method = Method::try_from(fields.u16()?).map_err(|_| damaged("an unknown way of packing"))?;
    fields.skip(4)?;
    let crc = fields.u32()?;
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_len, extra_len, comment_len) = (fields.u16()?, fields.u16()?, fields.u16()?);
    fields.skip(8)?;
    let header_at = fields.u32()?;
    let name = fields.take(usize::from(name_len))?;
    let name = std::str::from_utf8(name).map_err(|_| damaged("a name is not UTF-8"))?.to_owned();
    let extra = fields.take(usize::from(extra_len))?;
    fields.skip(usize::from(comment_len))?;
    if flags & NOT_OURS != 0 {
        return Err(hostile("encrypted entries and data descriptors are not ours"));
    }
    let plain = name.strip_suffix('/').unwrap_or(&name);
    if !is_safe_path(plain) {
        return Err(hostile("a name that would lead elsewhere"));
    }
    let mut wide = zip64_extra(extra);
    let mut widen = |narrow: u32| widen(narrow, wide.as_mut());
    let size = widen(size)?;
    let packed = widen(packed)?;
    let header_at = widen(header_at)?;
    Ok((DirectoryEntry { name, method, crc, packed, size, data: 0 }, header_at))
}

/// A size or position, from the Zip64 field where the narrow one says so.
fn widen(narrow: u32, wide: Option<&mut Fields<'_>>) -> Result<u64> {
    if narrow < u32::MAX {
        return Ok(u64::from(narrow));
    }
    wide.ok_or_else(|| hostile("a number that needs 64 bits has none"))?.u64()
}

fn zip64_extra(extra: &[u8]) -> Option<Fields<'_>> {
    let mut fields = Fields(extra);
    loop {
        let (id, length) = (fields.u16().ok()?, fields.u16().ok()?);
        let body = fields.take(usize::from(length)).ok()?;
        if id == 1 {
            return Some(Fields(body));
        }
    }
}

/// Position of an entry's packed bytes, its local header compared with the directory field by field.
fn data_offset(read: &ReadRange<'_>, header_at: u64, entry: &DirectoryEntry) -> Result<u64> {
    let fixed = read(header_at, 30)?;
    let mut fields = Fields(&fixed);
    if fields.u32()? != 0x0403_4b50 {
        return Err(damaged("an entry's header is damaged"));
    }
    fields.skip(2)?;
    let (flags, method) = (fields.u16()?, fields.u16()?);
    fields.skip(4)?;
    let crc = fields.u32()?;
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_len, extra_len) = (u64::from(fields.u16()?), u64::from(fields.u16()?));
    let rest = read(header_at + 30, name_len + extra_len)?;
    let mut rest = Fields(&rest);
    let name = rest.take(name_len as usize)?;
    let mut wide = zip64_extra(rest.0);
    let same = flags & NOT_OURS == 0
        && method == u16::from(entry.method)
        && crc == entry.crc
        && widen(size, wide.as_mut())? == entry.size
        && widen(packed, wide.as_mut())? == entry.packed
        && name == entry.name.as_bytes();
    if !same {
        return Err(hostile("an entry's header contradicts the directory"));
    }
    Ok(header_at + 30 + name_len + extra_len)
}

/// Little-endian fields, one after another.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).ok_or_else(|| damaged("the directory is cut"))?;
        self.0 = rest;
        Ok(head)
    }

    fn skip(&mut self, count: usize) -> Result<()> {
        self.take(count).map(drop)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or_else(|| damaged("the directory is cut"))?;
        self.0 = rest;
        Ok(*head)
    }

    fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }
}
