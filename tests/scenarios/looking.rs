//! Looking before restoring: the tree a page at a time, and a restore file by file before it is done.

use std::time::Duration;

use resguardo_domain::Kind;
use resguardo_engine::{
    EntryOrder, EntryQuery, Existing, RestoreDeed, RestoreEntries, RestoreLook, RestoreRequest, RestoreTarget,
};
use resguardo_tests::shop::{Shop, into_folder, text};

fn query(snapshot: &str, path: &str) -> EntryQuery {
    EntryQuery { snapshot: snapshot.into(), path: path.into(), limit: 100, ..EntryQuery::default() }
}

#[test]
fn a_folder_is_told_with_all_that_lies_below_it() {
    let shop = Shop::new();
    for (name, bytes) in [("2025/a.txt", 10), ("2025/deep/b.txt", 20), ("Zeta.txt", 5), ("alfa.txt", 7)] {
        shop.write(name, vec![b'x'; bytes]);
    }
    let id = shop.back_up();
    let page = shop.engine.entries_page(&query(&id, "files/data")).unwrap();
    let row = |row: &resguardo_engine::EntryRow| (row.entry.path.clone(), row.files, row.bytes);
    let told: Vec<_> = page.rows.iter().map(row).collect();
    let expected = [("2025", 2, 30), ("alfa.txt", 1, 7), ("first.txt", 1, 5), ("Zeta.txt", 1, 5)];
    let expected = expected.map(|(name, files, bytes)| (format!("files/data/{name}"), files, bytes));
    assert_eq!((told.as_slice(), page.total, page.files, page.bytes), (&expected[..], 4, 5, 47));
    assert_eq!(page.rows[0].entry.kind, "folder");
    let by_size = EntryQuery { order: EntryOrder::Size, descending: true, ..query(&id, "files/data") };
    let last = shop.engine.entries_page(&EntryQuery { offset: 3, ..by_size }).unwrap();
    assert_eq!((last.rows.len(), last.rows[0].bytes), (1, 5));
    let search = EntryQuery { search: Some("B.TX".into()), ..query(&id, "files") };
    let found = shop.engine.entries_page(&search).unwrap();
    assert_eq!((found.total, found.rows[0].entry.path.as_str()), (1, "files/data/2025/deep/b.txt"));
    let blank = EntryQuery { search: Some("  ".into()), ..query(&id, "files/data") };
    assert_eq!(shop.engine.entries_page(&blank).unwrap().total, 4);
}

#[test]
fn a_page_that_can_not_be_told_names_its_field() {
    let shop = Shop::new();
    let id = shop.back_up();
    let error = |query: EntryQuery| shop.engine.entries_page(&query).unwrap_err();
    let of = |change: &dyn Fn(&mut EntryQuery)| {
        let mut wanted = query(&id, "files/data");
        change(&mut wanted);
        let error = error(wanted);
        (error.kind, error.get("field").map(str::to_owned))
    };
    let invalid = |field: &str| (Kind::InvalidInput, Some(field.to_owned()));
    assert_eq!(of(&|q| q.limit = 0), invalid("limit"));
    assert_eq!(of(&|q| q.limit = 1001), invalid("limit"));
    assert_eq!(of(&|q| q.search = Some("x".repeat(501))), invalid("search"));
    assert_eq!(of(&|q| q.path = "files/data/first.txt".into()), invalid("path"));
    assert_eq!(of(&|q| q.path = "../etc".into()), invalid("path"));
    assert_eq!(of(&|q| q.path = "files/none".into()), (Kind::NotFound, None));
    assert_eq!(of(&|q| q.snapshot = "none@latest".into()), (Kind::NotFound, None));
    assert_eq!(of(&|q| q.snapshot = String::new()).0, Kind::NotFound);
}

/// A shop in which, after its backup, a file changed, one is gone and one stays.
fn changed() -> (Shop, RestoreRequest) {
    let shop = Shop::new();
    shop.write("tarifas.txt", "old prices");
    shop.write("gone.txt", "come back");
    let snapshot = shop.back_up();
    shop.write("tarifas.txt", "the new and longer prices");
    std::fs::remove_file(shop.data().join("gone.txt")).unwrap();
    let (target, existing) = (RestoreTarget::InPlace, Existing::Replace);
    let request = RestoreRequest { snapshot, paths: Vec::new(), target, existing, safety: true };
    (shop, request)
}

fn entries(shop: &Shop, request: &RestoreRequest, only: Option<RestoreDeed>) -> RestoreEntries {
    shop.engine.restore_entries(request, 0, 100, only).unwrap()
}

