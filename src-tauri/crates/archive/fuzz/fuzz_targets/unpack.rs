//! Any bytes as packed content of each method: never more than was declared, and both ways of unpacking agree.
#![no_main]

mod common;

use common::{InMemory, cx};
use libfuzzer_sys::fuzz_target;
use resguardo_archive::{Extractor, unpack};
use resguardo_domain::{Method, Place};

fuzz_target!(|bytes: &[u8]| {
    let Some((head, packed)) = bytes.split_first_chunk::<4>() else { return };
    let method = [Method::Store, Method::Deflate, Method::Zstd][usize::from(head[0]) % 3];
    let size = u64::from(u32::from_le_bytes([head[1], head[2], head[3], 0])) % (1 << 22);
    let (cx, parts) = (cx(), InMemory(packed));
    let place = Place { part: 1, offset: 0, packed: packed.len() as u64, method, blocks: Vec::new() };
    let mut whole = Vec::new();
    let result = unpack(&cx, &parts, &place, size, &mut |at, bytes| {
        assert_eq!(at, whole.len() as u64);
        whole.extend_from_slice(bytes);
        Ok(())
    });
    assert!(whole.len() as u64 <= size && (result.is_err() || whole.len() as u64 == size));
    let mut extractor = Extractor::default();
    if let (Ok(bytes), Ok(())) = (extractor.read(&cx, &parts, &place, size), result) {
        assert!(bytes == whole);
    }
});
