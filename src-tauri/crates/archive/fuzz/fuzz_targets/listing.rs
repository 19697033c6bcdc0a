//! Any text as a listing, packed as a place says, and any bytes as a packed listing; what is accepted is put together.
#![no_main]

mod common;

use common::{InMemory, cx};
use libfuzzer_sys::fuzz_target;
use resguardo_archive::{Layer, ListingReader, Sink, assemble};
use resguardo_domain::{Digest, ListingPlace, Result};
use sha2::{Digest as _, Sha256};

/// Takes bytes as long as they lie within a file's size.
struct Below(u64);

impl Sink for Below {
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        assert!(offset + bytes.len() as u64 <= self.0);
        Ok(())
    }

    fn mix_at(&self, bytes: &[u8], offset: u64) -> Result<()> {
        self.write_at(bytes, offset)
    }
}

/// One stored Deflate block after another: packed without a packer, so that the text itself is what is mutated.
fn stored(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in text.chunks(0xFFFF) {
        out.push(0);
        out.extend((piece.len() as u16).to_le_bytes());
        out.extend((!(piece.len() as u16)).to_le_bytes());
        out.extend(piece);
    }
    out.extend([3, 0]);
    out
}

fn read(packed: &[u8], size: u64, records: u64, sha256: Digest) {
    let (cx, parts) = (cx(), InMemory(packed));
    let place = ListingPlace { part: 1, offset: 0, packed: packed.len() as u64, size, records, sha256 };
    for record in ListingReader::new(&cx, &parts, &place).map_while(Result::ok) {
        let layers: Vec<_> = record.stored().into_iter().map(|stored| Layer::of(&parts, stored)).collect();
        let sink = Below(record.size);
        let _ = assemble(&cx, &layers, record.size, 1, &sink);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    read(&stored(bytes), bytes.len() as u64, lines, Digest(Sha256::digest(bytes).into()));
    read(bytes, 1 << 20, 100, Digest::EMPTY);
});
