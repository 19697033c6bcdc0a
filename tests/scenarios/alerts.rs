//! The watchdog and the courier on a real engine with a clock of the test's: who is told what, where and how often.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex};

use jiff::{SignedDuration, Timestamp};
use resguardo_domain::{
    Cause, Class, Clock, Context, Error, Faults, Kind, Language, Nearness, Result, Secret,
};
use resguardo_engine::{
    ChannelConfig, ChannelDraft, Courier, EmailConfig, Encryption, MessageRow, MessageState, PingConfig,
    PlanDraft, Request, Shape, Watchdog, WebhookConfig,
};
use resguardo_platform::SystemRandom;
use resguardo_testkit::FixedClock;
use resguardo_tests::shop::{Shop, text};

use crate::places::{Roomy, daily};

/// Between two looks of the watchdog, near enough for it to know that nobody slept.
const LOOK: SignedDuration = SignedDuration::from_mins(10);

/// Holds up or fails whoever begins an archive, as long as it is told to.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Shut,
    Broken,
}

impl Gate {
    fn set(&self, state: State) {
        *self.state.lock().unwrap() = state;
        self.changed.notify_all();
    }
}

impl Faults for Gate {
    fn at(&self, step: &'static str) -> Result<()> {
        if step != "make staging folder" {
            return Ok(());
        }
        let state = self.state.lock().unwrap();
        let state = self.changed.wait_while(state, |state| *state == State::Shut).unwrap();
        if *state == State::Broken { Err(Error::new(Kind::Io, "scripted fault")) } else { Ok(()) }
    }
}

/// A shop whose plan copies to a place here and one away, with a watchdog that looks when it is told.
struct Scene {
    shop: Shop,
    clock: FixedClock,
    gate: Arc<Gate>,
    watchdog: Watchdog,
    courier: Courier,
    _places: [Roomy; 2],
}

impl Scene {
    fn at(moment: &str) -> Self {
        let (clock, gate) = (FixedClock::at(moment), Arc::<Gate>::default());
        let cx = Context::new(Arc::new(clock.clone()), Arc::new(SystemRandom));
        let shop = Shop::with_context(cx.with_faults(Arc::clone(&gate) as _));
        shop.write("first.txt", "hello");
        let places = [Roomy::new(), Roomy::new()];
        let add = |name, place: &Roomy, nearness| {
            shop.engine.add_local_destination(Some(name), &text(&place.path()), Some(nearness)).unwrap()
        };
        add("usb", &places[0], Nearness::Near);
        add("office", &places[1], Nearness::Away);
        let to = vec!["usb".into(), "office".into()];
        let plan = PlanDraft { to, schedules: vec![daily(2)], ..shop.draft(&[]) };
        shop.engine.add_plan(plan).unwrap();
        let watchdog = Watchdog::new(Arc::clone(&shop.engine));
        let courier = Courier::new(Arc::clone(&shop.engine), Language::English);
        Self { shop, clock, gate, watchdog, courier, _places: places }
    }

    fn look(&self) -> resguardo_engine::Watched {
        self.watchdog.tick(self.clock.reading()).unwrap()
    }

    /// Looks all the time until a moment.
    fn until(&self, moment: &str) {
        let moment: Timestamp = moment.parse().unwrap();
        while self.clock.now() < moment {
            self.clock.advance(LOOK);
            self.look();
        }
    }

    fn minutes(&self, minutes: u32) {
        for _ in 0..minutes {
            self.clock.advance(SignedDuration::from_mins(1));
            self.look();
        }
    }

    fn deliver(&self) -> usize {
        let cx = Context::new(Arc::new(self.clock.clone()), Arc::new(SystemRandom));
        self.courier.deliver(&cx).unwrap()
    }

    fn channel(&self, name: &str, config: ChannelConfig, secret: Option<&str>) {
        let secret = secret.map(Secret::new);
        let draft = ChannelDraft { name: name.into(), config, on: true, secret, fresh: true };
        self.shop.engine.save_channel(draft).unwrap();
    }

