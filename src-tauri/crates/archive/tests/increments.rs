//! A second archive costs what changed, and every generation comes back byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;

use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

fn prior(generation: u64, made: &Made, cx: &Context, name: &str) -> Prior {
    let record = made.record(cx, name);
    Prior {
        digest: record.digest,
        size: record.size,
        reference: Reference { generation, path: record.path },
        whole: None,
        quiet: false,
    }
}

/// Puts a file together from the archives of its chain, newest record first.
fn restore(cx: &Context, chain: &[(&Made, Record)]) -> Vec<u8> {
    let size = chain[0].1.size;
    let parts: Vec<FileParts> = chain.iter().map(|(made, _)| made.parts()).collect();
    let layers: Vec<Layer<'_>> = chain
        .iter()
        .zip(&parts)
        .flat_map(|((_, record), parts)| {
            record.stored().into_iter().map(move |stored| Layer::of(parts, stored))
        })
        .collect();
    let out = Out::new(size);
    assemble(cx, &layers, size, 2, &out).unwrap();
    out.bytes()
}

/// A database whose rows change in place, with the whole version at hand or not: the same bytes come back, at a fraction of the
/// size; what is damaged in the old archive is not taken for the old page.
#[test]
fn changed_rows_cost_their_difference_when_the_whole_version_is_at_hand() {
    let world = World::new();
    let name = "databases/sqlite/shop/shop.db";
    let mut versions = vec![noise(1, 6 * BLOCK + 1000)];
    for edit in 1..4_u64 {
        let mut next = versions.last().unwrap().clone();
        for page in 0..(next.len() - 1000) / 31_000 {
            next[page * 31_000 + edit as usize * 50..][..8].copy_from_slice(&edit.to_le_bytes());
        }
        match edit {
            2 => next.truncate(4 * BLOCK + 123),
            3 => next.extend(noise(78, 2 * BLOCK)),
            _ => {}
        }
        versions.push(next);
    }
    let mut made: Vec<Made> = Vec::new();
    for (n, version) in (0..).zip(&versions) {
        let before = made.last().map(|last| {
            let limit = versions[..n as usize].iter().map(|version| version.len() as u64).min();
            let (parts, record) = (Arc::new(made[0].parts()), made[0].record(&world.cx, name));
            let whole = WholeVersion::new(parts, &record, limit.unwrap()).map(Arc::new);
            assert!(whole.is_some());
            Prior { whole, ..prior(u64::from(n), last, &world.cx, name) }
        });
        made.push(world.write_files(n, &[(name, version.clone())], |_| before.clone()));
    }
    for increment in &made[1..3] {
        assert!(increment.sealed.parts[0].size < 40_000, "{}", increment.sealed.parts[0].size);
        assert_eq!(increment.sealed.format, FORMAT_VERSION);
    }
    for n in 0..versions.len() {
        let chain: Vec<(&Made, Record)> =
            made[..=n].iter().rev().map(|m| (m, m.record(&world.cx, name))).collect();
        assert!(restore(&world.cx, &chain) == versions[n], "generation {n}");
    }

    // The same increment over an archive that was damaged since: pages are stored as they are.
    let mut bytes = std::fs::read(&made[0].paths[0]).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    std::fs::write(&made[0].paths[0], &bytes).unwrap();
    let record = made[0].record(&world.cx, name);
    let whole = WholeVersion::new(Arc::new(made[0].parts()), &record, record.size).map(Arc::new);
    let before = Prior { whole, ..prior(1, &made[0], &world.cx, name) };
    let again = world.write_files(9, &[(name, versions[1].clone())], |_| Some(before.clone()));
    bytes[middle] ^= 1;
    std::fs::write(&made[0].paths[0], &bytes).unwrap();
    let chain = [(&again, again.record(&world.cx, name)), (&made[0], record)];
    assert!(restore(&world.cx, &chain) == versions[1], "a damaged byte became part of a new archive");
}

#[test]
fn changed_pages_alone_are_stored_and_any_generation_comes_back() {
    let world = World::new();
    let name = "databases/sqlite/shop/shop.db";
    let mut versions = vec![noise(1, 6 * BLOCK + 1000)];
    for edit in 1..5_u64 {
        let mut next = versions.last().unwrap().clone();
        for at in [5_000, 2 * BLOCK + 7, 4 * BLOCK - 2] {
            let at = at + edit as usize * 10_000;
            next[at..at + 4].copy_from_slice(&[edit as u8; 4]);
        }
        match edit {
            2 => next.extend(noise(77, 3_000)),
            3 => next.truncate(5 * BLOCK + 123),
            4 => next.extend(noise(78, 2 * BLOCK)),
            _ => {}
        }
        versions.push(next);
    }
    let mut made: Vec<Made> = Vec::new();
    for (n, version) in (0..).zip(&versions) {
        let before = made.last().map(|last| prior(u64::from(n), last, &world.cx, name));
        made.push(world.write_files(n, &[(name, version.clone())], |_| before.clone()));
    }
    for increment in &made[1..3] {
        let size = increment.sealed.parts[0].size;
        assert!(size < 60_000, "{}: {size}", increment.name.as_str());
    }
    for n in 0..versions.len() {
        let chain: Vec<(&Made, Record)> =
            made[..=n].iter().rev().map(|m| (m, m.record(&world.cx, name))).collect();
        assert!(restore(&world.cx, &chain) == versions[n], "generation {n}");
        open_archive(&world.cx, &made[n].parts(), &made[n].manifest_of(n as u64 + 1), 2).unwrap();
    }
}

