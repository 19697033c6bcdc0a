//! launchd: started at sign-in, again after a crash, and looked after every quarter of an hour.

use super::{MARK, Parts, Places, Scope, Setup, SetupFile, WATCH_MINUTES, words};

const LABEL: &str = "app.resguardo.agent";

pub(super) fn setup(scope: Scope, places: &Places) -> Setup {
    let (folder, domain) = match scope {
        Scope::User => (places.user_settings.join("LaunchAgents"), format!("gui/{}", places.user)),
        Scope::Computer => (places.computer_settings.join("LaunchDaemons"), "system".to_owned()),
    };
    let path = folder.join(format!("{LABEL}.plist"));
    let text = path.to_string_lossy().into_owned();
    Setup {
        files: vec![SetupFile { path, content: plist(places, Parts::BOTH).into_bytes() }],
        install: vec![words(&["launchctl", "bootstrap", &domain, &text])],
        remove: vec![words(&["launchctl", "bootout", &format!("{domain}/{LABEL}")])],
        after_remove: Vec::new(),
    }
}

/// What stands in the file for each part; the first is for the sign-in.
const MARKS: [&str; 2] = ["<key>RunAtLoad</key>\n    <true/>", "<key>StartInterval</key>"];

/// The same with some of its parts, for the one user.
pub(super) fn of_parts(places: &Places, parts: Parts, is_new: bool) -> Setup {
    let mut setup = setup(Scope::User, places);
    for file in &mut setup.files {
        file.content = plist(places, parts).into_bytes();
    }
    // What is loaded already stays so until the next sign-in: to load it anew would end the agent that asks for it.
    setup.install.retain(|_| is_new);
    setup
}

/// The parts that a file has.
pub(super) fn parts_of(text: &str) -> Parts {
    let [at_login, watchdog] = MARKS.map(|mark| text.contains(mark));
    Parts { at_login, watchdog }
}

fn plist(places: &Places, parts: Parts) -> String {
    let line: String =
        places.command().iter().map(|word| format!("        <string>{}</string>\n", escaped(word))).collect();
    let seconds = WATCH_MINUTES * 60;
    let interval = if parts.watchdog {
        format!("<key>StartInterval</key>\n    <integer>{seconds}</integer>\n    ")
    } else {
        String::new()
    };
    let at_login = parts.at_login;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- {MARK} -->\n\
         <plist version=\"1.0\">\n\
         <dict>\n    \
         <key>Label</key>\n    <string>{LABEL}</string>\n    \
         <key>ProgramArguments</key>\n    <array>\n{line}    </array>\n    \
         <key>RunAtLoad</key>\n    <{at_login}/>\n    \
         <key>KeepAlive</key>\n    <dict>\n        <key>SuccessfulExit</key>\n        <false/>\n    </dict>\n    \
         {interval}<key>ProcessType</key>\n    <string>Background</string>\n\
         </dict>\n\
         </plist>\n"
    )
}

/// Text as XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