    fn mail(&self) {
        let config = EmailConfig {
            host: "localhost".into(),
            port: 1,
            encryption: Encryption::Tls,
            user: None,
            from: "copies@shop.example".into(),
            to: vec!["ana@shop.example".into()],
            extra_roots: Vec::new(),
        };
        self.channel("mail", ChannelConfig::Email(config), None);
    }

    fn webhook(&self, url: &str) {
        let config = WebhookConfig { shape: Shape::Json, allow_plain_http: false, extra_roots: Vec::new() };
        self.channel("hook", ChannelConfig::Webhook(config), Some(url));
    }

    fn messages(&self) -> Vec<MessageRow> {
        let mut rows = self.shop.engine.messages(1000).unwrap();
        rows.reverse();
        rows
    }

    /// Messages whose key begins so, as the hour and the channel's name.
    fn told(&self, key: &str) -> Vec<(String, String)> {
        let channels = self.shop.engine.channels().unwrap();
        let names: BTreeMap<&str, &str> =
            channels.iter().map(|channel| (channel.id.as_str(), channel.name.as_str())).collect();
        let rows = self.messages().into_iter().filter(|row| row.key.starts_with(key));
        rows.map(|row| {
            let hour = row.made_at.strftime("%m-%d %H").to_string();
            (hour, names[row.channel.as_str()].to_owned())
        })
        .collect()
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(hour, name)| ((*hour).to_owned(), (*name).to_owned())).collect()
}

#[test]
fn p19_a_late_copy_is_told_nearer_and_farther_and_its_end_once() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.mail();
    scene.webhook("http://127.0.0.1:1/hook");
    scene.shop.back_up();
    // Late after a day and a half, and half an hour in which it could be made up for: in the tray, which shows the state by itself.
    scene.until("2026-09-13T14:30:00Z");
    assert_eq!(scene.shop.engine.alerts().unwrap().alerts, []);
    scene.until("2026-09-13T15:00:00Z");
    let alerts = scene.shop.engine.alerts().unwrap().alerts;
    assert!(matches!(alerts[..], [ref only] if matches!(only.cause, Cause::Late { .. })), "{alerts:?}");
    assert_eq!(scene.told("copy"), []);
    scene.until("2026-09-23T00:00:00Z");
    let everywhere = |hour| [(hour, "desktop"), (hour, "hook"), (hour, "mail")];
    let expected =
        [&[("09-14 14", "desktop")], &everywhere("09-15 14")[..], &everywhere("09-22 14")].concat();
    assert_eq!(scene.told("copy"), pairs(&expected));
    let alerts = scene.shop.engine.alerts().unwrap().alerts;
    assert!(matches!(alerts[..], [ref only] if matches!(only.cause, Cause::NoCopy { .. })), "{alerts:?}");
    scene.shop.back_up();
    scene.until("2026-09-23T06:00:00Z");
    assert_eq!(scene.told("all good"), pairs(&everywhere("09-23 00")));
    let alerts = scene.shop.engine.alerts().unwrap().alerts;
    assert!(alerts.iter().all(|alert| alert.closed_at.is_some()), "{alerts:?}");
}

#[test]
fn p19_a_computer_that_was_off_makes_up_for_it_before_anybody_is_told() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.shop.back_up();
    scene.look();
    scene.clock.restart(SignedDuration::from_hours(80));
    scene.minutes(20);
    assert_eq!(scene.shop.engine.alerts().unwrap().alerts, []);
    scene.shop.back_up();
    scene.minutes(40);
    assert_eq!(scene.shop.engine.alerts().unwrap().alerts, []);
    // Without the backup it is told after half an hour awake, however often it sleeps in between.
    for minutes in [0, 20, 20] {
        assert_eq!(scene.shop.engine.alerts().unwrap().alerts, []);
        scene.clock.advance(SignedDuration::from_hours(40));
        scene.minutes(minutes);
    }
    assert_eq!(scene.shop.engine.alerts().unwrap().alerts.len(), 1);
    scene.shop.back_up();
    scene.minutes(5);
    // Nobody waits for a copy that is two weeks old.
    scene.clock.restart(SignedDuration::from_hours(24 * 15));
    scene.minutes(1);
    let open = |scene: &Scene| {
        let alerts = scene.shop.engine.alerts().unwrap().alerts;
        alerts.into_iter().filter(|alert| alert.closed_at.is_none()).count()
    };
    assert_eq!(open(&scene), 1);
}

