//! What the window may ask of its program: the engine's commands, the system's own dialogs, file manager and browser, and the page to
//! begin with.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use resguardo_api::types::{Error, Language, Result};
use resguardo_api::{Nothing, Told, UpdatesLook};
use serde_json::Value;
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;

use crate::host::Host;
use crate::texts::language_of_user;

/// Least and most.
const ZOOM: (f64, f64) = (0.5, 3.0);

/// Characters of a dialog's title at most, and of a file's name.
const LONGEST_TITLE: usize = 200;
const LONGEST_NAME: usize = 255;
/// Bytes of a path at most: no system takes longer ones.
const LONGEST_PATH: usize = 32_768;
/// Endings of files that one dialog offers.
const MOST_ENDINGS: usize = 20;

/// An answer, or what is said instead.
type Said<T> = std::result::Result<T, Box<Told>>;

/// The page that somebody asked for and the window has not shown yet.
#[derive(Debug, Default)]
pub(crate) struct Route(Mutex<Option<String>>);

impl Route {
    pub(crate) fn set(&self, route: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = route;
    }

    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The language of a page by its tag, such as `es` or `en-GB`.
fn language_of_page(tag: &str) -> Language {
    if tag.starts_with(Language::Spanish.code()) { Language::Spanish } else { Language::English }
}

/// A command of the engine, by its name; what it says instead of an answer is in the language of the page.
#[tauri::command]
pub(crate) async fn call(
    name: String,
    request: Value,
    language: Option<String>,
    host: State<'_, Arc<Host>>,
) -> Said<Value> {
    let host = Arc::clone(&host);
    let answer = aside(move || host.dispatch(&name, request)).await.flatten();
    let language = language.as_deref().map_or_else(language_of_user, language_of_page);
    answer.map_err(|error| Box::new(Told::of(&error, language)))
}

/// The system's dialog for a folder; nothing when it was closed without one.
#[tauri::command]
pub(crate) async fn pick_folder(
    app: AppHandle,
    window: WebviewWindow,
    title: String,
    start: Option<PathBuf>,
) -> Said<Option<String>> {
    let dialog = dialog(&app, &window, title, start)?;
    said(aside(move || dialog.blocking_pick_folder().and_then(text)).await)
}

/// The system's dialog for a file with one of these endings, or with any when there are none.
#[tauri::command]
pub(crate) async fn pick_file(
    app: AppHandle,
    window: WebviewWindow,
    title: String,
    start: Option<PathBuf>,
    extensions: Option<Vec<String>>,
) -> Said<Option<String>> {
    let extensions = extensions.unwrap_or_default();
    said(are_endings(&extensions))?;
    let mut dialog = dialog(&app, &window, title, start)?;
    if !extensions.is_empty() {
        let endings: Vec<&str> = extensions.iter().map(String::as_str).collect();
        let name = endings.iter().map(|ending| format!("*.{ending}")).collect::<Vec<_>>().join(", ");
        dialog = dialog.add_filter(name, &endings);
    }
    said(aside(move || dialog.blocking_pick_file().and_then(text)).await)
}

/// The system's dialog for a new file; nothing is written.
#[tauri::command]
pub(crate) async fn pick_save(
    app: AppHandle,
    window: WebviewWindow,
    title: String,
    start: Option<PathBuf>,
    name: String,
) -> Said<Option<String>> {
    said(is_file_name(&name))?;
    let dialog = dialog(&app, &window, title, start)?.set_file_name(name);
    said(aside(move || dialog.blocking_save_file().and_then(text)).await)
}

/// Shows a folder in the file manager, or a file in its folder. Nothing is ever opened with its own program.
#[tauri::command]
pub(crate) async fn reveal(app: AppHandle, path: PathBuf) -> Said<()> {
    said(aside(move || reveal_now(&app, &path)).await.flatten())
}

/// Opens the web page of the newest version in the owner's browser. Its makers name it and sign for it; no page of ours can name another.
#[tauri::command]
pub(crate) async fn open_release(app: AppHandle, host: State<'_, Arc<Host>>) -> Said<()> {
    let host = Arc::clone(&host);
    said(aside(move || open_newest(&app, &host)).await.flatten())
}

/// Shows everything so many times as large.
#[tauri::command]
pub(crate) fn zoom(window: WebviewWindow, factor: f64) -> Said<()> {
    let (least, most) = ZOOM;
    // What is no number is no size.
    let factor = if factor.is_finite() { factor.clamp(least, most) } else { 1.0 };
    said(window.set_zoom(factor).map_err(|cause| Error::internal("zoom").because(cause)))
}

/// The page to begin with; asked once.
#[tauri::command]
pub(crate) fn route(route: State<'_, Route>) -> Option<String> {
    route.take()
}

fn open_newest(app: &AppHandle, host: &Host) -> Result<()> {
    let newer = host.api().call::<UpdatesLook>(Nothing {})?.newer;
    let newer = newer.ok_or_else(|| Error::not_found("version", "newer"))?;
    let opened = app.opener().open_url(&newer.page, None::<&str>);
    opened.map_err(|cause| Error::internal("open the page").fact("page", &newer.page).because(cause))
}

fn reveal_now(app: &AppHandle, path: &Path) -> Result<()> {
    let is_folder = shown_as_folder(path)?;
    let opener = app.opener();
    // On a Mac a folder can be a program.
    let shown = if is_folder && !cfg!(target_os = "macos") {
        opener.open_path(path.to_string_lossy(), None::<&str>)
    } else {
        opener.reveal_item_in_dir(path)
    };
    shown.map_err(|cause| Error::internal("show the folder").fact("path", path.display()).because(cause))
}

/// Whether the path is a folder; it must name something that is there, from the root.
fn shown_as_folder(path: &Path) -> Result<bool> {
    is_path(path)?;
    let found = std::fs::metadata(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Error::not_found("folder", path.display()),
        _ => Error::io(&cause, "look at the folder", path.display()),
    })?;
    Ok(found.is_dir())
}