#[test]
fn a_file_written_anew_is_stored_whole() {
    let world = World::new();
    let name = "files/report.bin";
    let first = world.write_files(0, &[(name, noise(1, 2 * BLOCK))], |_| None);
    let second = noise(2, 2 * BLOCK);
    let before = prior(1, &first, &world.cx, name);
    let made = world.write_files(1, &[(name, second.clone())], |_| Some(before.clone()));
    assert!(zip_content(&made.paths[0], name) == second);
}

#[test]
fn touched_and_moved_files_cost_a_record() {
    struct Elsewhere(Prior);
    impl Known for Elsewhere {
        fn has_size(&self, size: u64) -> bool {
            size == self.0.size
        }
        fn find(&self, size: u64, digest: &Digest) -> Option<Reference> {
            (self.has_size(size) && self.0.digest.as_ref() == Some(digest)).then(|| self.0.reference.clone())
        }
    }
    for size in [5_000, 3 * BLOCK] {
        let world = World::new();
        let body = noise(3, size);
        let first = world.write_files(0, &[("files/a", body.clone())], |_| None);
        let before = prior(1, &first, &world.cx, "files/a");
        let touched = world.write_files(1, &[("files/a", body.clone())], |_| Some(before.clone()));
        assert_eq!(touched.record(&world.cx, "files/a").content(), Content::Same(before.reference.clone()));
        let bodies = Bodies([("files/b".to_owned(), Arc::new(Memory(body, None)))].into());
        let items = vec![Item { entry: file("files/b", size), prior: None }];
        let moved = world.write(2, items, bodies, Some(Arc::new(Elsewhere(before.clone()))));
        assert_eq!(moved.record(&world.cx, "files/b").content(), Content::Same(before.reference));
        assert!(moved.sealed.parts[0].size < 5_000);
    }
}

#[test]
fn a_sparse_file_costs_its_data() {
    let world = World::new();
    let size = 96 << 20;
    let mut body = vec![0; size];
    let ranges = [(10 << 20, 70_000), (50 << 20, 10)];
    for (start, length) in ranges {
        body[start as usize..(start + length) as usize].copy_from_slice(&noise(start, length as usize));
    }
    let write = |n, body: &[u8], ranges: &[(u64, u64)], before: Option<Prior>| {
        let bodies = Bodies(
            [("files/disk.img".to_owned(), Arc::new(Memory(body.to_vec(), Some(ranges.to_vec()))))].into(),
        );
        world.write(n, vec![Item { entry: file("files/disk.img", size), prior: before }], bodies, None)
    };
    let first = write(0, &body, &ranges, None);
    assert!(first.sealed.parts[0].size < 90_000);
    let record = first.record(&world.cx, "files/disk.img");
    assert!(record.sparse_digest);
    assert!(restore(&world.cx, &[(&first, record.clone())]) == body);
    let mut read = |buffer: &mut [u8], offset: u64| {
        buffer.copy_from_slice(&body[offset as usize..][..buffer.len()]);
        Ok(())
    };
    assert_eq!(sparse_digest(size as u64, &[(0, size as u64)], &mut read).unwrap(), record.digest.unwrap());
    assert_eq!(sparse_digest(size as u64, &ranges, &mut read).unwrap(), record.digest.unwrap());
    // One range is punched out, another one comes.
    let before = prior(1, &first, &world.cx, "files/disk.img");
    let mut second_body = body.clone();
    second_body[10 << 20..(10 << 20) + 70_000].fill(0);
    second_body[70 << 20] = 1;
    let second = write(1, &second_body, &[(50 << 20, 10), (70 << 20, 1)], Some(before));
    let chain = [
        (&second, second.record(&world.cx, "files/disk.img")),
        (&first, first.record(&world.cx, "files/disk.img")),
    ];
    assert!(restore(&world.cx, &chain) == second_body);
}

#[test]
fn every_flipped_byte_of_an_archive_is_noticed() {
    let world = World::new();
    let made = world.write_files(0, &[("files/a", text(1, 900)), ("files/b", noise(2, 300))], |_| None);
    let manifest = made.manifest();
    let bytes = std::fs::read(&made.paths[0]).unwrap();
    struct Flipped(Vec<u8>);
    impl PartReader for Flipped {
        fn read_exact_at(&self, _cx: &Context, _part: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
            let range = self.0.get(offset as usize..offset as usize + buffer.len());
            buffer.copy_from_slice(range.ok_or_else(|| Error::new(Kind::ArchiveDamaged, ""))?);
            Ok(())
        }
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        let parts = Flipped(flipped);
        assert!(check_part(&world.cx, &parts, 1, &manifest.parts[0]).is_err(), "byte {at}");
        // Opening must never panic, whatever it says.
        let _ = open_archive(&world.cx, &parts, &manifest, 1);
        let cut = Flipped(bytes[..at].to_vec());
        assert!(open_archive(&world.cx, &cut, &manifest, 1).is_err());
    }
}