#[test]
fn p13_an_operation_that_stands_still_is_told_and_closed_when_it_ends() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.gate.set(State::Shut);
    let request = Request::BackUp { plan: "shop".into(), kind: None, class: Class::Daily };
    let operation = scene.shop.engine.start(request).unwrap();
    scene.minutes(29);
    assert_eq!(scene.shop.engine.alerts().unwrap().alerts, []);
    scene.minutes(3);
    let alerts = scene.shop.engine.alerts().unwrap().alerts;
    let stalled = Cause::Stalled { operation: operation.clone(), minutes: 31 };
    assert!(matches!(&alerts[..], [only] if only.cause == stalled), "{alerts:?}");
    scene.gate.set(State::Open);
    assert!(scene.shop.engine.wait(&operation).unwrap().state.is_success());
    scene.minutes(1);
    assert!(scene.shop.engine.alerts().unwrap().alerts[0].closed_at.is_some());
}

#[test]
fn p13_a_paused_operation_does_not_count_as_standing_still() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.gate.set(State::Shut);
    let request = Request::BackUp { plan: "shop".into(), kind: None, class: Class::Daily };
    let operation = scene.shop.engine.start(request).unwrap();
    scene.shop.engine.pause_operation(&operation).unwrap();
    scene.minutes(90);
    let stalled = |cause: &Cause| matches!(cause, Cause::Stalled { .. });
    assert!(!scene.look().causes.iter().any(stalled));
    scene.shop.engine.resume_operation(&operation).unwrap();
    scene.minutes(32);
    assert!(scene.look().causes.iter().any(stalled));
    scene.gate.set(State::Open);
    assert!(scene.shop.engine.wait(&operation).unwrap().state.is_success());
}

#[test]
fn p1_a_channel_that_fails_is_tried_again_and_nothing_is_sent_twice() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    let server = Server::answering(&[400, 400, 200]);
    scene.webhook(&server.url("/secret-hook"));
    scene.shop.engine.remove_channel("desktop").unwrap();
    scene.shop.back_up();
    assert_eq!((scene.deliver(), server.seen().len()), (0, 1));
    let waiting = scene.shop.engine.channels().unwrap().pop().unwrap();
    assert_eq!(waiting.waiting, 1);
    let trouble = waiting.trouble.unwrap();
    assert!(trouble.kind == Kind::ChannelRefused && !format!("{trouble:?}").contains("secret-hook"));
    scene.clock.advance(SignedDuration::from_secs(59));
    assert_eq!((scene.deliver(), server.seen().len()), (0, 1));
    scene.clock.advance(SignedDuration::from_secs(1));
    assert_eq!((scene.deliver(), server.seen().len()), (0, 2));
    scene.clock.advance(SignedDuration::from_mins(5));
    assert_eq!((scene.deliver(), server.seen().len()), (1, 3));
    for _ in 0..200 {
        scene.clock.advance(SignedDuration::from_mins(30));
        assert_eq!(scene.deliver(), 0);
    }
    let seen = server.seen();
    assert!(seen.len() == 3 && seen[2].1.contains("First backup of “shop” finished"), "{seen:?}");
    let rows = scene.messages();
    assert!(
        matches!(&rows[..], [only] if only.state == MessageState::Sent && only.attempts == 3),
        "{rows:?}"
    );
}

#[test]
fn p1_a_message_that_nobody_takes_is_given_up_after_three_days() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.mail();
    scene.shop.engine.remove_channel("desktop").unwrap();
    scene.shop.back_up();
    let mut tries = 0;
    for _ in 0..(4 * 24 * 2) {
        assert_eq!(scene.deliver(), 0);
        let row = scene.messages().remove(0);
        tries = tries.max(row.attempts);
        scene.clock.advance(SignedDuration::from_mins(30));
    }
    let row = scene.messages().remove(0);
    assert_eq!(row.state, MessageState::GivenUp);
    assert!((70..=80).contains(&tries) && row.note.is_some(), "{tries}: {row:?}");
}

