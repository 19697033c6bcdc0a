//! Lines, levels, turning over, several writers, and that no canary gets through.

use std::ffi::OsString;
use std::fs;

use resguardo_domain::Secret;
use tracing::subscriber::with_default;

use super::*;

fn lines(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("cli.log")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn logged(wanted: Option<&str>, act: impl FnOnce()) -> (tempfile::TempDir, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = LogFile::small(folder.path(), file::MAX_BYTES);
    with_default(tracing_subscriber::registry().with(layer(file, wanted)), act);
    let lines = lines(folder.path());
    (folder, lines)
}

#[test]
fn an_event_is_one_line_of_json() {
    let (folder, lines) = logged(None, || {
        tracing::info!(operation = "a1", bytes = 7_u64, change = -1_i64, done = true, path = ?"x\ny", "operation ended");
    });
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!((&line["message"], &line["level"]), (&"operation ended".into(), &"info".into()));
    assert_eq!((&line["bytes"], &line["change"], &line["done"]), (&7.into(), &(-1).into(), &true.into()));
    assert!(line["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    assert_eq!(line["target"], "resguardo_platform::logs::tests");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("cli.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(folder);
}

#[test]
fn the_level_decides_and_others_are_heard_only_when_named() {
    let speak = || {
        tracing::error!("bad");
        tracing::info!("happened");
        tracing::debug!("in detail");
        tracing::error!(target: "hyper", "theirs");
    };
    for (wanted, expected) in [
        (None, 2),
        (Some(""), 2),
        (Some("nonsense"), 2),
        (Some("a=b=c"), 2),
        (Some("off"), 0),
        (Some("error"), 1),
        (Some("DEBUG"), 3),
        (Some("hyper=error,resguardo=debug"), 4),
    ] {
        assert_eq!(logged(wanted, speak).1.len(), expected, "{wanted:?}");
    }
}

#[test]
fn nothing_is_made_while_nothing_happens() {
    let (folder, _) = logged(None, || {});
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn no_canary_reaches_the_file() {
    let secret = Secret::new("CANARY");
    let (folder, lines) = logged(Some("trace"), || {
        tracing::warn!(url = "sftp://u:CANARY@h/x?k=CANARY", token = "CANARY", ?secret, "refused");
        tracing::warn!("login with password=CANARY from CANARY@example.com");
        tracing::warn!(long = format!("{} https://u:CANARY@h", "x".repeat(MAX - 14)), "cut");
    });
    assert_eq!(lines.len(), 3);
    let text = fs::read_to_string(folder.path().join("cli.log")).unwrap();
    assert!(!text.contains("CANARY"), "{text}");
    assert!(text.contains(HIDDEN) && text.len() < 2 * MAX);
}

/// As much as one field holds.
const MAX: usize = 8 << 10;

#[test]
fn files_turn_over_by_size_and_the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let file = LogFile::small(folder.path(), 10);
    for n in 0..12 {
        file.append(format!("{n:04}\n").as_bytes());
    }
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    let found: Vec<String> = file::generations(folder.path(), "cli").iter().map(read).collect();
    assert_eq!(found, ["0010\n0011\n", "0008\n0009\n", "0006\n0007\n", "0004\n0005\n", "0002\n0003\n"]);
}

#[test]
fn several_writers_lose_and_tear_no_line() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|threads| {
        for writer in 0..4 {
            let path = folder.path();
            threads.spawn(move || {
                // Each as a process of its own would have it.
                let file = LogFile::small(path, 4000);
                (0..50).for_each(|n| file.append(format!("{{\"writer\":{writer},\"n\":{n}}}\n").as_bytes()));
            });
        }
    });
    let mut seen = std::collections::BTreeSet::new();
    for path in file::generations(folder.path(), "cli") {
        for line in fs::read_to_string(path).unwrap().lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(seen.insert((value["writer"].as_u64(), value["n"].as_u64())), "{line}");
        }
    }
    assert_eq!(seen.len(), 200);
}

#[test]
fn a_log_that_cannot_be_written_disturbs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = LogFile::small(&folder.path().join("not/there"), 10);
    (0..5).for_each(|_| file.append(b"a line that is too long\n"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(files(&Home::at(folder.path())).is_empty());
    assert!(redacted(&folder.path().join("none"), &Redactor::default()).is_err());
}

#[test]
fn a_file_that_leaves_is_redacted_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cli.log");
    let whole = r#"{"message":"x","path":"C:\\Users\\ana\\\"a","api_key":"CANARY","deep":[{"n":1,"u":"ftp://a:CANARY@h"}]}"#;
    fs::write(&path, format!("{whole}\n{{\"torn\": \"password=CANARY")).unwrap();
    let redactor = Redactor::replacing([("ana".to_owned(), "[user]".to_owned())]);
    let text = redacted(&path, &redactor).unwrap();
    assert!(!text.contains("CANARY") && !text.contains("ana"), "{text}");
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["path"], r#"C:\Users\[user]\"a"#);
    assert_eq!(first["deep"][0]["n"], 1);
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn the_environment_names_the_level_and_a_panic_is_logged_without_its_secrets() {
    let home = tempfile::tempdir().unwrap();
    let home = Home::at(home.path());
    fs::create_dir_all(home.logs()).unwrap();
    fs::create_dir_all(home.locks()).unwrap();
    start(&home, Role::Agent, &|name| (name == VARIABLE).then(|| OsString::from("warn")));
    start(&home, Role::Cli, &|_| None);
    tracing::info!("not heard");
    let ended = std::thread::spawn(|| panic!("token=CANARY")).join();
    assert!(ended.is_err());
    let [path] = &files(&home)[..] else { panic!("one file") };
    assert!(path.ends_with("agent.log"));
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("panic") && !text.contains("CANARY") && !text.contains("not heard"), "{text}");
}