#[test]
fn a_restore_tells_what_stands_there_now_and_what_comes_back() {
    let (shop, request) = changed();
    let all = entries(&shop, &request, None);
    let preview = shop.engine.plan_restore(&request).unwrap();
    assert_eq!((all.total, all.cut), (preview.create + preview.replace + preview.same, false));
    let replaced = entries(&shop, &request, Some(RestoreDeed::Replace));
    assert_eq!((replaced.total, replaced.rows.len()), (1, 1));
    let row = &replaced.rows[0];
    assert_eq!(
        (row.path.as_str(), row.target.clone()),
        ("files/data/tarifas.txt", text(&shop.data().join("tarifas.txt")))
    );
    let now = row.now.unwrap();
    assert_eq!((now.size, row.back.size), (25, 10));
    assert!(now.mtime.unwrap() >= row.back.mtime.unwrap());
    let created = entries(&shop, &request, Some(RestoreDeed::Create));
    assert_eq!((created.total, created.rows[0].now), (1, None));
    assert_eq!(entries(&shop, &request, Some(RestoreDeed::Same)).rows[0].path, "files/data/first.txt");
    assert_eq!(entries(&shop, &request, Some(RestoreDeed::Skip)).total, 0);
    let page = shop.engine.restore_entries(&request, 2, 1, None).unwrap();
    assert_eq!((page.total, page.rows.as_slice()), (3, &all.rows[2..]));
    assert!(shop.engine.restore_entries(&request, 9, 1, None).unwrap().rows.is_empty());
}

#[test]
fn what_gets_another_name_is_shown_with_what_keeps_its_own() {
    let (shop, request) = changed();
    let both = RestoreRequest { existing: Existing::KeepBoth, ..request };
    let renamed = entries(&shop, &both, Some(RestoreDeed::Rename));
    assert_eq!(renamed.total, 1);
    assert_ne!(renamed.rows[0].target, text(&shop.data().join("tarifas.txt")));
    assert_eq!(renamed.rows[0].now.unwrap().size, 25);
}

#[test]
fn another_request_or_a_new_look_is_not_answered_from_memory() {
    let (shop, request) = changed();
    assert_eq!(entries(&shop, &request, Some(RestoreDeed::Replace)).total, 1);
    let elsewhere = RestoreRequest { target: into_folder(&shop.path("to")), ..request.clone() };
    let there = entries(&shop, &elsewhere, None);
    assert_eq!((there.total, entries(&shop, &elsewhere, Some(RestoreDeed::Create)).total), (3, 3));
    assert!(there.rows.iter().all(|row| row.target.starts_with(&text(&shop.path("to")))));
    shop.write("gone.txt", "somebody wrote it again");
    assert_eq!(shop.engine.plan_restore(&request).unwrap().replace, 2);
    assert_eq!(entries(&shop, &request, Some(RestoreDeed::Replace)).total, 2);
    let wrong = shop.engine.restore_entries(&request, 0, 0, None).unwrap_err();
    assert_eq!(wrong.get("field"), Some("limit"));
    let missing = RestoreRequest { paths: vec!["files/none".into()], ..request };
    assert_eq!(shop.engine.restore_entries(&missing, 0, 1, None).unwrap_err().kind, Kind::NotFound);
}

/// A shop with a file that takes its time to be compared.
fn heavy() -> (Shop, RestoreRequest) {
    let shop = Shop::new();
    shop.write("photos.bin", vec![7; 96 << 20]);
    let snapshot = shop.back_up();
    let (target, existing) = (RestoreTarget::InPlace, Existing::Replace);
    let request = RestoreRequest { snapshot, paths: Vec::new(), target, existing, safety: true };
    (shop, request)
}

#[test]
fn a_long_look_at_a_restore_says_at_once_how_far_it_is_and_ends_when_it_is_asked_for_again() {
    let (shop, request) = heavy();
    let first = shop.engine.look_at_restore(&request, Duration::ZERO).unwrap();
    assert!(matches!(first, RestoreLook::Looking { .. }), "{first:?}");
    let wait = Duration::from_secs(2);
    let told = (0..30).map(|_| shop.engine.look_at_restore(&request, wait).unwrap());
    let mut told = told.skip_while(|look| matches!(look, RestoreLook::Looking { .. }));
    let preview = shop.engine.plan_restore(&request).unwrap();
    assert_eq!((preview.same, preview.create), (2, 0));
    assert_eq!(told.next(), Some(RestoreLook::Done { preview }));
    assert_eq!(entries(&shop, &request, Some(RestoreDeed::Same)).total, 2);
}

#[test]
fn the_end_of_a_look_is_told_once_and_the_next_one_looks_anew() {
    let (shop, request) = changed();
    let wait = Duration::from_secs(2);
    let look = || match shop.engine.look_at_restore(&request, wait).unwrap() {
        RestoreLook::Done { preview } => (preview.replace, preview.same),
        looking @ RestoreLook::Looking { .. } => panic!("{looking:?}"),
    };
    assert_eq!(look(), (1, 1));
    shop.write("first.txt", "and this one too");
    assert_eq!(look(), (2, 0));
    let missing = RestoreRequest { paths: vec!["files/none".into()], ..request.clone() };
    assert_eq!(shop.engine.look_at_restore(&missing, wait).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn looks_at_several_restores_do_not_disturb_each_other() {
    let (shop, request) = changed();
    let others = (0..7)
        .map(|at| RestoreRequest { target: into_folder(&shop.path(&format!("to {at}"))), ..request.clone() });
    for other in others {
        shop.engine.look_at_restore(&other, Duration::ZERO).unwrap();
    }
    let last = shop.engine.look_at_restore(&request, Duration::from_secs(2)).unwrap();
    assert!(matches!(last, RestoreLook::Done { preview } if preview.replace == 1));
}
