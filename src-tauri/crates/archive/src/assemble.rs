//! Putting a file together from the archives of its chain: every output byte is written once, every archive read forward.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use resguardo_codec::Unpacker;
use resguardo_domain::{Context, Error, Method, Place, Result, Run, Stored};

use crate::BLOCK;
use crate::reader::{PartReader, damaged, unpack};

/// One version of a file that contributes bytes.
pub struct Layer<'a> {
    /// The archive it lies in.
    pub parts: &'a dyn PartReader,
    /// Where its packed bytes are.
    pub place: Place,
    /// Which bytes of the file it has, by position; a whole version has one run.
    pub runs: Vec<Run>,
    /// Unpacked bytes at the place.
    pub size: u64,
    /// Set for bytes of a whole version, under which nothing lies.
    pub whole: bool,
    /// Where in the file, as `(start, end)`, the runs are differences from the whole version.
    pub differences: Vec<(u64, u64)>,
}

impl std::fmt::Debug for Layer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layer")
            .field("place", &self.place)
            .field("runs", &self.runs.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Layer<'a> {
    /// The layer of a version that is whole in its archive.
    pub fn whole(parts: &'a dyn PartReader, place: Place, size: u64) -> Self {
        Self { parts, place, runs: vec![(0, 0, size)], size, whole: true, differences: Vec::new() }
    }

    /// The layer of what an archive has of a version at one place.
    pub fn of(parts: &'a dyn PartReader, stored: Stored) -> Self {
        let Stored { place, runs, size, whole, differences, .. } = stored;
        Self { parts, place, runs, size, whole, differences }
    }
}

/// Which pieces of which layer make the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Plan {
    /// For each layer its pieces, by position.
    pub(crate) pieces: Vec<Vec<Run>>,
    /// Bytes that no layer has: zeros.
    #[cfg(test)]
    pub(crate) zeros: u64,
}

/// Chooses, for layers from newest to oldest, the pieces that make a file of `size` bytes.
pub(crate) fn plan(layers: &[&[Run]], size: u64) -> Plan {
    let mut open = if size > 0 { vec![(0, size)] } else { Vec::new() };
    let mut pieces = Vec::with_capacity(layers.len());
    for runs in layers {
        let mut taken = Vec::new();
        let mut still_open = Vec::new();
        let mut runs = runs.iter().peekable();
        for (mut start, end) in open {
            while let Some(&&(at, from, length)) = runs.peek() {
                if at >= end {
                    break;
                }
                let until = at + length;
                if until <= start {
                    runs.next();
                    continue;
                }
                if at > start {
                    still_open.push((start, at));
                    start = at;
                }
                let stop = until.min(end);
                taken.push((start, from + (start - at), stop - start));
                start = stop;
                if until > end || start == end {
                    break;
                }
                runs.next();
            }
            if start < end {
                still_open.push((start, end));
            }
        }
        pieces.push(taken);
        open = still_open;
    }
    Plan {
        pieces,
        #[cfg(test)]
        zeros: open.iter().map(|(start, end)| end - start).sum(),
    }
}

/// Where assembled bytes go. Called from several threads, each range once.
pub trait Sink: Sync {
    /// Writes bytes at a position of the file.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()>;

    /// Replaces what was written at a position by itself XOR these bytes.
    ///
    /// # Errors
    /// As [`Sink::write_at`].
    fn mix_at(&self, bytes: &[u8], offset: u64) -> Result<()>;
}

/// What of a layer goes where.
struct Share<'a> {
    /// Runs that are written.
    pieces: &'a [Run],
    /// Runs that are mixed into differences written before.
    mixes: &'a [Run],
}

impl Share<'_> {
    fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.mixes.is_empty()
    }
}

/// The parts of runs that lie in ranges of the file; all rise.
fn within(runs: &[Run], ranges: &[(u64, u64)]) -> Vec<Run> {
    let mut found = Vec::new();
    let mut first = 0;
    for &(at, from, length) in runs {
        while ranges.get(first).is_some_and(|range| range.1 <= at) {
            first += 1;
        }
        for &(start, end) in ranges[first..].iter().take_while(|range| range.0 < at + length) {
            let (start, end) = (start.max(at), end.min(at + length));
            found.push((start, from + (start - at), end - start));
        }
    }
    found
}

