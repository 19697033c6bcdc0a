//! The plan of a restore: what would be done, counted, with a line for each spot.

use std::collections::{BTreeMap, BTreeSet};

use resguardo_catalog::{SnapshotRow, Version};
use resguardo_domain::{Context, EntryPath, Phase, Result, SnapshotId};

use super::lines::{Deed, Line};
use super::mapping::{Mapping, Root};
use super::planner::Planner;
use crate::Engine;
use crate::archives::Shelf;
use crate::requests::{Existing, RestoreTarget};

/// Entries named in a preview.
const MAX_SHOWN: usize = 1000;

/// What is wanted back.
pub(crate) struct Wanted<'a> {
    pub(crate) row: &'a SnapshotRow,
    /// Everything when empty.
    pub(crate) paths: &'a [String],
    pub(crate) target: &'a RestoreTarget,
    pub(crate) existing: Existing,
    /// How many spots are kept in mind for whoever wants to see them.
    pub(crate) kept: usize,
}

/// A file or link that was looked at.
#[derive(Debug)]
pub(crate) struct Spot {
    /// Its path in the snapshot.
    pub(crate) path: EntryPath,
    /// The root it goes to, and where it is written below that.
    pub(crate) root: usize,
    pub(crate) place: EntryPath,
    /// Where it belongs, when something else stands there and stays.
    pub(crate) origin: Option<EntryPath>,
    /// What happens.
    pub(crate) deed: Deed,
    /// Bytes of what comes back.
    pub(crate) size: u64,
    /// When that was changed, ns since 1970 UTC.
    pub(crate) mtime_ns: i64,
}

/// Everything that will be done, in numbers. Files and links count: what a person counts.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) create: u64,
    pub(crate) replace: u64,
    pub(crate) same: u64,
    pub(crate) skip: u64,
    pub(crate) rename: u64,
    /// Bytes that will be written.
    pub(crate) bytes: u64,
    /// Databases among the files that will be written.
    pub(crate) databases: u64,
    /// Whether anything that exists would be changed.
    pub(crate) needs_safety: bool,
    /// Archives that will be read: generation and name.
    pub(crate) archives: BTreeMap<u64, String>,
    /// The first entries with what happens to each.
    pub(crate) shown: Vec<(String, Deed)>,
    /// The first spots, as many as are to be kept.
    pub(crate) spots: Vec<Spot>,
    kept: usize,
    /// Roots that something goes to.
    used: Vec<usize>,
}

impl Survey {
    fn count(&mut self, version: &Version, line: &Line) {
        self.needs_safety |= line.needs_safety();
        if !self.used.contains(&line.root) {
            self.used.push(line.root);
        }
        if line.is_folder() {
            return;
        }
        let counter = match line.deed {
            Deed::Create | Deed::Folder => &mut self.create,
            Deed::Replace | Deed::Exchange => &mut self.replace,
            Deed::Same => &mut self.same,
            Deed::Skip => &mut self.skip,
            Deed::Rename => &mut self.rename,
        };
        *counter += 1;
        if line.tag == 'f' && line.deed.writes() {
            self.bytes += version.record.size;
            self.databases += u64::from(!version.record.rows.is_empty());
        }
        if self.shown.len() < MAX_SHOWN {
            self.shown.push((version.record.path.to_string(), line.deed));
        }
        if self.spots.len() < self.kept {
            self.spots.push(Spot {
                path: version.record.path.clone(),
                root: line.root,
                place: line.path.clone(),
                origin: line.from.clone(),
                deed: line.deed,
                size: version.record.size,
                mtime_ns: version.record.mtime_ns,
            });
        }
    }

    /// Files and links that are wanted.
    pub(crate) fn wanted(&self) -> u64 {
        self.writes() + self.same + self.skip
    }

    /// Files and links that will be written.
    pub(crate) fn writes(&self) -> u64 {
        self.create + self.replace + self.rename
    }

    /// Whether anything goes to a root.
    pub(crate) fn uses(&self, root: usize) -> bool {
        self.used.contains(&root)
    }
}

/// Everything a restore will do, but for the lines.
pub(crate) struct RestorePlan {
    pub(crate) mapping: Mapping,
    /// Selected paths, none of them below another.
    pub(crate) paths: Vec<EntryPath>,
    pub(crate) survey: Survey,
}

impl RestorePlan {
    pub(crate) fn roots(&self) -> &[Root] {
        &self.mapping.roots
    }

    /// In words a person recognises.
    pub(crate) fn target(&self) -> &str {
        &self.mapping.words
    }
}

impl Engine {
    /// Plans a restore. Each line is given to `take` in the order in which it will be done, folders before what they hold;
    /// what `take` answers no to is left out.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::ChainBroken`] or [`resguardo_domain::Kind::DestinationAbsent`] when an archive that is
    /// needed can't be had: every one must be at hand before the first byte is changed.
    pub(crate) fn plan_lines(
        &self,
        cx: &Context,
        shelf: &Shelf<'_>,
        wanted: &Wanted<'_>,
        take: &mut dyn FnMut(&Line, &Root) -> Result<bool>,
    ) -> Result<RestorePlan> {
        let Wanted { row, target, existing, .. } = wanted;
        let mapping = Mapping::new(cx, &row.manifest, target)?;
        let paths = outermost(wanted.paths)?;
        cx.progress().enter(Phase::Prepare, self.count(&row.manifest.id, &paths)?, 0);
        let mut survey = Survey { kept: wanted.kept, ..Survey::default() };
        let mut planner = Planner::new(cx, &mapping, *existing);
        for path in &paths {
            self.catalog.descend(&row.manifest.id, path, &mut |version| {
                cx.progress().advance(u64::from(version.record.tag == 'f'), 0);
                let Some(line) = planner.plan(&version)? else { return Ok(()) };
                for folder in planner.folders() {
                    take(&folder, &mapping.roots[folder.root])?;
                }
                if !take(&line, &mapping.roots[line.root])? {
                    return Ok(());
                }
                survey.count(&version, &line);
                if line.tag == 'f' && line.deed.writes() {
                    for share in self.shares(cx, &row.manifest.plan, shelf, &version)? {
                        let manifest = &share.archive().row.manifest;
                        survey.archives.entry(manifest.generation).or_insert_with(|| manifest.name.clone());
                    }
                }
                Ok(())
            })?;
        }
        Ok(RestorePlan { mapping, paths, survey })
    }

    /// Files at and below paths of a snapshot.
    fn count(&self, snapshot: &SnapshotId, paths: &[EntryPath]) -> Result<u64> {
        let counted = paths.iter().map(|path| Ok(self.catalog.below(snapshot, path)?.0));
        counted.sum()
    }
}

/// The selected paths without those that lie below another.
fn outermost(paths: &[String]) -> Result<Vec<EntryPath>> {
    if paths.is_empty() {
        return Ok(vec![EntryPath::root()]);
    }
    let all = paths.iter().map(|path| crate::browse::parse_path(path)).collect::<Result<BTreeSet<_>>>()?;
    let above = |path: &EntryPath| std::iter::successors(path.parent(), EntryPath::parent);
    Ok(all.iter().filter(|path| !above(path).any(|folder| all.contains(&folder))).cloned().collect())
}
