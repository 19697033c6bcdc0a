//! The story of a small business through the real program: a plan, backups, looking, restoring, undoing, and every slip.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

mod program;

use std::fs;

use program::{Shop, kind_of};
use serde_json::{Value, json};

#[test]
fn a_plan_is_backed_up_looked_at_restored_and_the_restore_undone() {
    let shop = Shop::open();
    shop.with_plan();

    let backup = shop.ok(&["backup", "Shop", "--json"]);
    assert_eq!(backup["operation"]["state"], "succeeded");
    assert_eq!((&backup["report"]["files"], &backup["report"]["kind"]), (&json!(3), &json!("full")));

    let list = shop.ok(&["list", "--json"]);
    let snapshot = &list["snapshots"][0];
    for field in [
        "id",
        "plan",
        "kind",
        "class",
        "generation",
        "created_at",
        "bytes_stored",
        "bytes_total",
        "files",
        "state",
        "destinations",
    ] {
        assert!(!snapshot[field].is_null(), "{field}");
    }
    let id = snapshot["id"].as_str().unwrap();

    let entries = shop.ok(&["ls", &id[..8], "files/Documents", "--json"]);
    let prices = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["path"] == "files/Documents/prices.txt")
        .unwrap();
    assert_eq!((&prices["type"], &prices["size"]), (&json!("file"), &json!(3)));
    assert!(prices["mtime"].is_string());
    let same = shop.ok(&["ls", "latest", shop.path("Documents").to_str().unwrap(), "--json"]);
    assert_eq!(same, entries);

    let found = shop.ok(&["find", "prices", "--json"]);
    assert_eq!(found["found"][0]["path"], "files/Documents/prices.txt");

    let back = shop.path("back");
    let restored = shop.ok(&["restore", "latest", "--to", back.to_str().unwrap(), "--json"]);
    assert_eq!((&restored["report"]["restored"], &restored["report"]["wanted"]), (&json!(3), &json!(3)));
    assert_eq!(fs::read_to_string(back.join("files/Documents/prices.txt")).unwrap(), "one");

    let operation = restored["operation"]["id"].as_str().unwrap();
    let undone = shop.ok(&["undo", &operation[..8], "--json"]);
    assert!(undone["report"]["removed"].as_u64().unwrap() >= 3);
    assert!(!back.join("files/Documents/prices.txt").exists());
    shop.fails(&["undo", operation, "--json"], 1, "cannot_undo");
}

#[test]
fn one_file_comes_back_to_its_place_by_the_path_of_this_computer() {
    let shop = Shop::open();
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);
    let prices = shop.path("Documents/prices.txt");
    fs::write(&prices, "spoiled").unwrap();

    let args = ["restore", "Shop@latest", prices.to_str().unwrap(), "--in-place"];
    let preview = shop.ok(&[&args[..], &["--dry-run", "--json"]].concat());
    assert_eq!((&preview["preview"]["replace"], &preview["preview"]["safety"]), (&json!(1), &json!(true)));
    assert_eq!(fs::read_to_string(&prices).unwrap(), "spoiled");

    let restored = shop.ok(&[&args[..], &["--json"]].concat());
    assert!(restored["report"]["safety"].is_string());
    assert_eq!(fs::read_to_string(&prices).unwrap(), "one");

    shop.ok(&["undo", restored["operation"]["id"].as_str().unwrap(), "--json"]);
    assert_eq!(fs::read_to_string(&prices).unwrap(), "spoiled");
}

