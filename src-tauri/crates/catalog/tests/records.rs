//! A record comes back from the catalog exactly as the listing had it.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use resguardo_domain::{Delta, Digest, EntryPath, Method, Piece, Place, Record, Reference};
use support::{World, everything, ingest};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,2}",
        "[ -.0-~]{1,12}",
        "[^\\x00-\\x1f/\\\\\\x7f]{1,8}",
        "\u{FFFD}[0-9A-F]{2}[a-z]{0,3}"
    ]
    .prop_filter("a safe component", |name| EntryPath::parse(name).is_some_and(|path| !path.is_root()))
    .prop_filter("one component", |name| !name.contains('/'))
}

fn entry_path() -> impl Strategy<Value = EntryPath> {
    proptest::collection::vec(name(), 1..5).prop_map(|names| EntryPath::parse(&names.join("/")).unwrap())
}

fn place() -> impl Strategy<Value = Place> {
    let method = prop_oneof![Just(Method::Store), Just(Method::Deflate), Just(Method::Zstd)];
    (1_u32.., any::<u64>(), any::<u64>(), method, proptest::collection::vec(any::<u32>(), 0..4))
        .prop_map(|(part, offset, packed, method, blocks)| Place { part, offset, packed, method, blocks })
}

fn reference() -> impl Strategy<Value = Reference> {
    (any::<u64>(), entry_path()).prop_map(|(generation, path)| Reference { generation, path })
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let digest = proptest::option::of(any::<[u8; 32]>().prop_map(Digest));
    let piece =
        (any::<u64>(), digest, place()).prop_map(|(size, digest, place)| Piece { size, digest, place });
    proptest::collection::vec(piece, 0..3)
}

fn delta() -> impl Strategy<Value = Delta> {
    let runs = proptest::collection::vec(any::<u64>(), 0..6);
    (proptest::option::of(reference()), any::<u32>(), runs, proptest::option::of(place()), pieces()).prop_map(
        |(base, page, runs, place, pieces)| Delta {
            base,
            page,
            runs,
            place,
            differences: vec![0, 3, 2, 1],
            pieces,
        },
    )
}

prop_compose! {
    fn record()(
        path in entry_path(),
        tag in prop_oneof![Just('f'), Just('d'), Just('l'), Just('p'), Just('ñ')],
        numbers in (any::<u64>(), any::<i64>(), any::<i64>(), any::<u64>(), any::<u64>()),
        owner in (any::<u32>(), any::<u32>(), any::<u32>()),
        texts in (proptest::option::of(".{0,9}"), proptest::option::of(entry_path())),
        digest in proptest::option::of(any::<[u8; 32]>()),
        content in (
            proptest::option::of(place()),
            pieces(),
            proptest::option::of(reference()),
            proptest::option::of(delta()),
            proptest::collection::vec(any::<u64>(), 0..4),
        ),
        rare in (proptest::option::of(any::<u64>()), any::<bool>(), any::<bool>()),
        maps in (
            proptest::collection::btree_map("[a-zA-Z+/=]{1,5}", ".{0,5}", 0..3),
            proptest::collection::btree_map(".{1,5}", any::<u64>(), 0..3),
        ),
    ) -> Record {
        let mut record = Record::removed(path);
        record.tag = tag;
        (record.size, record.mtime_ns, record.ctime_ns, record.inode, record.side) = numbers;
        (record.mode, record.uid, record.gid) = owner;
        (record.link, record.hard_link) = texts;
        record.digest = digest.map(Digest);
        (record.place, record.pieces, record.same, record.delta, record.holes) = content;
        (record.stamp_size, record.changed, record.sparse_digest) = rare;
        (record.xattrs, record.rows) = maps;
        record
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_ingested_is_read_back_equal(records in proptest::collection::vec(record(), 1..20)) {
        let world = World::new();
        let catalog = world.open();
        let full = ingest(&world, &catalog, 1, None, records.clone());
        // Of two records of one path the later holds.
        let wanted: BTreeMap<_, _> = records.into_iter().map(|record| (record.path.clone(), record)).collect();

        let found = everything(&catalog, &full.id, "");

        let found: BTreeMap<_, _> =
            found.into_iter().map(|version| (version.record.path.clone(), version.record)).collect();
        prop_assert_eq!(&found, &wanted);
        for (path, record) in &wanted {
            let entry = catalog.entry(&full.id, path).unwrap().unwrap();
            prop_assert_eq!(&entry.record, record);
            prop_assert_eq!(entry.introduced, 1);
        }
        let view = catalog.view(&full.id).unwrap();
        for (path, record) in &wanted {
            let mut known = Vec::new();
            view.children(&path.parent().unwrap(), &mut known).unwrap();
            let known = known.iter().find(|known| known.name == path.name()).unwrap();
            prop_assert_eq!(known.stamp, record.stamp());
            prop_assert_eq!(known.digest, record.digest);
            prop_assert_eq!(known.changed, record.changed);
            prop_assert_eq!(&known.reference, &record.same);
        }
    }
}
