//! Twenty thousand random changes to good archives: whatever comes out, nothing panics and nothing gives more than was declared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::chain::*;
use common::forge::*;
use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    /// Changes bytes in one of the ways in which files go wrong or are made to.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            if bytes.is_empty() {
                bytes.push(self.below(256) as u8);
            }
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(16)).min(bytes.len());
            match self.below(9) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at..end].fill([0, 0xFF, 0x7F, 0x80][self.below(4)]),
                2 => bytes.truncate(at),
                3 => drop(bytes.drain(at..end)),
                4 => {
                    let copy = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, copy);
                }
                5 => bytes[at] = b"0123456789-\"{}[],:/.\\eE"[self.below(23)],
                6 => {
                    let number = b"99999999999999999999";
                    bytes.splice(at..at, number[..=self.below(19)].iter().copied());
                }
                7 => bytes[at..end].reverse(),
                _ => bytes[at] = self.below(256) as u8,
            }
        }
    }
}

#[test]
fn twenty_thousand_random_changes_neither_panic_nor_overflow() {
    let mut chain = Chain::new(World::new());
    let state: State = [
        special("files/docs", EntryKind::Folder),
        node("files/docs/a", text(1, 700)),
        node("files/docs/b", noise(2, 300)),
        node("files/docs/c", b"customer 7\n".repeat(200_000)),
        sparse("files/docs/disk", 65 << 20, &[(1 << 20, noise(3, 100))]),
    ]
    .into();
    chain.add(ArchiveKind::Full, state);
    let step = &chain.steps[0];
    let zip = std::fs::read(&step.made.paths[0]).unwrap();
    let manifest = String::from_utf8(manifest_to_bytes(&step.manifest).unwrap()).unwrap();
    let body = manifest.rsplit_once(",\n  \"self_sha256\"").unwrap().0;
    let records = step.made.records(&chain.world.cx);
    let mut listing: String = records.iter().map(|r| serde_json::to_string(r).unwrap() + "\n").collect();
    for content in [r#""s":900,"pc":["#, r#""s":1900,"d":{"y":512,"r":[1,1,1,1],"pc":["#] {
        // The pieces are any bytes: what matters is what is made of where they are said to be.
        let sizes = if content.contains("512") { [500, 376] } else { [400, 500] };
        let piece = |n: u64, size| format!(r#"{{"s":{size},"at":{{"o":{},"z":{size},"k":0}}}}"#, 900 * n);
        let end = if content.contains("512") { "]}}" } else { "]}" };
        let pieces = [piece(0, sizes[0]), piece(1, sizes[1])].join(",");
        listing += &format!("{{\"p\":\"files/docs/p{}\",\"t\":\"f\",{content}{pieces}{end}\n", sizes[0]);
    }
    let (parts, place) = fake_listing(listing.as_bytes());
    assert_eq!(listing_outcome(&parts, &place), (false, records.len() + 2));
    let mut random = Random(28);
    for round in 0..20_000 {
        match round % 4 {
            0 => change_manifest(&mut random, &manifest, body),
            1 => change_listing(&mut random, &listing, &zip),
            2 => change_zip(&mut random, &zip, &step.manifest),
            _ => change_packed(&mut random),
        }
    }
}

fn change_manifest(random: &mut Random, manifest: &str, body: &str) {
    let mut bytes = manifest.as_bytes().to_vec();
    random.mutate(&mut bytes);
    // A change may undo itself; otherwise it is noticed.
    assert!(bytes == manifest.as_bytes() || parse_manifest(&bytes).is_err());
    let mut bytes = body.as_bytes().to_vec();
    random.mutate(&mut bytes);
    if let Ok(body) = String::from_utf8(bytes)
        && let Ok(parsed) = parse_manifest(&sealed_manifest(&body))
    {
        assert!(parsed.parts.iter().all(|part| !part.name.contains(['/', '\\', ':', '\0'])));
        assert!(parsed.bytes_stored() <= i64::MAX as u64);
    }
}

fn change_listing(random: &mut Random, listing: &str, zip: &[u8]) {
    let mut text = listing.as_bytes().to_vec();
    random.mutate(&mut text);
    let (parts, place) = fake_listing(&text);
    let zip = InMemory(vec![zip.to_vec()]);
    let cx = cx();
    for record in ListingReader::new(&cx, &parts, &place).map_while(Result::ok) {
        let layers: Vec<_> = record.stored().into_iter().map(|stored| Layer::of(&zip, stored)).collect();
        let sink = Each(|bytes: &[u8], offset: u64| assert!(offset + bytes.len() as u64 <= record.size));
        let _ = assemble(&cx, &layers, record.size, 1, &sink);
    }
}

fn change_zip(random: &mut Random, zip: &[u8], manifest: &Manifest) {
    let mut bytes = zip.to_vec();
    // The directory and the headers are where it is interesting.
    let tail = bytes.split_off(zip.len() - random.below(2_000).min(zip.len()));
    let mut tail = tail;
    random.mutate(&mut tail);
    bytes.extend(tail);
    let (length, cx) = (bytes.len() as u64, cx());
    let parts = InMemory(vec![bytes]);
    for entry in read_directory(&cx, &parts, 1, length).into_iter().flatten() {
        assert!(entry.data + entry.packed <= length && !entry.name.contains(".."));
    }
    if random.below(20) == 0 {
        let part = PartInfo { size: length, ..manifest.parts[0].clone() };
        let _ = open_archive(&cx, &parts, &Manifest { parts: vec![part], ..manifest.clone() }, 1);
    }
}

fn change_packed(random: &mut Random) {
    let body = text(random.below(1_000) as u64, 1_500);
    let (method, mut packed) = match random.below(3) {
        0 => (Method::Store, body),
        1 => (Method::Deflate, deflated(&body)),
        _ => (Method::Zstd, zstd_frame(&body)),
    };
    random.mutate(&mut packed);
    let place = Place { part: 1, offset: 0, packed: packed.len() as u64, method, blocks: Vec::new() };
    let parts = InMemory(vec![packed]);
    let size = random.below(3_000) as u64;
    let mut given = 0;
    let result = unpack(&cx(), &parts, &place, size, &mut |at, bytes| {
        assert_eq!(at, given);
        given += bytes.len() as u64;
        Ok(())
    });
    assert!(given <= size && (result.is_err() || given == size));
    if let Ok(bytes) = Extractor::default().read(&cx(), &parts, &place, size) {
        assert_eq!(bytes.len() as u64, size);
    }
}
