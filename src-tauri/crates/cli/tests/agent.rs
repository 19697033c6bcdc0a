//! The real agent as a process: it serves what is due, answers the command line, survives being stopped and killed, costs nothing
//! while it waits, and starts by itself when it is installed.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests end by them"
)]

mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use program::{Shop, kind_of, until};
use serde_json::{Value, json};

/// Nothing here takes nearly so long; it is only there so that a mistake ends.
const PATIENCE: Duration = Duration::from_secs(120);
/// The promise: an agent that is asked to end has ended after so long.
const END: Duration = Duration::from_secs(10);

struct Agent(Child);

impl Agent {
    /// Starts it and waits until it answers.
    fn of(shop: &Shop) -> Self {
        let mut command = shop.command(&["agent", "run"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let agent = Self(child);
        until(PATIENCE, || status(shop)["running"] == true);
        agent
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(status.success(), "{signal}");
    }

    /// Asks it to end and tells how it did.
    fn end(mut self) -> Option<i32> {
        self.signal("-TERM");
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(started.elapsed() < END, "still there {END:?} after it was asked to end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A file of the kernel about its process.
    fn proc(&self, name: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{name}", self.0.id())).unwrap()
    }

    /// A number out of such a file.
    fn number(&self, name: &str, field: &str) -> u64 {
        let text = self.proc(name);
        let line = text.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Seconds of processor time so far.
    fn seconds(&self) -> f64 {
        let text = self.proc("stat");
        let fields: Vec<&str> = text.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        // The kernel counts in hundredths of a second for programs.
        ticks as f64 / 100.0
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn status(shop: &Shop) -> Value {
    shop.ok(&["agent", "status", "--json"])["agent"].clone()
}

/// Gives the plan a single date in so many seconds.
fn once_in(shop: &Shop, seconds: i64) {
    let at = Timestamp::now() + SignedDuration::from_secs(seconds);
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).datetime().round(jiff::Unit::Second).unwrap();
    let file = shop.text("settings.json");
    shop.run(&["config", "export", &file]);
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    config["plans"][0]["schedules"] =
        json!([{ "every": "once", "at": at.to_string(), "zone": "UTC", "class": "daily" }]);
    fs::write(&file, config.to_string()).unwrap();
    shop.ok(&["config", "import", &file, "--json"]);
}

fn slots(shop: &Shop) -> Vec<Value> {
    shop.ok(&["operations", "--json"])["slots"].as_array().unwrap().clone()
}

#[test]
fn p25_the_agent_serves_a_due_time_that_was_given_to_it_while_it_ran() {
    let shop = Shop::open();
    shop.with_plan();
    let agent = Agent::of(&shop);
    once_in(&shop, 2);
    until(PATIENCE, || slots(&shop).iter().any(|slot| slot["state"] == "done"));
    let list = shop.ok(&["list", "--json"]);
    assert_eq!(list["snapshots"].as_array().unwrap().len(), 1);
    assert_eq!(list["snapshots"][0]["class"], "daily");
    assert_eq!(agent.end(), Some(0));
    assert_eq!((status(&shop)["running"].clone(), slots(&shop).len()), (json!(false), 1));
}

#[test]
fn p25_a_due_time_that_passes_while_the_agent_stands_still_is_served_once_when_it_goes_on() {
    let shop = Shop::open();
    shop.with_plan();
    let agent = Agent::of(&shop);
    once_in(&shop, 3);
    let due = Timestamp::now() + SignedDuration::from_secs(5);
    agent.signal("-STOP");
    until(PATIENCE, || Timestamp::now() > due);
    agent.signal("-CONT");
    until(PATIENCE, || slots(&shop).iter().any(|slot| slot["state"] == "done"));
    assert_eq!(shop.ok(&["list", "--json"])["snapshots"].as_array().unwrap().len(), 1);
    assert_eq!(agent.end(), Some(0));
}

#[test]
fn p25_a_due_time_that_passes_while_no_agent_runs_is_served_after_its_start() {
    let shop = Shop::open();
    shop.with_plan();
    drop(Agent::of(&shop));
    once_in(&shop, 1);
    until(PATIENCE, || status(&shop)["plans"][0]["now"]["decision"] != "wait");
    let agent = Agent::of(&shop);
    until(PATIENCE, || slots(&shop).iter().any(|slot| slot["state"] == "done"));
    assert_eq!(slots(&shop).len(), 1);
    assert_eq!(agent.end(), Some(0));
}

#[test]
fn the_command_line_works_through_the_agent_as_without_it() {
    let shop = Shop::open();
    shop.with_plan();
    let agent = Agent::of(&shop);
    let backup = shop.ok(&["backup", "Shop", "--json"]);
    assert_eq!((&backup["operation"]["state"], &backup["report"]["files"]), (&json!("succeeded"), &json!(3)));
    let back = shop.text("back");
    let restored = shop.ok(&["restore", "latest", "--to", &back, "--json"]);
    assert_eq!(restored["report"]["restored"], 3);
    shop.fails(&["backup", "Nothing", "--json"], 2, "not_found");
    shop.fails(
        &["plan", "add", "Shop", "--folder", &back, "--to", &shop.text("x"), "--json"],
        2,
        "already_exists",
    );
    assert_eq!(status(&shop)["pid"], agent.0.id());
    assert_eq!(agent.end(), Some(0));
    assert_eq!(shop.ok(&["list", "--json"])["snapshots"].as_array().unwrap().len(), 1);
}

#[test]
fn a_second_agent_is_refused_and_one_that_was_killed_leaves_the_place_free() {
    let shop = Shop::open();
    let first = Agent::of(&shop);
    let refused = shop.run(&["agent", "run", "--json"]);
    assert_eq!((refused.code, kind_of(&refused).as_str()), (1, "busy"), "{}", refused.err);
    assert_eq!(
        refused.json()["error"]["title"].as_str().map(|title| title.contains("runs already")),
        Some(true)
    );
    assert_eq!(shop.run(&["agent", "run", "--unless-running"]).code, 0);
    // Dropped: killed without a word.
    drop(first);
    assert!(shop.path("home/agent.sock").exists());
    assert_eq!(status(&shop)["running"], false);
    assert_eq!(Agent::of(&shop).end(), Some(0));
    assert!(!shop.path("home/agent.sock").exists());
}

#[test]
fn a_socket_that_others_could_use_is_not_spoken_to() {
    let shop = Shop::open();
    let agent = Agent::of(&shop);
    let socket = shop.path("home/agent.sock");
    let mode = fs::metadata(&socket).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
    shop.fails(&["plan", "list", "--json"], 1, "permission_denied");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).unwrap();
    shop.ok(&["plan", "list", "--json"]);
    assert_eq!(agent.end(), Some(0));
}

#[test]
fn p25_an_agent_that_waits_costs_next_to_nothing_serial() {
    let nightly = std::env::var("RESGUARDO_TESTS").is_ok_and(|value| value == "nightly");
    let shop = Shop::open();
    shop.with_plan();
    // Without a desktop the notice of the first copy would be tried again now and then.
    shop.ok(&["channel", "remove", "desktop", "--json"]);
    shop.ok(&["backup", "Shop", "--json"]);
    shop.ok(&["plan", "edit", "Shop", "--weekly", "sunday", "02:30", "--monthly", "1", "03:00", "--json"]);
    let agent = Agent::of(&shop);
    // The lookout's first look comes after two minutes, and with it the last pages that SQLite's readers share are touched.
    std::thread::sleep(Duration::from_secs(if nightly { 180 } else { 2 }));
    // Bytes that reached a disk, and calls that write anything anywhere: some file systems count no bytes.
    let written = |agent: &Agent| agent.number("io", "write_bytes:") + agent.number("io", "syscw:");
    let (before, seconds, started) = (written(&agent), agent.seconds(), Instant::now());
    std::thread::sleep(Duration::from_secs(if nightly { 600 } else { 20 }));
    let share = (agent.seconds() - seconds) / started.elapsed().as_secs_f64();
    let (resident, fresh) = (agent.number("status", "VmRSS:"), written(&agent) - before);
    println!(
        "idle for {:.0?}: {resident} KiB resident, {:.4} % of a processor, {fresh} bytes or calls written",
        started.elapsed(),
        share * 100.0
    );
    assert_eq!(fresh, 0, "written while nothing happened");
    assert!(resident <= 40 * 1024, "{resident} KiB resident");
    // Twenty seconds hold no more than a few ticks of the clock that counts.
    assert!(share <= if nightly { 0.001 } else { 0.005 }, "{share}");
    assert_eq!(agent.end(), Some(0));
}

/// A user's folders, and a systemctl that writes down what it is told.
fn installed(shop: &Shop, args: &[&str]) -> program::Run {
    let tools = shop.path("tools");
    fs::create_dir_all(&tools).unwrap();
    let systemctl = tools.join("systemctl");
    fs::write(&systemctl, "#!/bin/sh\necho \"$@\" >> \"$0.log\"\n").unwrap();
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = shop.command(args);
    command.env("PATH", format!("{}:/usr/bin:/bin", tools.display()));
    command.env("HOME", shop.path("user")).env("XDG_CONFIG_HOME", shop.path("user/.config"));
    let output = command.output().unwrap();
    program::Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_agent_is_installed_for_the_next_sign_in_and_removed_without_a_trace() {
    let shop = Shop::open();
    let run = installed(&shop, &["agent", "install", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let files = run.json()["agent"]["files"].as_array().unwrap().clone();
    assert_eq!(files.len(), 3);
    let service = fs::read_to_string(files[0].as_str().unwrap()).unwrap();
    assert!(service.contains(&format!("--home {}", shop.text("home"))), "{service}");
    let told = || fs::read_to_string(shop.path("tools/systemctl.log")).unwrap();
    assert_eq!(
        told(),
        "--user daemon-reload\n--user enable --now resguardo-agent.service resguardo-agent.timer\n"
    );
    assert_eq!(installed(&shop, &["agent", "install"]).code, 0);
    let run = installed(&shop, &["agent", "remove", "--json"]);
    assert_eq!((run.code, run.json()["agent"]["files"].as_array().unwrap().len()), (0, 3));
    assert!(files.iter().all(|file| !std::path::Path::new(file.as_str().unwrap()).exists()));
    assert!(told().ends_with(
        "--user disable --now resguardo-agent.timer resguardo-agent.service\n--user daemon-reload\n"
    ));
    let again = installed(&shop, &["agent", "remove"]);
    assert!(again.code == 0 && again.out.contains("nothing to remove"), "{}", again.out);
}

#[cfg(target_os = "linux")]
#[test]
fn without_systemd_the_agent_is_installed_for_the_next_sign_in_and_that_is_said() {
    let shop = Shop::open();
    let mut command = shop.command(&["agent", "install"]);
    command.env("PATH", shop.path("nowhere")).env("XDG_CONFIG_HOME", shop.path("user/.config"));
    let output = command.env("HOME", shop.path("user")).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(3), "{out} {err}");
    assert!(out.contains("next sign-in") && err.contains("systemctl --user"), "{out} {err}");
    assert!(shop.path("user/.config/autostart/resguardo-agent.desktop").exists());
}

#[test]
fn the_next_five_dates_are_told_with_the_plan_in_both_languages() {
    let shop = Shop::open();
    let args = ["plan", "add", "Shop", "--folder", &shop.text("Documents"), "--to", &shop.text("copies")];
    shop.ok(&[&args[..], &["--monthly", "31", "03:00", "--json"]].concat());
    let plan = shop.ok(&["plan", "show", "Shop", "--json"])["plan"].clone();
    assert_eq!(plan["next"].as_array().unwrap().len(), 5);
    let english = shop.run(&["plan", "show", "Shop", "--lang", "en"]).out;
    let spanish = shop.run(&["plan", "show", "Shop", "--lang", "es"]).out;
    assert_eq!(english.matches("3:00 AM (monthly)").count(), 5, "{english}");
    assert_eq!(spanish.matches("03:00 (mensual)").count(), 5, "{spanish}");
    let status = shop.run(&["status", "--lang", "en"]).out;
    assert!(status.contains("next: ") && status.contains("The agent does not run"), "{status}");
}
