//! The Run key for the sign-in, and a task that looks every quarter of an hour, on battery too.

use super::macos::escaped;
use super::{MARK, Parts, Places, Scope, Setup, SetupFile, WATCH_MINUTES, words};

const TASK: &str = "Resguardo agent";
const VALUE: &str = "ResguardoAgent";
const RUN_KEY: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";

pub(super) fn setup(scope: Scope, places: &Places) -> Setup {
    let folder = match scope {
        Scope::User => &places.user_settings,
        Scope::Computer => &places.computer_settings,
    };
    let path = folder.join("agent-task.xml");
    let text = path.to_string_lossy().into_owned();
    let line: Vec<String> = places.command().iter().map(|word| quoted(word)).collect();
    let mut install = vec![words(&["schtasks", "/Create", "/TN", TASK, "/XML", &text, "/F"])];
    let mut remove = vec![words(&["schtasks", "/Delete", "/TN", TASK, "/F"])];
    if scope == Scope::User {
        let value = line.join(" ");
        install.push(words(&["reg", "add", RUN_KEY, "/v", VALUE, "/t", "REG_SZ", "/d", &value, "/f"]));
        remove.push(words(&["reg", "delete", RUN_KEY, "/v", VALUE, "/f"]));
    } else {
        install.push(words(&["schtasks", "/Run", "/TN", TASK]));
    }
    let content = utf16(&task(scope, places));
    Setup { files: vec![SetupFile { path, content }], install, remove, after_remove: Vec::new() }
}

/// The parts for the one user: the key starts it at sign-in, the task looks after it.
pub(super) fn of_parts(places: &Places, parts: Parts) -> Setup {
    let mut setup = setup(Scope::User, places);
    let is_of = |words: &Vec<String>| {
        let program = words.first().map(String::as_str);
        (parts.watchdog && program == Some("schtasks")) || (parts.at_login && program == Some("reg"))
    };
    setup.install.retain(is_of);
    if !parts.watchdog {
        setup.files.clear();
    }
    setup
}

/// Asks whether the key is there.
pub(super) fn question() -> Vec<String> {
    words(&["reg", "query", RUN_KEY, "/v", VALUE])
}

/// What takes parts away.
pub(super) fn drop_commands(parts: Parts) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    if parts.at_login {
        lines.push(words(&["reg", "delete", RUN_KEY, "/v", VALUE, "/f"]));
    }
    if parts.watchdog {
        lines.push(words(&["schtasks", "/Delete", "/TN", TASK, "/F"]));
    }
    lines
}

/// The task's defaults are wrong for a backup: it would not start on battery, would be stopped by it, and would be lost when
/// the computer was off; and it would be killed after three days.
fn task(scope: Scope, places: &Places) -> String {
    let command = places.command();
    let (program, rest) = command.split_first().map_or((String::new(), &[][..]), |(p, r)| (escaped(p), r));
    let arguments: Vec<String> = rest.iter().map(|word| escaped(&quoted(word))).collect();
    let (trigger, user) = match scope {
        Scope::User => (
            "LogonTrigger",
            "<LogonType>InteractiveToken</LogonType>\n      <RunLevel>LeastPrivilege</RunLevel>",
        ),
        Scope::Computer => {
            ("BootTrigger", "<UserId>S-1-5-18</UserId>\n      <RunLevel>HighestAvailable</RunLevel>")
        }
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<!-- {MARK} -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Resguardo: starts the agent when it should run and does not</Description>
  </RegistrationInfo>
  <Triggers>
    <{trigger}>
      <Enabled>true</Enabled>
    </{trigger}>
    <TimeTrigger>
      <Repetition>
        <Interval>PT{WATCH_MINUTES}M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      {user}
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        arguments.join(" ")
    )
}

/// A word of a Windows command line; paths there hold no quotes.
fn quoted(word: &str) -> String {
    if word.contains([' ', '\t']) { format!("\"{word}\"") } else { word.to_owned() }
}

/// The Task Scheduler reads UTF-16 with its mark.
fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.replace('\n', "\r\n").encode_utf16().collect::<Vec<_>>());
    units.flat_map(u16::to_le_bytes).collect()
}
