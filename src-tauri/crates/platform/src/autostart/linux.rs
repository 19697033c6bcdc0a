//! systemd, and the autostart folder for desktops without it.

use super::{MARK, Parts, Places, Scope, Setup, SetupFile, WATCH_MINUTES, words};

const UNIT: &str = "resguardo-agent";

pub(super) fn setup(scope: Scope, places: &Places) -> Setup {
    let folder = match scope {
        Scope::User => places.user_settings.join("systemd/user"),
        Scope::Computer => places.computer_settings.join("systemd/system"),
    };
    let mut files = vec![
        (folder.join(format!("{UNIT}.service")), service(scope, places)),
        (folder.join(format!("{UNIT}.timer")), timer()),
    ];
    if scope == Scope::User {
        files.push((places.user_settings.join("autostart").join(format!("{UNIT}.desktop")), desktop(places)));
    }
    let (service, timer) = (format!("{UNIT}.service"), format!("{UNIT}.timer"));
    let systemctl = |rest: &[&str]| {
        let own = if scope == Scope::User { &["systemctl", "--user"][..] } else { &["systemctl"] };
        words(&[own, rest].concat())
    };
    let files = files.into_iter().map(|(path, text)| SetupFile { path, content: text.into_bytes() });
    Setup {
        files: files.collect(),
        install: vec![systemctl(&["daemon-reload"]), systemctl(&["enable", "--now", &service, &timer])],
        remove: vec![systemctl(&["disable", "--now", &timer, &service])],
        after_remove: vec![systemctl(&["daemon-reload"])],
    }
}

/// The parts for the one user: the service is needed by both, the timer looks after it, the desktop's own folder and the user's
/// systemd start it at sign-in. Nothing that runs is started or stopped but the timer: who asks may be that service.
pub(super) fn of_parts(places: &Places, parts: Parts) -> Setup {
    let mut setup = setup(Scope::User, places);
    setup.files.retain(|file| {
        let ends_in = |suffix: &str| file.path.extension().is_some_and(|extension| extension == suffix);
        ends_in("service") || (ends_in("timer") && parts.watchdog) || (ends_in("desktop") && parts.at_login)
    });
    setup.install.truncate(1);
    setup.install.extend(parts.at_login.then(|| systemctl_user(&["enable", "resguardo-agent.service"])));
    setup
        .install
        .extend(parts.watchdog.then(|| systemctl_user(&["enable", "--now", "resguardo-agent.timer"])));
    setup
}

/// What takes parts away.
pub(super) fn drop_commands(parts: Parts) -> Vec<Vec<String>> {
    let at_login = parts.at_login.then(|| systemctl_user(&["disable", "resguardo-agent.service"]));
    let watchdog = parts.watchdog.then(|| systemctl_user(&["disable", "--now", "resguardo-agent.timer"]));
    at_login.into_iter().chain(watchdog).collect()
}

fn systemctl_user(rest: &[&str]) -> Vec<String> {
    words(&[&["systemctl", "--user"], rest].concat())
}

fn service(scope: Scope, places: &Places) -> String {
    let line: Vec<String> = places.command().iter().map(|word| quoted(word)).collect();
    let target = if scope == Scope::User { "default.target" } else { "multi-user.target" };
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Resguardo: runs backups when they are due\n\n\
         [Service]\n\
         ExecStart={}\n\
         Restart=on-failure\n\
         RestartSec=30\n\
         TimeoutStopSec=30\n\n\
         [Install]\n\
         WantedBy={target}\n",
        line.join(" ")
    )
}

fn timer() -> String {
    format!(
        "# {MARK}\n\
         [Unit]\n\
         Description=Resguardo: starts the agent when it should run and does not\n\n\
         [Timer]\n\
         OnCalendar=*:0/{WATCH_MINUTES}\n\
         Persistent=true\n\
         Unit={UNIT}.service\n\n\
         [Install]\n\
         WantedBy=timers.target\n"
    )
}

fn desktop(places: &Places) -> String {
    let line: Vec<String> = places.command().iter().map(|word| desktop_quoted(word)).collect();
    format!(
        "# {MARK}\n\
         [Desktop Entry]\n\
         Type=Application\n\
         Name=Resguardo\n\
         Comment=Runs backups when they are due\n\
         Comment[es]=Hace las copias a su hora\n\
         Exec={}\n\
         Terminal=false\n\
         NoDisplay=true\n",
        line.join(" ")
    )
}

/// A word of systemd's command lines: quoted where it must be, its variables and specifiers taken literally.
fn quoted(word: &str) -> String {
    let literal = word.replace('%', "%%").replace('$', "$$");
    if is_plain(word) {
        return literal;
    }
    format!("\"{}\"", literal.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A word of a desktop entry's `Exec`: quoted as the specification says, then escaped as a value of the file.
fn desktop_quoted(word: &str) -> String {
    let literal = word.replace('%', "%%");
    if is_plain(word) {
        return literal;
    }
    let mut inner = String::new();
    for c in literal.chars() {
        if matches!(c, '"' | '`' | '$' | '\\') {
            inner.push('\\');
        }
        inner.push(c);
    }
    format!("\"{}\"", inner.replace('\\', "\\\\"))
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+:,@%".contains(c))
}
