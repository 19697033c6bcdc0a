//! A folder of a snapshot a page at a time, with what lies below each of its folders, sorted as people ask; or what a search finds
//! below it. What was summed and sorted for one page is kept for the next.

mod listing;
mod sums;

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use resguardo_domain::{EntryPath, Result, SnapshotId};

use crate::Catalog;
use crate::browse::Version;
use crate::series::scope;
use listing::Listing;
use sums::TreeSums;

/// Sums of whole snapshots that are kept: the one that is looked at, and the one before.
const KEPT_SUMS: usize = 2;
/// Listings that are kept.
const KEPT_LISTINGS: usize = 4;
/// A listing with more rows is not kept.
const MOST_KEPT_ROWS: usize = 2_000_000;

/// By what a page is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOrder {
    /// By name, upper and lower case the same.
    Name,
    /// By size; of a folder, everything below it.
    Size,
    /// By modification time.
    Modified,
}

/// What of a snapshot is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageQuery {
    /// The snapshot.
    pub snapshot: SnapshotId,
    /// A folder in it.
    pub folder: EntryPath,
    /// Everything below the folder whose name fits, instead of what is in it.
    pub search: Option<String>,
    /// By what it is sorted. Folders come first, but in a search.
    pub order: PageOrder,
    /// The other way round.
    pub descending: bool,
}

/// An entry with what lies below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    /// The entry.
    pub version: Version,
    /// Files at or below it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Entries on all pages.
    pub total: u64,
    /// Files below the folder.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The search found more than is told.
    pub cut: bool,
    /// This page.
    pub rows: Vec<PageRow>,
}

/// What is kept between two pages.
#[derive(Default)]
pub(crate) struct PageCache {
    sums: VecDeque<(SnapshotId, Arc<TreeSums>)>,
    listings: VecDeque<(PageQuery, Arc<Listing>)>,
}

impl Catalog {
    /// A page of a folder. An unknown folder is empty.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot.
    pub fn page(&self, query: &PageQuery, offset: u64, limit: u64) -> Result<Page> {
        self.read(|connection| scope(connection, &query.snapshot))?;
        let sums = self.sums_of(&query.snapshot)?;
        let listing = self.listing_of(query, &sums)?;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(listing.len());
        let to = from.saturating_add(usize::try_from(limit).unwrap_or(usize::MAX)).min(listing.len());
        let mut rows = Vec::with_capacity(to - from);
        for path in listing.paths(from..to) {
            let Some(version) = self.entry(&query.snapshot, &path)? else { continue };
            let (files, bytes) = match version.record.tag {
                'f' => (1, version.record.size),
                'd' => sums.below(&path),
                _ => (0, 0),
            };
            rows.push(PageRow { version, files, bytes });
        }
        let (files, bytes) = sums.below(&query.folder);
        Ok(Page { total: listing.len() as u64, files, bytes, cut: listing.is_cut(), rows })
    }

    /// Files at or below a path of a snapshot, and their bytes. An unknown path has none.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::NotFound`] for an unknown or deleted snapshot.
    pub fn below(&self, snapshot: &SnapshotId, path: &EntryPath) -> Result<(u64, u64)> {
        let itself = if path.is_root() { None } else { self.entry(snapshot, path)? };
        let sums = self.sums_of(snapshot)?;
        Ok(match itself {
            Some(version) if version.record.tag == 'f' => (1, version.record.size),
            _ => sums.below(path),
        })
    }

    fn sums_of(&self, snapshot: &SnapshotId) -> Result<Arc<TreeSums>> {
        let kept = |cache: &PageCache| {
            cache.sums.iter().find(|(id, _)| id == snapshot).map(|(_, sums)| Arc::clone(sums))
        };
        if let Some(sums) = kept(&self.cache()) {
            return Ok(sums);
        }
        let sums = Arc::new(TreeSums::read(self, snapshot)?);
        let mut cache = self.cache();
        cache.sums.retain(|(id, _)| id != snapshot);
        cache.sums.push_front((snapshot.clone(), Arc::clone(&sums)));
        cache.sums.truncate(KEPT_SUMS);
        Ok(sums)
    }

    fn listing_of(&self, query: &PageQuery, sums: &TreeSums) -> Result<Arc<Listing>> {
        let kept = |cache: &PageCache| {
            cache.listings.iter().find(|(known, _)| known == query).map(|(_, listing)| Arc::clone(listing))
        };
        if let Some(listing) = kept(&self.cache()) {
            return Ok(listing);
        }
        let listing = Arc::new(self.read(|connection| Listing::read(connection, query, sums))?);
        if listing.len() <= MOST_KEPT_ROWS {
            let mut cache = self.cache();
            cache.listings.push_front((query.clone(), Arc::clone(&listing)));
            cache.listings.truncate(KEPT_LISTINGS);
        }
        Ok(listing)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, PageCache> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
