//! A folder a page at a time agrees with looking at each entry.
#![allow(clippy::unwrap_used)]

mod support;

use resguardo_catalog::{Catalog, Page, PageOrder, PageQuery};
use resguardo_domain::{Kind, SnapshotId};
use support::*;

fn query(snapshot: &SnapshotId, folder: &str) -> PageQuery {
    PageQuery {
        snapshot: snapshot.clone(),
        folder: path(folder),
        search: None,
        order: PageOrder::Name,
        descending: false,
    }
}

fn all(catalog: &Catalog, query: &PageQuery) -> Page {
    catalog.page(query, 0, 1000).unwrap()
}

fn rows(page: &Page) -> Vec<(String, u64, u64)> {
    let row =
        |row: &resguardo_catalog::PageRow| (row.version.record.path.name().to_owned(), row.files, row.bytes);
    page.rows.iter().map(row).collect()
}

fn told(rows: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
    rows.iter().map(|(name, files, bytes)| ((*name).to_owned(), *files, *bytes)).collect()
}

/// Two snapshots; `a b` sorts between `a` and what is in it.
fn office(world: &World, catalog: &Catalog) -> (SnapshotId, SnapshotId) {
    let records = vec![
        folder("f"),
        folder("f/a"),
        file("f/a b/1.txt", 100),
        file("f/a/1.txt", 1),
        file("f/a/deep/er/2.txt", 20),
        file("f/B.txt", 7),
        folder("f/empty"),
        file("f/c.txt", 3),
        file("f/zoo/Factura.pdf", 5),
    ];
    let first = ingest(world, catalog, 1, None, records);
    let changed = vec![gone("f/a b/1.txt"), file("f/a/3.txt", 1000), file("f/d.txt", 4)];
    let second = ingest(world, catalog, 2, Some(&first), changed);
    (first.id, second.id)
}

#[test]
fn folders_come_first_with_what_lies_below_them() {
    let world = World::new();
    let catalog = world.open();
    let (first, second) = office(&world, &catalog);
    let page = all(&catalog, &query(&first, "f"));
    let folders = [("a", 2, 21), ("a b", 1, 100), ("empty", 0, 0), ("zoo", 1, 5)];
    let files = [("B.txt", 1, 7), ("c.txt", 1, 3)];
    assert_eq!(rows(&page), told(&[&folders[..], &files[..]].concat()));
    assert_eq!((page.total, page.files, page.bytes, page.cut), (6, 6, 136, false));
    let later = rows(&all(&catalog, &query(&second, "f")));
    let folders = [("a", 3, 1021), ("empty", 0, 0), ("zoo", 1, 5)];
    let files = [("B.txt", 1, 7), ("c.txt", 1, 3), ("d.txt", 1, 4)];
    assert_eq!(later, told(&[&folders[..], &files[..]].concat()));
    assert_eq!(rows(&all(&catalog, &query(&first, ""))), told(&[("f", 6, 136)]));
    assert_eq!(all(&catalog, &query(&first, "nowhere")).total, 0);
    assert_eq!(catalog.page(&query(&snapshot_id(9), ""), 0, 9).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn pages_join_without_gaps_and_agree_with_children() {
    let world = World::new();
    let catalog = world.open();
    let (_, second) = office(&world, &catalog);
    for at in ["", "f", "f/a", "f/a/deep"] {
        let whole = all(&catalog, &query(&second, at));
        let mut parts = Vec::new();
        for offset in 0..=whole.total {
            let page = catalog.page(&query(&second, at), offset, 1).unwrap();
            assert_eq!(page.total, whole.total);
            parts.extend(page.rows);
        }
        assert_eq!(parts, whole.rows, "{at}");
        let mut versions: Vec<_> = whole.rows.into_iter().map(|row| row.version).collect();
        versions.sort_by(|a, b| a.record.path.name().cmp(b.record.path.name()));
        assert_eq!(versions, catalog.children(&second, &path(at)).unwrap(), "{at}");
        let below = everything(&catalog, &second, at).into_iter().filter(|version| version.record.tag == 'f');
        let sum = below.fold((0, 0), |sum, version| (sum.0 + 1, sum.1 + version.record.size));
        assert_eq!((whole.files, whole.bytes), sum, "{at}");
    }
}

#[test]
fn each_order_has_two_directions_and_folders_stay_first() {
    let world = World::new();
    let catalog = world.open();
    let (_, second) = office(&world, &catalog);
    let names = |order, descending| -> Vec<String> {
        let query = PageQuery { order, descending, ..query(&second, "f") };
        rows(&all(&catalog, &query)).into_iter().map(|(name, ..)| name).collect()
    };
    assert_eq!(names(PageOrder::Name, true), ["zoo", "empty", "a", "d.txt", "c.txt", "B.txt"]);
    assert_eq!(names(PageOrder::Size, true), ["a", "zoo", "empty", "B.txt", "d.txt", "c.txt"]);
    assert_eq!(names(PageOrder::Size, false), ["empty", "zoo", "a", "c.txt", "d.txt", "B.txt"]);
    let modified = names(PageOrder::Modified, true);
    assert_eq!(modified[3..], ["B.txt", "d.txt", "c.txt"]);
}

#[test]
fn a_search_stays_below_its_folder_and_in_its_snapshot() {
    let world = World::new();
    let catalog = world.open();
    let (first, second) = office(&world, &catalog);
    let found = |snapshot: &SnapshotId, folder: &str, text: &str| -> Vec<String> {
        let query = PageQuery { search: Some(text.into()), ..query(snapshot, folder) };
        all(&catalog, &query).rows.iter().map(|row| row.version.record.path.to_string()).collect()
    };
    assert_eq!(found(&first, "", "1.TXT"), ["f/a b/1.txt", "f/a/1.txt"]);
    assert_eq!(found(&second, "", "1.txt"), ["f/a/1.txt"]);
    assert_eq!(found(&first, "f/a", "txt"), ["f/a/1.txt", "f/a/deep/er/2.txt"]);
    assert_eq!(found(&first, "f", "factura"), ["f/zoo/Factura.pdf"]);
    assert_eq!(found(&first, "", "empty"), ["f/empty"]);
    assert_eq!(found(&second, "", "?.txt").len(), 6);
    assert!(found(&second, "", "nothing").is_empty());
}

#[test]
fn a_removed_snapshot_is_not_shown_from_memory() {
    let world = World::new();
    let catalog = world.open();
    let (first, second) = office(&world, &catalog);
    all(&catalog, &query(&second, "f"));
    catalog.remove_snapshot(&world.cx, &second).unwrap();
    assert_eq!(catalog.page(&query(&second, "f"), 0, 10).unwrap_err().kind, Kind::NotFound);
    assert_eq!(all(&catalog, &query(&first, "f")).total, 6);
}

#[test]
fn a_search_that_finds_too_much_says_so() {
    let world = World::new();
    let catalog = world.open();
    let records = (0..5100).map(|number| file(&format!("f/{number:05}.txt"), number)).collect();
    let id = ingest(&world, &catalog, 1, None, records).id;
    let page = all(&catalog, &PageQuery { search: Some("txt".into()), ..query(&id, "") });
    assert_eq!((page.total, page.cut, page.rows.len(), page.files), (5000, true, 1000, 5100));
}
