//! The sorted names of a folder, or of what a search found below it; no more of each entry than sorting needs.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

use resguardo_domain::{EntryPath, Result};
use rusqlite::{Connection, params};

use super::sums::TreeSums;
use super::{PageOrder, PageQuery};
use crate::browse::{folder_id, range_of, recorded};
use crate::columns::join;
use crate::error::{damaged, sql};
use crate::pattern::Pattern;
use crate::series::{Scope, scope};

const READ: &str = "list the folder";
/// A search that finds more is too wide to be read.
const MOST_FOUND: usize = 5000;

struct Light {
    /// Its name; its whole path when it was searched for.
    name: Box<str>,
    is_folder: bool,
    /// Bytes; of a folder, everything below it.
    size: u64,
    mtime_ns: i64,
}

/// See the module.
pub(crate) struct Listing {
    /// What the names stand in.
    folder: EntryPath,
    rows: Vec<Light>,
    cut: bool,
}

impl Listing {
    /// Reads and sorts.
    pub(super) fn read(connection: &Connection, query: &PageQuery, sums: &TreeSums) -> Result<Self> {
        let scope = scope(connection, &query.snapshot)?;
        let mut listing = match &query.search {
            None => Self {
                folder: query.folder.clone(),
                rows: children(connection, scope, query, sums)?,
                cut: false,
            },
            Some(text) => found(connection, scope, &query.folder, text)?,
        };
        if query.order == PageOrder::Size {
            for row in listing.rows.iter_mut().filter(|row| row.is_folder) {
                row.size = sums.below(&join(&listing.folder, &row.name)).1;
            }
        }
        let folders_first = query.search.is_none();
        listing.rows.sort_by(|a, b| {
            let group = if folders_first { b.is_folder.cmp(&a.is_folder) } else { Ordering::Equal };
            let order = in_order(query.order, a, b);
            group.then(if query.descending { order.reverse() } else { order })
        });
        Ok(listing)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The paths of some rows.
    pub(super) fn paths(&self, rows: Range<usize>) -> impl Iterator<Item = EntryPath> {
        self.rows.get(rows).unwrap_or_default().iter().map(|row| join(&self.folder, &row.name))
    }
}

fn in_order(order: PageOrder, a: &Light, b: &Light) -> Ordering {
    let first = match order {
        PageOrder::Name => Ordering::Equal,
        PageOrder::Size => a.size.cmp(&b.size),
        PageOrder::Modified => a.mtime_ns.cmp(&b.mtime_ns),
    };
    first.then_with(|| by_name(&a.name, &b.name))
}

/// As people sort: upper and lower case the same, and only then by what differs.
fn by_name(a: &str, b: &str) -> Ordering {
    let folded = if a.is_ascii() && b.is_ascii() {
        let lower = |text: &str| text.as_bytes().iter().map(u8::to_ascii_lowercase).collect::<Vec<u8>>();
        let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        lower(&a[common..]).cmp(&lower(&b[common..]))
    } else {
        a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
    };
    folded.then_with(|| a.cmp(b))
}

/// What is in the folder itself, with the folders that no record names.
fn children(connection: &Connection, scope: Scope, query: &PageQuery, sums: &TreeSums) -> Result<Vec<Light>> {
    let mut rows = Vec::new();
    if let Some(id) = folder_id(connection, scope, &query.folder)? {
        let mut statement = connection
            .prepare_cached(
                "SELECT name, tag = unicode('d'), size, mtime FROM versions
                 WHERE folder = ?1 AND first <= ?2 AND last > ?2 AND name <> '' ORDER BY name",
            )
            .map_err(sql(READ))?;
        let mut found = statement.query(params![id, scope.generation]).map_err(sql(READ))?;
        while let Some(row) = found.next().map_err(sql(READ))? {
            let name = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ))?;
            rows.push(Light {
                name: name.into(),
                is_folder: row.get(1).map_err(sql(READ))?,
                size: row.get::<_, i64>(2).map_err(sql(READ))?.cast_unsigned(),
                mtime_ns: row.get(3).map_err(sql(READ))?,
            });
        }
    }
    let recorded = rows.len();
    for name in sums.subfolders(&query.folder) {
        if rows[..recorded].binary_search_by(|row| (*row.name).cmp(name)).is_err() {
            rows.push(Light { name: name.into(), is_folder: true, size: 0, mtime_ns: 0 });
        }
    }
    Ok(rows)
}

/// Everything below a folder whose name fits, as far as anybody reads.
fn found(connection: &Connection, scope: Scope, folder: &EntryPath, text: &str) -> Result<Listing> {
    let pattern = Pattern::new(text);
    let (from, to) = range_of(folder);
    let mut statement = connection
        .prepare_cached(
            "SELECT f.path, n.text FROM folders AS f CROSS JOIN names AS n ON n.folder = f.id
             WHERE f.series = ?1 AND (f.path = ?2 OR (f.path >= ?3 AND f.path < ?4))",
        )
        .map_err(sql(READ))?;
    let mut rows = statement.query(params![scope.series, folder.as_str(), from, to]).map_err(sql(READ))?;
    let mut listing = Listing { folder: EntryPath::root(), rows: Vec::new(), cut: false };
    // A name may stand twice, or still stand when its versions are gone.
    let mut seen = BTreeSet::new();
    while let Some(row) = rows.next().map_err(sql(READ))? {
        let text = |at: usize| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).map_err(sql(READ));
        let (path, names) = (text(0)?, text(1)?);
        let Some(fits) = pattern.within(path, names) else { continue };
        let parent = EntryPath::parse(path).ok_or_else(|| damaged(READ, path))?;
        for name in names.lines().filter(|name| !name.is_empty() && fits.name(name)) {
            let path = join(&parent, name);
            if !seen.insert(path.clone()) {
                continue;
            }
            let Some(version) = recorded(connection, scope, &path)? else { continue };
            if listing.rows.len() >= MOST_FOUND {
                listing.cut = true;
                return Ok(listing);
            }
            listing.rows.push(Light {
                name: path.as_str().into(),
                is_folder: version.record.tag == 'd',
                size: version.record.size,
                mtime_ns: version.record.mtime_ns,
            });
        }
    }
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_do() {
        let mut names = ["b.txt", "A.txt", "a.txt", "Ñu", "ña", "10", "B", ""];
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, ["", "10", "A.txt", "a.txt", "B", "b.txt", "ña", "Ñu"]);
    }
}
