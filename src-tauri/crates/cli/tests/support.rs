//! The log, the message for the technician, and the figures, as the real program writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

mod openmetrics;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

use program::Shop;

fn log(shop: &Shop) -> Vec<Value> {
    let text = fs::read_to_string(shop.path("home/logs/cli.log")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn unzipped(path: &Path) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut texts = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        texts.insert(name, text);
    }
    texts
}

/// Every file below a folder whose bytes hold the text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn each_operation_is_logged_once_at_its_beginning_and_once_at_its_end() {
    let shop = Shop::open();
    shop.with_plan();
    let before = log(&shop);
    assert_eq!(before.len(), 0, "nothing happened yet: {before:?}");
    let id = shop.ok(&["backup", "Shop", "--json"])["operation"]["id"].clone();
    fs::rename(shop.path("Documents"), shop.path("elsewhere")).unwrap();
    assert_eq!(shop.run(&["backup", "Shop"]).code, 1);
    shop.ok(&["list", "--json"]);

    let lines = log(&shop);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!((&lines[0]["message"], &lines[0]["plan"]), (&json!("operation started"), &lines[1]["plan"]));
    assert!(lines[0]["plan"].as_str().is_some_and(|plan| !plan.is_empty()));
    assert_eq!((&lines[1]["operation"], &lines[1]["state"]), (&id, &json!("succeeded")));
    assert!(lines[1]["bytes"].is_u64() && lines[1]["duration_ms"].is_i64());
    assert_eq!((&lines[3]["state"], &lines[3]["error"]), (&json!("failed"), &json!("source_missing")));
    assert!(lines[3]["facts"].as_str().unwrap().contains("Documents"), "{}", lines[3]);
    assert_eq!(lines[3]["level"], "error");
}

#[test]
fn nothing_is_logged_when_it_is_turned_off_and_a_log_that_cannot_be_written_fails_nothing() {
    let shop = Shop::open();
    shop.with_plan();
    let off = shop.command(&["backup", "Shop"]).env("RESGUARDO_LOG", "off").output().unwrap();
    assert!(off.status.success() && log(&shop).is_empty());
    fs::create_dir_all(shop.path("home/logs/cli.log")).unwrap();
    shop.ok(&["backup", "Shop", "--json"]);
}

#[test]
fn no_canary_is_found_anywhere_after_real_failures() {
    let shop = Shop::open();
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);
    let elsewhere = shop.text("elsewhere");
    // An operation of its own that fails, and whose row keeps why: its target can't be made below a file.
    let below_a_file = format!("{}/ftp:/u:CANARY1@h", shop.text("till.db"));
    let slips: &[&[&str]] = &[
        &["restore", "latest", "--to", &below_a_file],
        &["plan", "add", "A", "--sqlite", "postgres://u:CANARY1@db/x?sslkey=CANARY1", "--to", &elsewhere],
        &["plan", "add", "A", "--folder", "sftp://ana:CANARY1@host/x", "--to", &elsewhere],
        &["backup", "https://h/?token=CANARY1"],
        &["restore", "password=CANARY1", "--to", &elsewhere],
        &["destination", "test", "ana:CANARY1@host"],
        &["rebuild", "Bearer CANARY1xxxx"],
        &["config", "import", "secret=CANARY1"],
        &["plan", "edit", "Shop", "--rename", "s3://k:CANARY1@h"],
        &["plan", "add", "A", "--level", "token=CANARY1", "--to", &elsewhere],
        &["backup", "Shop", "--kind", "password=CANARY1"],
        &["backup", "Shop", "--password=CANARY1"],
    ];
    for slip in slips {
        for form in [&[][..], &["--json"], &["--lang", "es"]] {
            let run = shop.run(&[slip, form].concat());
            assert!(run.code != 0, "{slip:?}");
            assert!(
                !run.out.contains("CANARY1") && !run.err.contains("CANARY1"),
                "{slip:?}: {} {}",
                run.out,
                run.err
            );
        }
    }
    assert!(!log(&shop).is_empty());
    let bundle = shop.text("message.zip");
    shop.run(&["doctor", "--bundle", &bundle]);
    assert!(unzipped(Path::new(&bundle)).values().all(|text| !text.contains("CANARY1")));
    assert_eq!(files_with(&shop.path("home"), "CANARY1"), [""; 0]);
    // The search finds what is there.
    assert!(!files_with(&shop.path("home"), "Shop").is_empty());
}

