//! What is written opens elsewhere, reads back here, and leaves nothing behind when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::*;
use resguardo_archive::*;
use resguardo_domain::*;

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("files/docs/empty.txt", Vec::new()),
        ("files/docs/one byte", vec![7]),
        ("files/docs/letter.txt", text(1, 20_000)),
        ("files/docs/photo.jpg", [b"\xff\xd8\xff".to_vec(), noise(2, 300_000)].concat()),
        ("files/docs/año – ½.txt", text(3, 999)),
        ("files/docs/exactly a block", text(4, BLOCK)),
        ("files/docs/ledger.csv", text(5, 5 * BLOCK + 17)),
        ("files/docs/film.mp4", [b"\0\0\0\x18ftypmp42".to_vec(), noise(6, 3 * BLOCK)].concat()),
    ]
}

#[test]
fn every_level_opens_with_the_zip_crate_and_reads_back() {
    for level in
        [Level::Fast, Level::Normal, Level::Small, Level::Number(0), Level::Number(1), Level::Number(9)]
    {
        let world = World { level, ..World::new() };
        let made = world.write_files(0, &samples(), |_| None);
        for (name, body) in samples() {
            assert!(zip_content(&made.paths[0], name) == body, "{level} {name}");
            let record = made.record(&world.cx, name);
            assert!(content(&world.cx, &made, &record) == body, "{level} {name}");
        }
        check_part(&world.cx, &made.parts(), 1, &made.sealed.parts[0]).unwrap();
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
        assert_eq!(world.leftovers(), [] as [String; 0]);
    }
}

#[test]
fn ordinary_tools_accept_it() {
    let world = World::new();
    let made = world.write_files(0, &samples(), |_| None);
    let zip = made.paths[0].to_str().unwrap();
    let tools: [&[&str]; 5] = [
        &["unzip", "-tqq", zip],
        &["7z", "t", zip],
        &["bsdtar", "-tf", zip],
        &["python3", "-m", "zipfile", "-t", zip],
        &["jar", "tf", zip],
    ];
    for tool in tools {
        // bsdtar lists names in the letters of its locale only.
        let output = Command::new(tool[0]).args(&tool[1..]).env("LC_ALL", "C.UTF-8").output();
        let output = output.unwrap_or_else(|cause| panic!("{}: {cause}", tool[0]));
        assert!(output.status.success(), "{tool:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let out = world.dir.path().join("by hand");
    assert!(Command::new("unzip").args(["-q", zip, "-d"]).arg(&out).status().unwrap().success());
    let sums =
        Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(&out).status().unwrap();
    assert!(sums.success());
    for (name, body) in samples() {
        assert!(std::fs::read(out.join(name)).unwrap() == body, "{name}");
    }
}

#[test]
fn folders_links_and_special_files_have_their_records() {
    let world = World::new();
    let folder = Entry::plain(path("files/docs"), EntryKind::Folder, 0, 5);
    let link =
        Entry::plain(path("files/docs/link"), EntryKind::Symlink { target: "../x \u{FFFD}FF".into() }, 0, 6);
    let fifo = Entry::plain(path("files/docs/fifo"), EntryKind::Special(SpecialKind::Fifo), 0, 7);
    let items = [folder, link, fifo].map(|entry| Item { entry, prior: None }).to_vec();
    let made = world.write(0, items, Bodies::default(), None);
    assert_eq!(made.records(&world.cx).iter().map(|r| r.tag).collect::<String>(), "dlp");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&made.paths[0]).unwrap()).unwrap();
    assert!(zip.by_name("files/docs/").unwrap().is_dir());
    assert!(zip.by_name("files/docs/link").unwrap().is_symlink());
    assert!(zip.by_name("files/docs/fifo").is_err());
    assert_eq!(zip_content(&made.paths[0], "files/docs/link"), b"../x \xff");
}

#[test]
fn what_vanished_or_is_denied_is_an_issue_not_a_failure() {
    let world = World::new();
    let items = vec![
        Item { entry: file("files/gone", 10), prior: None },
        Item { entry: file("files/gone big", 9 << 20), prior: None },
    ];
    let made = world.write(0, items, Bodies::default(), None);
    assert_eq!(made.sealed.issues.iter().map(|i| i.kind).collect::<Vec<_>>(), [IssueKind::Vanished; 2]);
    assert_eq!(made.sealed.listing.records, 0);
}

#[test]
fn an_archive_is_split_into_parts_that_each_open() {
    let world = World { part_size: Some(4 << 20), ..World::new() };
    let files: Vec<(String, Vec<u8>)> =
        (0..40).map(|n| (format!("files/{n:02}"), noise(n, 400_000))).collect();
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    let made = world.write_files(0, &files, |_| None);
    assert!(made.paths.len() >= 4, "{}", made.paths.len());
    for (path, part) in made.paths.iter().zip(&made.sealed.parts) {
        assert!(part.size <= 4 << 20);
        assert_eq!(std::fs::metadata(path).unwrap().len(), part.size);
        zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    }
    open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    for (name, body) in files {
        assert!(content(&world.cx, &made, &made.record(&world.cx, name)) == body);
    }
}

