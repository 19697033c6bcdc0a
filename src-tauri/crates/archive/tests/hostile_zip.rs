//! ZIP files made to do harm are refused, and packed bytes never give more than was declared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::forge::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;
use serde_json::{Value, json};

fn directory(zip: Vec<u8>) -> Result<Vec<DirectoryEntry>> {
    let length = zip.len() as u64;
    read_directory(&cx(), &InMemory(vec![zip]), 1, length)
}

fn two() -> Vec<Fake> {
    vec![Fake::new("files/x/a", &text(1, 500)), Fake::stored("files/x/b", b"hello")]
}

#[test]
fn the_good_zip_that_the_others_are_made_from_is_accepted() {
    assert_eq!(directory(fake_zip(&two(), &FakeEnd::default())).unwrap().len(), 2);
}

#[test]
fn names_that_lead_elsewhere_are_refused_in_the_directory() {
    for bad in BAD_PATHS {
        let mut entries = two();
        entries[1] = Fake::stored(bad, b"hello");
        // A folder's name ends with a slash.
        let is_folder = bad == "files/x/";
        assert_eq!(directory(fake_zip(&entries, &FakeEnd::default())).is_err(), !is_folder, "{bad:?}");
    }
    let mut entries = two();
    entries[0].name = b"files/\xff".to_vec();
    assert!(directory(fake_zip(&entries, &FakeEnd::default())).is_err());
}

#[test]
fn headers_that_contradict_the_directory_are_refused() {
    let changes: [&dyn Fn(&mut Fake); 22] = [
        &|f| f.local_name = Some(b"files/x/c".to_vec()),
        &|f| f.local_name = Some(b"files/longer".to_vec()),
        &|f| f.local_name = Some(Vec::new()),
        &|f| f.local_crc = Some(7),
        &|f| f.local_size = Some(6),
        &|f| f.local_size = Some(u32::MAX),
        &|f| f.local_method = Some(8),
        &|f| f.local_flags = Some(1 << 11 | 1),
        &|f| f.local_flags = Some(1 << 11 | 8),
        &|f| f.flags |= 1,
        &|f| f.flags |= 1 << 3,
        &|f| f.flags |= 1 << 6,
        &|f| f.flags |= 1 << 13,
        &|f| f.method = 99,
        &|f| f.method = 9,
        &|f| f.claimed_at = Some(0),
        &|f| f.claimed_at = Some(1),
        &|f| f.claimed_at = Some(1 << 30),
        &|f| f.claimed_at = Some(u64::from(u32::MAX)),
        &|f| f.claimed_packed = Some(6),
        &|f| f.claimed_packed = Some(1 << 30),
        &|f| f.claimed_packed = Some(u32::MAX),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut entries = two();
        change(&mut entries[1]);
        assert!(directory(fake_zip(&entries, &FakeEnd::default())).is_err(), "change {n}");
    }
}

#[test]
fn entries_that_share_their_bytes_are_refused() {
    // The classic bomb: many names for one body.
    let mut bomb = vec![Fake::new("files/x/0", &vec![0; 1 << 20])];
    for n in 1..500 {
        let mut again = bomb[0].clone();
        again.name = format!("files/x/{n}").into_bytes();
        again.claimed_at = Some(0);
        again.body = Vec::new();
        bomb.push(again);
    }
    assert!(directory(fake_zip(&bomb, &FakeEnd::default())).is_err());
    // The better bomb: every body holds the next header.
    let inner = fake_zip(&[Fake::stored("files/x/b", b"hello")], &FakeEnd::default());
    let outer = Fake::stored("files/x/a", &inner[..44]);
    let mut quoted = Fake::stored("files/x/b", b"hello");
    quoted.claimed_at = Some(39);
    let zip = fake_zip(&[outer.clone(), quoted.clone()], &FakeEnd::default());
    assert_eq!(directory(zip).unwrap_err().kind, Kind::ArchiveHostile);
    // The same name twice is two places for one path.
    let twice = [outer.clone(), Fake::stored("files/x/c", b"1"), outer];
    assert!(directory(fake_zip(&twice, &FakeEnd::default())).is_ok(), "the listing decides which is meant");
}

