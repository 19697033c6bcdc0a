//! What the window shows of the past: the activity, the calendar, where a snapshot came from, and its own choices.

use jiff::ToSpan as _;
use resguardo_domain::{Class, DrillExtent, Kind, Language, OperationState, Verb};
use resguardo_engine::{
    ActivityQuery, DrillReport, LanguageChoice, OperationRow, Request, Theme, WindowSettings,
};
use resguardo_tests::shop::{Shop, text};

const ALL: ActivityQuery<'_> = ActivityQuery { plan: None, verbs: &[], only_problems: false, search: None };

fn verbs(rows: &[OperationRow]) -> Vec<Verb> {
    rows.iter().map(|row| row.operation.verb).collect()
}

/// Two backups, a verification, and a backup that fails.
fn busy() -> Shop {
    let shop = Shop::new();
    shop.back_up();
    shop.write("facturas/enero.txt", "1");
    shop.back_up();
    shop.verify();
    std::fs::rename(shop.data(), shop.path("away")).unwrap();
    assert_eq!(shop.back_up_as(None).state, OperationState::Failed);
    shop
}

#[test]
fn the_activity_is_read_page_by_page_into_the_past() {
    let shop = busy();
    let first = shop.engine.operations_page(ALL, None, 3).unwrap();
    assert_eq!((verbs(&first.rows), first.more), (vec![Verb::BackUp, Verb::Verify, Verb::BackUp], true));
    assert_eq!(first.rows[0].plan_name.as_deref(), Some("shop"));
    let before = Some(&first.rows[2].operation.id);
    let rest = shop.engine.operations_page(ALL, before, 3).unwrap();
    assert_eq!((verbs(&rest.rows), rest.more), (vec![Verb::BackUp], false));
    let exact = shop.engine.operations_page(ALL, None, 4).unwrap();
    assert_eq!((exact.rows.len(), exact.more), (4, false));
}

#[test]
fn the_activity_can_be_narrowed() {
    let shop = busy();
    let count = |query: ActivityQuery<'_>| shop.engine.operations_page(query, None, 50).unwrap().rows.len();
    assert_eq!(count(ActivityQuery { verbs: &[Verb::Verify], ..ALL }), 1);
    assert_eq!(count(ActivityQuery { plan: Some("shop"), ..ALL }), 3);
    assert_eq!(count(ActivityQuery { only_problems: true, ..ALL }), 1);
    assert_eq!(count(ActivityQuery { search: Some(" SHOP "), ..ALL }), 3);
    assert_eq!(count(ActivityQuery { search: Some("backup_daily"), verbs: &[Verb::BackUp], ..ALL }), 2);
    assert_eq!(
        count(ActivityQuery { search: Some(&text(&shop.data())), ..ALL }),
        1,
        "the path that is missing"
    );
    assert_eq!(count(ActivityQuery { search: Some("bytes_total"), ..ALL }), 0, "names of fields are no text");
    let error = |query, before, limit| shop.engine.operations_page(query, before, limit).unwrap_err();
    assert_eq!(error(ALL, None, 0).get("field"), Some("limit"));
    assert_eq!(error(ALL, None, 501).get("field"), Some("limit"));
    assert_eq!(error(ActivityQuery { plan: Some("none"), ..ALL }, None, 50).kind, Kind::NotFound);
    let unknown = resguardo_domain::OperationId::from_random(1);
    assert_eq!(error(ALL, Some(&unknown), 50).kind, Kind::NotFound);
}

