//! Any bytes as a ZIP file.
#![no_main]

mod common;

use common::{InMemory, cx};
use libfuzzer_sys::fuzz_target;
use resguardo_archive::{read_directory, unpack};
use resguardo_domain::Place;

fuzz_target!(|bytes: &[u8]| {
    let (cx, parts) = (cx(), InMemory(bytes));
    let mut end = 0;
    for entry in read_directory(&cx, &parts, 1, bytes.len() as u64).into_iter().flatten() {
        assert!(entry.data >= end && entry.data + entry.packed <= bytes.len() as u64);
        end = entry.data + entry.packed;
        let place = Place {
            part: 1,
            offset: entry.data,
            packed: entry.packed,
            method: entry.method,
            blocks: Vec::new(),
        };
        let mut given = 0;
        let _ = unpack(&cx, &parts, &place, entry.size.min(1 << 24), &mut |_, bytes| {
            given += bytes.len() as u64;
            Ok(())
        });
        assert!(given <= entry.size);
    }
});
