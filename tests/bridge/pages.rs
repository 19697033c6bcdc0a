//! The built pages of the window.

use std::io::Cursor;
use std::path::{Component, Path, PathBuf};

use tiny_http::Response;

use crate::header;

/// A folder of pages and the policy under which they are shown.
pub(crate) struct Pages {
    folder: PathBuf,
    policy: Option<String>,
}

impl Pages {
    pub(crate) fn new(folder: PathBuf, policy: Option<String>) -> Self {
        Self { folder, policy }
    }

    /// A file of the folder; the window's own page for every address that is none.
    pub(crate) fn answer(&self, path: &str) -> Response<Cursor<Vec<u8>>> {
        let asked = Path::new(path.trim_start_matches('/'));
        let inside = asked.components().all(|part| matches!(part, Component::Normal(_)));
        let file = self.folder.join(asked);
        let file = if inside && file.is_file() { file } else { self.folder.join("index.html") };
        let Ok(content) = std::fs::read(&file) else {
            return Response::from_data(Vec::new()).with_status_code(404);
        };
        let response = Response::from_data(content).with_header(header("Content-Type", content_type(&file)));
        match &self.policy {
            Some(policy) => response.with_header(header("Content-Security-Policy", policy)),
            None => response,
        }
    }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
