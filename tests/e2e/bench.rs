//! The window beside an empty window of the same making, in one run: how long until it can be used, what it takes of memory, and how
//! soon a click is answered while a large backup runs; and, when they are asked for, its pictures. Nothing here asserts a time: a machine is not a reason to fail.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_debug_implementations,
    reason = "a benchmark ends when it can't do its work, tells its figures, and shares its tools with the stories"
)]

mod browser;
mod desk;
mod empty;
mod notices;
mod pictures;
mod process;
mod screen;
mod tray;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use browser::Browser;
use desk::Desk;
use process::{Kept, memory, wait_for};

const WINDOW: &str = "Resguardo";
const ROUNDS: usize = 5;
/// A screen that shows the same for so long shows all there is.
const STILL: Duration = Duration::from_secs(2);
const GLANCE: Duration = Duration::from_millis(10);
/// From when on so much of the screen is as it stays, the window can be used.
const ALIKE: f64 = 0.99;
/// Files of the large backup, and how many stand in a folder; another number may be named.
const FILES: usize = 1_000_000;
const PER_FOLDER: usize = 1000;
const CLICKS: usize = 60;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|word| word == empty::ASKED) {
        return empty::run();
    }
    if let Some(at) = arguments.iter().position(|word| word == pictures::ASKED) {
        return pictures::take(Path::new(&arguments[at + 1]));
    }
    let files = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(FILES);
    println!("milliseconds and MiB; median (least to most) of {ROUNDS}");
    beside_an_empty_window();
    clicks_while(files);
}

/// Starts both in turn.
fn beside_an_empty_window() {
    let desk = Desk::new();
    let (mut empty, mut ours) = (Figures::default(), Figures::default());
    let closed = with_a_plan(&desk);
    for _ in 0..ROUNDS {
        let this = std::env::current_exe().unwrap();
        empty.measure(&desk, || Kept::start(desk.command(this.to_str().unwrap()).arg(empty::ASKED)));
        ours.measure(&desk, || desk.start(&[]));
    }
    println!(
        "usable after  ours {}  empty {}  ratio {:.2}",
        ours.start,
        empty.start,
        ours.start.over(&empty.start)
    );
    println!(
        "memory (PSS)  ours {}  empty {}  ratio {:.2}",
        ours.memory,
        empty.memory,
        ours.memory.over(&empty.memory)
    );
    println!("memory with the window closed  {closed:.1}");
}

/// A home with a plan and a copy; what the program beside the clock takes when its window was closed, in MiB.
fn with_a_plan(desk: &Desk) -> f64 {
    let mut program = desk.start(&[]);
    desk.tray();
    desk.plan("shop");
    back_up(desk);
    wait_for("a copy", || (desk.call("snapshots.list", json!({})) != json!([])).then_some(()));
    desk.window(WINDOW);
    desk.close_window(WINDOW);
    wait_for("the end of the window", || (desk.programs("").len() == 1).then_some(()));
    std::thread::sleep(STILL);
    let taken = mebibytes(memory(program.pid()));
    program.ask_to_end();
    program.end();
    taken
}

fn back_up(desk: &Desk) {
    desk.call(
        "operations.start",
        json!({ "verb": "back_up", "plan": "shop", "kind": null, "class": "manual" }),
    );
}

/// What starts of one program came to.
#[derive(Default)]
struct Figures {
    start: Series,
    memory: Series,
}

impl Figures {
    fn measure(&mut self, desk: &Desk, start: impl FnOnce() -> Kept) {
        let begun = Instant::now();
        let mut program = start();
        self.start.0.push(settled(desk, begun).as_secs_f64() * 1000.0);
        let programs = desk.programs("");
        self.memory.0.push(programs.iter().map(|&pid| mebibytes(memory(pid))).sum());
        program.ask_to_end();
        program.end();
        wait_for("the end of everything", || desk.programs("").is_empty().then_some(()));
    }
}

