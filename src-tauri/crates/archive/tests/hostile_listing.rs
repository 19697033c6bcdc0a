//! Listings, places and manifests made to do harm are refused: no panic, no memory beyond what is there, no byte too many.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::forge::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;
use serde_json::{Value, json};

fn refused(record: &str, why: &str) {
    let (parts, place) = fake_listing(format!("{record}\n").as_bytes());
    assert_eq!(listing_outcome(&parts, &place), (true, 0), "{why}: {record}");
}

#[test]
fn the_good_record_that_the_others_are_made_from_is_accepted() {
    let (parts, place) = fake_listing(format!("{}\n", good_record()).as_bytes());
    assert_eq!(listing_outcome(&parts, &place), (false, 1));
}

#[test]
fn paths_that_lead_elsewhere_are_refused_in_every_field() {
    for bad in BAD_PATHS {
        let mut record = good_record();
        record["p"] = bad.into();
        refused(&record.to_string(), "path");
        let mut record = good_record();
        record["hl"] = bad.into();
        refused(&record.to_string(), "hard link");
        let record = json!({ "p": "files/x/a", "t": "f", "s": 5, "r": { "g": 1, "p": bad } });
        refused(&record.to_string(), "reference");
        let delta = json!({ "v": { "g": 1, "p": bad }, "y": 4096, "r": [] });
        refused(&json!({ "p": "files/x/a", "t": "f", "s": 5, "d": delta }).to_string(), "base");
    }
}

