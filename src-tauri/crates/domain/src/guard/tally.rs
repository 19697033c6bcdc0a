//! Counts what a run saw, file by file, into a measure.

use std::collections::BTreeMap;

use super::{Look, Measure, is_made_unreadable, is_ransom_extension, is_ransom_note};

/// What a run saw so far. A file that is gone and one that is new in its place (`a.docx` and `a.docx.locked`, or `a.heic` and
/// `a.jpg`) are taken as one that changed, so that renaming hides nothing.
#[derive(Debug, Clone, Default)]
pub struct ChangeTally {
    measure: Measure,
    removed: BTreeMap<String, Look>,
    added: Vec<(String, Look)>,
}

impl ChangeTally {
    /// A file that is as it was.
    pub fn unchanged(&mut self, bytes: u64) {
        self.measure.files += 1;
        self.measure.bytes += bytes;
    }

    /// A file with another content than before.
    pub fn changed(&mut self, bytes: u64, before: &Look, after: &Look) {
        self.unchanged(bytes);
        self.compare(before, after);
    }

    /// A file that was not there before, by its path.
    pub fn added(&mut self, path: &str, bytes: u64, look: Look) {
        self.unchanged(bytes);
        let name = path.rsplit('/').next().unwrap_or(path);
        self.measure.ransom_names += u64::from(is_ransom_extension(name));
        if self.measure.ransom_note.is_none() && is_ransom_note(name) {
            self.measure.ransom_note = Some(name.to_owned());
        }
        self.added.push((path.to_owned(), look));
    }

    /// A file that is gone, by its path.
    pub fn removed(&mut self, path: &str, look: Look) {
        self.removed.insert(path.to_owned(), look);
    }

    /// The rows of a table.
    pub fn rows(&mut self, table: &str, rows: u64) {
        self.measure.rows.insert(table.to_owned(), rows);
    }

    /// The measure of the run.
    pub fn finish(mut self) -> Measure {
        let mut strange = 0;
        for (path, after) in std::mem::take(&mut self.added) {
            match self.replaced_by(&path) {
                Some(before) => self.compare(&before, &after),
                None if after.is_recognisable() => self.measure.added += 1,
                None => strange += 1,
            }
        }
        self.pair_strangers(strange);
        self.measure.removed = u64::try_from(self.removed.len()).unwrap_or(u64::MAX);
        self.measure
    }

    /// New files of which nothing can be told may be the ones that are gone, under names made up: as many as there are of both.
    fn pair_strangers(&mut self, strange: u64) {
        let gone: Vec<String> = self
            .removed
            .iter()
            .filter(|(_, look)| look.is_recognisable())
            .map(|(name, _)| name.clone())
            .collect();
        let mut pairs = 0;
        for name in gone.iter().take(usize::try_from(strange).unwrap_or(usize::MAX)) {
            self.removed.remove(name);
            pairs += 1;
        }
        self.measure.changed += pairs;
        self.measure.recognisable += pairs;
        self.measure.unreadable += pairs;
        self.measure.added += strange - pairs;
    }

    /// Takes the file that is gone and that a new one stands for: the same path with something appended, or with another ending.
    fn replaced_by(&mut self, path: &str) -> Option<Look> {
        let folder = path.rfind('/').map_or(0, |at| at + 1);
        let mut cuts: Vec<usize> = path[folder..].match_indices('.').map(|(at, _)| folder + at).collect();
        cuts.reverse();
        if let Some(before) = cuts.iter().find_map(|cut| self.removed.remove(&path[..*cut])) {
            return Some(before);
        }
        let stem = &path[..=*cuts.first()?];
        let other = self.removed.range(stem.to_owned()..).next().map(|(name, _)| name.clone())?;
        let same = other.strip_prefix(stem).is_some_and(|ending| !ending.contains(['/', '.']));
        same.then(|| self.removed.remove(&other)).flatten()
    }

    fn compare(&mut self, before: &Look, after: &Look) {
        self.measure.changed += 1;
        if before.is_recognisable() {
            self.measure.recognisable += 1;
            self.measure.unreadable += u64::from(is_made_unreadable(before, after));
        }
    }
}
