//! FORMAT.md names every field that is written: what is added to a record or a manifest must be specified.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::*;
use resguardo_archive::*;
use resguardo_domain::*;
use serde_json::Value;

const FORMAT: &str = include_str!("../FORMAT.md");

/// The part of the specification below a heading.
fn section(heading: &str) -> &'static str {
    let start = FORMAT.find(&format!("# {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let rest = &FORMAT[start + 2..];
    &rest[..rest.find("\n#").unwrap_or(rest.len())]
}

/// Names of the fields of an object, those of objects within included; `maps` hold keys that are data.
fn fields(value: &Value, maps: &[&str], into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                into.insert(name.clone());
                if !maps.contains(&name.as_str()) {
                    fields(inner, maps, into);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, maps, into)),
        _ => {}
    }
}

fn assert_told(value: &Value, maps: &[&str], heading: &str, least: usize) {
    let mut names = BTreeSet::new();
    fields(value, maps, &mut names);
    assert!(names.len() >= least, "{heading} is not filled: {names:?}");
    let text = section(heading);
    for name in names {
        assert!(text.contains(&format!("`{name}`")), "FORMAT.md, {heading}: nothing about `{name}`");
    }
}

fn reference() -> Reference {
    Reference { generation: 3, path: path("files/a") }
}

fn place() -> Place {
    Place { part: 2, offset: 9, packed: 8, method: Method::Store, blocks: vec![1, 2] }
}

fn piece() -> Piece {
    Piece { size: 5, digest: Some(Digest::EMPTY), place: place() }
}

fn delta() -> Delta {
    let (base, place, pieces) = (Some(reference()), Some(place()), vec![piece()]);
    Delta { base, page: 4096, runs: vec![0, 1], place, differences: vec![0, 1], pieces }
}

#[test]
fn every_field_of_a_record_is_specified() {
    let rows = BTreeMap::from([("table".to_owned(), 1)]);
    // Every field is named here, so that a new one has to be filled too.
    let record = Record {
        path: path("files/a"),
        tag: 'f',
        size: 1,
        mtime_ns: 2,
        ctime_ns: 3,
        inode: 4,
        stamp_size: Some(5),
        side: 6,
        mode: 7,
        uid: 8,
        gid: 9,
        link: Some("x".into()),
        hard_link: Some(path("files/b")),
        xattrs: BTreeMap::from([("bg==".to_owned(), "dg==".to_owned())]),
        digest: Some(Digest::EMPTY),
        place: Some(place()),
        pieces: vec![piece()],
        same: Some(reference()),
        delta: Some(delta()),
        holes: vec![1, 2],
        sparse_digest: true,
        changed: true,
        rows,
    };
    let value = serde_json::to_value(&record).unwrap();
    assert_told(&value, &["x", "q", "at", "pc", "r", "d"], "Record", 23);
    assert_told(&serde_json::to_value(place()).unwrap(), &[], "Place", 5);
    assert_told(&serde_json::to_value(reference()).unwrap(), &[], "Reference", 2);
    assert_told(&serde_json::to_value(delta()).unwrap(), &["at", "pc", "v", "df"], "Delta", 6);
    assert_told(&serde_json::to_value(piece()).unwrap(), &["at"], "Piece", 3);
}

#[test]
fn every_field_of_a_manifest_is_specified() {
    let made = World::new().write_files(0, &[("files/a", text(1, 100))], |_| None);
    let source = SourceSummary {
        id: SourceId::from_random(1),
        kind: "sqlite".into(),
        label: "shop".into(),
        path: "databases/sqlite/shop".into(),
        origin: "/srv/shop.db".into(),
        files: 1,
        bytes: 2,
        rows: BTreeMap::from([("table".to_owned(), 1)]),
    };
    let manifest = Manifest {
        previous_manifest: Some(Digest::EMPTY),
        sources: vec![source],
        users: BTreeMap::from([(0, "root".to_owned())]),
        groups: BTreeMap::from([(0, "root".to_owned())]),
        issues: vec![Issue::new(IssueKind::Vanished, path("files/b"), "why")],
        issue_count: 1,
        ..made.manifest_of(2)
    };
    // As it is on disk, its own checksum included.
    let bytes = manifest_to_bytes(&manifest).unwrap();
    assert_eq!(parse_manifest(&bytes).unwrap(), manifest);
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_told(&value, &["users", "groups", "rows"], "9. The manifest", 43);
}

#[test]
fn the_numbers_in_the_text_are_those_of_the_code() {
    assert!(FORMAT.starts_with(&format!("# The archive format, version {FORMAT_VERSION}\n")));
    assert_eq!(BLOCK, 1 << 20);
    assert_eq!(MAX_MANIFEST, 16 << 20);
    for class in ["daily", "weekly", "monthly", "manual", "safety"] {
        assert!(class.parse::<Class>().is_ok() && FORMAT.contains(&format!("`{class}`")));
    }
    for tag in ["f", "d", "l", "p", "s", "b", "c", "-"] {
        assert!(section("Record").contains(&format!("`{tag}` ")), "{tag}");
    }
    let bytes = manifest_to_bytes(&World::new().write_files(0, &[], |_| None).manifest()).unwrap();
    assert!(bytes.starts_with(b"{\n  \"format\": 1,"));
}

#[test]
fn restore_py_stays_short_and_of_the_standard_library() {
    assert!(RESTORE_PY.lines().count() < 300);
    let imports: Vec<&str> = RESTORE_PY.lines().filter(|line| line.starts_with("import ")).collect();
    assert_eq!(imports, ["import base64, hashlib, json, os, re, shutil, stat, sys, tempfile, zlib"]);
}
