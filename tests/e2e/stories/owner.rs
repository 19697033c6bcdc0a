//! An owner's story from the first window to the last: protected, something lost, got back, taken back, another language, a page that
//! crashes, the window closed and opened. The real program over the real engine, on real files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::browser::Browser;
use crate::desk::Desk;
use crate::process::wait_for;

const WINDOW: &str = "Resguardo";
/// The share of a screen that shows the same page.
const ALIKE: f64 = 0.98;
/// More would be too many before the first copy begins.
const MOST_CLICKS: u32 = 6;

/// What an owner has: two documents, and a drive for copies.
struct Business {
    documents: PathBuf,
    drive: PathBuf,
}

impl Business {
    fn of(desk: &Desk) -> Self {
        let (documents, drive) = (desk.folder().join("Documents"), desk.folder().join("drive"));
        fs::create_dir_all(documents.join("2026")).unwrap();
        fs::create_dir_all(&drive).unwrap();
        fs::write(documents.join("prices.txt"), "cleaning 40\n").unwrap();
        fs::write(documents.join("2026/letter.txt"), "Dear customer\n").unwrap();
        Self { documents, drive }
    }

    fn prices(&self) -> String {
        fs::read_to_string(self.documents.join("prices.txt")).unwrap()
    }

    fn letter(&self) -> PathBuf {
        self.documents.join("2026/letter.txt")
    }

    fn suffer(&self) {
        fs::write(self.documents.join("prices.txt"), "SPOILED\n").unwrap();
        fs::remove_file(self.letter()).unwrap();
    }
}

#[test]
fn an_owner_is_protected_loses_something_and_gets_it_back() {
    let desk = Desk::new();
    let business = Business::of(&desk);
    let browser = Browser::open(&desk, &[]);
    protect(&desk, &browser, &business.drive);
    desk.tray().wait("Back up now");

    browser.follow("Backups");
    browser.says("2 in total");
    browser.follow("Activity");
    browser.says("Restore test passed");

    business.suffer();
    desk.press(WINDOW, &["ctrl+r"]);
    browser.press("Review");
    browser.press("Restore everything");
    browser.says("Undo this restore");
    assert_eq!((business.prices().as_str(), business.letter().exists()), ("cleaning 40\n", true));

    browser.press("Undo this restore");
    browser.press_in_dialog("Undo");
    browser.says("Everything is as before the restore");
    assert_eq!((business.prices().as_str(), business.letter().exists()), ("SPOILED\n", false));

    browser.follow("Settings");
    browser.choose("Language", "es");
    wait_for("another language", || (browser.text("h1") == "Ajustes").then_some(()));
}

/// From the two doors to a copy that was proven, in as few clicks as promised.
fn protect(desk: &Desk, browser: &Browser, drive: &Path) {
    let mut clicks = 0;
    let mut press = |says: &str| {
        browser.press(says);
        clicks += 1;
    };
    press("Set up");
    browser.says("2 files");
    press("Continue");
    std::thread::scope(|scope| {
        scope.spawn(|| desk.pick("Choose the folder for the backups", drive));
        press("Another drive or folder");
    });
    browser.says("A folder that you chose");
    press("Continue");
    press("Protect now");
    browser.says("Your first backup is made and proven");
    browser.says("It is identical.");
    assert!(clicks <= MOST_CLICKS, "{clicks}");
    browser.press("Go to Home");
    browser.says("Documents");
}

#[test]
fn a_page_that_crashes_comes_back_where_it_was_and_no_copy_is_hurt() {
    let desk = Desk::new();
    let mut program = desk.start(&["--open", "settings"]);
    desk.plan("shop");
    desk.window(WINDOW);
    let page = || desk.programs("WebKitWebProces").first().copied();
    let crashed = wait_for("a page", page);
    let before = desk.picture();
    desk.end_program(crashed);
    wait_for("another page", || page().filter(|&page| page != crashed));
    // The state in a corner may be another one by now.
    wait_for("the same page", || (desk.picture().likeness(&before) > ALIKE).then_some(()));
    assert!(program.ended().is_none());
    desk.call(
        "operations.start",
        json!({ "verb": "back_up", "plan": "shop", "kind": null, "class": "manual" }),
    );
    wait_for("an archive", || {
        let snapshots = desk.call("snapshots.list", json!({}));
        (snapshots.as_array().unwrap().len() == 1).then_some(())
    });
}
