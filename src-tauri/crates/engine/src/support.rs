//! A message for the owner's technician: one file with what is needed to find out why, and nothing that opens doors.
//!
//! The engine collects and redacts; the sentences of the summary are written by whoever speaks to people.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use resguardo_domain::{Error, Redactor, Result};
use resguardo_platform::{durable, logs};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zip::write::SimpleFileOptions;

use crate::Engine;
use crate::destinations::named_path;

/// Operations that are told.
const OPERATIONS: usize = 50;

/// One text in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SupportText {
    /// Its name in the file.
    pub name: String,
    /// Its content.
    pub text: String,
}

impl Engine {
    /// What goes into the file, redacted: the facts as JSON and every log file. `anonymous` also replaces the user's home folder and
    /// name and the computer's name.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn collect_support(&self, anonymous: bool) -> Result<Vec<SupportText>> {
        let redactor = self.redactor(anonymous);
        let facts = logs::redact_json(self.support_facts()?, &redactor);
        let text = serde_json::to_string_pretty(&facts)
            .map_err(|cause| Error::internal("write the facts").because(cause))?;
        let mut texts = vec![SupportText { name: "facts.json".to_owned(), text: text + "\n" }];
        for path in logs::files(&self.home) {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("logs/{file}");
            texts.push(SupportText { name, text: logs::redacted(&path, &redactor)? });
        }
        Ok(texts)
    }

    /// Writes one ZIP with the summaries, which are redacted here, and the texts that were collected. Never over a file that exists.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::AlreadyExists`], and what writing says.
    pub fn save_support(
        &self,
        file: &str,
        anonymous: bool,
        summaries: Vec<SupportText>,
        texts: &[SupportText],
    ) -> Result<()> {
        let path = named_path(file, "file")?;
        let redactor = self.redactor(anonymous);
        let redacted = |summary: SupportText| SupportText { text: redactor.text(&summary.text), ..summary };
        let summaries: Vec<SupportText> = summaries.into_iter().map(redacted).collect();
        let zipped = zipped(summaries.iter().chain(texts))
            .map_err(|cause| Error::internal("pack the message for the technician").because(cause))?;
        durable::write_new_private_file(&self.cx.fresh(), &path, &zipped)
    }

    fn support_facts(&self) -> Result<serde_json::Value> {
        Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "architecture": std::env::consts::ARCH,
            "made_at": self.cx.now(),
            "computer": self.computer,
            "configuration": self.export_config()?,
            "plans": self.status()?,
            "destinations": self.destinations()?,
            "findings": self.doctor()?,
            "operations": self.operations(None, OPERATIONS)?,
        }))
    }

    fn redactor(&self, anonymous: bool) -> Redactor {
        if !anonymous {
            return Redactor::default();
        }
        let computer = [self.computer.name.clone(), resguardo_platform::host_name()];
        let computer = computer.into_iter().map(|name| (name, "[computer]".to_owned()));
        // Without a separator at its end, after which nothing would stand free.
        let home: PathBuf = std::env::home_dir().unwrap_or_default().components().collect();
        let user = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let home = (home.to_string_lossy().into_owned(), "[home]".to_owned());
        Redactor::replacing(computer.chain([home, (user, "[user]".to_owned())]))
    }
}

fn zipped<'a>(texts: impl Iterator<Item = &'a SupportText>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for text in texts {
        zip.start_file(text.name.as_str(), options)?;
        zip.write_all(text.text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