/// Fields of a good record replaced by something that can't be.
#[test]
fn records_that_lie_are_refused() {
    let patches = [
        json!({ "s": -1 }),
        json!({ "s": 1.5 }),
        json!({ "s": u64::MAX }),
        json!({ "s": 1_u64 << 63 }),
        json!({ "s": "5" }),
        json!({ "s": null }),
        json!({ "m": 1e30 }),
        json!({ "o": -1 }),
        json!({ "o": 1_u64 << 33 }),
        json!({ "t": "?" }),
        json!({ "t": "" }),
        json!({ "t": "ff" }),
        json!({ "t": 7 }),
        json!({ "t": "d" }),
        json!({ "t": "l", "l": "x" }),
        json!({ "t": "-" }),
        json!({ "t": "d", "at": null }),
        json!({ "p": 7 }),
        json!({ "h": "abc" }),
        json!({ "h": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855" }),
        json!({ "x": { "dXNlcg==": 5 } }),
        json!({ "x": [] }),
        json!({ "q": { "t": -1 } }),
        json!({ "r": { "g": 1, "p": "files/x/b" } }),
        json!({ "d": { "y": 4096, "r": [] } }),
        json!({ "at": null, "r": { "g": 0, "p": "files/x/b" } }),
        json!({ "at": null, "r": { "g": -1, "p": "files/x/b" } }),
        json!({ "at": null, "r": { "p": "files/x/b" } }),
        json!({ "at": { "o": 100, "z": 4, "k": 0 } }),
        json!({ "at": { "o": 100, "z": 6, "k": 0 } }),
        json!({ "at": { "o": 100, "z": 5, "k": 99 } }),
        json!({ "at": { "o": 100, "z": 5, "k": 9 } }),
        json!({ "at": { "o": 100, "z": 5, "k": -8 } }),
        json!({ "at": { "n": 0, "o": 100, "z": 5, "k": 0 } }),
        json!({ "at": { "n": 1_u64 << 40, "o": 100, "z": 5, "k": 0 } }),
        json!({ "at": { "o": u64::MAX, "z": 5, "k": 0 } }),
        json!({ "at": { "o": i64::MAX, "z": 5, "k": 0 } }),
        json!({ "at": { "o": -1, "z": 5, "k": 0 } }),
        json!({ "at": { "o": 100 } }),
        json!({ "at": [100, 5] }),
        json!({ "at": { "o": 100, "z": 5, "b": [3, 2] } }),
        json!({ "at": { "o": 100, "z": 5, "b": [6] } }),
        json!({ "at": { "o": 100, "z": 5, "b": [u32::MAX, u32::MAX] } }),
        json!({ "at": { "o": 100, "z": 5, "b": [-1] } }),
        json!({ "at": { "o": 100, "z": 5, "k": 93, "b": [5] } }),
        json!({ "s": 3 << 20, "at": { "o": 100, "z": 50, "b": [5, 5] } }),
        json!({ "ho": [1] }),
        json!({ "ho": [0, 1_u64 << 63] }),
        json!({ "ho": [3, 2, 1, 1] }),
        json!({ "ho": [1, u64::MAX] }),
        json!({ "ho": [u64::MAX, 1] }),
    ];
    for patch in &patches {
        let mut record = good_record();
        for (key, value) in patch.as_object().unwrap() {
            record[key] = value.clone();
        }
        refused(&record.to_string(), "patched");
    }
    assert!(patches.len() >= 50);
}

#[test]
fn changed_pages_that_overflow_go_backwards_or_beyond_are_refused() {
    let place = json!({ "o": 100, "z": 5 });
    let deltas = [
        json!({ "y": 0, "r": [0, 1], "at": place }),
        json!({ "y": 3, "r": [0, 1], "at": place }),
        json!({ "y": 256, "r": [0, 1], "at": place }),
        json!({ "y": 2_u32 << 20, "r": [0, 1], "at": place }),
        json!({ "y": 1_u32 << 31, "r": [0, 1], "at": place }),
        json!({ "y": -4096, "r": [0, 1], "at": place }),
        json!({ "y": 4096, "r": [0], "at": place }),
        json!({ "y": 4096, "r": [0, 1, 2], "at": place }),
        json!({ "y": 4096, "r": [0, 0], "at": place }),
        json!({ "y": 4096, "r": [0, 3], "at": place }),
        json!({ "y": 4096, "r": [2, 1], "at": place }),
        json!({ "y": 4096, "r": [1, 1, -1, 1], "at": place }),
        json!({ "y": 4096, "r": [u64::MAX, 1], "at": place }),
        json!({ "y": 4096, "r": [1, u64::MAX], "at": place }),
        json!({ "y": 4096, "r": [u64::MAX, u64::MAX], "at": place }),
        json!({ "y": 4096, "r": [1_u64 << 52, 1], "at": place }),
        json!({ "y": 4096, "r": [0, 1, u64::MAX, 2], "at": place }),
        json!({ "y": 4096, "r": [0.5, 1], "at": place }),
        json!({ "y": 4096, "r": "0,1", "at": place }),
        json!({ "y": 4096, "r": [0, 1] }),
        json!({ "y": 4096, "r": [], "at": place }),
        json!({ "y": 4096, "at": place }),
        json!({ "r": [0, 1], "at": place }),
        json!({ "y": 4096, "r": [0, 1], "at": { "o": u64::MAX, "z": 5 } }),
        json!({ "y": 4096, "r": [0, 1], "at": { "o": 100, "z": 5, "b": [5] } }),
        json!({ "v": { "g": 0, "p": "files/x/a" }, "y": 4096, "r": [0, 1], "at": place }),
    ];
    for delta in &deltas {
        let record = json!({ "p": "files/x/a", "t": "f", "s": 8192, "d": delta });
        refused(&record.to_string(), "delta");
    }
    assert!(deltas.len() >= 25);
}

/// A piece that holds so many bytes, stored, at a position of a part.
fn piece(size: u64, part: u64, offset: u64) -> Value {
    json!({ "s": size, "h": sha(b"x"), "at": { "n": part, "o": offset, "z": size, "k": 0 } })
}

#[test]
fn pieces_that_overlap_leave_gaps_or_lie_are_refused_in_files_and_in_changed_pages() {
    let good = json!([piece(5000, 1, 100), piece(3000, 1, 5100), piece(192, 2, 50)]);
    let file = |pieces: &Value| json!({ "p": "files/x/a", "t": "f", "s": 8192, "pc": pieces });
    let pages = |pieces: &Value| json!({ "p": "files/x/a", "t": "f", "s": 20_000, "d": { "y": 4096, "r": [1, 2], "pc": pieces } });
    for record in [file(&good), pages(&good)] {
        let (parts, place) = fake_listing(format!("{record}\n").as_bytes());
        assert_eq!(listing_outcome(&parts, &place), (false, 1), "{record}");
    }
    let patched = |at: usize, name: &str, value: Value| {
        let mut pieces = good.clone();
        match name {
            "s" => pieces[at]["s"] = value,
            _ => pieces[at]["at"][name] = value,
        }
        pieces
    };
    let bad = [
        json!([]),
        json!({}),
        json!([null]),
        json!([good[0]]),
        json!([piece(8192, 1, 100)]),
        json!([good[0], good[1]]),
        json!([good[0], good[2]]),
        json!([good[1], good[0], good[2]]),
        json!([good[2], good[0], good[1]]),
        json!([good[0], good[0], good[1], good[2]]),
        json!([good[0], good[1], good[2], piece(1, 2, 300)]),
        json!([good[0], good[1], piece(0, 2, 40), good[2]]),
        json!([piece(u64::MAX, 1, 100), piece(8193, 2, 100)]),
        json!([piece(1 << 63, 1, 0), piece(1 << 63, 2, 0), piece(8192, 3, 0)]),
        json!([5000, 3000, 192]),
        json!([{ "s": 8000 }, { "s": 192 }]),
        patched(0, "s", json!(4999)),
        patched(0, "s", json!(-5000)),
        patched(1, "s", json!(0)),
        patched(2, "s", json!(193)),
        patched(1, "o", json!(5099)),
        patched(1, "o", json!(0)),
        patched(1, "o", json!(u64::MAX)),
        patched(1, "n", json!(0)),
        patched(1, "n", json!(3)),
        patched(2, "n", json!(1)),
        patched(2, "o", json!(i64::MAX)),
        patched(2, "z", json!(u64::MAX)),
        patched(2, "k", json!(9)),
    ];
    for pieces in &bad {
        refused(&pages(pieces).to_string(), "pages in pieces");
        if *pieces != json!([]) {
            refused(&file(pieces).to_string(), "file in pieces");
        }
    }
    // Blocks: not of changed pages, and of a file only as many as the piece has.
    let blocks = |count: usize| json!([{ "s": 2 << 20, "at": { "o": 9, "z": 90, "b": vec![5; count] } }, piece(1 << 20, 2, 50)]);
    let large = |pieces: Value| json!({ "p": "files/x/a", "t": "f", "s": 3 << 20, "pc": pieces }).to_string();
    let (parts, place) = fake_listing(format!("{}\n", large(blocks(2))).as_bytes());
    assert_eq!(listing_outcome(&parts, &place), (false, 1));
    refused(&large(blocks(3)), "blocks");
    let delta = json!({ "y": 1 << 20, "r": [0, 3], "pc": blocks(2) });
    refused(&json!({ "p": "files/x/a", "t": "f", "s": 3 << 20, "d": delta }).to_string(), "blocks of pages");
    // One kind of content only.
    for (key, value) in
        [("at", json!({ "o": 9, "z": 8 })), ("r", json!({ "g": 1, "p": "files/x/b" })), ("t", json!("d"))]
    {
        let mut record = file(&good);
        record[key] = value;
        refused(&record.to_string(), key);
    }
    let mut record = pages(&good);
    record["d"]["at"] = json!({ "o": 9, "z": 8192 });
    refused(&record.to_string(), "pages in two ways");
    assert!(bad.len() >= 25);
}

/// Pieces that look right and are not what the parts hold: refused when the archive is opened.
#[test]
fn pieces_that_are_not_the_entries_they_claim_to_be_are_refused() {
    let manifest = World::new().write_files(0, &[("files/a", vec![1])], |_| None).manifest();
    let fakes = [
        Fake::stored("pieces/files/a/piece.001", b"hello"),
        Fake::stored("pieces/files/a/piece.002", b" you"),
    ];
    let offsets = data_offsets(&fakes);
    let told = |size: u64, part: u64, at: u64, body: &[u8]| json!({ "s": size, "h": sha(body), "at": { "n": part, "o": at, "z": size, "k": 0 } });
    let record =
        |pieces: Value| json!({ "p": "files/a", "t": "f", "s": 9, "h": sha(b"hello you"), "pc": pieces });
    let open = |records: &[Value]| {
        let (parts, manifest) = fake_archive(records, &manifest, &fakes);
        open_archive(&cx(), &parts, &manifest, 1)
    };
    let (first, second) = (told(5, 1, offsets[0], b"hello"), told(4, 1, offsets[1], b" you"));
    open(&[record(json!([first, second]))]).unwrap();
    let bad = [
        json!([told(4, 1, offsets[0], b"hell"), told(5, 1, offsets[1], b" you")]),
        json!([told(5, 1, offsets[0] + 1, b"hello"), second]),
        json!([first, told(4, 2, offsets[1], b" you")]),
        json!([first, told(4, u64::from(u32::MAX), 0, b" you")]),
        json!([first, told(4, 1, 1 << 40, b" you")]),
        json!([first, told(4, 1, offsets[1], b" yo!")]),
        json!([told(5, 1, offsets[0], b"jello"), second]),
    ];
    for pieces in bad {
        assert!(open(&[record(pieces.clone())]).is_err(), "{pieces}");
    }
    // Two files may not share a piece.
    let mut other = record(json!([first, second]));
    other["p"] = "files/b".into();
    assert_eq!(open(&[record(json!([first, second])), other]).unwrap_err().kind, Kind::ArchiveHostile);
}

#[test]
fn lines_that_are_no_records_are_refused() {
    let good = good_record().to_string();
    let lines: [Vec<u8>; 14] = [
        b"".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"{}".to_vec(),
        b"{\"p\":\"files/a\"}".to_vec(),
        b"{\"t\":\"f\"}".to_vec(),
        b"{\"p\":\"files/a\",\"p\":\"files/b\",\"t\":\"f\"}".to_vec(),
        b"{\"p\":\"files/a\",\"t\":\"f\",\"s\":NaN}".to_vec(),
        b"{\"p\":\"files/a\",\"t\":\"f\",\"s\":Infinity}".to_vec(),
        b"{\"p\":\"files/\xff\",\"t\":\"f\"}".to_vec(),
        b"{\"p\":\"files/\\ud800\",\"t\":\"f\"}".to_vec(),
        good.as_bytes()[..good.len() - 1].to_vec(),
        format!("{{\"p\":\"files/a\",\"t\":\"f\",\"x\":{}", "[".repeat(100_000)).into_bytes(),
        format!("{{\"p\":\"files/a\",\"t\":\"f\",\"s\":{}}}", "9".repeat(10_000)).into_bytes(),
    ];
    for line in lines {
        let (parts, place) = fake_listing(&[line.as_slice(), b"\n"].concat());
        assert_eq!(listing_outcome(&parts, &place), (true, 0), "{}", String::from_utf8_lossy(&line));
    }
}

#[test]
fn a_listing_that_is_not_where_or_what_it_is_said_to_be_is_refused() {
    let text = format!("{}\n", good_record()).repeat(3);
    let (parts, place) = fake_listing(text.as_bytes());
    let line = text.len() as u64 / 3;
    let bad = [
        ListingPlace { size: place.size - 1, ..place.clone() },
        ListingPlace { size: place.size - line, ..place.clone() },
        ListingPlace { size: place.size + 1, ..place.clone() },
        ListingPlace { size: 1 << 60, ..place.clone() },
        ListingPlace { size: u64::MAX, ..place.clone() },
        ListingPlace { size: 0, ..place.clone() },
        ListingPlace { records: 2, ..place.clone() },
        ListingPlace { records: 4, ..place.clone() },
        ListingPlace { records: 0, ..place.clone() },
        ListingPlace { records: u64::MAX, ..place.clone() },
        ListingPlace { sha256: Digest::EMPTY, ..place.clone() },
        ListingPlace { packed: place.packed - 3, ..place.clone() },
        ListingPlace { packed: 0, ..place.clone() },
        ListingPlace { packed: u64::MAX, offset: 5, ..place.clone() },
        ListingPlace { offset: 1, ..place.clone() },
        ListingPlace { offset: u64::MAX, ..place.clone() },
        ListingPlace { part: 0, ..place.clone() },
        ListingPlace { part: 2, ..place.clone() },
        ListingPlace { part: u32::MAX, ..place.clone() },
    ];
    for place in bad {
        assert!(listing_outcome(&parts, &place).0, "{place:?}");
    }
}

/// Peak of the memory this process ever used, in MiB.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[test]
fn bombs_stop_at_what_was_declared_and_do_not_fill_the_memory() {
    // A gibibyte that packs to a mebibyte, made in pieces: joined blocks are one stream.
    let mut bomb = Vec::new();
    let mut packer = resguardo_codec::Packer::new(resguardo_codec::Effort::Fast);
    for _ in 0..1024 {
        packer.block(&vec![b'a'; BLOCK], &mut bomb).unwrap();
    }
    bomb.extend(resguardo_codec::DEFLATE_END);
    let packed = bomb.len() as u64;
    let parts = InMemory(vec![bomb]);
    let before = peak_mib();
    for size in [1, 1000, 1 << 20, 64 << 20, 1 << 30, 1 << 50] {
        let place = ListingPlace { part: 1, offset: 0, packed, size, records: 1, sha256: Digest::EMPTY };
        assert_eq!(listing_outcome(&parts, &place), (true, 0), "one endless line of {size}");
        if size < 1 << 30 {
            let place = Place { part: 1, offset: 0, packed, method: Method::Deflate, blocks: Vec::new() };
            let mut given = 0;
            let result = unpack(&cx(), &parts, &place, size, &mut |_, bytes| {
                given += bytes.len() as u64;
                Ok(())
            });
            assert!(result.is_err() && given <= size, "{given} of {size}");
        }
    }
    // A line of numbers that become much larger in memory than in the text.
    for field in ["b", "ho"] {
        let numbers = "0,".repeat(12 << 20);
        let record = match field {
            "b" => format!("{{\"p\":\"f/a\",\"t\":\"f\",\"at\":{{\"o\":1,\"z\":1,\"b\":[{numbers}0]}}}}\n"),
            _ => format!("{{\"p\":\"f/a\",\"t\":\"f\",\"ho\":[{numbers}0]}}\n"),
        };
        let (parts, place) = fake_listing(record.as_bytes());
        drop((numbers, record));
        assert_eq!(listing_outcome(&parts, &place), (true, 0));
    }
    assert!(peak_mib() - before <= 200, "{} MiB", peak_mib() - before);
}

fn good_manifest() -> Manifest {
    let world = World::new();
    world.write_files(0, &[("files/a", text(1, 900))], |_| None).manifest_of(3)
}

#[test]
fn manifests_that_name_what_is_no_archive_are_refused() {
    let manifest = good_manifest();
    let intact = forged_manifest(&manifest, &|_| {});
    assert_eq!(parse_manifest(&intact).unwrap(), manifest);
    let names = [
        "",
        ".",
        "..",
        "../x.zip",
        "/etc/passwd",
        "a/b.zip",
        "a\\b.zip",
        "C:\\x.zip",
        "c:x.zip",
        "x.zip:stream",
        "\\\\server\\x",
        "x\0.zip",
        "x\n.zip",
        ".hidden.zip",
        "x y.zip",
        "ñ.zip",
        "-\u{202E}piz",
        "con?.zip",
    ];
    for name in names {
        let forged = forged_manifest(&manifest, &|m| m["parts"][0]["name"] = name.into());
        assert_eq!(parse_manifest(&forged).unwrap_err().kind, Kind::ManifestDamaged, "part {name:?}");
        let forged = forged_manifest(&manifest, &|m| m["name"] = name.into());
        assert!(parse_manifest(&forged).is_err(), "archive {name:?}");
        for link in [name.to_owned(), format!("daily/{name}"), format!("{name}/backup")] {
            let forged = forged_manifest(&manifest, &|m| m["chain"][0]["name"] = link.clone().into());
            assert!(parse_manifest(&forged).is_err(), "link {link:?}");
        }
    }
}

#[test]
fn manifests_that_lie_are_refused() {
    let manifest = good_manifest();
    let patches: Vec<(&str, Value)> = vec![
        ("/generation", json!(0)),
        ("/generation", json!(-3)),
        ("/generation", json!(2)),
        ("/generation", json!(1.5)),
        ("/generation", json!("3")),
        ("/kind", json!("full")),
        ("/kind", json!("whole")),
        ("/class", json!("../daily")),
        ("/chain", json!([])),
        ("/chain", json!({})),
        ("/chain/0/generation", json!(2)),
        ("/chain/0/generation", json!(0)),
        ("/chain/1/generation", json!(3)),
        ("/chain/1/generation", json!(u64::MAX)),
        ("/parts", json!([])),
        ("/parts/0/size", json!(u64::MAX)),
        ("/parts/0/size", json!(-1)),
        ("/parts/0/size", json!(10)),
        ("/parts/0/sha256", json!("00")),
        ("/listing/part", json!(0)),
        ("/listing/part", json!(2)),
        ("/listing/part", json!(u32::MAX)),
        ("/listing/offset", json!(u64::MAX)),
        ("/listing/packed", json!(u64::MAX)),
        ("/listing/offset", json!(1_u64 << 40)),
        ("/listing/sha256", json!(null)),
        ("/created_at", json!("yesterday")),
        ("/issues", json!([{ "kind": "vanished", "path": "../x" }])),
        ("/users", json!({ "-1": "root" })),
        ("/format", json!(0)),
        ("/format", json!(-1)),
        ("/format", json!("1")),
        ("/format", json!(null)),
        ("/format", json!([1])),
    ];
    for (pointer, value) in &patches {
        let patch = |m: &mut Value| {
            m["issues"] = json!([]);
            m["users"] = json!({});
            *m.pointer_mut(pointer).unwrap() = value.clone();
        };
        assert!(parse_manifest(&forged_manifest(&manifest, &patch)).is_err(), "{pointer} {value}");
    }
    let twice = |m: &mut Value| {
        let part = m["parts"][0].clone();
        m["parts"].as_array_mut().unwrap().push(part);
    };
    assert!(parse_manifest(&forged_manifest(&manifest, &twice)).is_err());
    let huge = |m: &mut Value| {
        let mut part = m["parts"][0].clone();
        part["name"] = "other.zip".into();
        part["size"] = json!(i64::MAX);
        m["parts"].as_array_mut().unwrap().push(part);
    };
    assert!(parse_manifest(&forged_manifest(&manifest, &huge)).is_err());
}

#[test]
fn manifests_that_are_no_manifests_are_refused() {
    let good = String::from_utf8(manifest_to_bytes(&good_manifest()).unwrap()).unwrap();
    let body = good.rsplit_once(",\n  \"self_sha256\"").unwrap().0;
    assert!(parse_manifest(&sealed_manifest(body)).is_ok());
    let bodies = [
        String::new(),
        "{\n  \"format\": 1".into(),
        format!("{{\n  \"format\": 1,\n  \"format\": 1{}", &body[15..]),
        format!("{body},\n  \"generation\": 9"),
        body.replace("\n  \"format\": 1", "\n  \"format\":1"),
        body.replace("\"format\": 1,", "\"format\": 1e0,"),
        format!("{body},\n  \"more\": {}", "[".repeat(1 << 20)),
        format!("{body},\n  \"more\": {}", "{\"a\":".repeat(1 << 18)),
        format!("{body},\n  \"more\": NaN"),
    ];
    for forged in bodies {
        assert!(parse_manifest(&sealed_manifest(&forged)).is_err(), "{:.80}", forged);
    }
    for forged in [
        format!("{good} "),
        format!("\u{FEFF}{good}"),
        good.trim_end().to_owned(),
        good.replace('\n', "\r\n"),
        good.replace("\"self_sha256\": \"", "\"self_sha256\": \"0"),
        body.to_owned() + "\n}\n",
        "[".repeat(10 << 20),
    ] {
        assert!(parse_manifest(forged.as_bytes()).is_err());
    }
    assert!(parse_manifest(&vec![b' '; MAX_MANIFEST as usize + 1]).is_err());
    let newer = format!("{{\n  \"format\": {},\n  \"all\": \"different\"", FORMAT_VERSION + 1);
    let newer = sealed_manifest(&newer);
    assert_eq!(parse_manifest(&newer).unwrap_err().kind, Kind::NewerFormat);
}

#[test]
fn a_manifest_of_many_small_things_does_not_fill_the_memory() {
    let before = peak_mib();
    let manifest = good_manifest();
    let body = String::from_utf8(forged_manifest(&manifest, &|_| {})).unwrap();
    let body = body.rsplit_once(",\n  \"self_sha256\"").unwrap().0.to_owned();
    for more in ["[],".repeat(5 << 20), "{\"a\":0},".repeat(2 << 20)] {
        let forged = sealed_manifest(&format!("{body},\n  \"unknown\": [{more}0]"));
        // What a field of no meaning holds is skipped, not kept.
        assert!(forged.len() as u64 > MAX_MANIFEST || parse_manifest(&forged).is_ok());
    }
    assert!(peak_mib() - before <= 200, "{} MiB", peak_mib() - before);
}
