//! `doctor --bundle`: the message for the technician, with a summary that its owner can read before sending it.

use std::path::Path;

use resguardo_api::types::{DestinationView, DoctorFinding, Operation, Plan, SupportText};
use resguardo_api::{
    DestinationsList, DoctorExamine, Nothing, OperationsList, PlansList, RecentOperations, SupportCollect,
    SupportFile, SupportOptions, SupportSave,
};
use resguardo_words::Language;
use serde_json::json;

use super::doctor;
use crate::app::{App, Ending};
use crate::exit::Exit;
use crate::failure;
use crate::locale::Locale;
use crate::paths;
use resguardo_words::fill;

/// Problems with single entries that are told of each operation.
const ISSUES: usize = 5;
const SUMMARIES: [(Language, &str); 2] =
    [(Language::Spanish, "RESUMEN.txt"), (Language::English, "SUMMARY.txt")];

/// What a summary tells.
struct Facts {
    plans: Vec<Plan>,
    destinations: Vec<DestinationView>,
    findings: Vec<DoctorFinding>,
    operations: Vec<Operation>,
    /// Names in the file and bytes of those that are no summary.
    files: Vec<(String, Option<u64>)>,
    anonymous: bool,
}

/// Writes the file and says what is in it.
pub(crate) fn write(app: &mut App, file: &Path, anonymous: bool) -> Ending {
    let file = paths::absolute(file)?;
    let texts = app.api.call::<SupportCollect>(SupportOptions { anonymous })?;
    let facts = facts(app, &texts, anonymous)?;
    let summaries = SUMMARIES.map(|(language, name)| {
        let text = summary(&app.locale.speaking(language), &facts);
        SupportText { name: name.to_owned(), text }
    });
    let summaries = summaries.to_vec();
    app.api.call::<SupportSave>(SupportFile { file: file.clone(), anonymous, summaries, texts })?;
    let names: Vec<&str> = facts.files.iter().map(|(name, _)| name.as_str()).collect();
    app.out.object(&json!({ "bundle": file, "files": names }));
    app.say(app.locale.texts().support_written, &[("path", &file)]);
    let lines = files(&app.locale, &facts);
    app.out.say_all(lines);
    Ok(Exit::Done)
}

fn facts(app: &App, texts: &[SupportText], anonymous: bool) -> resguardo_api::types::Result<Facts> {
    let summaries = SUMMARIES.iter().map(|(_, name)| ((*name).to_owned(), None));
    let collected = texts.iter().map(|text| (text.name.clone(), Some(text.text.len() as u64)));
    Ok(Facts {
        plans: app.api.call::<PlansList>(Nothing {})?,
        destinations: app.api.call::<DestinationsList>(Nothing {})?,
        findings: app.api.call::<DoctorExamine>(Nothing {})?,
        operations: app.api.call::<OperationsList>(RecentOperations::default())?,
        files: summaries.chain(collected).collect(),
        anonymous,
    })
}

fn summary(locale: &Locale, facts: &Facts) -> String {
    let t = locale.texts();
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let version = [("version", env!("CARGO_PKG_VERSION")), ("system", system.as_str())];
    let mut lines = vec![t.support_title.to_owned(), String::new(), fill(t.support_made, &version)];
    lines.push((if facts.anonymous { t.support_anonymous } else { t.support_named }).to_owned());
    lines.push(String::new());
    lines.push(t.support_files.to_owned());
    lines.extend(files(locale, facts));
    section(&mut lines, locale, t.support_plans, facts.plans.iter().map(plan_line));
    let places = facts.destinations.iter().map(|view| place_line(locale, view));
    section(&mut lines, locale, t.support_destinations, places);
    let findings = facts.findings.iter().flat_map(|finding| doctor::lines(locale, finding));
    section(&mut lines, locale, t.support_findings, findings);
    let operations = facts.operations.iter().flat_map(|operation| operation_lines(locale, operation));
    section(&mut lines, locale, t.support_operations, operations);
    lines.join("\n") + "\n"
}

fn files(locale: &Locale, facts: &Facts) -> Vec<String> {
    let t = locale.texts();
    let line = |(name, bytes): &(String, Option<u64>)| {
        let what = match name.as_str() {
            name if name.starts_with("logs/") => t.support_file_log,
            name if name.ends_with(".json") => t.support_file_facts,
            _ => t.support_file_summary,
        };
        let size = bytes.map_or(String::new(), |bytes| format!(" ({})", locale.size(bytes)));
        format!("  {name}: {what}{size}")
    };
    facts.files.iter().map(line).collect()
}

fn section(lines: &mut Vec<String>, locale: &Locale, title: &str, items: impl Iterator<Item = String>) {
    lines.extend([String::new(), title.to_owned()]);
    let before = lines.len();
    lines.extend(items.map(|item| format!("  {item}")));
    if lines.len() == before {
        lines.push(format!("  {}", locale.texts().support_none));
    }
}

fn plan_line(plan: &Plan) -> String {
    let sources = plan.sources.iter().map(|source| source.config.path().display().to_string());
    format!("{}: {}", plan.name, sources.collect::<Vec<_>>().join(", "))
}

fn place_line(locale: &Locale, view: &DestinationView) -> String {
    let t = locale.texts();
    let connected = if view.connected { t.connected } else { t.disconnected };
    let free = view.space.map(|space| fill(t.free_space, &[("size", &locale.size(space.free))]));
    let kind = serde_json::to_value(view.kind).ok();
    let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    let parts = [format!("{} ({kind})", view.name), connected.to_owned()];
    parts.into_iter().chain(free).collect::<Vec<_>>().join(", ")
}

fn operation_lines(locale: &Locale, operation: &Operation) -> Vec<String> {
    let (verb, state) = (locale.verb(operation.verb), locale.operation_state(operation.state));
    let date = locale.date(operation.started_at);
    let mut lines = vec![format!("{date}  {verb}: {state} ({})", operation.id)];
    if let Some(error) = &operation.error {
        lines.push(format!("    {}", failure::detail(error)));
    }
    let issues = operation.issues.iter().take(ISSUES);
    lines.extend(issues.map(|issue| format!("    {}: {}", issue.path, locale.issue(issue.kind))));
    lines
}