#[test]
fn ends_that_lie_are_refused() {
    let good = fake_zip(&two(), &FakeEnd::default());
    let end_at = good.len() - 22;
    let field =
        |at: usize| u64::from(u32::from_le_bytes(good[end_at + at..end_at + at + 4].try_into().unwrap()));
    let (size, offset) = (field(12), field(16));
    let wide = |count, size, offset| FakeEnd {
        count: Some(0xFFFF),
        size: Some(u32::MAX),
        offset: Some(u32::MAX),
        wide: Some((count, size, offset)),
        ..FakeEnd::default()
    };
    assert_eq!(directory(fake_zip(&two(), &wide(2, size, offset))).unwrap().len(), 2);
    let bad = [
        FakeEnd { count: Some(1), ..FakeEnd::default() },
        FakeEnd { count: Some(3), ..FakeEnd::default() },
        FakeEnd { count: Some(0), ..FakeEnd::default() },
        FakeEnd { count: Some(0xFFFE), ..FakeEnd::default() },
        FakeEnd { count: Some(0xFFFF), ..FakeEnd::default() },
        FakeEnd { size: Some(0), ..FakeEnd::default() },
        FakeEnd { size: Some(size as u32 + 1), ..FakeEnd::default() },
        FakeEnd { size: Some(u32::MAX), ..FakeEnd::default() },
        FakeEnd { offset: Some(0), ..FakeEnd::default() },
        FakeEnd { offset: Some(offset as u32 + 1), ..FakeEnd::default() },
        FakeEnd { offset: Some(u32::MAX), ..FakeEnd::default() },
        FakeEnd { comment: b"hello".to_vec(), ..FakeEnd::default() },
        wide(1 << 32, size, offset),
        wide(u64::MAX, size, offset),
        wide(3, size, offset),
        wide(1, size, offset),
        wide(2, u64::MAX, offset),
        wide(2, size, u64::MAX),
        wide(2, u64::MAX, u64::MAX),
        wide(2, 1 << 40, offset),
        wide(2, size + 1, offset - 1),
        FakeEnd { locator: Some(0), ..wide(2, size, offset) },
        FakeEnd { locator: Some(u64::MAX), ..wide(2, size, offset) },
        // The narrow numbers say one thing, the wide ones another.
        FakeEnd { count: Some(1), ..wide(2, size, offset) },
        FakeEnd { size: Some(5), ..wide(2, size, offset) },
        FakeEnd { offset: Some(5), ..wide(2, size, offset) },
    ];
    for (n, end) in bad.iter().enumerate() {
        assert!(directory(fake_zip(&two(), end)).is_err(), "end {n}");
    }
}

#[test]
fn wide_fields_that_lie_are_refused() {
    let extra = |numbers: &[u64]| {
        let mut extra = vec![1, 0, numbers.len() as u8 * 8, 0];
        numbers.iter().for_each(|n| extra.extend(n.to_le_bytes()));
        extra
    };
    let cases: [(u64, Vec<u8>); 6] = [
        (u64::from(u32::MAX), Vec::new()),
        (u64::from(u32::MAX), extra(&[])),
        (u64::from(u32::MAX), vec![1, 0, 8, 0, 1, 2]),
        (u64::from(u32::MAX), extra(&[5])),
        (u64::from(u32::MAX), extra(&[u64::MAX])),
        (u64::from(u32::MAX), vec![0x55, 0x54, 0xFF, 0xFF]),
    ];
    for (size, extra) in cases {
        let mut entries = two();
        entries[1].size = size;
        entries[1].extra = extra.clone();
        assert!(directory(fake_zip(&entries, &FakeEnd::default())).is_err(), "{extra:?}");
    }
}

fn given(parts: &InMemory, place: &Place, size: u64) -> (bool, u64) {
    let mut given = 0;
    let result = unpack(&cx(), parts, place, size, &mut |at, bytes| {
        assert_eq!(at, given);
        given += bytes.len() as u64;
        Ok(())
    });
    (result.is_ok(), given)
}

#[test]
fn no_method_gives_more_or_less_than_was_declared() {
    let body = text(3, 10_000);
    for (method, packed) in
        [(Method::Store, body.clone()), (Method::Deflate, deflated(&body)), (Method::Zstd, zstd_frame(&body))]
    {
        let length = packed.len() as u64;
        let parts = InMemory(vec![packed]);
        let place = Place { part: 1, offset: 0, packed: length, method, blocks: Vec::new() };
        assert_eq!(given(&parts, &place, 10_000), (true, 10_000), "{method:?}");
        for size in [0, 1, 9_999, 10_001, 1 << 20, 1 << 40, u64::MAX] {
            let (whole, bytes) = given(&parts, &place, size);
            assert!(!whole && bytes <= size, "{method:?} {size}");
        }
        for bad in [
            Place { packed: length - 1, ..place.clone() },
            Place { packed: length + 1, ..place.clone() },
            Place { packed: 0, ..place.clone() },
            Place { packed: u64::MAX, ..place.clone() },
            Place { offset: 1, ..place.clone() },
            Place { offset: u64::MAX, ..place.clone() },
            Place { part: 0, ..place.clone() },
            Place { part: 2, ..place.clone() },
        ] {
            let (whole, bytes) = given(&parts, &bad, 10_000);
            // A stream that ends by itself may be followed by anything.
            let harmless = bad.packed > length && method != Method::Store && bad.part == 1 && bad.offset == 0;
            assert!((!whole || harmless) && bytes <= 10_000, "{method:?} {bad:?}");
        }
        let mut small = Extractor::default();
        for size in [0, 1, 9_999, 10_001, Extractor::MAX, Extractor::MAX + 1, u64::MAX] {
            assert!(small.read(&cx(), &parts, &place, size).is_err(), "{method:?} {size}");
        }
    }
}

