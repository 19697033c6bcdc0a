//! The change guard: whether a run's snapshot shrank or changed so much that a person must look before anything old is deleted.
//!
//! It never stops a copy. It compares what a run measured with what the last runs of the source measured, and says with figures
//! what is odd. Two kinds of trouble are looked for: something is gone (files, bytes, rows), or files were made unreadable
//! (see [`content`]). Either alone is a verdict; a large change that stays readable is not.

mod content;
mod names;
mod tally;

pub use content::{FileKind, Look, is_made_unreadable};
pub use names::{is_ransom_extension, is_ransom_note};
pub use tally::ChangeTally;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Runs that are remembered.
const RUNS: usize = 14;
/// A change is large from this share of the files on.
const LARGE_CHANGE: f64 = 0.2;
/// And from this multiple of the usual share on.
const UNUSUAL: f64 = 5.0;
/// This share of all files made unreadable at once is odd however much usually changes.
const ALWAYS_ODD: f64 = 0.2;
/// Share of the changed, formerly recognisable files that must be unreadable now.
const UNREADABLE_SHARE: f64 = 0.5;
/// Fewer unreadable files than this prove nothing.
const UNREADABLE_FEW: u64 = 3;
/// New files with an ending that ransom programs use.
const RANSOM_FEW: u64 = 3;
/// Files or rows that may always go.
const FEW: u64 = 20;
/// Bytes that may always go.
const FEW_BYTES: u64 = 1 << 20;

/// What one run measured of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Files there are.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files whose content changed, and files that another one replaced (`a.docx` by `a.docx.locked`).
    pub changed: u64,
    /// Files that are gone and not replaced.
    pub removed: u64,
    /// Files that are new and replace none.
    pub added: u64,
    /// Changed files that were recognisable before: by a known type, or as text.
    pub recognisable: u64,
    /// Of these, the ones that are unreadable now (see [`is_made_unreadable`]).
    pub unreadable: u64,
    /// New names with an ending that ransom programs use.
    pub ransom_names: u64,
    /// The name of a new file that asks for a ransom.
    pub ransom_note: Option<String>,
    /// Rows by table, for databases.
    pub rows: BTreeMap<String, u64>,
}

impl Measure {
    /// Share of the files there were that changed, 0 to 1.
    fn changed_share(&self) -> f64 {
        share(self.changed, self.files_before())
    }

    fn files_before(&self) -> u64 {
        self.files.saturating_sub(self.added).saturating_add(self.removed)
    }
}

/// What is remembered of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// Files there were.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Share of the files that changed, 0 to 1.
    pub changed_share: f64,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
}

/// The last runs of a source, at most 14, the oldest first. Only runs that were not flagged, or that a person accepted, are in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Baseline {
    runs: VecDeque<Remembered>,
}

impl Baseline {
    /// Remembers a run, if it may be learned from: it was not flagged, or a person accepted it.
    pub fn learn(&mut self, measure: &Measure, verdict: &ChangeVerdict, accepted: bool) {
        if verdict.is_flagged() && !accepted {
            return;
        }
        // The first run has nothing to differ from: all of it is new.
        let changed_share = if self.runs.is_empty() { 0.0 } else { measure.changed_share() };
        self.runs.push_back(Remembered {
            files: measure.files,
            bytes: measure.bytes,
            changed_share,
            rows: measure.rows.clone(),
        });
        while self.runs.len() > RUNS {
            self.runs.pop_front();
        }
    }

    /// The runs, the oldest first.
    pub fn runs(&self) -> impl Iterator<Item = &Remembered> {
        self.runs.iter()
    }

    /// Middle value of the shares of changed files; 0 without runs.
    fn usual_share(&self) -> f64 {
        let mut shares: Vec<f64> = self.runs.iter().map(|run| run.changed_share).collect();
        shares.sort_by(f64::total_cmp);
        shares.get(shares.len() / 2).copied().unwrap_or(0.0)
    }
}

