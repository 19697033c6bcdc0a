//! Session buses to run a story on, each with a key store or a notification server in another state.
//!
//! The session bus is a fact of the process, so a story runs in a child: the test's own program again, told by a variable
//! that it is the child and which chapter it was started for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What kind of desktop a story finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// gnome-keyring, unlocked as after signing in.
    Unlocked,
    /// gnome-keyring, locked, and nobody to answer its dialog.
    Locked,
    /// A screen with dunst, which shows notices.
    Screen,
    /// A bus on which nothing can be started.
    NoServices,
    /// No bus at all.
    NoBus,
    /// A bus whose socket takes connections and never says a word.
    Silent,
}

const STORY: &str = "RESGUARDO_TEST_STORY";
const FOLDER: &str = "RESGUARDO_TEST_FOLDER";

/// Runs a story of one chapter on a desk, in a folder of its own. `test` is the full name of the calling test.
pub fn in_child(test: &str, desk: Desk, story: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    on(desk, folder.path(), test, "story", story);
}

/// Runs a chapter of a test in a child; in the child, runs the chapter that it was started for.
pub fn on(desk: Desk, folder: &Path, test: &str, chapter: &str, story: impl Fn(&Path)) {
    let told = format!("chapter {chapter} was told");
    if let Some(wanted) = std::env::var_os(STORY) {
        if wanted == chapter {
            story(Path::new(&std::env::var_os(FOLDER).unwrap()));
            fs::write(folder_of_child().join(chapter), &told).unwrap();
        }
        return;
    }
    let _ = fs::remove_file(folder.join(chapter));
    let mut child = command(desk, folder, test);
    child
        .env(STORY, chapter)
        .env(FOLDER, folder)
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("share"))
        .env("XDG_RUNTIME_DIR", runtime_folder(folder))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    match desk {
        Desk::Silent => child.env("DBUS_SESSION_BUS_ADDRESS", silent_bus(folder)),
        _ => child.env_remove("DBUS_SESSION_BUS_ADDRESS"),
    };
    let output = child.output().unwrap();
    // A child that ran no test at all would end well too.
    let ran = fs::read_to_string(folder.join(chapter)).is_ok_and(|text| text == told);
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && ran, "{desk:?}, {chapter}: {text}\n{errors}");
}

/// Ends the test with the package to install: a counterpart that is missing is never a test that passed.
pub fn needed(program: &str, package: &str) {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    let there = found.is_ok_and(|found| found.status.success());
    assert!(there, "this test needs `{program}`: install the package {package}");
}

fn folder_of_child() -> PathBuf {
    PathBuf::from(std::env::var_os(FOLDER).unwrap())
}

fn command(desk: Desk, folder: &Path, test: &str) -> Command {
    let program = std::env::current_exe().unwrap();
    let itself = format!("'{}' --exact {test} --nocapture", program.display());
    let keyring = |options: &str| format!("gnome-keyring-daemon {options} --components=secrets >/dev/null");
    let script = match desk {
        Desk::Unlocked => format!("printf testpw | {} && {itself}", keyring("--unlock")),
        Desk::Locked => format!("{} && {itself}", keyring("--start")),
        Desk::Screen => format!("{SCREEN}\n{itself}\nend=$?\nkill $dunst $screen\nexit $end"),
        Desk::NoServices | Desk::NoBus | Desk::Silent => itself,
    };
    let needs: &[(&str, &str)] = match desk {
        Desk::Unlocked | Desk::Locked => {
            &[("gnome-keyring-daemon", "gnome-keyring"), ("dbus-run-session", "dbus")]
        }
        Desk::Screen => &[("dunst", "dunst"), ("Xvfb", "xvfb"), ("dbus-run-session", "dbus")],
        Desk::NoServices => &[("dbus-run-session", "dbus")],
        Desk::NoBus | Desk::Silent => &[],
    };
    needs.iter().for_each(|(program, package)| needed(program, package));
    if matches!(desk, Desk::NoBus | Desk::Silent) {
        let mut alone = Command::new("sh");
        alone.args(["-c", &script]);
        return alone;
    }
    let mut command = Command::new("dbus-run-session");
    if desk == Desk::NoServices || desk == Desk::Screen {
        let config = folder.join("bus.conf");
        fs::write(&config, EMPTY_BUS).unwrap();
        command.arg(format!("--config-file={}", config.display()));
    }
    command.args(["--", "sh", "-c", &script]);
    command
}

fn runtime_folder(folder: &Path) -> PathBuf {
    let runtime = folder.join("run");
    fs::create_dir_all(&runtime).unwrap();
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
    runtime
}

/// The listener lives as long as this process.
fn silent_bus(folder: &Path) -> String {
    let path = folder.join("silent");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        while let Ok((connection, _)) = listener.accept() {
            open.push(connection);
        }
    });
    format!("unix:path={}", path.display())
}

/// Starts a screen and a notification server and waits until both are there.
const SCREEN: &str = r#"
Xvfb -displayfd 3 -screen 0 800x600x24 -nolisten tcp 3>"$HOME/display" 2>"$HOME/xvfb.log" &
screen=$!
tries=0
until [ -s "$HOME/display" ]; do sleep 0.05; tries=$((tries + 1)); [ $tries -lt 400 ] || exit 97; done
export DISPLAY=":$(cat "$HOME/display")"
dunst >"$HOME/dunst.log" 2>&1 &
dunst=$!
until dunstctl is-paused >/dev/null 2>&1; do sleep 0.05; tries=$((tries + 1)); [ $tries -lt 800 ] || exit 98; done
"#;

const EMPTY_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