#[test]
fn zstandard_frames_that_ask_for_gigabytes_are_refused() {
    // Magic, descriptor without a size, window of 2^(10 + n), one raw last block of one byte.
    for window in [14_u8, 15, 17, 20, 21, 25, 31] {
        let frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0, window << 3, 9, 0, 0, b'a'];
        let length = frame.len() as u64;
        let parts = InMemory(vec![frame]);
        let place = Place { part: 1, offset: 0, packed: length, method: Method::Zstd, blocks: Vec::new() };
        assert_eq!(given(&parts, &place, 1), (false, 0), "window 2^{}", window + 10);
    }
    // A frame that claims an exabyte of content in one segment.
    let mut frame = vec![0x28, 0xB5, 0x2F, 0xFD, 0xE0];
    frame.extend((1_u64 << 60).to_le_bytes());
    frame.extend([9, 0, 0, b'a']);
    let length = frame.len() as u64;
    let place = Place { part: 1, offset: 0, packed: length, method: Method::Zstd, blocks: Vec::new() };
    assert_eq!(given(&InMemory(vec![frame]), &place, 1), (false, 0));
}

#[test]
fn block_tables_that_lie_are_refused() {
    let world = World::new();
    let body = text(4, 3 * BLOCK + 5);
    let made = world.write_files(0, &[("files/a", body.clone())], |_| None);
    let Content::Here(good) = made.record(&world.cx, "files/a").content() else { panic!("not whole") };
    let parts = made.parts();
    let size = body.len() as u64;
    let assembled = |place: Place, size: u64| {
        let sink = Each(|_: &[u8], _: u64| {});
        assemble(&world.cx, &[Layer::whole(&parts, place, size)], size, 2, &sink)
    };
    assert!(assembled(good.clone(), size).is_ok());
    let blocks = |change: &dyn Fn(&mut Vec<u32>)| {
        let mut place = good.clone();
        change(&mut place.blocks);
        place
    };
    let bad = [
        (blocks(&|b| b[0] += 1), size),
        (blocks(&|b| b[0] -= 1), size),
        (blocks(&|b| b.swap(0, 3)), size),
        (blocks(&|b| b[1] = 0), size),
        (blocks(&|b| b[1] = u32::MAX), size),
        (blocks(&|b| b.push(1)), size),
        (blocks(&|b| b.truncate(3)), size),
        (blocks(&|b| b.truncate(1)), size),
        (Place { offset: u64::MAX, ..good.clone() }, size),
        (Place { offset: good.offset + 1, ..good.clone() }, size),
        (Place { method: Method::Store, ..good.clone() }, size),
        (Place { method: Method::Zstd, ..good.clone() }, size),
        (Place { packed: 3, ..good.clone() }, size),
        (Place { part: 2, ..good.clone() }, size),
        (good.clone(), size - 1),
        (good.clone(), size + 1),
        (good.clone(), u64::MAX),
        (good.clone(), 1 << 62),
    ];
    for (place, size) in bad {
        assert!(assembled(place.clone(), size).is_err(), "{place:?} {size}");
    }
}

/// Opens an archive that holds `files/x/a` with the content `hello` and this listing.
fn opened(records: &[Value]) -> Result<()> {
    let manifest = World::new().write_files(0, &[("files/a", vec![1])], |_| None).manifest_of(3);
    let (parts, manifest) = fake_archive(records, &manifest, &[Fake::stored("files/x/a", b"hello")]);
    open_archive(&cx(), &parts, &manifest, 2)
}

