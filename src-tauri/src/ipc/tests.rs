//! What the window may and may not ask.

use resguardo_api::types::Kind;

use serde_json::json;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{WebviewUrl, WebviewWindowBuilder};

use super::*;
use crate::commands::COMMANDS;

#[test]
fn p32_a_window_that_is_not_ours_may_call_nothing() {
    let app = mock_builder()
        .invoke_handler(|invoke| {
            invoke.resolver.resolve(());
            true
        })
        .build(crate::context())
        .unwrap();
    for (label, may) in [("main", true), ("other", false)] {
        let window = WebviewWindowBuilder::new(&app, label, WebviewUrl::default()).build().unwrap();
        for command in COMMANDS {
            assert_eq!(get_ipc_response(&window, asking(command)).is_ok(), may, "{label}: {command}");
        }
        for command in
            ["quit", "plugin:dialog|open", "plugin:opener|open_path", "plugin:webview|webview_close"]
        {
            assert!(get_ipc_response(&window, asking(command)).is_err(), "{label}: {command}");
        }
    }
}

fn asking(command: &str) -> InvokeRequest {
    let url = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
    InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::Json(json!({})),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    }
}

#[test]
fn p32_a_path_is_from_the_root_and_goes_no_way_round() {
    let long = format!("/{}", "a".repeat(LONGEST_PATH));
    for path in ["", "etc", "../etc", "/tmp/../etc", "file:///etc", "C:/a\u{0}", &long] {
        let error = shown_as_folder(Path::new(path)).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{path:.40}");
    }
    assert_eq!(shown_as_folder(Path::new("/tmp/a\u{0}b")).unwrap_err().kind, Kind::Io);
}

#[test]
fn p32_a_name_is_one_and_endings_are_endings() {
    assert_eq!(is_file_name("Configuración 2026.json"), Ok(()));
    let long = "a".repeat(LONGEST_NAME + 1);
    for name in ["", ".", "..", "a/b", "/a", "a\\b", "a\nb", "a\u{0}", &long] {
        assert_eq!(is_file_name(name).unwrap_err().kind, Kind::InvalidInput, "{name:.40}");
    }
    let endings =
        |endings: &[&str]| are_endings(&endings.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(endings(&["db", "sqlite3"]), Ok(()));
    for wrong in [&["*"][..], &["d/b"], &[""], &[&long], &["a"; MOST_ENDINGS + 1]] {
        assert_eq!(endings(wrong).unwrap_err().kind, Kind::InvalidInput);
    }
}

#[test]
fn p32_the_content_policy_allows_nothing_unsafe_and_no_other_address() {
    let config = include_str!("../../tauri.conf.json");
    let config: Value = serde_json::from_str(config).unwrap();
    let policy = config["app"]["security"]["csp"].as_str().unwrap();
    assert!(policy.starts_with("default-src 'self';") && !policy.contains("unsafe"), "{policy}");
    let sources = policy.split([' ', ';']).filter(|word| word.contains(['.', ':', '*']));
    assert!(sources.eq(["ipc:", "http://ipc.localhost", "data:"]), "{policy}");
    assert_eq!(config["app"]["security"]["dangerousDisableAssetCspModification"], Value::Null);
}

#[test]
fn only_what_is_there_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.zip");
    std::fs::write(&file, "a").unwrap();
    assert_eq!(shown_as_folder(folder.path()), Ok(true));
    assert_eq!(shown_as_folder(&file), Ok(false));
    assert_eq!(shown_as_folder(&folder.path().join("b")).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn a_page_names_its_language_as_pages_do() {
    let languages = ["es", "es-CO", "en", "fr"].map(language_of_page);
    use Language::{English, Spanish};
    assert_eq!(languages, [Spanish, Spanish, English, English]);
}

#[test]
fn a_route_is_handed_out_once() {
    let route = Route::default();
    route.set(Some("restore".to_owned()));
    assert_eq!((route.take().as_deref(), route.take()), (Some("restore"), None));
}