#[test]
fn the_activity_is_written_as_a_table_that_a_spreadsheet_opens() {
    let shop = busy();
    let file = text(&shop.path("actividad.csv"));
    let save = |query, file: &str, language| shop.engine.save_operations(query, file, language);
    assert_eq!(save(ALL, &file, Language::Spanish).unwrap(), 4);
    let bytes = std::fs::read(&file).unwrap();
    let table = String::from_utf8(bytes).unwrap();
    assert!(
        table.starts_with("\u{feff}Empezó;Terminó;Segundos;Plan;Qué;Cómo acabó;Archivos;Bytes;"),
        "{table}"
    );
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(lines.len(), 5);
    assert!(lines.iter().all(|line| line.len() == 11), "{table}");
    assert_eq!(&lines[1][3..6], ["shop", "copia", "no pudo terminar"], "the newest is the first");
    assert!(lines[1][6].is_empty() && !lines[1][10].is_empty(), "{table}");
    assert_eq!(lines[2][4], "comprobación");
    assert_eq!((lines[3][6], lines[3][9], lines[3][10]), ("2", "0", ""), "{table}");
    assert!(lines[3][7].parse::<u64>().unwrap() > 0 && lines[3][8].parse::<u64>().unwrap() > 0);
    assert!(lines[3][0].parse::<jiff::civil::DateTime>().is_ok(), "{table}");
    // What is there stays, and what can't be asked makes no file.
    assert_eq!(save(ALL, &file, Language::English).unwrap_err().kind, Kind::AlreadyExists);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), table);
    let other = text(&shop.path("otra.csv"));
    let unknown = ActivityQuery { plan: Some("none"), ..ALL };
    assert_eq!(save(unknown, &other, Language::English).unwrap_err().kind, Kind::NotFound);
    assert!(!shop.path("otra.csv").exists());
    assert_eq!(save(ALL, "", Language::English).unwrap_err().get("field"), Some("file"));
    let checks = ActivityQuery { verbs: &[Verb::Verify], ..ALL };
    assert_eq!(save(checks, &other, Language::English).unwrap(), 1);
    let table = std::fs::read_to_string(&other).unwrap();
    assert!(table.starts_with("\u{feff}Started,Ended,") && table.contains(",check,done,"), "{table}");
}

#[test]
fn no_name_is_a_formula_in_the_table() {
    let shop = Shop::without_plan();
    let mut draft = shop.draft(&[&shop.drive()]);
    shop.write("a.txt", "a");
    draft.name = "=1+1, x".to_owned();
    shop.engine.add_plan(draft).unwrap();
    shop.run(Request::BackUp { plan: "=1+1, x".into(), kind: None, class: Class::Manual });
    let file = text(&shop.path("table.csv"));
    shop.engine.save_operations(ALL, &file, Language::English).unwrap();
    let table = std::fs::read_to_string(&file).unwrap();
    assert!(table.contains(",\"'=1+1, x\","), "{table}");
}

#[test]
fn each_day_tells_what_it_has() {
    let shop = busy();
    shop.run(Request::BackUp { plan: "shop".into(), kind: None, class: Class::Manual });
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (from, to) = (today - 2.days(), today + 1.day());
    let days = shop.engine.days(Some("shop"), from, to, Some("UTC")).unwrap();
    assert_eq!(days.len(), 4);
    assert!(days.is_sorted_by_key(|day| day.date) && days[0].snapshots == 0 && days[0].class.is_none());
    let total: u64 = days.iter().map(|day| day.snapshots).sum();
    let failed: u64 = days.iter().map(|day| day.failed).sum();
    assert_eq!((total, failed), (2, 2));
    let made = days.iter().find(|day| day.snapshots > 0).unwrap();
    assert_eq!((made.class, made.full, made.waiting), (Some(Class::Daily), true, 0));
    let error = |from, to, zone| shop.engine.days(None, from, to, zone).unwrap_err();
    assert_eq!(error(to, from, None).get("field"), Some("to"));
    assert_eq!(error(from, from + 1101.days(), None).get("field"), Some("to"));
    assert_eq!(error(from, to, Some("Nowhere/Atlantis")).get("field"), Some("zone"));
    assert_eq!(shop.engine.days(Some("none"), from, to, None).unwrap_err().kind, Kind::NotFound);
    let ends = (jiff::civil::Date::MIN, jiff::civil::Date::MAX);
    assert_eq!(error(ends.0, ends.1, None).kind, Kind::InvalidInput);
}

