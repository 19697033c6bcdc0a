//! The activity as a file that a spreadsheet opens: for who keeps records, or has to show them to somebody.

use resguardo_domain::{Error, Language, Result, Verb, without_secrets};
use resguardo_platform::durable;
use resguardo_words::{Customs, without_report};
use serde::de::DeserializeOwned;

use super::ActivityQuery;
use crate::Engine;
use crate::destinations::named_path;
use crate::requests::{BackUpReport, DrillReport, OperationRow, RestoreReport};

/// Excel takes a file for UTF-8 only with this before it; others pass over it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Engine {
    /// Writes operations, the newest first, as a CSV file (RFC 4180, UTF-8) that only its owner may read, in a language and with
    /// its separator: begin, end, seconds, plan, verb, state, files, bytes, new bytes, problems, error. Answers how many. A file
    /// that is there stays as it is.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] for no path, [`resguardo_domain::Kind::AlreadyExists`] for a file that is there,
    /// [`resguardo_domain::Kind::NotFound`] for an unknown plan, and as [`durable::write_new_private_file`].
    pub fn save_operations(&self, query: ActivityQuery<'_>, file: &str, language: Language) -> Result<u64> {
        let path = named_path(file, "file")?;
        let customs = Customs::new(language);
        let mut table =
            csv::WriterBuilder::new().delimiter(customs.separator()).from_writer(BYTE_ORDER_MARK.to_vec());
        let mut written = table.write_record(customs.operation_headings());
        let mut rows = 0;
        self.each_operation(query, None, &mut |row| {
            if written.is_ok() {
                written = table.write_record(record(&customs, &row));
            }
            rows += 1;
            written.is_ok()
        })?;
        let internal = |cause: &dyn std::fmt::Display| Error::internal("write the table").because(cause);
        written.map_err(|cause| internal(&cause))?;
        let bytes = table.into_inner().map_err(|cause| internal(&cause))?;
        durable::write_new_private_file(&self.cx.fresh(), &path, &bytes)?;
        Ok(rows)
    }
}

/// The values of a line, as the headings have them.
fn record(customs: &Customs, row: &OperationRow) -> [String; 11] {
    let OperationRow { operation, plan_name } = row;
    let end = operation.ended_at;
    let seconds = end.map(|end| end.duration_since(operation.started_at).as_secs());
    let [files, bytes, new_bytes] = figures(row).map(number);
    let error = operation.error.clone().filter(|error| !error.is_cancelled());
    let error = error.map(|error| customs.error(&without_report(&without_secrets(error))).title);
    [
        customs.sheet_date(operation.started_at),
        end.map(|end| customs.sheet_date(end)).unwrap_or_default(),
        number(seconds),
        plain(plan_name.clone().unwrap_or_default()),
        customs.verb(operation.verb).to_owned(),
        customs.operation_state(operation.state).to_owned(),
        files,
        bytes,
        new_bytes,
        operation.issue_count.to_string(),
        plain(error.unwrap_or_default()),
    ]
}

/// Files, their bytes, and the bytes that an archive has on top of those before it; of verbs that have such figures.
fn figures(row: &OperationRow) -> [Option<u64>; 3] {
    match row.operation.verb {
        Verb::BackUp => result(row).map_or([None; 3], |report: BackUpReport| {
            [Some(report.files), Some(report.bytes_total), Some(report.bytes_stored)]
        }),
        Verb::Restore | Verb::Export => result(row)
            .map_or([None; 3], |report: RestoreReport| [Some(report.restored), Some(report.bytes), None]),
        Verb::Drill => result(row)
            .map_or([None; 3], |report: DrillReport| [Some(report.files), Some(report.bytes), None]),
        Verb::Upload | Verb::Verify | Verb::Undo | Verb::Prune | Verb::Rebuild => [None; 3],
    }
}

fn result<T: DeserializeOwned>(row: &OperationRow) -> Option<T> {
    row.operation.result.as_deref().and_then(|result| serde_json::from_str(result).ok())
}

fn number<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula, whoever gave the name in it.
fn plain(text: String) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}
