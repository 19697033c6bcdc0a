//! The first steps: what is found on a computer that nobody has set up yet.

use std::path::Path;

use resguardo_domain::Kind;
use resguardo_engine::FolderRole;
use resguardo_platform::UserFolders;
use resguardo_tests::shop::{Shop, text};

fn database(path: &Path, rows: u32) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("CREATE TABLE a (b TEXT); CREATE INDEX i ON a (b);").unwrap();
    for row in 0..rows {
        connection.execute("INSERT INTO a VALUES (?1)", [format!("{row:0900}")]).unwrap();
    }
}

/// A user whose folder is the shop's, with the program's home and a destination inside.
fn user(shop: &Shop) -> UserFolders {
    let known = ["Documents", "Music"].map(|name| shop.path(name));
    for folder in &known {
        std::fs::create_dir(folder).unwrap();
    }
    let [documents, music] = known;
    UserFolders {
        home: shop.dir.path().to_owned(),
        known: vec![(FolderRole::Documents, documents), (FolderRole::Music, music)],
    }
}

#[test]
fn folders_that_hurt_to_lose_are_recommended() {
    let shop = Shop::without_plan();
    let user = user(&shop);
    let found = shop.engine.suggest_sources(Some(&user));
    let told: Vec<_> = found.iter().map(|source| (source.role, source.recommended)).collect();
    assert_eq!(told, [(FolderRole::Documents, true), (FolderRole::Music, false)]);
    assert_eq!(found[0].path, text(&shop.path("Documents")));
    assert!(shop.engine.suggest_sources(None).is_empty());
}

#[test]
fn a_folder_is_measured_as_a_backup_would_copy_it() {
    let shop = Shop::without_plan();
    shop.add_plan(&[&shop.drive()]);
    for (name, bytes) in [("a.txt", 10), ("b/c.txt", 20), ("b/Thumbs.db", 500), (".cache/x", 700)] {
        shop.write(name, vec![b'x'; bytes]);
    }
    let measured = shop.engine.measure_folder(&text(&shop.data()), 10_000).unwrap();
    let snapshot = shop.back_up();
    let copied = shop.engine.snapshot(&snapshot).unwrap();
    assert_eq!((measured.files, measured.bytes, measured.complete), (2, 30, true));
    assert_eq!((copied.files, copied.bytes_total), (measured.files, measured.bytes));
    // The whole shop, without the program's own home and its destination.
    let around = shop.engine.measure_folder(&text(shop.dir.path()), 10_000).unwrap();
    assert_eq!((around.files, around.bytes), (2, 30));
    let hurried = shop.engine.measure_folder(&text(&shop.data()), 0).unwrap();
    assert!(!hurried.complete);
}

#[test]
fn what_can_not_be_measured_is_told_with_its_field() {
    let shop = Shop::without_plan();
    let error = shop.engine.measure_folder(&text(&shop.path("nowhere")), 100).unwrap_err();
    assert_eq!((error.kind, error.get("field")), (Kind::SourceMissing, Some("path")));
    shop.write("a.txt", "a");
    let file = shop.engine.measure_folder(&text(&shop.data().join("a.txt")), 100).unwrap_err();
    assert_eq!((file.kind, file.get("field")), (Kind::InvalidInput, Some("path")));
    for error in [
        shop.engine.measure_folder("", 100).unwrap_err(),
        shop.engine.measure_folder(&text(&shop.data()), 60_001).unwrap_err(),
        shop.engine.suggest_databases(None, u64::MAX).unwrap_err(),
    ] {
        assert_eq!(error.kind, Kind::InvalidInput, "{error}");
        assert!(matches!(error.get("field"), Some("path" | "budget_ms")), "{error}");
    }
}

#[test]
fn databases_of_the_owner_are_found_the_larger_first_and_the_programs_own_are_not() {
    let shop = Shop::without_plan();
    shop.add_plan(&[&shop.drive()]);
    let user = user(&shop);
    database(&shop.path("Documents/agenda.db"), 3);
    database(&shop.path("caja/ventas.dat"), 200);
    database(&shop.path("Documents/cache/pages.db"), 300);
    database(&shop.drive().join("copy.db"), 300);
    let found = shop.engine.suggest_databases(Some(&user), 20_000).unwrap();
    assert!(found.complete);
    let paths: Vec<_> = found.databases.iter().map(|database| database.path.clone()).collect();
    assert_eq!(paths, [text(&shop.path("caja/ventas.dat")), text(&shop.path("Documents/agenda.db"))]);
    assert!(found.databases[0].size > found.databases[1].size && found.databases[0].mtime.is_some());
}

#[test]
fn an_old_database_comes_after_those_in_use() {
    let shop = Shop::without_plan();
    let user = user(&shop);
    database(&shop.path("caja/small.db"), 3);
    database(&shop.path("caja/old.db"), 300);
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = std::fs::File::options().write(true).open(shop.path("caja/old.db")).unwrap();
    file.set_modified(old).unwrap();
    let found = shop.engine.suggest_databases(Some(&user), 20_000).unwrap();
    let sizes: Vec<_> = found.databases.iter().map(|database| database.path.ends_with("old.db")).collect();
    assert_eq!(sizes, [false, true]);
}

#[test]
fn a_place_on_the_same_disk_is_told_as_no_protection() {
    let shop = Shop::without_plan();
    let places = shop.engine.suggest_places(Some(&user(&shop)));
    let own = places.iter().find(|place| text(shop.dir.path()).starts_with(&place.path)).unwrap();
    assert!(own.same_disk && own.total >= own.free, "{own:?}");
    assert!(places.is_sorted_by_key(|place| place.same_disk), "{places:?}");
}