#[test]
fn old_backups_are_proven_pinned_removed_and_deleted() {
    let shop = Shop::open();
    shop.with_plan();
    for round in 0..3 {
        fs::write(shop.path("Documents/prices.txt"), format!("round {round}")).unwrap();
        shop.ok(&["backup", "Shop", "--kind", "full", "--class", "daily", "--json"]);
    }
    let verified = shop.ok(&["verify", "--all", "--json"]);
    assert_eq!(verified["report"].as_array().unwrap().len(), 3);
    assert!(verified["report"].as_array().unwrap().iter().all(|row| row["level"] == "opened"));
    let drilled = shop.ok(&["verify", "latest", "--level", "restored", "--json"]);
    assert_eq!(drilled["report"][0]["level"], "restored");
    assert_eq!(drilled["operation"]["verb"], "drill");

    let plan = shop.ok(&["prune", "Shop", "--dry-run", "--json"]);
    assert_eq!(plan["report"]["rows"].as_array().unwrap().len(), 3);
    let kept = shop.ok(&["list", "Shop", "--json"]);
    let oldest = kept["snapshots"][0]["id"].as_str().unwrap();
    assert_eq!(shop.ok(&["pin", oldest, "--json"])["snapshot"]["pinned"], true);
    assert_eq!(shop.ok(&["unpin", oldest, "--json"])["snapshot"]["pinned"], false);

    shop.ok(&["plan", "edit", "Shop", "--keep-last", "2", "--json"]);
    let pruned = shop.ok(&["prune", "Shop", "--json"]);
    assert_eq!(pruned["report"]["deleted"], 1);
    let newest = shop.ok(&["show", "latest", "--json"]);
    let deleted = shop.ok(&["delete", newest["snapshot"]["id"].as_str().unwrap(), "--json"]);
    assert_eq!(deleted["report"]["deleted"], 1);
    assert_eq!(shop.ok(&["list", "--json"])["snapshots"].as_array().unwrap().len(), 1);
}

#[test]
fn a_table_that_shrank_is_told_with_figures_and_freezes_removal_until_it_is_accepted() {
    let shop = Shop::open();
    let till = rusqlite::Connection::open(shop.path("till.db")).unwrap();
    till.execute_batch(
        "with recursive n(i) as (select 3 union all select i + 1 from n where i < 1204) insert into sale select i from n;",
    )
    .unwrap();
    shop.with_plan();
    shop.ok(&["plan", "edit", "Shop", "--keep-last", "2", "--json"]);
    let backup = ["backup", "Shop", "--kind", "full", "--class", "daily"];
    (0..3).for_each(|_| drop(shop.ok(&[&backup[..], &["--json"]].concat())));
    till.execute_batch("delete from sale where id > 3").unwrap();

    let run = shop.run(&[&backup[..], &["--lang", "en"]].concat());
    let told = format!("{}{}", run.out, run.err);
    assert!(run.code == 3 && told.contains("rows of sale: 1,204 -> 3"), "{told}");
    for command in [&["status"][..], &["list"], &["show", "latest"]] {
        let run = shop.run(&[command, &["--lang", "es"]].concat());
        let told = format!("{}{}", run.out, run.err);
        assert!(told.contains("filas de sale: 1.204 -> 3") && told.contains("resguardo accept"), "{told}");
    }
    let shown = shop.ok(&["show", "latest", "--json"]);
    assert_eq!(shown["snapshot"]["flag"], "open");
    let frozen = shop.run(&["prune", "Shop", "--json"]);
    assert_eq!((frozen.code, &frozen.json()["report"]["refusal"]), (1, &json!("anomaly_open")));

    assert_eq!(shop.ok(&["refuse", "latest", "--json"])["snapshot"]["flag"], "refused");
    assert_eq!(shop.ok(&["accept", "latest", "--json"])["snapshot"]["flag"], "accepted");
    assert_eq!(shop.ok(&["prune", "Shop", "--json"])["report"]["deleted"], 2);
    let oldest = shop.ok(&["list", "--json"])["snapshots"][0]["id"].as_str().unwrap().to_owned();
    shop.fails(&["accept", &oldest, "--json"], 2, "invalid_input");
}

