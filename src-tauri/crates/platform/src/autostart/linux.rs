//! systemd, and the autostart folder for desktops without it.

use super::{MARK, Places, Scope, Setup, SetupFile, WATCH_MINUTES, words};

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
