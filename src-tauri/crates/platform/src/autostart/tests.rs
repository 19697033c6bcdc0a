//! The setups word for word, and that carrying one out touches nothing of anybody else's.

use std::path::Path;

use resguardo_domain::Kind;
use resguardo_testkit::test_context;

use super::*;

fn places(settings: &Path) -> Places {
    Places {
        program: "/opt/Mi programa/resguardo".into(),
        arguments: words(&["agent", "run", "--unless-running"]),
        home: Some("/srv/100%/$data".into()),
        user_settings: settings.join("user"),
        computer_settings: settings.join("computer"),
        user: 1000,
    }
}

fn plain() -> Places {
    Places { program: "/usr/bin/resguardo".into(), home: None, ..places(Path::new("/c")) }
}

fn text(setup: &Setup, name: &str) -> String {
    let file = setup.files.iter().find(|file| file.path.ends_with(name)).unwrap();
    match file.content.strip_prefix(&[0xFF, 0xFE]) {
        None => String::from_utf8(file.content.clone()).unwrap(),
        Some(wide) => {
            let units: Vec<u16> = wide.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16(&units).unwrap()
        }
    }
}

fn lines(commands: &[Vec<String>]) -> Vec<String> {
    commands.iter().map(|words| words.join(" ")).collect()
}

#[test]
fn systemd_starts_the_agent_at_sign_in_and_looks_after_it() {
    let setup = Setup::of(System::Linux, Scope::User, &plain());
    assert_eq!(
        text(&setup, "user/systemd/user/resguardo-agent.service"),
        "# Written by `resguardo agent install`; `resguardo agent remove` removes it.\n\
         [Unit]\nDescription=Resguardo: runs backups when they are due\n\n\
         [Service]\nExecStart=/usr/bin/resguardo agent run --unless-running\nRestart=on-failure\nRestartSec=30\n\
         TimeoutStopSec=30\n\n\
         [Install]\nWantedBy=default.target\n"
    );
    assert_eq!(
        text(&setup, "user/systemd/user/resguardo-agent.timer"),
        "# Written by `resguardo agent install`; `resguardo agent remove` removes it.\n\
         [Unit]\nDescription=Resguardo: starts the agent when it should run and does not\n\n\
         [Timer]\nOnCalendar=*:0/15\nPersistent=true\nUnit=resguardo-agent.service\n\n\
         [Install]\nWantedBy=timers.target\n"
    );
    assert_eq!(
        text(&setup, "user/autostart/resguardo-agent.desktop"),
        "# Written by `resguardo agent install`; `resguardo agent remove` removes it.\n\
         [Desktop Entry]\nType=Application\nName=Resguardo\nComment=Runs backups when they are due\n\
         Comment[es]=Hace las copias a su hora\nExec=/usr/bin/resguardo agent run --unless-running\n\
         Terminal=false\nNoDisplay=true\n"
    );
    assert_eq!(
        lines(&setup.install),
        [
            "systemctl --user daemon-reload",
            "systemctl --user enable --now resguardo-agent.service resguardo-agent.timer"
        ]
    );
    assert_eq!(
        lines(&setup.remove),
        ["systemctl --user disable --now resguardo-agent.timer resguardo-agent.service"]
    );
}

#[test]
fn odd_paths_are_taken_literally() {
    let places = places(Path::new("/c"));
    let setup = Setup::of(System::Linux, Scope::User, &places);
    let service = text(&setup, "resguardo-agent.service");
    let line =
        r#"ExecStart="/opt/Mi programa/resguardo" agent run --unless-running --home "/srv/100%%/$$data""#;
    assert!(service.contains(line), "{service}");
    let desktop = text(&setup, "resguardo-agent.desktop");
    let line = r#"Exec="/opt/Mi programa/resguardo" agent run --unless-running --home "/srv/100%%/\\$data""#;
    assert!(desktop.contains(line), "{desktop}");
    let odd = Places { program: "/opt/a&b<c".into(), ..places };
    let plist = text(&Setup::of(System::MacOs, Scope::User, &odd), "app.resguardo.agent.plist");
    assert!(plist.contains("<string>/opt/a&amp;b&lt;c</string>"), "{plist}");
}

#[test]
fn a_server_gets_a_service_of_the_computer() {
    let setup = Setup::of(System::Linux, Scope::Computer, &plain());
    let service = text(&setup, "computer/systemd/system/resguardo-agent.service");
    assert!(service.contains("WantedBy=multi-user.target\n"));
    assert_eq!(setup.files.len(), 2);
    assert_eq!(lines(&setup.install)[0], "systemctl daemon-reload");
    let setup = Setup::of(System::MacOs, Scope::Computer, &plain());
    assert_eq!(
        lines(&setup.install),
        ["launchctl bootstrap system /c/computer/LaunchDaemons/app.resguardo.agent.plist"]
    );
    let task = text(&Setup::of(System::Windows, Scope::Computer, &plain()), "agent-task.xml");
    assert!(task.contains("<BootTrigger>") && task.contains("<UserId>S-1-5-18</UserId>"), "{task}");
}

