//! Looking at snapshots of any date, finding names, and what the next backup asks.
#![allow(clippy::unwrap_used)]

mod support;

use resguardo_catalog::Known;
use resguardo_domain::{Class, Kind, Reference};
use support::{
    World, digest, everything, file, folder, gone, ingest, manifest, names, path, plan_id, snapshot_id,
};

#[test]
fn folders_that_no_record_names_are_listed() {
    let world = World::new();
    let catalog = world.open();
    let records = vec![
        file("LEEME-README.txt", 1),
        folder("files/docs/2026"),
        file("files/docs/2026/a", 2),
        file("files/docs-old/b", 3),
        file("files/docs b/c", 4),
        file("databases/sqlite/caja.db", 5),
    ];
    let full = ingest(&world, &catalog, 1, None, records);
    let listed = |folder: &str| {
        let children = catalog.children(&full.id, &path(folder)).unwrap();
        children
            .into_iter()
            .map(|child| (child.record.path.name().to_owned(), child.record.tag, child.introduced))
            .collect::<Vec<_>>()
    };
    let entry = |name: &str, tag: char, introduced: u64| (name.to_owned(), tag, introduced);

    assert_eq!(
        listed(""),
        [entry("LEEME-README.txt", 'f', 1), entry("databases", 'd', 0), entry("files", 'd', 0)]
    );
    assert_eq!(listed("files"), [entry("docs", 'd', 0), entry("docs b", 'd', 0), entry("docs-old", 'd', 0)]);
    assert_eq!(listed("files/docs"), [entry("2026", 'd', 1)]);
    assert!(listed("files/doc").is_empty());
    assert_eq!(catalog.entry(&full.id, &path("files/docs")).unwrap().unwrap().introduced, 0);
    assert_eq!(catalog.entry(&full.id, &path("files/doc")).unwrap(), None);
}

#[test]
fn a_folder_comes_before_what_it_holds_when_descending() {
    let world = World::new();
    let catalog = world.open();
    let records = vec![
        file("files/a/z", 1),
        file("files/a b/y", 2),
        folder("files/a"),
        folder("files/a b"),
        file("files/a/b/x", 3),
        folder("files/a/b"),
    ];
    let full = ingest(&world, &catalog, 1, None, records);
    assert_eq!(
        names(&everything(&catalog, &full.id, "")),
        ["files/a", "files/a b", "files/a/b", "files/a/z", "files/a b/y", "files/a/b/x"]
    );
    assert_eq!(
        names(&everything(&catalog, &full.id, "files/a")),
        ["files/a", "files/a/b", "files/a/z", "files/a/b/x"]
    );
    assert_eq!(names(&everything(&catalog, &full.id, "files/a/z")), ["files/a/z"]);
}

#[test]
fn a_folder_larger_than_a_page_is_given_whole_and_the_visitor_may_stop() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(
        &world,
        &catalog,
        1,
        None,
        (0..10_000).map(|at| file(&format!("files/{at:05}"), at)).collect(),
    );
    let all = everything(&catalog, &full.id, "");
    assert_eq!(all.len(), 10_000);
    assert!(all.is_sorted_by_key(|version| version.record.path.clone()));
    let mut seen = 0;
    let stopped = catalog.descend(&full.id, &path(""), &mut |_| {
        seen += 1;
        if seen == 5000 { Err(resguardo_domain::Error::cancelled()) } else { Ok(()) }
    });
    assert!(stopped.unwrap_err().is_cancelled());
    assert_eq!(seen, 5000);
}

#[test]
fn a_name_is_found_across_all_dates() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(
        &world,
        &catalog,
        1,
        None,
        vec![file("files/Factura 7.pdf", 1), file("files/b", 9), file("files/Clínica/año.odt", 3)],
    );
    let second = ingest(&world, &catalog, 2, Some(&full), vec![file("files/Factura 7.pdf", 2)]);
    let third = ingest(&world, &catalog, 3, Some(&second), vec![gone("files/Factura 7.pdf")]);
    let again = ingest(&world, &catalog, 4, None, vec![file("files/Factura 7.pdf", 2)]);
    let find = |pattern: &str| catalog.find(pattern, Some(&plan_id()), 100).unwrap();

    for pattern in ["factura", "*.PDF", "iles/factura", "FILES/FACT*7.p?f"] {
        let found = find(pattern);
        assert_eq!(found.len(), 1, "{pattern}");
        assert_eq!(found[0].path, path("files/Factura 7.pdf"));
        assert_eq!((found[0].size, found[0].tag, found[0].versions), (2, 'f', 2));
        assert_eq!((&found[0].first, &found[0].last), (&full.id, &again.id));
    }
    assert_eq!(find("AÑO")[0].last, third.id);
    assert!(find("nothing").is_empty());
    assert_eq!(catalog.find("", None, 2).unwrap().len(), 2);

    catalog.remove_snapshot(&world.cx, &full.id).unwrap();
    assert_eq!(find("factura")[0].first, second.id);
    catalog.remove_snapshot(&world.cx, &second.id).unwrap();
    catalog.remove_snapshot(&world.cx, &third.id).unwrap();
    assert_eq!(find("factura")[0].first, again.id);
    assert!(find("año").is_empty());
}