/// Something odd, with its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum ChangeFinding {
    /// Most files are gone ("files 5 000 -> 12").
    FilesGone {
        /// In the last good run.
        before: u64,
        /// Now.
        after: u64,
    },
    /// Most bytes are gone.
    BytesGone {
        /// In the last good run.
        before: u64,
        /// Now.
        after: u64,
    },
    /// Most rows of a table are gone ("rows of table Customers 1 204 -> 3"), or the table is (`after` is 0).
    RowsGone {
        /// The table.
        table: String,
        /// In the last good run.
        before: u64,
        /// Now.
        after: u64,
    },
    /// Many files changed, and most of them are unreadable now ("changed 80 %, of which 90 % no longer recognisable").
    Unreadable {
        /// Percent of the files that changed.
        changed_percent: u8,
        /// Percent of the formerly recognisable ones among them that are unreadable.
        unreadable_percent: u8,
    },
    /// New names end like those that ransom programs give.
    RansomNames {
        /// How many.
        files: u64,
    },
    /// A new file is called like the notes that ransom programs leave.
    RansomNote {
        /// Its name.
        name: String,
    },
}

/// What the guard says about a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeVerdict {
    /// What is odd; nothing when the run is as others.
    pub findings: Vec<ChangeFinding>,
}

impl ChangeVerdict {
    /// Whether a person must look: the snapshot is kept and flagged, nothing is deleted meanwhile.
    pub fn is_flagged(&self) -> bool {
        !self.findings.is_empty()
    }
}

/// What became of a snapshot that the guard flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FlagState {
    /// Nobody decided yet: nothing of its plan is deleted by rule.
    Open,
    /// A person says that it is as it should be.
    Accepted,
    /// A person says that it is not: it counts towards no rule and is never learned from.
    Refused,
}

impl FlagState {
    /// The word by which it is kept and told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// Judges a run by the runs before it. Without any, only what needs no comparison is seen.
pub fn judge(baseline: &Baseline, measure: &Measure) -> ChangeVerdict {
    let mut findings = Vec::new();
    if let Some(last) = baseline.runs.back() {
        gone(last, measure, &mut findings);
        findings.extend(unreadable(baseline, measure));
    }
    if measure.ransom_names >= RANSOM_FEW {
        findings.push(ChangeFinding::RansomNames { files: measure.ransom_names });
    }
    if let Some(name) = measure.ransom_note.clone() {
        findings.push(ChangeFinding::RansomNote { name });
    }
    ChangeVerdict { findings }
}

/// Files alone may go down far, as when a program packs thousands of small ones into one; together with their bytes they are gone.
fn gone(last: &Remembered, now: &Measure, findings: &mut Vec<ChangeFinding>) {
    let files = half_gone(last.files, now.files, FEW);
    let bytes = half_gone(last.bytes, now.bytes, FEW_BYTES);
    if files && (bytes || last.bytes < FEW_BYTES) {
        findings.push(ChangeFinding::FilesGone { before: last.files, after: now.files });
    }
    if bytes {
        findings.push(ChangeFinding::BytesGone { before: last.bytes, after: now.bytes });
    }
    for (table, before) in &last.rows {
        let after = now.rows.get(table).copied().unwrap_or(0);
        if half_gone(*before, after, FEW) {
            findings.push(ChangeFinding::RowsGone { table: table.clone(), before: *before, after });
        }
    }
}

fn half_gone(before: u64, after: u64, few: u64) -> bool {
    after < before / 2 && before - after >= few
}

fn unreadable(baseline: &Baseline, measure: &Measure) -> Option<ChangeFinding> {
    let changed = measure.changed_share();
    let unreadable = share(measure.unreadable, measure.recognisable);
    let large =
        changed >= LARGE_CHANGE.max(UNUSUAL * baseline.usual_share()) && unreadable >= UNREADABLE_SHARE;
    let always = share(measure.unreadable, measure.files_before()) >= ALWAYS_ODD;
    ((large || always) && measure.unreadable >= UNREADABLE_FEW).then(|| ChangeFinding::Unreadable {
        changed_percent: percent(changed),
        unreadable_percent: percent(unreadable),
    })
}

#[allow(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

#[cfg(test)]
mod tests;