#[test]
fn every_slip_has_its_kind_and_exit_code_and_changes_nothing() {
    let shop = Shop::open();
    shop.with_plan();
    let documents = shop.text("Documents");
    let copies = shop.text("copies");
    let add = |rest: &[&'static str]| [&["plan", "add"], rest].concat();
    let with = |args: Vec<&'static str>, more: &[&str]| {
        let mut all: Vec<String> = args.into_iter().map(str::to_owned).collect();
        all.extend(more.iter().map(|word| (*word).to_owned()));
        all.push("--json".to_owned());
        all
    };
    let good = ["--folder", documents.as_str(), "--to", copies.as_str()];
    let slips: Vec<(Vec<String>, &str)> = vec![
        (with(add(&["Shop"]), &good), "already_exists"),
        (with(add(&["Other"]), &["--folder", &shop.text("nowhere"), "--to", &copies]), "source_missing"),
        (with(add(&["Other", "--keep-last", "0"]), &good), "invalid_input"),
        (with(add(&["Other", "--daily", "25:00"]), &good), "invalid_input"),
        (with(add(&["Other", "--level", "huge"]), &good), "invalid_input"),
        (with(add(&["a/b"]), &good), "invalid_input"),
        (with(add(&["Other"]), &["--to", &copies]), "invalid_input"),
        (with(add(&["Other"]), &["--folder", &documents]), "invalid_input"),
        (with(add(&["Other"]), &["--folder", &documents, "--to", "nobody"]), "not_found"),
        (
            with(add(&["Other"]), &["--folder", &documents, "--to", &shop.text("Documents/copies")]),
            "destination_inside_source",
        ),
        (with(vec!["backup", "nobody"], &[]), "not_found"),
        (with(vec!["show", "latest"], &[]), "not_found"),
        (with(vec!["restore", "latest"], &[]), "invalid_input"),
        (with(vec!["bakup"], &[]), "invalid_input"),
        (with(vec!["destination", "test", "nobody"], &[]), "not_found"),
        (with(vec!["config", "import"], &[&shop.text("nowhere.json")]), "not_found"),
    ];
    for (args, kind) in slips {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        shop.fails(&args, 2, kind);
    }
    assert_eq!(shop.ok(&["plan", "list", "--json"])["plans"].as_array().unwrap().len(), 1);
    assert_eq!(shop.ok(&["destination", "list", "--json"])["destinations"].as_array().unwrap().len(), 1);

    shop.ok(&["backup", "Shop", "--json"]);
    shop.fails(&["ls", "latest", "files/none", "--json"], 2, "not_found");
    shop.fails(&["ls", "latest", "/not/ours", "--json"], 2, "not_found");
    shop.fails(&["restore", "latest", "files/none", "--to", &shop.text("back"), "--json"], 2, "not_found");
}

#[test]
fn a_source_that_went_away_fails_the_backup_and_tells_what_to_do() {
    let shop = Shop::open();
    shop.with_plan();
    fs::rename(shop.path("Documents"), shop.path("elsewhere")).unwrap();
    let run = shop.run(&["backup", "Shop", "--json"]);
    assert_eq!((run.code, kind_of(&run)), (1, "source_missing".to_owned()));
    assert_eq!(run.json()["operation"]["state"], "failed");

    let run = shop.run(&["backup", "Shop", "--lang", "es"]);
    assert!(run.err.contains("Falló: No está lo que hay que copiar"), "{}", run.err);
    assert!(
        run.err.contains("Qué hacer: Las copias que tienes están a salvo.")
            && run.err.contains("Detalle técnico:")
    );
    assert_eq!(run.out, "");
    let doctor = shop.run(&["doctor", "--json"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor.json()["findings"].as_array().unwrap().iter().any(|finding| finding["level"] == "problem")
    );
}

#[test]
fn a_destination_that_is_away_is_waited_for() {
    let shop = Shop::open();
    shop.with_plan();
    fs::rename(shop.path("copies"), shop.path("away")).unwrap();
    let backup = shop.run(&["backup", "Shop", "--json"]);
    assert_eq!(backup.code, 3, "{}", backup.err);
    assert_eq!(backup.json()["report"]["waiting"][0]["destination"], "copies");
    assert_eq!(shop.ok(&["uploads", "--json"])["uploads"].as_array().unwrap().len(), 1);

    fs::rename(shop.path("away"), shop.path("copies")).unwrap();
    let sync = shop.ok(&["sync", "--json"]);
    assert_eq!(sync["report"]["sent"].as_array().unwrap().len(), 1);
    assert_eq!(shop.ok(&["uploads", "--json"])["uploads"], json!([]));
}

#[test]
fn another_computer_takes_the_backups_over() {
    let shop = Shop::open();
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);

    let other = Shop::open();
    other.ok(&["destination", "add", "usb", "--local", shop.path("copies").to_str().unwrap(), "--json"]);
    let adopted = other.ok(&["adopt", "usb", "--json"]);
    assert_eq!(adopted["report"]["found"], 1);
    let back = other.path("back");
    other.ok(&["restore", "latest", "--to", back.to_str().unwrap(), "--json"]);
    assert_eq!(fs::read_to_string(back.join("files/Documents/prices.txt")).unwrap(), "one");
}