#[test]
fn p1_a_failed_run_is_told_once_a_day_and_the_first_copy_once() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.gate.set(State::Broken);
    assert!(!scene.shop.back_up_as(None).state.is_success());
    scene.clock.advance(SignedDuration::from_hours(1));
    assert!(!scene.shop.back_up_as(None).state.is_success());
    assert_eq!(scene.told("failed"), pairs(&[("09-12 02", "desktop")]));
    scene.gate.set(State::Open);
    scene.shop.back_up();
    scene.shop.back_up();
    assert_eq!(scene.told("first"), pairs(&[("09-12 03", "desktop")]));
    scene.clock.advance(SignedDuration::from_hours(24));
    scene.gate.set(State::Broken);
    assert!(!scene.shop.back_up_as(None).state.is_success());
    assert_eq!(scene.told("failed"), pairs(&[("09-12 02", "desktop"), ("09-13 03", "desktop")]));
}

#[test]
fn p19_the_week_is_told_on_monday_morning_once() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.mail();
    let monday = jiff::civil::date(2026, 9, 14).at(9, 0, 0, 0);
    let monday = monday.to_zoned(jiff::tz::TimeZone::system()).unwrap().timestamp();
    scene.shop.back_up();
    while scene.clock.now() < monday {
        assert_eq!(scene.told("week"), []);
        scene.clock.advance(LOOK);
        scene.look();
    }
    scene.until("2026-09-16T00:00:00Z");
    assert_eq!(scene.told("week").len(), 1, "{:?}", scene.told("week"));
    assert_eq!(scene.told("week")[0].1, "mail");
    let week = scene.messages().into_iter().find(|row| row.key == "week").unwrap();
    assert_eq!(week.body["week"]["plans"][0]["good"], 1, "{}", week.body);
    let mut settings = scene.shop.engine.notice_settings().unwrap();
    settings.digest = false;
    scene.shop.engine.set_notice_settings(&settings).unwrap();
    scene.until("2026-09-22T12:00:00Z");
    assert_eq!(scene.told("week").len(), 1);
}

#[test]
fn p1_a_watcher_gets_a_sign_of_life_at_the_beginning_and_at_the_end_of_a_run() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    let server = Server::answering(&[200]);
    let config = PingConfig { allow_plain_http: false, extra_roots: Vec::new() };
    scene.channel("watcher", ChannelConfig::Ping(config), Some(&server.url("/check")));
    scene.shop.engine.remove_channel("desktop").unwrap();
    scene.shop.back_up();
    assert_eq!(scene.deliver(), 2);
    scene.gate.set(State::Broken);
    assert!(!scene.shop.back_up_as(None).state.is_success());
    assert_eq!(scene.deliver(), 2);
    let paths: Vec<String> = server.seen().into_iter().map(|(line, _)| line).collect();
    assert_eq!(paths, ["/check/start", "/check", "/check/start", "/check/fail"]);
    // A sign of life of two hours ago is none.
    scene.shop.back_up_as(None);
    scene.clock.advance(SignedDuration::from_hours(2));
    assert_eq!((scene.deliver(), server.seen().len()), (0, 4));
}

#[test]
fn p1_nothing_is_written_while_nothing_happens() {
    let scene = Scene::at("2026-09-12T02:00:00Z");
    scene.shop.back_up();
    scene.minutes(40);
    let log = scene.shop.path("home/catalog.sqlite-wal");
    let size = || std::fs::metadata(&log).unwrap().len();
    let before = size();
    scene.until("2026-09-13T02:00:00Z");
    assert_eq!(size(), before);
}

/// A server that answers with one status after the other, the last one for ever, and keeps what it was sent.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Server {
    fn answering(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Vec<(String, String)>>>::default();
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let mut kept = kept.lock().unwrap();
                kept.push(request(&mut stream));
                let status = statuses[(kept.len() - 1).min(statuses.len() - 1)];
                let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { port, seen }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Paths and bodies.
    fn seen(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().clone()
    }
}

fn request(stream: &mut impl BufRead) -> (String, String) {
    let (mut first, mut length) = (String::new(), 0);
    stream.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if let Some(number) = line.to_lowercase().strip_prefix("content-length: ") {
            length = number.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (first.split(' ').nth(1).unwrap().to_owned(), String::from_utf8(body).unwrap())
}