#[test]
fn the_message_for_the_technician_says_exactly_what_is_in_it() {
    let shop = Shop::open();
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);
    let path = shop.text("message.zip");
    let answer = shop.ok(&["doctor", "--bundle", "message.zip", "--json"]);
    assert_eq!(answer["bundle"], json!(path));
    let texts = unzipped(Path::new(&path));
    let names: Vec<&str> = texts.keys().map(String::as_str).collect();
    assert_eq!(names, ["RESUMEN.txt", "SUMMARY.txt", "facts.json", "logs/cli.log"]);
    let mut answered: Vec<&str> =
        answer["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    answered.sort_unstable();
    assert_eq!(answered, names);
    for summary in [&texts["RESUMEN.txt"], &texts["SUMMARY.txt"]] {
        assert!(names.iter().all(|name| summary.contains(&format!("  {name}: "))), "{summary}");
        assert!(summary.contains("Shop") && summary.contains("copies (local)"), "{summary}");
    }
    assert!(texts["RESUMEN.txt"].starts_with("Mensaje para el técnico\n"));
    let facts: Value = serde_json::from_str(&texts["facts.json"]).unwrap();
    assert_eq!(facts["operations"].as_array().unwrap().len(), 1);
    assert!(facts["findings"].as_array().unwrap().iter().any(|finding| finding["what"] == "catalog"));
    assert!(texts["logs/cli.log"].lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));

    let before = fs::read(&path).unwrap();
    shop.fails(&["doctor", "--bundle", &path, "--json"], 2, "already_exists");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn an_anonymous_message_names_neither_user_nor_home() {
    let shop = Shop::open();
    let home = shop.path("");
    let run = |args: &[&str]| {
        let output = shop.command(args).env("HOME", &home).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["plan", "add", "Shop", "--folder", &shop.text("Documents"), "--to", &shop.text("copies")]);
    run(&["backup", "Shop"]);
    run(&["doctor", "--bundle", "named.zip"]);
    run(&["doctor", "--bundle", "message.zip", "--anonymous"]);
    let home = home.to_str().unwrap().trim_end_matches('/').to_owned();
    assert!(unzipped(&shop.path("named.zip")).values().any(|text| text.contains(&home)));
    let texts = unzipped(&shop.path("message.zip"));
    assert!(texts.values().all(|text| !text.contains(&home)), "{texts:?}");
    assert!(texts["SUMMARY.txt"].contains("[home]/Documents"), "{}", texts["SUMMARY.txt"]);
}

#[test]
fn the_figures_are_strict_openmetrics() {
    let shop = Shop::open();
    let empty = openmetrics::parse(&shop.run(&["metrics"]).out).unwrap();
    assert_eq!(empty["resguardo_operations"].samples.len(), 8);
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);
    shop.ok(&["verify", "--all", "--json"]);
    let text = shop.run(&["metrics"]).out;
    let families = openmetrics::parse(&text).unwrap();
    let plan = [("plan".to_owned(), "Shop".to_owned())];
    let copy = [("destination".to_owned(), "copies".to_owned()), plan[0].clone()];
    let value = |family: &str, labels: &[(String, String)]| {
        let labels: BTreeMap<_, _> = labels.iter().cloned().collect();
        families[family].samples.iter().find(|sample| sample.labels == labels).map(|sample| sample.value)
    };
    assert!(value("resguardo_plan_last_success_timestamp_seconds", &plan).unwrap() > 1.7e9);
    assert!(value("resguardo_plan_last_duration_seconds", &plan).unwrap() >= 0.0);
    assert_eq!(value("resguardo_plan_last_snapshot_files", &plan), Some(3.0));
    assert!(value("resguardo_plan_last_archive_bytes", &plan).unwrap() > 100.0);
    assert!(value("resguardo_plan_proven_copy_age_seconds", &copy).unwrap() >= 0.0);
    assert_eq!(value("resguardo_plan_waiting_archives", &copy), Some(0.0));
    assert!(value("resguardo_destination_free_bytes", &copy[..1]).unwrap() > 0.0);
    let succeeded = [("state".to_owned(), "succeeded".to_owned())];
    assert_eq!(value("resguardo_operations", &succeeded), Some(2.0));
    assert!(shop.ok(&["metrics", "--json"])["metrics"].as_str().unwrap().ends_with("# EOF\n"));
}

#[test]
fn the_parser_of_these_tests_is_strict() {
    let good = "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds x \\\"\\\\\\n\na_seconds{b=\"\\\"\\n\"} 1\n";
    assert!(openmetrics::parse(&format!("{good}# EOF\n")).is_ok());
    for bad in [
        good.to_owned(),
        format!("{good}# EOF"),
        format!("{good}# EOF\na 1\n"),
        format!("{good}{good}# EOF\n"),
        format!("{good}b 1\n# EOF\n"),
        format!("{good}\n# EOF\n"),
        "# TYPE a gauge\n# UNIT a seconds\n# EOF\n".to_owned(),
        "# TYPE a gauge\na 1\na 1\n# EOF\n".to_owned(),
        "# TYPE a gauge\na{b=\"x\\y\"} 1\n# EOF\n".to_owned(),
        "# TYPE a gauge\na{1b=\"x\"} 1\n# EOF\n".to_owned(),
        "# TYPE a gauge\na  1\n# EOF\n".to_owned(),
        "# TYPE a gauge\na one\n# EOF\n".to_owned(),
        "# TYPE a info\na 1\n# EOF\n".to_owned(),
        "# TYPE a gauge\na 1\n# HELP a late\n# EOF\n".to_owned(),
        "# TYPE a speed\n# EOF\n".to_owned(),
    ] {
        assert!(openmetrics::parse(&bad).is_err(), "{bad}");
    }
}
