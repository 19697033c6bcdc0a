//! A desktop for one story.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use resguardo_api::Api;
use resguardo_testkit::desk::needed;
use serde_json::{Value, json};
use tempfile::TempDir;
use zbus::blocking::Connection;

use crate::notices::Notices;
use crate::process::{Kept, end_programs_of, first_line, programs_of, wait_for};
use crate::screen::{Picture, Screen};
use crate::tray::{Tray, Watcher};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_resguardo-app");
/// A window that shows the same for so long stands still.
const STILL: std::time::Duration = std::time::Duration::from_millis(400);
/// Colours of a screen with a window that is not drawn yet, at most.
const MOST_OF_NOTHING: usize = 100;
/// Programs that a desktop is made of, with their packages.
const NEEDED: [(&str, &str); 6] = [
    ("dbus-daemon", "dbus"),
    ("Xvfb", "xvfb"),
    ("openbox", "openbox"),
    ("wmctrl", "wmctrl"),
    ("xdotool", "xdotool"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
];

/// A bus, a screen with a window manager, a place for icons, somebody who shows notices, and a home. Fields are dropped in order:
/// programs first, what they need after them.
pub(crate) struct Desk {
    language: &'static str,
    address: String,
    watcher: Watcher,
    /// What notices were shown.
    pub(crate) notices: Notices,
    _connection: Connection,
    _manager: Kept,
    /// What is seen.
    pub(crate) screen: Screen,
    _bus: Kept,
    folder: TempDir,
}

impl Desk {
    /// Sets one up.
    pub(crate) fn new() -> Self {
        Self::speaking("en")
    }

    /// Sets one up for somebody who speaks a language.
    pub(crate) fn speaking(language: &'static str) -> Self {
        NEEDED.iter().for_each(|(program, package)| needed(program, package));
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().join("run");
        fs::create_dir_all(&runtime).unwrap();
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
        let (bus, address) = bus(folder.path());
        let screen = Screen::new(folder.path());
        let manager = manager(folder.path(), &screen.display);
        let (watcher, notices) = (Watcher::default(), Notices::default());
        let connection = zbus::blocking::connection::Builder::address(address.as_str())
            .unwrap()
            .serve_at(crate::tray::PLACE, watcher.clone())
            .unwrap()
            .serve_at(crate::notices::PLACE, notices.clone())
            .unwrap()
            .name(crate::tray::NAME)
            .unwrap()
            .name(crate::notices::NAME)
            .unwrap()
            .build()
            .unwrap();
        notices.serve(&connection);
        Self {
            language,
            address,
            watcher,
            notices,
            _connection: connection,
            _manager: manager,
            screen,
            _bus: bus,
            folder,
        }
    }

    /// A folder for whatever the story needs.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program's own folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("resguardo")
    }

    /// A program on this desktop.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let folder = self.folder.path();
        command
            .env("DISPLAY", &self.screen.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", folder)
            .env("XDG_RUNTIME_DIR", folder.join("run"))
            .env("XDG_DATA_HOME", folder.join("share"))
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("RESGUARDO_HOME", self.home())
            .env("RESGUARDO_LANG", self.language)
            .env("LANG", "C.UTF-8")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("GSETTINGS_BACKEND", "memory")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(self.said())
            .stderr(self.said());
        command
    }

    /// What programs say, all together.
    fn said(&self) -> fs::File {
        fs::File::options().create(true).append(true).open(self.folder.path().join("programs.log")).unwrap()
    }

    /// Starts the program under test.
    pub(crate) fn start(&self, arguments: &[&str]) -> Kept {
        Kept::start(self.command(PROGRAM).args(arguments))
    }

    /// Asks the engine, as another program of the same user does.
    pub(crate) fn call(&self, name: &str, request: Value) -> Value {
        let (api, _) = Api::open(Some(self.home())).unwrap();
        api.dispatch(name, request).unwrap()
    }

    /// Makes a plan over a folder with a file, and gives the folder.
    pub(crate) fn plan(&self, name: &str) -> PathBuf {
        let (folder, to) = (self.folder().join(name), self.folder().join("copies"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(folder.join("invoice.txt"), "42").unwrap();
        self.call("plans.add", json!({ "name": name, "folders": [folder], "to": [to] }));
        folder
    }

    /// The icon, once it is there.
    pub(crate) fn tray(&self) -> Tray {
        self.watcher.tray(&self.address)
    }

    /// The titles of all windows.
    pub(crate) fn windows(&self) -> Vec<String> {
        let listed = self.command("wmctrl").arg("-l").stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        text.lines().filter_map(|line| line.split_whitespace().nth(3).map(|_| title(line))).collect()
    }

    /// Waits until a window with a title is there.
    pub(crate) fn window(&self, title: &str) {
        wait_for(title, || self.windows().iter().any(|known| known == title).then_some(()));
    }

    /// Waits until no window has a title.
    pub(crate) fn no_window(&self, title: &str) {
        wait_for("a closed window", || (!self.windows().iter().any(|known| known == title)).then_some(()));
    }

    /// Closes a window as its owner does.
    pub(crate) fn close_window(&self, title: &str) {
        assert!(self.command("wmctrl").args(["-F", "-c", title]).status().unwrap().success());
    }

    /// Moves a window and changes its size: left, top, width, height; waits until it is so.
    pub(crate) fn place_window(&self, title: &str, (left, top, width, height): (u32, u32, u32, u32)) {
        let place = format!("0,{left},{top},{width},{height}");
        assert!(self.command("wmctrl").args(["-F", "-r", title, "-e", &place]).status().unwrap().success());
        wait_for("the new size", || (self.size_of_window(title) == Some((width, height))).then_some(()));
    }

    /// The size of a window, without its frame.
    pub(crate) fn size_of_window(&self, title: &str) -> Option<(u32, u32)> {
        let listed = self.command("wmctrl").arg("-lG").stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        let line = text.lines().find(|line| line.ends_with(title))?;
        let mut figures = line.split_whitespace().skip(4);
        Some((figures.next()?.parse().ok()?, figures.next()?.parse().ok()?))
    }

    /// What the windows on the screen show once they are drawn and stand still.
    pub(crate) fn picture(&self) -> Picture {
        let mut before = self.screen.picture();
        wait_for("a picture that stands still", || {
            std::thread::sleep(STILL);
            let now = self.screen.picture();
            let is_drawn = now.colours() > MOST_OF_NOTHING && now == before;
            before = now;
            is_drawn.then(|| before.without_border())
        })
    }

    /// Brings a window to the front and presses keys there, as `xdotool` names them.
    pub(crate) fn press(&self, title: &str, keys: &[&str]) {
        self.window(title);
        assert!(self.command("wmctrl").args(["-F", "-a", title]).status().unwrap().success());
        for key in keys {
            std::thread::sleep(std::time::Duration::from_millis(150));
            assert!(self.command("xdotool").args(["key", key]).status().unwrap().success());
        }
    }

    /// Answers the system's dialog for a folder or a file with a path.
    pub(crate) fn pick(&self, title: &str, path: &Path) {
        self.press(title, &["slash"]);
        let rest = path.to_str().unwrap().trim_start_matches('/');
        assert!(self.command("xdotool").args(["type", "--delay", "5", rest]).status().unwrap().success());
        self.press(title, &["Return"]);
        self.no_window(title);
    }

    /// Ends one of them, at once.
    pub(crate) fn end_program(&self, pid: u32) {
        assert!(self.programs("").contains(&pid), "only what runs on this desktop");
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }

    /// The programs of this desktop by a part of their name.
    pub(crate) fn programs(&self, part: &str) -> Vec<u32> {
        let home = self.home();
        programs_of(&home).into_iter().filter(|(_, name)| name.contains(part)).map(|(pid, _)| pid).collect()
    }
}

/// What programs of the story started for themselves ends with it. A story that fails leaves a picture of its screen.
impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = fs::read_to_string(self.folder.path().join("programs.log")).unwrap_or_default();
            println!("what the programs said:\n{said}");
            keep_picture("screen", &self.screen.picture().png());
        }
        end_programs_of(&self.home());
    }
}

