//! The page index: digests of the pages of a large file's last version, so that the next archive stores only what changed.
//!
//! A disposable cache: an index is found by the digest of the content it describes, so a stale one can't be used by mistake;
//! without one the whole file is stored again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use resguardo_domain::{Digest, Error, Result};
use sha2::{Digest as _, Sha256};

/// A page's digest: the first half of its SHA-256, which no accident can make collide.
pub(crate) type PageDigest = [u8; 16];

const MAGIC: &[u8; 8] = b"RGPAGES1";
/// Pages an index may have: 64 MiB of digests.
const MAX_PAGES: u64 = 4 << 20;

/// Digests of the pages of one version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageIndex {
    pub(crate) page: u32,
    pub(crate) size: u64,
    pub(crate) digests: Vec<PageDigest>,
}

/// Digest of one page.
pub(crate) fn page_digest(page: &[u8]) -> PageDigest {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(page)[..16]);
    half
}

/// The page size for a file: the database's own where there is one, else 4 KiB, doubling so that the index stays small.
pub(crate) fn page_size_for(size: u64, database_page: Option<u32>) -> u32 {
    let start =
        database_page.filter(|page| (512..=65_536).contains(page) && page.is_power_of_two()).unwrap_or(4096);
    let mut page = start;
    while size / u64::from(page) > MAX_PAGES && (page as usize) < crate::BLOCK {
        page *= 2;
    }
    page
}

/// The folder where page indexes are kept.
#[derive(Debug, Clone)]
pub struct PageCache {
    folder: PathBuf,
}

impl PageCache {
    /// A cache in `folder`, which is created when the first index is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.folder.join(format!("{digest}.pages"))
    }

    /// The index of the content with this digest; anything unreadable or damaged counts as absent.
    pub(crate) fn load(&self, digest: &Digest) -> Option<PageIndex> {
        parse(&fs::read(self.path(digest)).ok()?)
    }

    /// Keeps an index.
    pub(crate) fn store(&self, digest: &Digest, index: &PageIndex) -> Result<()> {
        let path = self.path(digest);
        let temporary = path.with_extension("tmp");
        write_index(&self.folder, &temporary, index)
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(|cause| Error::io(&cause, "keep the page index", path.display()))
    }

    fn files(&self) -> Result<Vec<(std::time::SystemTime, u64, PathBuf)>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(Error::io(&cause, "list the page indexes", self.folder.display())),
        };
        let facts = |entry: fs::DirEntry| {
            let metadata = entry.metadata().ok()?;
            let path = entry.path();
            let ours = path.extension().is_some_and(|extension| extension == "pages");
            ours.then(|| (metadata.modified().unwrap_or(std::time::UNIX_EPOCH), metadata.len(), path))
        };
        Ok(entries.flatten().filter_map(facts).collect())
    }

    /// Bytes of all indexes.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::Io`] when the folder can't be listed.
    pub fn size(&self) -> Result<u64> {
        Ok(self.files()?.iter().map(|(_, size, _)| size).sum())
    }

    /// Deletes the oldest indexes until no more than `limit` bytes are left. A file whose index is gone is stored whole the
    /// next time it changes. Returns the bytes freed.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::Io`] when the folder can't be listed.
    pub fn shrink(&self, limit: u64) -> Result<u64> {
        let mut files = self.files()?;
        files.sort();
        let mut size: u64 = files.iter().map(|(_, size, _)| size).sum();
        let before = size;
        for (_, bytes, path) in files {
            if size <= limit {
                break;
            }
            if fs::remove_file(path).is_ok() {
                size -= bytes;
            }
        }
        Ok(before - size)
    }
}

fn write_index(folder: &Path, path: &Path, index: &PageIndex) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut bytes = Vec::with_capacity(20 + index.digests.len() * 16 + 16);
    bytes.extend(MAGIC);
    bytes.extend(index.page.to_le_bytes());
    bytes.extend(index.size.to_le_bytes());
    bytes.extend(index.digests.as_flattened());
    let check = page_digest(&bytes);
    bytes.extend(check);
    fs::File::create(path)?.write_all(&bytes)
}

fn parse(bytes: &[u8]) -> Option<PageIndex> {
    let (body, check) = bytes.split_last_chunk::<16>()?;
    if page_digest(body) != *check {
        return None;
    }
    let body = body.strip_prefix(MAGIC)?;
    let (page, body) = body.split_first_chunk::<4>()?;
    let (size, body) = body.split_first_chunk::<8>()?;
    let (digests, rest) = body.as_chunks::<16>();
    let (page, size) = (u32::from_le_bytes(*page), u64::from_le_bytes(*size));
    let fits =
        rest.is_empty() && page.is_power_of_two() && digests.len() as u64 == size.div_ceil(u64::from(page));
    fits.then(|| PageIndex { page, size, digests: digests.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_found_by_its_content_and_a_damaged_one_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        let cache = PageCache::new(dir.path().join("pages"));
        let digest = Digest::EMPTY;
        assert_eq!(cache.load(&digest), None);
        let index = PageIndex { page: 4096, size: 5000, digests: vec![[1; 16], [2; 16]] };
        cache.store(&digest, &index).unwrap();
        assert_eq!(cache.load(&digest), Some(index));
        let path = cache.path(&digest);
        let mut bytes = fs::read(&path).unwrap();
        bytes[30] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(cache.load(&digest), None);
        assert!(cache.size().unwrap() > 0);
        assert_eq!(cache.shrink(0).unwrap(), 68);
        assert!(!path.exists());
    }

    #[test]
    fn pages_double_until_the_index_is_small() {
        assert_eq!(page_size_for(1 << 30, None), 4096);
        assert_eq!(page_size_for(1 << 30, Some(1024)), 1024);
        assert_eq!(page_size_for(1 << 40, None), 262_144);
        assert_eq!(page_size_for(1 << 50, None), 1 << 20);
        assert_eq!(page_size_for(1 << 20, Some(1000)), 4096);
    }
}