#[test]
fn launchd_runs_it_at_sign_in_and_after_a_crash() {
    let setup = Setup::of(System::MacOs, Scope::User, &plain());
    let plist = text(&setup, "user/LaunchAgents/app.resguardo.agent.plist");
    for part in [
        "<key>Label</key>\n    <string>app.resguardo.agent</string>\n",
        "<array>\n        <string>/usr/bin/resguardo</string>\n        <string>agent</string>\n",
        "<key>RunAtLoad</key>\n    <true/>\n",
        "<key>SuccessfulExit</key>\n        <false/>\n",
        "<key>StartInterval</key>\n    <integer>900</integer>\n",
    ] {
        assert!(plist.contains(part), "{part} in {plist}");
    }
    assert_eq!(
        lines(&setup.install),
        ["launchctl bootstrap gui/1000 /c/user/LaunchAgents/app.resguardo.agent.plist"]
    );
    assert_eq!(lines(&setup.remove), ["launchctl bootout gui/1000/app.resguardo.agent"]);
}

#[test]
fn windows_runs_it_on_battery_too_and_catches_up() {
    let places = Places {
        program: r"C:\Program Files\Resguardo\resguardo.exe".into(),
        home: Some(r"D:\Copias de Ana".into()),
        ..plain()
    };
    let setup = Setup::of(System::Windows, Scope::User, &places);
    assert_eq!(setup.files[0].content[..2], [0xFF, 0xFE]);
    let task = text(&setup, "agent-task.xml");
    for part in [
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
        "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
        "<StartWhenAvailable>true</StartWhenAvailable>",
        "<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
        "<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
        "<Interval>PT15M</Interval>",
        "<LogonTrigger>",
        r"<Command>C:\Program Files\Resguardo\resguardo.exe</Command>",
        r"<Arguments>agent run --unless-running --home &quot;D:\Copias de Ana&quot;</Arguments>",
    ] {
        assert!(task.contains(part), "{part} in {task}");
    }
    let run = &setup.install[1];
    assert_eq!(
        (run[2].as_str(), run[8].as_str()),
        (
            r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run",
            r#""C:\Program Files\Resguardo\resguardo.exe" agent run --unless-running --home "D:\Copias de Ana""#
        )
    );
    assert_eq!(lines(&setup.remove)[0], "schtasks /Delete /TN Resguardo agent /F");
}

/// The same files with commands that are harmless anywhere.
fn harmless(settings: &Path, system: System) -> Setup {
    let failing = vec![words(&["resguardo-no-such-program", "x"])];
    let setup = Setup::of(system, Scope::User, &places(settings));
    Setup { install: failing.clone(), remove: failing.clone(), after_remove: Vec::new(), ..setup }
}

#[test]
fn what_was_installed_is_removed_and_a_system_that_refuses_stops_nothing() {
    for system in [System::Linux, System::MacOs, System::Windows] {
        let folder = tempfile::tempdir().unwrap();
        let setup = harmless(folder.path(), system);
        for _ in 0..2 {
            let report = install(&test_context(), &setup).unwrap();
            assert_eq!(report.files.len(), setup.files.len());
            assert!(report.commands[0].failure.is_some());
        }
        let report = remove(&test_context(), &setup).unwrap();
        assert_eq!(report.files.len(), setup.files.len());
        assert!(setup.files.iter().all(|file| !file.path.exists()));
        assert_eq!(remove(&test_context(), &setup).unwrap(), SetupReport::default());
    }
}

#[test]
fn a_file_of_somebody_else_is_neither_replaced_nor_removed() {
    let folder = tempfile::tempdir().unwrap();
    let setup = harmless(folder.path(), System::Linux);
    let theirs = &setup.files[1].path;
    std::fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    std::fs::write(theirs, "theirs").unwrap();
    let error = install(&test_context(), &setup).unwrap_err();
    assert_eq!((error.kind, error.get("name")), (Kind::AlreadyExists, theirs.to_str()));
    assert!(!setup.files[0].path.exists());
    let report = remove(&test_context(), &setup).unwrap();
    assert_eq!((report.files.len(), report.foreign), (0, vec![theirs.clone()]));
    assert_eq!(std::fs::read_to_string(theirs).unwrap(), "theirs");
}