#[test]
fn seventy_thousand_entries_need_zip64_and_get_it() {
    let world = World::new();
    let files: Vec<(String, Vec<u8>)> =
        (0..70_000_u32).map(|n| (format!("files/{n}"), n.to_le_bytes().to_vec())).collect();
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(n, c)| (n.as_str(), c.clone())).collect();
    let made = world.write_files(0, &files, |_| None);
    let zip = zip::ZipArchive::new(std::fs::File::open(&made.paths[0]).unwrap()).unwrap();
    assert_eq!(zip.len(), 70_003);
    open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    assert!(
        Command::new("unzip").args(["-tqq", made.paths[0].to_str().unwrap()]).status().unwrap().success()
    );
}

/// A large file that changes for its first readings.
struct Restless(Memory, Arc<Mutex<u32>>);
impl ReadAt for Restless {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        self.0.read_at(buffer, offset)
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        let mut left = self.1.lock().unwrap();
        *left = left.saturating_sub(1);
        Ok(*left > 0)
    }
}
struct RestlessOpener(Vec<u8>, Arc<Mutex<u32>>);
impl Opener for RestlessOpener {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        let data = Arc::new(Restless(Memory(self.0.clone(), None), Arc::clone(&self.1)));
        Ok(Opened { data, entry: entry.clone(), database: None })
    }
}

#[test]
fn a_file_that_changes_is_read_again_and_marked_when_it_does_not_stop() {
    for (size, changes, marked) in
        [(3 * BLOCK, 2, false), (3 * BLOCK, 99, true), (900, 3, false), (900, 99, true)]
    {
        let world = World::new();
        let body = text(9, size);
        let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
        let opener: Arc<dyn Opener> = Arc::new(RestlessOpener(body.clone(), Arc::new(Mutex::new(changes))));
        let before = file("files/before", 1);
        writer
            .submit(
                vec![
                    Item { entry: file("files/log", size), prior: None },
                    Item { entry: before, prior: None },
                ],
                &opener,
            )
            .unwrap();
        let sealed = writer.finish(Closing::default()).unwrap();
        let made = Made {
            paths: vec![world.dir.path().join(&sealed.parts[0].name)],
            name: world.options(0).name,
            sealed,
        };
        let record = made.record(&world.cx, "files/log");
        assert_eq!(record.changed, marked, "{size} {changes}");
        assert!(content(&world.cx, &made, &record) == body);
        assert!(zip_content(&made.paths[0], "files/log") == body);
        open_archive(&world.cx, &made.parts(), &made.manifest(), 2).unwrap();
    }
}

/// A file whose reading panics.
struct Broken;
impl ReadAt for Broken {
    fn read_at(&self, _buffer: &mut [u8], _offset: u64) -> std::io::Result<usize> {
        panic!("a broken reader")
    }
    fn has_changed(&self) -> std::io::Result<bool> {
        Ok(false)
    }
}
impl Opener for Broken {
    fn open(&self, _cx: &Context, entry: &Entry) -> Result<Opened> {
        Ok(Opened { data: Arc::new(Broken), entry: entry.clone(), database: None })
    }
}

#[test]
fn a_thread_that_panics_ends_the_archive_with_an_error() {
    for size in [900, 3 * BLOCK] {
        let world = World::new();
        let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
        let opener: Arc<dyn Opener> = Arc::new(Broken);
        let _ = writer.submit(vec![Item { entry: file("files/x", size), prior: None }], &opener);
        assert_eq!(writer.finish(Closing::default()).unwrap_err().kind, Kind::Internal);
        assert!(world.leftovers().is_empty());
    }
}

#[test]
fn cancelling_or_dropping_leaves_no_file() {
    let world = World::new();
    let bodies: BTreeMap<String, Arc<Memory>> =
        samples().into_iter().map(|(n, c)| (n.to_owned(), Arc::new(Memory(c, None)))).collect();
    let opener: Arc<dyn Opener> = Arc::new(Bodies(bodies));
    let items = || samples().iter().map(|(n, c)| Item { entry: file(n, c.len()), prior: None }).collect();
    drop(ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap());
    let writer = ArchiveWriter::create(&world.cx, &world.options(0), None).unwrap();
    writer.submit(items(), &opener).unwrap();
    world.cx.cancel_flag().cancel();
    let error = writer.finish(Closing::default()).unwrap_err();
    assert!(error.is_cancelled());
    let left: Vec<_> = std::fs::read_dir(world.dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .filter(|n| n != "pages")
        .collect();
    assert_eq!(left, [] as [&str; 0]);
}

#[test]
fn a_manifest_reads_back_and_any_flipped_byte_is_noticed() {
    let world = World::new();
    let made = world.write_files(0, &samples(), |_| None);
    let manifest = made.manifest();
    let bytes = manifest_to_bytes(&manifest).unwrap();
    assert_eq!(parse_manifest(&bytes).unwrap(), manifest);
    for at in 0..bytes.len() {
        for bit in [1, 8, 0x20] {
            let mut flipped = bytes.clone();
            flipped[at] ^= bit;
            assert!(parse_manifest(&flipped).is_err(), "byte {at} bit {bit}");
        }
        assert!(parse_manifest(&bytes[..at]).is_err());
    }
    let newer = Manifest { format: FORMAT_VERSION + 1, ..manifest };
    assert_eq!(parse_manifest(&manifest_to_bytes(&newer).unwrap()).unwrap_err().kind, Kind::NewerFormat);
}
