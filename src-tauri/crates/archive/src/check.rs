//! What must hold of every record before anything is done with it, whoever wrote the listing.

use resguardo_domain::{Delta, EntryPath, Method, Piece, Place, Record, decode_name, encode_name};

use crate::BLOCK;

/// Largest page of a file kept as changed pages.
const MAX_PAGE: u32 = BLOCK as u32;
/// Largest size a file may claim, as in every file system.
const MAX_SIZE: u64 = i64::MAX as u64;

/// Says what is wrong with a record by itself, if anything.
pub(crate) fn check_record(record: &Record) -> Result<(), &'static str> {
    if !is_safe_path(record.path.as_str()) {
        return Err("an unsafe path");
    }
    if record.kind().is_none() && !record.is_removal() {
        return Err("an unknown kind of entry");
    }
    if record.hard_link.as_ref().is_some_and(|first| !is_safe_path(first.as_str())) {
        return Err("a hard link that leads nowhere");
    }
    let in_pieces = !record.pieces.is_empty();
    let contents = [record.place.is_some(), in_pieces, record.same.is_some(), record.delta.is_some()];
    let count = contents.iter().filter(|&&held| held).count();
    if count > 1 || (count == 1 && record.tag != 'f') {
        return Err("an entry with content of two kinds, or of the wrong kind");
    }
    if record.size > MAX_SIZE || (record.size > 0 && record.tag != 'f') {
        return Err("a size that can't be");
    }
    if let Some(place) = &record.place {
        check_place(place)?;
        check_blocks(place, record.size)?;
    }
    if in_pieces {
        check_pieces(&record.pieces, record.size)?;
        record.pieces.iter().try_for_each(|piece| check_blocks(&piece.place, piece.size))?;
    }
    if let Some(delta) = &record.delta {
        check_delta(delta, record.size)?;
    }
    let references = record.same.iter().chain(record.delta.iter().filter_map(|delta| delta.base.as_ref()));
    for reference in references {
        if reference.generation == 0 || !is_safe_path(reference.path.as_str()) {
            return Err("a reference that leads nowhere");
        }
    }
    check_holes(&record.holes)
}

/// Whether a path stays below the folder it is restored into, its escapes undone too: an escape may only stand for a byte
/// that needs one, never for a dot, a slash or NUL. The first name of a path is ours and so is never a drive's letter.
pub(crate) fn is_safe_path(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    if path.is_empty() || first.contains(':') || EntryPath::parse(path).is_none() {
        return false;
    }
    let is_exact = |name: &str| {
        let raw = decode_name(name);
        encode_name(&raw) == name && !raw.contains(&0)
    };
    !path.contains('\u{FFFD}') || path.split('/').all(is_exact)
}

fn check_place(place: &Place) -> Result<(), &'static str> {
    let end = place.offset.checked_add(place.packed);
    if place.part == 0 || end.is_none_or(|end| end > MAX_SIZE) {
        return Err("a place outside of every archive");
    }
    Ok(())
}

fn check_blocks(place: &Place, size: u64) -> Result<(), &'static str> {
    let sum: u64 = place.blocks.iter().map(|&packed| u64::from(packed)).sum();
    let fits = place.blocks.is_empty()
        || (place.method == Method::Deflate
            && place.blocks.len() as u64 == size.div_ceil(BLOCK as u64)
            && sum <= place.packed);
    let stored = place.method != Method::Store || place.packed == size;
    if fits && stored { Ok(()) } else { Err("blocks that do not fit the size") }
}

fn check_delta(delta: &Delta, size: u64) -> Result<(), &'static str> {
    if !delta.page.is_power_of_two() || !(512..=MAX_PAGE).contains(&delta.page) {
        return Err("pages of a size that can't be");
    }
    let pages = size.div_ceil(u64::from(delta.page));
    let mut at = 0_u64;
    for pair in delta.runs.chunks(2) {
        let [gap, count] = *pair else { return Err("half a run of pages") };
        at = at.checked_add(gap).and_then(|at| at.checked_add(count)).ok_or("a run of pages without end")?;
        if count == 0 || at > pages {
            return Err("a run of pages beyond the file");
        }
    }
    check_differences(delta, size)?;
    let places = || delta.place.iter().chain(delta.pieces.iter().map(|piece| &piece.place));
    if delta.runs.is_empty() != places().next().is_none() {
        return Err("changed pages without a place");
    }
    if places().any(|place| !place.blocks.is_empty()) {
        return Err("changed pages with blocks");
    }
    match &delta.place {
        Some(_) if !delta.pieces.is_empty() => Err("changed pages in two ways"),
        Some(place) => check_place(place),
        None if delta.pieces.is_empty() => Ok(()),
        None => check_pieces(&delta.pieces, delta.ranges(size).map(|(_, _, length)| length).sum()),
    }
}

fn check_differences(delta: &Delta, size: u64) -> Result<(), &'static str> {
    let stretches = size.div_ceil(Delta::STRETCH);
    let mut at = 0_u64;
    for pair in delta.differences.chunks(2) {
        let [gap, count] = *pair else { return Err("half a stretch of differences") };
        at = at.checked_add(gap).and_then(|at| at.checked_add(count)).ok_or("differences without end")?;
        if count == 0 || at > stretches {
            return Err("differences beyond the file");
        }
    }
    if delta.base.is_none() && !delta.differences.is_empty() {
        return Err("differences from nothing");
    }
    Ok(())
}

/// Pieces hold the content one after another, all of it, and stand in that order in the archive.
fn check_pieces(pieces: &[Piece], size: u64) -> Result<(), &'static str> {
    let (mut left, mut free) = (size, (1, 0));
    for piece in pieces {
        check_place(&piece.place)?;
        if (piece.place.part, piece.place.offset) < free {
            return Err("pieces that overlap or are not in order");
        }
        free = (piece.place.part, piece.place.offset + piece.place.packed);
        left = left
            .checked_sub(piece.size)
            .filter(|_| piece.size > 0)
            .ok_or("pieces of a size that can't be")?;
    }
    if left == 0 && pieces.len() > 1 { Ok(()) } else { Err("pieces that are not all there") }
}

fn check_holes(holes: &[u64]) -> Result<(), &'static str> {
    let mut last = 0;
    for pair in holes.chunks(2) {
        let [start, length] = *pair else { return Err("half a hole") };
        last = match start.checked_add(length) {
            // A file that shrank while it was read may have had holes beyond its end.
            Some(end) if start >= last && end <= MAX_SIZE => end,
            _ => return Err("a hole that can't be"),
        };
    }
    Ok(())
}