/// From the root, and by no way round.
fn is_path(path: &Path) -> Result<()> {
    let is_long = path.as_os_str().len() > LONGEST_PATH;
    let goes_round = path.components().any(|part| part == Component::ParentDir);
    if is_long || goes_round || !path.is_absolute() {
        return Err(Error::invalid("path", path.display(), "not an absolute path"));
    }
    Ok(())
}

/// One name, without a folder.
fn is_file_name(name: &str) -> Result<()> {
    let is_one = Path::new(name).file_name().is_some_and(|known| known == name);
    let is_plain = !name.contains(|letter: char| matches!(letter, '/' | '\\') || letter.is_control());
    if is_one && is_plain && name.chars().count() <= LONGEST_NAME {
        return Ok(());
    }
    Err(Error::invalid("name", name, "not the name of a file"))
}

fn are_endings(endings: &[String]) -> Result<()> {
    let is_ending = |ending: &String| {
        (1..=LONGEST_NAME).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if endings.len() <= MOST_ENDINGS && endings.iter().all(is_ending) {
        return Ok(());
    }
    Err(Error::invalid("extensions", endings.join(", "), "not the endings of files"))
}

fn dialog(
    app: &AppHandle,
    window: &WebviewWindow,
    title: String,
    start: Option<PathBuf>,
) -> Said<FileDialogBuilder<tauri::Wry>> {
    if title.chars().count() > LONGEST_TITLE {
        return said(Err(Error::invalid("title", title, "too long")));
    }
    let dialog = app.dialog().file().set_title(title).set_parent(window);
    let Some(start) = start else { return Ok(dialog) };
    said(is_path(&start))?;
    Ok(dialog.set_directory(start))
}

/// A path as the engine takes it; one that is no text can't be written in a request.
fn text(path: FilePath) -> Option<String> {
    path.into_path().ok()?.into_os_string().into_string().ok()
}

/// In the language of the user: only calls of the engine name another.
fn said<T>(done: Result<T>) -> Said<T> {
    done.map_err(|error| Box::new(Told::of(&error, language_of_user())))
}

/// Off the thread that draws: engine and dialogs take their time.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.map_err(|cause| Error::internal("answer the window").because(cause))
}

#[cfg(test)]
mod tests;
