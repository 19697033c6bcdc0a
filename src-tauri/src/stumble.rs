//! When the program can't begin: what is the matter, in a dialog, and then the end.

use resguardo_api::Told;
use resguardo_api::types::Error;
use resguardo_words::Customs;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::texts::{language_of_user, texts};

/// Tells why, and ends the program when it was read.
pub(crate) fn tell(app: &AppHandle, error: &Error) {
    tracing::error!(%error, "start");
    let customs = Customs::new(language_of_user());
    let ending = app.clone();
    let told = Told::of(error, customs.language());
    app.dialog()
        .message(format!("{}\n\n{}\n\n{}", told.title, told.hint, told.technical))
        .title(texts(&customs).cannot_start)
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}
