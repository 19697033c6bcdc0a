//! Beside the clock: the icon, its menu, the window that it opens, and the end.

use resguardo_api::Agent;
use serde_json::json;

use crate::desk::Desk;
use crate::process::{memory, wait_for};

/// What the window is called.
const WINDOW: &str = "Resguardo";
/// The resident part may take so much in a release build.
const MOST_MEMORY: u64 = 60 << 20;

#[test]
fn a_start_shows_the_icon_with_its_menu_and_the_window() {
    let desk = Desk::speaking("es");
    let _program = desk.start(&[]);
    let tray = desk.tray();
    tray.wait("Todavía no hay nada protegido");
    assert_eq!(
        tray.labels(),
        [
            "Todavía no hay nada protegido",
            "Ninguna copia programada",
            "Copiar ahora",
            "Pausar",
            "Una hora",
            "Hasta mañana",
            "Restaurar…",
            "Abrir Resguardo",
            "Ajustes…",
            "Salir",
        ]
    );
    assert!(!tray.entries()[0].enabled);
    assert_eq!(tray.face(), Some("paused"));
    desk.window(WINDOW);
}

#[test]
fn a_closed_window_leaves_the_icon_and_nothing_of_what_pages_need() {
    let desk = Desk::new();
    let mut program = desk.start(&[]);
    let tray = desk.tray();
    for _ in 0..2 {
        desk.window(WINDOW);
        wait_for("a page", || (!desk.programs("WebKitWeb").is_empty()).then_some(()));
        desk.close_window(WINDOW);
        desk.no_window(WINDOW);
        wait_for("the end of the page", || desk.programs("WebKit").is_empty().then_some(()));
        wait_for("the end of the window", || (desk.programs("resguardo-app").len() == 1).then_some(()));
        assert!(program.ended().is_none());
        let memory = memory(program.pid());
        println!("memory of the icon's program: {:.1} MiB", memory as f64 / f64::from(1 << 20));
        assert!(cfg!(debug_assertions) || memory <= MOST_MEMORY, "{memory}");
        tray.click("Open Resguardo");
    }
    desk.window(WINDOW);
}

#[test]
fn at_sign_in_there_is_an_icon_and_no_window() {
    let desk = Desk::new();
    let _program = desk.start(&["--hidden"]);
    desk.tray().wait("Nothing is protected yet");
    assert_eq!(desk.programs("resguardo-app").len(), 1);
    assert!(desk.windows().is_empty());
}

#[test]
fn a_second_start_shows_the_window_of_the_first() {
    let desk = Desk::new();
    let mut first = desk.start(&["--hidden"]);
    desk.tray();
    let mut again = desk.start(&["--hidden"]);
    assert_eq!(again.end(), Some(0));
    assert!(desk.windows().is_empty());
    let mut second = desk.start(&[]);
    assert_eq!(second.end(), Some(0));
    desk.window(WINDOW);
    let mut third = desk.start(&["--open", "restore"]);
    assert_eq!(third.end(), Some(0));
    assert!(first.ended().is_none());
    assert_eq!(desk.windows(), [WINDOW]);
}

#[test]
fn quitting_with_nothing_to_copy_asks_nothing() {
    let desk = Desk::new();
    let mut program = desk.start(&[]);
    let tray = desk.tray();
    desk.window(WINDOW);
    tray.click("Quit");
    assert_eq!(program.end(), Some(0));
    wait_for("the end of everything", || desk.programs("").is_empty().then_some(()));
}

#[test]
fn quitting_says_that_copies_stop_and_can_be_taken_back() {
    let desk = Desk::new();
    let mut program = desk.start(&["--hidden"]);
    let tray = desk.tray();
    tray.wait("Nothing is protected yet");
    desk.plan("shop");
    for (key, quits) in [("Escape", false), ("Return", true)] {
        tray.click("Quit");
        desk.press("Quit Resguardo", &[key]);
        desk.no_window("Quit Resguardo");
        assert_eq!(program.ended().is_some() || quits, quits);
    }
    assert_eq!(program.end(), Some(0));
}