#[test]
fn a_safety_snapshot_in_between_disturbs_neither_the_states_nor_the_newest() {
    let world = World::new();
    let catalog = world.open();
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1), file("files/b", 1)]);
    let mut safety = manifest(2, resguardo_domain::ArchiveKind::Full, None);
    safety.class = Class::Safety;
    catalog.ingest(&world.cx, &safety, digest(2), [Ok(file("files/a", 5))].into_iter()).unwrap();
    let next = ingest(&world, &catalog, 3, Some(&full), vec![file("files/b", 2)]);

    assert_eq!(names(&everything(&catalog, &safety.id, "")), ["files/a"]);
    let sizes: Vec<_> =
        everything(&catalog, &next.id, "").iter().map(|version| version.record.size).collect();
    assert_eq!(sizes, [1, 2]);
    let at = |generation| catalog.record_at(&plan_id(), generation, &path("files/a")).unwrap();
    assert_eq!(at(1).unwrap().record.size, 1);
    assert_eq!(at(2).unwrap().record.size, 5);
    assert_eq!(at(3), None);
}

#[test]
fn the_next_backup_sees_what_each_folder_held() {
    let world = World::new();
    let catalog = world.open();
    let mut odd = file("files/odd", 3);
    odd.stamp_size = Some(99);
    odd.changed = true;
    odd.place = None;
    odd.same = Some(Reference { generation: 1, path: path("files/origin") });
    let full = ingest(&world, &catalog, 1, None, vec![file("files/a", 1), file("files/gone/x", 2)]);
    let next = ingest(&world, &catalog, 2, Some(&full), vec![odd.clone(), gone("files/gone/x")]);

    let view = catalog.view(&next.id).unwrap();
    let mut known: Vec<Known> = Vec::new();
    let id = view.children(&path("files"), &mut known).unwrap().unwrap();

    assert_eq!(known.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(), ["a", "odd"]);
    assert_eq!(known[1].stamp, odd.stamp());
    assert!(known[1].changed);
    assert_eq!(known[1].content(&path("files")), odd.same.clone().unwrap());
    assert_eq!(known[0].content(&path("files")), Reference { generation: 1, path: path("files/a") });
    assert_eq!(view.folders().unwrap(), [id]);
    assert_eq!(view.folder_path(id).unwrap(), path("files"));
    assert_eq!(view.record(&path("files/odd")).unwrap().unwrap().record, odd);
    assert_eq!(view.children(&path("nowhere"), &mut known).unwrap(), None);
    assert!(known.is_empty());
    assert_eq!(catalog.view(&snapshot_id(9)).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn moved_and_copied_files_are_recognised_by_content() {
    let world = World::new();
    let catalog = world.open();
    let mut copy = file("files/copy", 8);
    copy.place = None;
    copy.same = Some(Reference { generation: 1, path: path("files/x/eight") });
    let mut empty = file("files/empty", 0);
    empty.digest = Some(resguardo_domain::Digest::EMPTY);
    let full = ingest(
        &world,
        &catalog,
        1,
        None,
        vec![file("files/x/seven", 7), file("files/x/eight", 8), file("files/y/seven", 7), empty],
    );
    let next =
        ingest(&world, &catalog, 2, Some(&full), vec![copy, gone("files/x/eight"), gone("files/x/seven")]);

    let mut index = catalog.view(&next.id).unwrap().content_index().unwrap();

    assert!(index.has_size(7) && index.has_size(8) && !index.has_size(0) && !index.has_size(9));
    let seven = Reference { generation: 1, path: path("files/y/seven") };
    assert_eq!(index.find(7, &digest(7)).unwrap(), Some(seven));
    // A file that is itself a reference names the bytes, not the reference.
    let eight = Reference { generation: 1, path: path("files/x/eight") };
    assert_eq!(index.find(8, &digest(8)).unwrap(), Some(eight));
    assert_eq!(index.find(9, &digest(8)).unwrap(), None);
    assert_eq!(index.find(9, &digest(9)).unwrap(), None);
}

#[test]
fn views_work_on_threads_of_their_own() {
    let world = World::new();
    let catalog = world.open();
    let records = (0..400).map(|at| file(&format!("files/{}/{at}", at % 20), at)).collect();
    let full = ingest(&world, &catalog, 1, None, records);
    let seen: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let view = catalog.view(&full.id).unwrap();
                scope.spawn(move || {
                    let mut known = Vec::new();
                    (worker..20)
                        .step_by(4)
                        .map(|at| {
                            view.children(&path(&format!("files/{at}")), &mut known).unwrap();
                            known.len()
                        })
                        .sum::<usize>()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(seen, 400);
}