#[test]
fn another_computer_at_the_same_drive_is_listed_and_a_forgery_is_named() {
    let (shop, office) = (Shop::open(), Shop::open());
    shop.with_plan();
    shop.ok(&["backup", "Shop", "--json"]);
    assert_eq!(shop.ok(&["status", "--json"])["computers"], json!([]));
    office.ok(&["destination", "add", "usb", "--local", &shop.text("copies"), "--json"]);
    assert_eq!(office.run(&["doctor", "--json"]).code, 0);
    let computers = office.ok(&["status", "--json"])["computers"].clone();
    let name = computers[0]["name"].as_str().unwrap().to_owned();
    assert_eq!((computers[0]["signed"].as_bool(), computers[0]["doubt"].is_null()), (Some(true), true));
    let told = office.run(&["status", "--lang", "es"]).out;
    assert!(told.contains("Otros equipos:") && told.contains(&format!("  {name}: última copia")), "{told}");

    let file = shop.path(&format!("copies/{name}/heartbeat.json"));
    let forged = std::fs::read_to_string(&file).unwrap().replace("\"failures\": 0", "\"failures\": 7");
    std::fs::write(&file, forged).unwrap();
    let doctor = office.run(&["doctor", "--lang", "en"]);
    assert_eq!(doctor.code, 1, "{}", doctor.out);
    let command = format!("resguardo doctor --forget-computer {name}");
    assert!(doctor.out.contains("can't be believed") && doctor.out.contains(&command), "{}", doctor.out);
    office.run(&["doctor", "--forget-computer", &name, "--json"]);
    assert_eq!(office.ok(&["status", "--json"])["computers"][0]["dismissed"], true);
}