#[test]
fn a_signal_ends_agent_icon_and_window() {
    let desk = Desk::new();
    let mut program = desk.start(&[]);
    desk.tray();
    desk.window(WINDOW);
    program.ask_to_end();
    assert_eq!(program.end(), Some(0));
    wait_for("the end of everything", || desk.programs("").is_empty().then_some(()));
}

#[test]
fn the_menu_backs_up_pauses_and_goes_on() {
    let desk = Desk::new();
    let _program = desk.start(&["--hidden"]);
    let tray = desk.tray();
    desk.plan("shop");
    tray.wait("No backup is scheduled");
    tray.click("Back up now");
    wait_for("an archive", || {
        let snapshots = desk.call("snapshots.list", json!({}));
        (snapshots.as_array().unwrap().len() == 1).then_some(())
    });
    wait_for("another icon", || (tray.face() == Some("attention")).then_some(()));
    tray.click("One hour");
    tray.wait("Resume backups");
    wait_for("the pause on the icon", || (tray.face() == Some("paused")).then_some(()));
    assert!(!tray.labels().contains(&"Pause".to_owned()));
    tray.click("Resume backups");
    tray.wait("Pause");
    tray.wait("No backup is scheduled");
}

#[test]
fn a_click_on_a_notice_opens_the_window_where_the_trouble_is() {
    let desk = Desk::new();
    let _program = desk.start(&["--hidden"]);
    desk.tray();
    let folder = desk.plan("shop");
    std::fs::remove_dir_all(folder).unwrap();
    desk.call(
        "operations.start",
        json!({ "verb": "back_up", "plan": "shop", "kind": null, "class": "manual" }),
    );
    let notice = desk.notices.wait("The backup of “shop” could not finish");
    assert_eq!(notice.button.as_deref(), Some("Fix"));
    assert!(notice.body.contains("Earlier backups are still safe"), "{}", notice.body);
    desk.notices.click(&notice, || desk.windows() == [WINDOW]);
}

#[test]
fn who_wants_nothing_beside_the_clock_quits_with_the_window() {
    let desk = Desk::new();
    let mut program = desk.start(&[]);
    desk.window(WINDOW);
    let mut settings = desk.call("settings.show", json!({}));
    settings["stay"] = json!(false);
    desk.call("settings.save", settings);
    desk.close_window(WINDOW);
    assert_eq!(program.end(), Some(0));
}

#[test]
fn the_program_takes_the_place_of_an_agent_that_ends() {
    let desk = Desk::new();
    let (agent, _) = Agent::open(Some(desk.home())).unwrap();
    let (stop, other) = (agent.stopper(), std::thread::spawn(move || agent.run()));
    let mut program = desk.start(&["--hidden"]);
    let tray = desk.tray();
    tray.wait("Nothing is protected yet");
    let agent = || desk.call("agent.show", json!({}))["pid"].as_u64();
    assert_eq!(agent(), Some(u64::from(std::process::id())));
    stop.stop();
    assert!(other.join().unwrap());
    wait_for("another agent", || (agent() == Some(u64::from(program.pid()))).then_some(()));
    tray.wait("Nothing is protected yet");
    assert!(program.ended().is_none());
}

#[test]
fn the_window_comes_back_where_it_was() {
    let desk = Desk::new();
    let _program = desk.start(&[]);
    let tray = desk.tray();
    desk.window(WINDOW);
    desk.place_window(WINDOW, (60, 40, 900, 640));
    desk.close_window(WINDOW);
    desk.no_window(WINDOW);
    tray.click("Open Resguardo");
    desk.window(WINDOW);
    wait_for("the same size", || (desk.size_of_window(WINDOW) == Some((900, 640))).then_some(()));
}
