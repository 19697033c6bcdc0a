//! launchd: started at sign-in, again after a crash, and looked after every quarter of an hour.

use super::{MARK, Places, Scope, Setup, SetupFile, WATCH_MINUTES, words};

const LABEL: &str = "app.resguardo.agent";

pub(super) fn setup(scope: Scope, places: &Places) -> Setup {
    let (folder, domain) = match scope {
        Scope::User => (places.user_settings.join("LaunchAgents"), format!("gui/{}", places.user)),
        Scope::Computer => (places.computer_settings.join("LaunchDaemons"), "system".to_owned()),
    };
    let path = folder.join(format!("{LABEL}.plist"));
    let text = path.to_string_lossy().into_owned();
    Setup {
        files: vec![SetupFile { path, content: plist(places).into_bytes() }],
        install: vec![words(&["launchctl", "bootstrap", &domain, &text])],
        remove: vec![words(&["launchctl", "bootout", &format!("{domain}/{LABEL}")])],
        after_remove: Vec::new(),
    }
}

fn plist(places: &Places) -> String {
    let line: String =
        places.command().iter().map(|word| format!("        <string>{}</string>\n", escaped(word))).collect();
    let seconds = WATCH_MINUTES * 60;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <!-- {MARK} -->\n\
         <plist version=\"1.0\">\n\
         <dict>\n    \
         <key>Label</key>\n    <string>{LABEL}</string>\n    \
         <key>ProgramArguments</key>\n    <array>\n{line}    </array>\n    \
         <key>RunAtLoad</key>\n    <true/>\n    \
         <key>KeepAlive</key>\n    <dict>\n        <key>SuccessfulExit</key>\n        <false/>\n    </dict>\n    \
         <key>StartInterval</key>\n    <integer>{seconds}</integer>\n    \
         <key>ProcessType</key>\n    <string>Background</string>\n\
         </dict>\n\
         </plist>\n"
    )
}

/// Text as XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
