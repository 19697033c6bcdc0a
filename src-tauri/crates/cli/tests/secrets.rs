//! Passwords and secret addresses through every flow that has them, and every way in which those fail: they stand nowhere afterwards.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests end by them")]

#[path = "../../notices/tests/channels/certificates.rs"]
mod certificates;
#[path = "../../notices/tests/channels/mail_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the channels themselves")]
mod mail_server;
#[allow(dead_code, reason = "shared with other tests of the program")]
mod program;
#[path = "../../notices/tests/channels/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the channels themselves")]
mod server;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use certificates::Authority;
use mail_server::{MailServer, USER};
use program::{Run, Shop, until};
use server::{Answer, Server, closed_port};

/// What all of them have in common, and nothing else has.
const MARK: &str = "c4n4ry";
const PATIENCE: Duration = Duration::from_secs(60);

/// A channel that is to be set up: its arguments and its secret.
struct Channel {
    name: String,
    arguments: Vec<String>,
    secret: String,
}

fn canary(number: usize) -> String {
    format!("{MARK}-{number:02}-0ff1ce")
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Five mail boxes, twelve webhooks, eight watchers; a secret each. One of each kind works.
fn channels(mail: &MailServer, root: &str) -> Vec<Channel> {
    let mut all = Vec::new();
    let mut add = |kind: &str, arguments: String, secret: &dyn Fn(&str) -> String| {
        let number = all.len();
        let secret = secret(&canary(number));
        all.push(Channel { name: format!("{kind}{number}"), arguments: words(&arguments), secret });
    };
    let letter = "--from copies@shop.example --to ana@shop.example --user";
    let (starttls, tls) = (mail.starttls, mail.tls);
    for arguments in [
        format!("--email localhost:{starttls} {letter} {USER} --ca {root}"),
        format!("--email localhost:{starttls} {letter} somebody --ca {root}"),
        format!("--email localhost:{tls} {letter} {USER}"),
        format!("--email localhost:{} {letter} {USER} --ca {root}", closed_port()),
        format!("--email mail.invalid {letter} {USER}"),
    ] {
        add("mail", arguments, &str::to_owned);
    }
    let ways = [
        vec![Answer::Status(204, "")],
        vec![Answer::Status(404, "")],
        vec![Answer::Close],
        vec![Answer::Status(500, "")],
    ];
    for kind in ["slack", "teams", "discord", "json"] {
        for answers in &ways[..3] {
            let server = Server::http(answers.clone());
            add("hook", format!("--webhook {kind}"), &|canary| {
                server.url(&format!("/{canary}?token={canary}"))
            });
        }
    }
    for answers in ways.iter().cycle().take(7) {
        let server = Server::http(answers.clone());
        add("watcher", "--ping".to_owned(), &|canary| server.url(&format!("/{canary}")));
    }
    let nobody = format!("http://127.0.0.1:{}", closed_port());
    add("watcher", "--ping".to_owned(), &|canary| format!("{nobody}/{canary}"));
    all
}

struct Agent(Child);

impl Agent {
    fn of(shop: &Shop) -> Self {
        let mut command = shop.command(&["agent", "run"]);
        command.env("RESGUARDO_LOG", "trace");
        let output = |name: &str| fs::File::create(shop.path(name)).unwrap();
        let agent = Self(command.stdout(output("agent.out")).stderr(output("agent.err")).spawn().unwrap());
        until(PATIENCE, || shop.ok(&["agent", "status", "--json"])["agent"]["running"] == true);
        agent
    }

    fn told_by_the_system(&self, what: &str) -> String {
        let bytes = fs::read(format!("/proc/{}/{what}", self.0.id())).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = std::process::Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Runs the program with a secret on its standard input.
fn told(shop: &Shop, arguments: &[String], secret: &str) -> Run {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = shop.command(&arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{secret}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Everything that was said and written, to be looked through.
struct Seen<'a> {
    shop: &'a Shop,
    texts: Vec<(String, String)>,
}

impl Seen<'_> {
    fn keep(&mut self, what: &str, run: &Run) {
        self.texts.push((what.to_owned(), format!("{}{}", run.out, run.err)));
    }

    /// In every form in which a person or a program asks.
    fn ask(&mut self, arguments: &str) {
        for form in ["", " --json", " --lang es"] {
            let line = words(&format!("{arguments}{form}"));
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            let run = self.shop.run(&line);
            self.keep(arguments, &run);
        }
    }

    /// Where the mark stands, as it is or in an alphabet that programs pack secrets in.
    fn found(&self) -> Vec<String> {
        let heard =
            self.texts.iter().filter(|(_, text)| holds(text.as_bytes())).map(|(what, _)| what.clone());
        heard.chain(files_that_hold(&self.shop.path("."))).collect()
    }
}

fn holds(bytes: &[u8]) -> bool {
    // `c4n4ry-` in base64 at each of the three places where it may begin, and in hexadecimal.
    let forms = [MARK, "YzRuNHJ5", "M0bjRyeS", "NG40cnkt", "63346e347279"];
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_bytes()))
}

fn files_that_hold(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_that_hold(&path));
        } else if fs::read(&path).is_ok_and(|bytes| holds(&bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn p29_twenty_five_secrets_stand_nowhere_after_every_flow_and_failure() {
    let authority = Authority::new();
    let mail = MailServer::start(&authority.sign("localhost"), &canary(0));
    let shop = Shop::open();
    shop.with_plan();
    let root = shop.text("root.pem");
    fs::write(&root, authority.root()).unwrap();
    let agent = Agent::of(&shop);
    let channels = channels(&mail, &root);
    assert_eq!(channels.len(), 25);
    let mut seen = Seen { shop: &shop, texts: Vec::new() };
    for Channel { name, arguments, secret } in &channels {
        let line =
            [&words("channel add"), std::slice::from_ref(name), arguments, &words("--secret-stdin --json")];
        let run = told(&shop, &line.concat(), secret);
        assert_eq!(run.code, 0, "{name}: {} {}", run.out, run.err);
        seen.keep(name, &run);
        // Once more, and as another kind: both are refused.
        seen.keep(name, &told(&shop, &line.concat(), secret));
        let other = words(&format!("channel add other-{name} --webhook {name} --secret-stdin"));
        seen.keep(name, &told(&shop, &other, secret));
    }
    let tested: Vec<bool> = channels.iter().map(|channel| test(&mut seen, &shop, &channel.name)).collect();
    assert_eq!(tested.iter().filter(|&&taken| taken).count(), 1 + 4 + 2, "{tested:?}");
    shop.ok(&["backup", "Shop", "--json"]);
    fs::rename(shop.path("Documents"), shop.path("elsewhere")).unwrap();
    seen.ask("backup Shop");
    for question in [
        "channel list",
        "status",
        "alerts",
        "operations",
        "metrics",
        "config export",
        "doctor",
        "agent status",
        "list",
    ] {
        seen.ask(question);
    }
    let bundle = shop.text("message.zip");
    seen.ask(&format!("doctor --bundle {bundle}"));
    for what in ["cmdline", "environ", "limits"] {
        seen.texts.push((what.to_owned(), agent.told_by_the_system(what)));
    }
    let limits = agent.told_by_the_system("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(
        core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(),
        ["0", "0"],
        "no memory on the disk"
    );
    for channel in &channels {
        seen.ask(&format!("channel remove {}", channel.name));
    }
    assert_eq!(seen.found(), [""; 0]);
    drop(agent);
    assert_eq!(seen.found(), [""; 0]);
    // The search finds what is there.
    fs::write(shop.path("found"), canary(7)).unwrap();
    assert_eq!(seen.found().len(), 1);
}

/// Whether the channel took the test; what is said is kept.
fn test(seen: &mut Seen<'_>, shop: &Shop, name: &str) -> bool {
    let run = shop.run(&["channel", "test", name, "--lang", "es"]);
    seen.keep(name, &run);
    run.code == 0
}