#[test]
fn plans_and_destinations_are_shown_changed_and_removed() {
    let shop = Shop::open();
    shop.with_plan();
    let schedules = ["--daily", "02:00", "--weekly", "domingo", "02:30", "--monthly", "last", "03:00"];
    let edit = ["plan", "edit", "Shop", "--rename", "Tienda", "--part-size", "4G", "--json"];
    let plan = shop.ok(&[&edit[..], &schedules].concat());
    assert_eq!((&plan["plan"]["name"], &plan["plan"]["to"]), (&json!("Tienda"), &json!(["copies"])));
    assert_eq!(plan["plan"]["schedules"].as_array().unwrap().len(), 3);
    let shown = shop.run(&["plan", "show", "Tienda", "--lang", "es"]);
    for words in ["cada domingo a las 02:30", "el último día de cada mes", "partes de 4,3 GB", "14 diarias"]
    {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    let off =
        shop.ok(&["plan", "edit", "Tienda", "--switch-off", "weekly", "--switch-off", "monthly", "--json"]);
    let is_off = |plan: &Value, at: usize| plan["plan"]["schedules"][at]["off"] == true;
    assert_eq!([0, 1, 2].map(|at| is_off(&off, at)), [false, true, true]);
    let shown = shop.run(&["plan", "show", "Tienda", "--lang", "es"]);
    assert!(shown.out.contains("cada domingo a las 02:30 (apagado)"), "{}", shown.out);
    shop.ok(&["plan", "edit", "Tienda", "--switch-on", "weekly", "--json"]);
    shop.fails(&["plan", "edit", "Tienda", "--switch-off", "every", "--json"], 2, "invalid_input");
    assert_eq!(shop.run(&["plan", "edit", "Tienda", "--switch-off", "daily", "--daily", "03:00"]).code, 2);
    let plan = shop.ok(&["plan", "show", "Tienda", "--json"]);
    assert_eq!([0, 1, 2].map(|at| is_off(&plan, at)), [false, false, true]);
    let config = shop.text("config.json");
    shop.ok(&["config", "export", &config, "--json"]);
    shop.fails(&["config", "export", &config, "--json"], 2, "already_exists");
    assert_eq!(shop.ok(&["config", "import", &config, "--json"])["plans"], json!(["Tienda"]));

    shop.ok(&["destination", "edit", "copies", "--rename", "usb", "--json"]);
    assert_eq!(shop.ok(&["destination", "test", "usb", "--json"])["destination"]["connected"], true);
    assert_eq!(shop.ok(&["status", "--json"])["plans"][0]["plan"], "Tienda");
    assert_eq!(shop.ok(&["plan", "remove", "Tienda", "--json"])["removed"], "Tienda");
    shop.ok(&["destination", "remove", "usb", "--json"]);
    assert_eq!(shop.ok(&["plan", "list", "--json"])["plans"], json!([]));
}

#[test]
fn people_read_tables_and_scripts_read_one_object() {
    let shop = Shop::open();
    shop.with_plan();
    shop.run(&["backup", "Shop"]);
    let table = shop.run(&["list", "--lang", "en"]);
    assert!(
        table.out.starts_with("ID ") && table.out.contains("Shop") && table.out.contains("full"),
        "{}",
        table.out
    );
    let spanish = shop.run(&["ls", "latest", "files/Documents", "--lang", "es"]);
    assert!(spanish.out.contains("carpeta") || spanish.out.contains("archivo"), "{}", spanish.out);
    let operations = shop.run(&["operations", "--lang", "es"]);
    assert!(operations.out.contains("copia") && operations.out.contains("hecho"), "{}", operations.out);
    let table = shop.text("operations.csv");
    let saved = shop.ok(&["operations", "--csv", &table, "--plan", "Shop", "--lang", "es", "--json"]);
    let written = std::fs::read_to_string(&table).unwrap();
    assert_eq!(written.lines().count() as u64, saved["operations"].as_u64().unwrap() + 1);
    assert!(written.starts_with("\u{feff}Empezó;") && written.contains(";copia;hecho;"), "{written}");
    shop.fails(&["operations", "--csv", &table, "--json"], 2, "already_exists");
    assert_eq!(shop.run(&["operations", "--csv", &table, "--limit", "3"]).code, 2);
    for args in [&["list"][..], &["status"], &["operations"], &["doctor"], &["completions", "bash"]] {
        let run = shop.run(&[args, &["--json"]].concat());
        assert!(run.json().is_object(), "{args:?}");
        assert_eq!(run.out.lines().count(), 1, "{args:?}");
    }
}

/// A file that takes a while to pack, without being large.
#[cfg(unix)]
fn slow_file(path: &std::path::Path) {
    let words: Vec<u8> =
        (0_u32..).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 12).to_le_bytes()).take(96 << 20).collect();
    fs::write(path, words).unwrap();
}

#[cfg(unix)]
#[test]
fn one_interrupt_stops_the_backup_and_leaves_nothing_half_done() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let shop = Shop::open();
    shop.with_plan();
    shop.ok(&["plan", "edit", "Shop", "--level", "9", "--json"]);
    slow_file(&shop.path("Documents/slow.bin"));
    let mut run = shop
        .command(&["backup", "Shop", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(told.by_ref().any(|line| line.unwrap().starts_with("Backing up")));
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    assert!(told.any(|line| line.unwrap() == "Stopping…"));
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["operation"]["state"], "cancelled");
    assert_eq!(shop.ok(&["list", "--json"])["snapshots"], json!([]));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    use std::process::Stdio;

    let shop = Shop::open();
    shop.with_plan();
    for number in 0..2000 {
        fs::write(shop.path(&format!("Documents/file {number}.txt")), "x").unwrap();
    }
    shop.ok(&["backup", "Shop", "--json"]);
    let mut run = shop
        .command(&["ls", "latest", "files/Documents"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(run.stdout.take());
    let output = run.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn help_version_and_completions_need_no_home() {
    let shop = Shop::open();
    for (args, words) in [
        (&["--help"][..], "Usage: resguardo"),
        (&["plan", "add", "--help", "--lang", "es"], "Qué se copia:"),
        (&["--version"], "resguardo 0."),
        (&["completions", "bash"], "complete -F"),
    ] {
        let run = shop.run(args);
        assert_eq!(run.code, 0);
        assert!(run.out.contains(words), "{args:?}: {}", run.out);
    }
    let run = shop.run(&[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(!shop.path("home").exists());
}