/// Keeps a picture under the name of the story.
pub(crate) fn keep_picture(of: &str, png: &[u8]) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default().replace("::", "-");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{of}.png"));
    if fs::write(&file, png).is_ok() {
        println!("the {of}: {}", file.display());
    }
}

/// The fourth column and all after it.
fn title(line: &str) -> String {
    let mut rest = line;
    for _ in 0..3 {
        rest = rest.trim_start().split_once(' ').map_or("", |(_, rest)| rest);
    }
    rest.trim().to_owned()
}

fn log(folder: &Path, name: &str) -> fs::File {
    fs::File::create(folder.join(format!("{name}.log"))).unwrap()
}

/// A bus on which nothing can be started: what answers on it is what the story put there.
fn bus(folder: &Path) -> (Kept, String) {
    let config = folder.join("bus.conf");
    fs::write(&config, BUS).unwrap();
    let mut command = Command::new("dbus-daemon");
    command.arg(format!("--config-file={}", config.display())).args(["--nofork", "--print-address"]);
    let mut bus = Kept::start(command.stdout(Stdio::piped()).stderr(log(folder, "bus")));
    let address = first_line(&mut bus);
    assert!(!address.is_empty(), "the bus did not start");
    (bus, address)
}

fn manager(folder: &Path, display: &str) -> Kept {
    let start = || {
        let mut command = Command::new("openbox");
        Kept::start(command.env("DISPLAY", display).env("HOME", folder).stderr(log(folder, "manager")))
    };
    let mut manager = start();
    // It says that it is there by answering. A screen that begins anew, because the only one who looked at it went away, refuses it.
    wait_for("the window manager", || {
        if manager.ended().is_some() {
            manager = start();
        }
        let known = Command::new("wmctrl").arg("-m").env("DISPLAY", display).output().unwrap();
        known.status.success().then_some(())
    });
    manager
}

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
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
