//! A window of the same making with nothing in it: what ours is measured against.

use tauri::{WebviewUrl, WebviewWindowBuilder};

/// The argument that asks for it.
pub(crate) const ASKED: &str = "empty-window";

/// Shows it until it is ended.
pub(crate) fn run() {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let page = "<!doctype html><title>Empty</title><h1>Empty</h1>".as_bytes().to_vec();
            tauri::http::Response::builder().header("Content-Type", "text/html").body(page).unwrap()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost/".parse().unwrap());
            WebviewWindowBuilder::new(app, "main", page).inner_size(1100.0, 760.0).center().build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
        .unwrap();
}