/// Where differences end up in the file, by position.
fn mixed_ranges(layers: &[Layer<'_>], plan: &Plan) -> Vec<(u64, u64)> {
    let with = layers.iter().zip(&plan.pieces).filter(|(layer, _)| !layer.differences.is_empty());
    let runs = with.flat_map(|(layer, runs)| within(runs, &layer.differences));
    let mut ranges: Vec<_> = runs.map(|(at, _, length)| (at, at + length)).collect();
    ranges.sort_unstable();
    ranges
}

/// Writes a file of `size` bytes from its layers, newest first, those of the whole version last. Bytes that no layer has are
/// not written: the sink's file must have its length set and so read as zeros there.
///
/// # Errors
/// As [`unpack`], and whatever the sink says.
pub fn assemble(
    cx: &Context,
    layers: &[Layer<'_>],
    size: u64,
    threads: usize,
    sink: &dyn Sink,
) -> Result<()> {
    let runs: Vec<&[Run]> = layers.iter().map(|layer| layer.runs.as_slice()).collect();
    let plan = plan(&runs, size);
    let mixed = mixed_ranges(layers, &plan);
    if !mixed.is_empty() && layers.iter().all(|layer| !layer.whole) {
        return Err(damaged("differences without a version that they differ from"));
    }
    for (layer, pieces) in layers.iter().zip(&plan.pieces) {
        let mixes = if layer.whole { within(&layer.runs, &mixed) } else { Vec::new() };
        let share = Share { pieces, mixes: &mixes };
        if share.is_empty() {
            continue;
        }
        if layer.place.blocks.is_empty() {
            sequential(cx, layer, &share, sink)?;
        } else {
            in_blocks(cx, layer, &share, threads, sink)?;
        }
    }
    Ok(())
}

fn sequential(cx: &Context, layer: &Layer<'_>, share: &Share<'_>, sink: &dyn Sink) -> Result<()> {
    let (mut next, mut next_mix) = (0, 0);
    unpack(cx, layer.parts, &layer.place, layer.size, &mut |at, bytes| {
        cx.progress().advance(0, bytes.len() as u64);
        next = hand_on(share.pieces, next, at, bytes, &|bytes, to| sink.write_at(bytes, to))?;
        next_mix = hand_on(share.mixes, next_mix, at, bytes, &|bytes, to| sink.mix_at(bytes, to))?;
        Ok(())
    })
}

/// Hands on what of `bytes`, which stand at `at` among the unpacked bytes, belongs to the pieces; returns the first piece that
/// may still need bytes after these.
fn hand_on(
    pieces: &[Run],
    first: usize,
    at: u64,
    bytes: &[u8],
    put: &dyn Fn(&[u8], u64) -> Result<()>,
) -> Result<usize> {
    let end = at + bytes.len() as u64;
    let mut first = first;
    for &(file, from, length) in &pieces[first..] {
        if from >= end {
            break;
        }
        let (start, stop) = (from.max(at), (from + length).min(end));
        if start < stop {
            put(&bytes[(start - at) as usize..(stop - at) as usize], file + (start - from))?;
        }
        if from + length <= end {
            first += 1;
        }
    }
    Ok(first)
}

/// Unpacks independent blocks with several threads.
fn in_blocks(
    cx: &Context,
    layer: &Layer<'_>,
    share: &Share<'_>,
    threads: usize,
    sink: &dyn Sink,
) -> Result<()> {
    let blocks = block_table(&layer.place, layer.size)?;
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let failure = Mutex::new(None);
    let work = || {
        let (mut unpacker, mut packed, mut raw) = (Unpacker::default(), Vec::new(), Vec::new());
        while !stop.load(Relaxed) {
            let Some(block) = blocks.get(next.fetch_add(1, Relaxed)) else { return };
            if let Err(error) =
                one_block(cx, layer, share, *block, (&mut unpacker, &mut packed, &mut raw), sink)
            {
                stop.store(true, Relaxed);
                if let Ok(mut failure) = failure.lock() {
                    failure.get_or_insert(error);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(blocks.len()) {
            scope.spawn(work);
        }
        work();
    });
    failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

#[derive(Clone, Copy)]
pub(crate) struct Block {
    pub(crate) offset: u64,
    pub(crate) packed: u32,
    /// Of its first byte among the unpacked ones.
    pub(crate) at: u64,
    pub(crate) size: usize,
}

/// Positions of the blocks; refuses a table that does not fit the place and the size.
pub(crate) fn block_table(place: &Place, size: u64) -> Result<Vec<Block>> {
    // A block packs to little more than its size at worst.
    const MOST: usize = BLOCK + BLOCK / 8;
    let count = place.blocks.len() as u64;
    let sum: u64 = place.blocks.iter().map(|&packed| u64::from(packed)).sum();
    if place.blocks.iter().any(|&packed| packed as usize > MOST) {
        return Err(Error::new(resguardo_domain::Kind::ArchiveHostile, "read the archive")
            .because("a block is too large"));
    }
    let fits = place.method == Method::Deflate
        && count == size.div_ceil(BLOCK as u64)
        && sum <= place.packed
        && place.offset.checked_add(place.packed).is_some();
    if !fits {
        return Err(damaged("the blocks of an entry do not fit its size"));
    }
    let mut offset = place.offset;
    let blocks = (0..).zip(&place.blocks).map(|(n, &packed)| {
        let at = n * BLOCK as u64;
        let block = Block { offset, packed, at, size: (size - at).min(BLOCK as u64) as usize };
        offset += u64::from(packed);
        block
    });
    Ok(blocks.collect())
}

fn one_block(
    cx: &Context,
    layer: &Layer<'_>,
    share: &Share<'_>,
    block: Block,
    (unpacker, packed, raw): (&mut Unpacker, &mut Vec<u8>, &mut Vec<u8>),
    sink: &dyn Sink,
) -> Result<()> {
    cx.check()?;
    let end = block.at + block.size as u64;
    let first_of = |runs: &[Run]| runs.partition_point(|&(_, from, length)| from + length <= block.at);
    let (first, first_mix) = (first_of(share.pieces), first_of(share.mixes));
    let starts_later = |run: Option<&Run>| run.is_none_or(|&(_, from, _)| from >= end);
    if starts_later(share.pieces.get(first)) && starts_later(share.mixes.get(first_mix)) {
        return Ok(());
    }
    packed.resize(block.packed as usize, 0);
    layer.parts.read_exact_at(cx, layer.place.part, block.offset, packed)?;
    raw.resize(block.size, 0);
    unpacker.block(packed, raw).map_err(|_| damaged("a block is damaged"))?;
    cx.progress().advance(0, raw.len() as u64);
    hand_on(share.pieces, first, block.at, raw, &|bytes, to| sink.write_at(bytes, to))?;
    hand_on(share.mixes, first_mix, block.at, raw, &|bytes, to| sink.mix_at(bytes, to)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_layers_hide_older_ones() {
        let newest: &[Run] = &[(10, 0, 10), (40, 10, 5)];
        let middle: &[Run] = &[(5, 0, 10), (30, 10, 20)];
        let base: &[Run] = &[(0, 0, 45)];
        let plan = plan(&[newest, middle, base], 60);
        assert_eq!(plan.pieces[0], [(10, 0, 10), (40, 10, 5)]);
        assert_eq!(plan.pieces[1], [(5, 0, 5), (30, 10, 10), (45, 25, 5)]);
        assert_eq!(plan.pieces[2], [(0, 0, 5), (20, 20, 10)]);
        assert_eq!(plan.zeros, 10);
    }

    #[test]
    fn any_layers_make_what_writing_them_in_turn_makes() {
        let mut seed = 3_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let size = random(200) + 1;
            let layers: Vec<Vec<Run>> = (0..=random(4))
                .map(|_| {
                    let (mut at, mut from, mut runs) = (0, 0, Vec::new());
                    loop {
                        let (gap, length) = (random(30), random(30) + 1);
                        if at + gap + length > size {
                            return runs;
                        }
                        runs.push((at + gap, from, length));
                        at += gap + length;
                        from += length;
                    }
                })
                .collect();
            let mut expected = vec![None; size as usize];
            for (n, runs) in layers.iter().enumerate().rev() {
                for &(at, from, length) in runs {
                    (0..length).for_each(|i| expected[(at + i) as usize] = Some((n, from + i)));
                }
            }
            let slices: Vec<&[Run]> = layers.iter().map(Vec::as_slice).collect();
            let made = plan(&slices, size);
            let mut found = vec![None; size as usize];
            for (n, pieces) in made.pieces.iter().enumerate() {
                for &(at, from, length) in pieces {
                    for i in 0..length {
                        let slot = &mut found[(at + i) as usize];
                        assert!(slot.is_none(), "a byte is written twice");
                        *slot = Some((n, from + i));
                    }
                }
            }
            assert_eq!(found, expected);
        }
    }
}