#[test]
fn a_snapshot_tells_which_operation_made_it_and_which_databases_it_holds() {
    let shop = Shop::without_plan();
    shop.write("a.txt", "a");
    let connection = rusqlite::Connection::open(shop.path("caja.db")).unwrap();
    connection
        .execute_batch("CREATE TABLE a (b); CREATE TABLE c (d); INSERT INTO a VALUES (1), (2);")
        .unwrap();
    drop(connection);
    let mut draft = shop.draft(&[&shop.drive()]);
    draft.sqlite = vec![text(&shop.path("caja.db"))];
    shop.engine.add_plan(draft).unwrap();
    let operation = shop.back_up_as(None);
    let snapshots = shop.snapshots();
    assert_eq!(snapshots[0].operation, Some(operation.id));
    assert_eq!(shop.engine.snapshot("latest").unwrap(), snapshots[0]);
    let database = &snapshots[0].databases[0];
    assert_eq!((database.label.as_str(), database.tables, database.rows), ("caja", 2, 2));
    assert_eq!(snapshots[0].databases.len(), 1);
    assert!(shop.engine.entries("latest", &database.path).unwrap().len() == 1);
}

#[test]
fn the_first_run_ends_with_one_real_file_that_came_back() {
    let shop = Shop::new();
    shop.write("empty.txt", "");
    shop.write("newest.txt", "what was written last");
    let file = std::fs::File::options().write(true).open(shop.data().join("newest.txt")).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(5)).unwrap();
    let old = std::fs::File::options().write(true).open(shop.data().join("first.txt")).unwrap();
    old.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(500)).unwrap();
    shop.back_up();
    let drill = |shop: &Shop| shop.run(Request::Drill { plan: "shop".into(), extent: DrillExtent::OneFile });
    let operation = drill(&shop);
    assert_eq!(operation.state, OperationState::Succeeded, "{operation:?}");
    let report: DrillReport = serde_json::from_str(&operation.result.unwrap()).unwrap();
    assert_eq!((report.files, report.file.as_deref()), (1, Some("files/data/newest.txt")));
    let copy = &shop.snapshots()[0].destinations[0];
    assert_ne!(copy.verified, Some(resguardo_domain::VerifyLevel::Restored), "one file proves no snapshot");
    assert!(resguardo_tests::shop::files_below(&shop.home().join("temp")).is_empty());
}

#[test]
fn without_a_snapshot_there_is_no_file_to_bring_back() {
    let shop = Shop::new();
    let request = Request::Drill { plan: "shop".into(), extent: DrillExtent::OneFile };
    assert_eq!(shop.error_of(request).kind, Kind::NotFound);
}

#[test]
fn the_windows_choices_are_kept() {
    let shop = Shop::without_plan();
    assert_eq!(shop.engine.window_settings().unwrap(), WindowSettings::default());
    let chosen = WindowSettings {
        language: LanguageChoice::Es,
        theme: Theme::Dark,
        text_size: Some(125),
        stay: false,
        first_run_done: true,
    };
    shop.engine.set_window_settings(&chosen).unwrap();
    let engine = shop.reopened(resguardo_platform::system_context());
    assert_eq!(engine.window_settings().unwrap(), chosen);
    for size in [0, 79, 201] {
        let wrong = WindowSettings { text_size: Some(size), ..WindowSettings::default() };
        assert_eq!(engine.set_window_settings(&wrong).unwrap_err().get("field"), Some("text_size"));
    }
    assert_eq!(engine.window_settings().unwrap(), chosen);
    let computer = engine.computer_facts();
    assert_eq!(computer.home, text(&shop.home()));
    assert!(!computer.name.is_empty() && computer.catalog_bytes > 4096);
}
