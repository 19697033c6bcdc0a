//! The real agent tells its owner: by a letter that a real mail server takes, by a webhook that fails at first, by a notice on a screen.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

#[path = "../../notices/tests/channels/certificates.rs"]
mod certificates;
#[path = "../../notices/tests/channels/mail_server.rs"]
mod mail_server;
mod program;
#[path = "../../notices/tests/channels/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the channels themselves")]
mod server;

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use certificates::Authority;
use mail_server::{MailServer, USER};
use program::{Shop, until};
use resguardo_testkit::desk::{Desk, in_child, needed};
use serde_json::Value;
use server::{Answer, Server};

/// What must stand nowhere but in the key store.
const CANARY: &str = "canary-51c0ffee";
/// Nothing here takes nearly so long; it is only there so that a mistake ends.
const PATIENCE: Duration = Duration::from_secs(150);

struct Agent(Child);

impl Agent {
    fn of(shop: &Shop) -> Self {
        let mut command = shop.command(&["agent", "run"]);
        let agent = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        until(PATIENCE, || shop.ok(&["agent", "status", "--json"])["agent"]["running"] == true);
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Sets a channel up with a secret on standard input.
fn add(shop: &Shop, args: &[&str], secret: &str) -> Value {
    let mut command = shop.command(&[&["channel", "add"], args, &["--secret-stdin", "--json"]].concat());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{secret}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).unwrap()
}

fn channel(shop: &Shop, name: &str) -> Value {
    let channels = shop.ok(&["channel", "list", "--json"])["channels"].as_array().unwrap().clone();
    channels.into_iter().find(|channel| channel["name"] == name).unwrap()
}

#[test]
fn p1_the_first_copy_arrives_as_a_letter_at_a_real_mail_server() {
    let authority = Authority::new();
    let server = MailServer::start(&authority.sign("localhost"), CANARY);
    let shop = Shop::open();
    shop.with_plan();
    let (root, at) = (shop.text("root.pem"), format!("localhost:{}", server.starttls));
    std::fs::write(&root, authority.root()).unwrap();
    let args = ["mail", "--email", &at, "--from", "copies@shop.example", "--to", "ana@shop.example"];
    add(&shop, &[&args[..], &["--user", USER, "--ca", &root]].concat(), CANARY);
    shop.ok(&["alerts", "set", "--language", "es", "--json"]);
    let agent = Agent::of(&shop);
    shop.ok(&["channel", "test", "mail", "--json"]);
    shop.ok(&["backup", "Shop", "--json"]);
    until(PATIENCE, || channel(&shop, "mail")["waiting"] == 0);
    let letters = server.letters();
    let subjects: Vec<&str> =
        letters.iter().map(|letter| letter["headers"]["subject"].as_str().unwrap()).collect();
    assert!(subjects.contains(&"Prueba de Resguardo"), "{subjects:?}");
    assert!(subjects.contains(&"Primera copia de «Shop» terminada"), "{subjects:?}\n{}", server.log());
    assert_eq!(subjects.len(), 2);
    drop(agent);
    for name in ["home/catalog.sqlite", "home/catalog.sqlite-wal", "home/logs/agent.log", "home/logs/cli.log"]
    {
        let bytes = std::fs::read(shop.path(name)).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary"), "{name}");
    }
}

#[test]
fn p1_a_webhook_that_fails_at_first_gets_its_message_once() {
    let server = Server::http(vec![Answer::Status(400, ""), Answer::Status(204, "")]);
    let shop = Shop::open();
    shop.with_plan();
    add(&shop, &["hook", "--webhook", "json"], &server.url(&format!("/{CANARY}")));
    shop.ok(&["channel", "remove", "desktop", "--json"]);
    let agent = Agent::of(&shop);
    shop.ok(&["backup", "Shop", "--json"]);
    until(PATIENCE, || server.requests().len() == 1);
    until(PATIENCE, || channel(&shop, "hook")["trouble"]["kind"] == "channel_refused");
    assert!(!channel(&shop, "hook").to_string().contains("canary"));
    until(PATIENCE, || server.requests().len() == 2 && channel(&shop, "hook")["waiting"] == 0);
    let body: Value = serde_json::from_str(&server.requests()[1].body).unwrap();
    assert!(body.to_string().contains("First backup of"), "{body}");
    drop(agent);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn p1_a_notice_appears_on_the_screen_without_any_setting_up() {
    in_child("p1_a_notice_appears_on_the_screen_without_any_setting_up", Desk::Screen, |_| {
        needed("dunstctl", "dunst");
        let shop = Shop::open();
        shop.with_plan();
        let _agent = Agent::of(&shop);
        shop.ok(&["backup", "Shop", "--json"]);
        until(PATIENCE, || {
            let shown = Command::new("dunstctl").arg("history").output().unwrap().stdout;
            let waiting = Command::new("dunstctl").args(["count", "displayed"]).output().unwrap().stdout;
            String::from_utf8_lossy(&shown).contains("First backup of")
                || String::from_utf8_lossy(&waiting).trim() == "1"
        });
        Command::new("dunstctl").arg("close-all").status().unwrap();
        until(PATIENCE, || {
            let shown = Command::new("dunstctl").arg("history").output().unwrap().stdout;
            String::from_utf8_lossy(&shown).contains("First backup of “Shop” finished")
        });
    });
}

#[test]
fn a_secret_is_never_taken_from_the_command_line_and_channels_are_told_apart_by_name() {
    let shop = Shop::open();
    shop.fails(&["channel", "add", "hook", "--webhook", "slack", "--json"], 2, "invalid_input");
    add(&shop, &["hook", "--webhook", "slack"], &format!("https://hooks.example/{CANARY}"));
    let again = shop.command(&["channel", "add", "HOOK", "--ping", "--secret-stdin", "--json"]);
    assert_eq!(second(again), "already_exists");
    let letter =
        ["channel", "add", "mail", "--email", "mail.example", "--from", "nobody", "--to", "x@y.example"];
    let run = shop.run(&[&letter[..], &["--lang", "en"]].concat());
    assert!(run.code == 2 && run.err.contains("e-mail address such as"), "{}", run.err);
    let list = shop.run(&["channel", "list", "--lang", "en"]);
    assert!(list.out.contains("webhook (slack)") && !list.out.contains("canary"), "{}", list.out);
    shop.fails(&["channel", "test", "nothing", "--json"], 2, "not_found");
    shop.ok(&["channel", "remove", "hook", "--json"]);
    assert_eq!(shop.ok(&["channel", "list", "--json"])["channels"].as_array().unwrap().len(), 1);
}

fn second(mut command: Command) -> String {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"https://other.example/x\n").unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let object: Value = serde_json::from_str(&text).unwrap();
    object["error"]["kind"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn status_begins_with_the_state_and_says_what_to_do() {
    let shop = Shop::open();
    let none = shop.run(&["status", "--lang", "es"]);
    assert!(none.out.starts_with("Todavía no hay nada protegido\n"), "{}", none.out);
    // How full the disk of the tests is must not decide what is said.
    let drive =
        tempfile::tempdir_in(if std::path::Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." });
    let drive = drive.unwrap();
    shop.ok(&["destination", "add", "usb", "--local", drive.path().to_str().unwrap(), "--json"]);
    shop.ok(&["plan", "add", "Shop", "--json", "--folder", &shop.text("Documents"), "--to", "usb"]);
    let fresh = shop.run(&["status", "--lang", "en"]);
    assert!(fresh.out.contains("(resguardo plan edit Shop --to DESTINATION)"), "{}", fresh.out);
    let json = shop.ok(&["status", "--json"]);
    assert_eq!((&json["state"], &json["plans"][0]["plan"]), (&"needs_attention".into(), &"Shop".into()));
    assert!(json["reason"]["reason"].is_string() && json["action"]["action"].is_string(), "{json}");
    assert!(json["reasons"].as_array().unwrap().len() > 1);
    let list = shop.ok(&["destination", "list", "--json"]);
    assert_eq!(list["destinations"][0]["nearness"], "near");
    let away = shop.ok(&["destination", "edit", "usb", "--away", "--json"]);
    assert_eq!(away["destination"]["nearness"], "away");
    let metrics = shop.run(&["metrics"]).out;
    assert!(metrics.contains("resguardo_state{state=\"needs_attention\"} 1\n"), "{metrics}");
}

#[test]
fn a_pause_is_said_and_ended_in_one_line() {
    let shop = Shop::open();
    shop.with_plan();
    let pause = shop.ok(&["pause", "Shop", "--for", "2h", "--json"]);
    assert!(pause["pauses"]["plans"].as_object().unwrap().len() == 1 && pause["pauses"]["all"].is_null());
    let said = shop.run(&["pause", "--until", "2099-01-31 08:00", "--lang", "en"]).out;
    assert!(said.contains("until Jan 31, 2099 8:00 AM"), "{said}");
    assert!(shop.run(&["agent", "status", "--lang", "en"]).out.contains("Everything is paused"));
    shop.ok(&["resume", "--json"]);
    let all = shop.ok(&["resume", "Shop", "--json"]);
    assert!(all["pauses"]["plans"].as_object().unwrap().is_empty());
    shop.fails(&["pause", "--for", "soon", "--json"], 2, "invalid_input");
    shop.fails(&["pause", "--until", "2020-01-31 08:00", "--json"], 2, "invalid_input");
    shop.fails(&["pause", "Nothing", "--json"], 2, "not_found");
}

#[test]
fn alerts_are_set_and_listed_in_both_languages() {
    let shop = Shop::open();
    let set = shop.ok(&["alerts", "set", "--no-copy-hours", "48", "--digest", "off", "--json"]);
    assert_eq!((&set["notices"]["no_copy_hours"], &set["notices"]["digest"]), (&48.into(), &false.into()));
    let shown = shop.run(&["alerts", "set", "--no-copy-hours", "off", "--lang", "es"]).out;
    assert!(shown.contains("según el horario") && shown.contains("No hay mensaje semanal"), "{shown}");
    shop.fails(&["alerts", "set", "--stall-minutes", "0", "--json"], 2, "invalid_input");
    assert_eq!(shop.ok(&["alerts", "--json"])["alerts"].as_array().unwrap().len(), 0);
    assert!(shop.run(&["alerts", "--lang", "es"]).out.contains("No hay nada mal."));
}