/// When the screen began to look as it stays.
fn settled(desk: &Desk, begun: Instant) -> Duration {
    let mut seen = vec![(Duration::ZERO, desk.screen.picture())];
    let mut changed = Instant::now();
    while changed.elapsed() < STILL || seen.len() == 1 {
        let picture = desk.screen.picture();
        if seen.last().is_none_or(|(_, before)| *before != picture) {
            seen.push((begun.elapsed(), picture));
            changed = Instant::now();
        }
        std::thread::sleep(GLANCE);
    }
    let (_, last) = seen.last().unwrap();
    let unlike = seen.iter().rposition(|(_, picture)| picture.likeness(last) < ALIKE).unwrap_or_default();
    seen[unlike + 1].0
}

/// Clicks through the sections while many files are copied.
fn clicks_while(files: usize) {
    let desk = Desk::new();
    let _program = desk.start(&["--hidden"]);
    desk.tray();
    let folder = desk.plan("shop");
    eprintln!("making {files} files");
    make_files(&folder, files);
    let browser = Browser::open(&desk, &[]);
    browser.find("nav a");
    browser.says("shop");
    clicks(&browser, "at rest");
    back_up(&desk);
    clicks(&browser, "while a backup runs");
    let running = browser.call("operations.list", json!({ "limit": 1 })).unwrap();
    println!("the backup was then: {}", running[0]["state"]);
}

fn clicks(browser: &Browser, when: &str) {
    let answered = browser.wait_script("clicks", CLICK, &[json!(CLICKS)]);
    let series =
        |name: &str| Series(answered[name].as_array().unwrap().iter().filter_map(Value::as_f64).collect());
    println!("a click {when}: drawn after {}, another page after {}", series("drawn"), series("shown"));
    for (page, drawn) in answered["pages"].as_object().unwrap() {
        let drawn = drawn.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        println!("  {page}: {}", Series(drawn));
    }
}

/// Clicks the sections one after the other; how long until the next picture is drawn, and until another heading stands.
const CLICK: &str = "
    const [count, done] = arguments;
    const links = [...document.querySelectorAll('nav a')].slice(0, 5);
    const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    const heading = () => document.querySelector('h1')?.textContent;
    const told = { drawn: [], shown: [], pages: {} };
    const click = async (link) => {
        const [before, begun] = [heading(), performance.now()];
        link.click();
        await frame();
        told.drawn.push(performance.now() - begun);
        while (heading() === before && performance.now() - begun < 5000) await frame();
        told.shown.push(performance.now() - begun);
        (told.pages[heading()] ??= []).push(told.drawn.at(-1));
        await new Promise((next) => setTimeout(next, 100));
    };
    const all = async () => {
        for (let at = 0; at < count; at += 1) await click(links[(at + 1) % links.length]);
        done(told);
    };
    all();";

fn make_files(folder: &Path, files: usize) {
    for at in 0..files.div_ceil(PER_FOLDER) {
        let below = folder.join(format!("folder{at}"));
        fs::create_dir_all(&below).unwrap();
        for file in 0..PER_FOLDER.min(files - at * PER_FOLDER) {
            fs::write(below.join(format!("file{file}.txt")), format!("{at} {file}")).unwrap();
        }
    }
}

#[derive(Default)]
struct Series(Vec<f64>);

impl Series {
    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    fn median(&self) -> f64 {
        self.sorted()[self.0.len() / 2]
    }

    fn over(&self, other: &Self) -> f64 {
        self.median() / other.median()
    }
}

impl std::fmt::Display for Series {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sorted = self.sorted();
        let (least, most) = (sorted.first().unwrap(), sorted.last().unwrap());
        write!(f, "{:.0} ({least:.0} to {most:.0}", self.median())?;
        match sorted.len() {
            few if few < 20 => write!(f, ")"),
            many => write!(f, ", 19 of 20 within {:.0})", sorted[many * 19 / 20 - 1]),
        }
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