#[test]
fn listings_that_contradict_the_zip_or_the_chain_are_refused() {
    let good =
        json!({ "p": "files/x/a", "t": "f", "s": 5, "at": { "o": 39, "z": 5, "k": 0 }, "h": sha(b"hello") });
    let other = |name: &str, field: &str, value: Value| json!({ "p": name, "t": "f", "s": 5, field: value });
    let reference = |g: u64, p: &str| json!({ "g": g, "p": p });
    opened(std::slice::from_ref(&good)).unwrap();
    opened(&[good.clone(), other("files/x/b", "r", reference(2, "files/x/b"))]).unwrap();
    opened(&[good.clone(), other("files/x/b", "r", reference(3, "files/x/a"))]).unwrap();
    let patched = |field: &str, value: Value| {
        let mut record = good.clone();
        record[field] = value;
        record
    };
    let bad: Vec<Vec<Value>> = vec![
        vec![good.clone(), good.clone()],
        vec![good.clone(), json!({ "p": "files/x/a", "t": "-" })],
        vec![good.clone(), json!({ "p": "files/x/a", "t": "l", "l": "/etc" })],
        vec![good.clone(), patched("p", json!("files/x/b"))],
        vec![good.clone(), other("files/x/b", "r", reference(3, "files/x/b"))],
        vec![good.clone(), other("files/x/b", "r", reference(4, "files/x/a"))],
        vec![good.clone(), other("files/x/b", "r", reference(u64::MAX, "files/x/a"))],
        vec![
            good.clone(),
            other("files/x/b", "d", json!({ "v": reference(3, "files/x/b"), "y": 4096, "r": [] })),
        ],
        vec![
            good.clone(),
            other("files/x/b", "d", json!({ "v": reference(9, "files/x/b"), "y": 4096, "r": [] })),
        ],
        vec![patched("at", json!({ "o": 40, "z": 5, "k": 0 }))],
        vec![patched("at", json!({ "o": 38, "z": 5, "k": 0 }))],
        vec![patched("at", json!({ "o": 1 << 30, "z": 5, "k": 0 }))],
        vec![patched("at", json!({ "o": 39, "z": 4, "k": 8 }))],
        vec![patched("at", json!({ "o": 39, "z": 5, "k": 8 }))],
        vec![patched("at", json!({ "o": 39, "z": 5, "k": 93 }))],
        vec![patched("at", json!({ "n": 2, "o": 39, "z": 5, "k": 0 }))],
        vec![patched("h", json!(sha(b"other")))],
        vec![{
            let mut record = good.clone();
            record["s"] = json!(4);
            record["at"] = json!({ "o": 39, "z": 4, "k": 0 });
            record
        }],
        vec![other("files/x/b", "d", json!({ "y": 4096, "r": [0, 1], "at": { "o": 40, "z": 5, "k": 0 } }))],
    ];
    for records in &bad {
        assert!(opened(records).is_err(), "{records:?}");
    }
}

#[test]
fn an_archive_cut_at_a_thousand_lengths_never_opens() {
    let world = World::new();
    let made = world.write_files(0, &[("files/a", text(1, 40_000)), ("files/b", noise(2, 9_000))], |_| None);
    let (bytes, manifest) = (std::fs::read(&made.paths[0]).unwrap(), made.manifest());
    let step = (bytes.len() / 1_000).max(1);
    for length in (0..bytes.len()).step_by(step) {
        let cut = InMemory(vec![bytes[..length].to_vec()]);
        assert!(open_archive(&world.cx, &cut, &manifest, 1).is_err(), "{length}");
        assert!(check_part(&world.cx, &cut, 1, &manifest.parts[0]).is_err(), "{length}");
        assert!(read_directory(&world.cx, &cut, 1, length as u64).is_err(), "{length}");
        // A manifest that goes along with the cut does not help.
        let part =
            PartInfo { size: length as u64, sha256: sha(&bytes[..length]), ..manifest.parts[0].clone() };
        let agreed = Manifest { parts: vec![part], ..manifest.clone() };
        assert!(open_archive(&world.cx, &cut, &agreed, 1).is_err(), "{length}");
    }
}

#[test]
fn swapped_entries_are_noticed() {
    let world = World::new();
    let made = world.write_files(0, &[("files/a", noise(1, 900)), ("files/b", noise(2, 900))], |_| None);
    let mut bytes = std::fs::read(&made.paths[0]).unwrap();
    let place = |name: &str| match made.record(&world.cx, name).content() {
        Content::Here(place) => place.offset as usize,
        _ => panic!("not whole"),
    };
    let (a, b) = (place("files/a"), place("files/b"));
    for n in 0..900 {
        bytes.swap(a + n, b + n);
    }
    let swapped = InMemory(vec![bytes]);
    assert!(open_archive(&world.cx, &swapped, &made.manifest(), 1).is_err());
    assert!(check_part(&world.cx, &swapped, 1, &made.sealed.parts[0]).is_err());
}
