//! Comparing two trees of real files byte for byte and fact for fact.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a comparison leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ignore {
    /// Permission bits.
    pub mode: bool,
    /// Times of change of everything.
    pub mtime: bool,
    /// Times of change of folders, which move with every entry made in them.
    pub folder_mtime: bool,
    /// User and group.
    pub owner: bool,
    /// Extended attributes of users.
    pub xattrs: bool,
    /// Which names are the same file.
    pub hard_links: bool,
}

impl Ignore {
    /// Names, types, bytes and link targets only.
    pub const ALL_FACTS: Self =
        Self { mode: true, mtime: true, folder_mtime: true, owner: true, xattrs: true, hard_links: true };
}

/// Compares everything below two folders; each difference is a line. The folders' own facts are not compared.
pub fn diff(a: &Path, b: &Path) -> Vec<String> {
    diff_except(a, b, Ignore::default())
}

/// Compares two trees but for what is ignored.
///
/// # Panics
/// When something can't be read: a comparison that left it out would prove nothing.
pub fn diff_except(a: &Path, b: &Path, ignore: Ignore) -> Vec<String> {
    let (left, right) = (facts_below(a), facts_below(b));
    let mut lines = Vec::new();
    for path in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
        match (left.get(path), right.get(path)) {
            (Some(left), Some(right)) => compare(path, (a, left), (b, right), ignore, &mut lines),
            (Some(_), None) => lines.push(format!("{path:?}: only in the first")),
            _ => lines.push(format!("{path:?}: only in the second")),
        }
    }
    if !ignore.hard_links {
        let (left, right) = (hard_link_groups(&left), hard_link_groups(&right));
        lines.extend(left.difference(&right).map(|group| format!("{group:?}: one file only in the first")));
        lines.extend(right.difference(&left).map(|group| format!("{group:?}: one file only in the second")));
    }
    lines
}

fn facts_below(root: &Path) -> BTreeMap<PathBuf, Metadata> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}")) {
            let path = entry.unwrap().path();
            let facts = path.symlink_metadata().unwrap();
            if facts.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path.strip_prefix(root).unwrap().to_owned(), facts);
        }
    }
    found
}

fn compare(
    path: &Path,
    (a, left): (&Path, &Metadata),
    (b, right): (&Path, &Metadata),
    ignore: Ignore,
    lines: &mut Vec<String>,
) {
    let mut differ = |what: &str, left: String, right: String| {
        if left != right {
            lines.push(format!("{path:?}: {what} {left} != {right}"));
        }
    };
    let type_of = |facts: &Metadata| format!("{:?}", facts.file_type());
    differ("type", type_of(left), type_of(right));
    if left.file_type() != right.file_type() {
        return;
    }
    if left.is_symlink() {
        let target = |root: &Path| format!("{:?}", std::fs::read_link(root.join(path)).unwrap());
        differ("target", target(a), target(b));
    }
    if left.is_file() {
        differ("size", left.len().to_string(), right.len().to_string());
        if left.len() == right.len()
            && let Some(at) = first_difference(&a.join(path), &b.join(path))
        {
            differ("bytes from", at.to_string(), "the same".to_owned());
        }
    }
    if !(ignore.mtime || ignore.folder_mtime && left.is_dir()) {
        differ("mtime", mtime_of(left), mtime_of(right));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        // A symlink's mode means nothing and can't be set on Linux.
        if !ignore.mode && !left.is_symlink() {
            differ("mode", format!("{:o}", left.mode()), format!("{:o}", right.mode()));
        }
        if !ignore.owner {
            let owner = |facts: &Metadata| format!("{}:{}", facts.uid(), facts.gid());
            differ("owner", owner(left), owner(right));
        }
        if !ignore.xattrs {
            differ("xattrs", xattrs_of(&a.join(path)), xattrs_of(&b.join(path)));
        }
    }
}

#[cfg(unix)]
fn mtime_of(facts: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{}.{:09}", facts.mtime(), facts.mtime_nsec())
}

#[cfg(not(unix))]
fn mtime_of(facts: &Metadata) -> String {
    format!("{:?}", facts.modified().unwrap())
}

/// The attributes of a user's own space, as text; other spaces (ACLs, labels) belong to the system.
#[cfg(unix)]
fn xattrs_of(path: &Path) -> String {
    let mut names = vec![0_u8; 64 * 1024];
    let Ok(length) = rustix::fs::llistxattr(path, &mut names[..]) else {
        return String::new();
    };
    let mut found = BTreeMap::new();
    for name in names[..length].split(|&byte| byte == 0).filter(|name| name.starts_with(b"user.")) {
        let mut value = vec![0_u8; 64 * 1024];
        let length = rustix::fs::lgetxattr(path, name, &mut value[..]).unwrap();
        value.truncate(length);
        found.insert(String::from_utf8_lossy(name).into_owned(), value);
    }
    if found.is_empty() { String::new() } else { format!("{found:?}") }
}

fn first_difference(a: &Path, b: &Path) -> Option<u64> {
    let open = |path: &Path| File::open(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let (mut left, mut right) = (open(a), open(b));
    let (mut left_block, mut right_block) = (vec![0; 1 << 18], vec![0; 1 << 18]);
    let mut at = 0;
    loop {
        let count = read_full(&mut left, &mut left_block);
        let other = read_full(&mut right, &mut right_block);
        let (left, right) = (&left_block[..count], &right_block[..other]);
        if left != right {
            let same = left.iter().zip(right).take_while(|(left, right)| left == right).count();
            return Some(at + same as u64);
        }
        if count == 0 {
            return None;
        }
        at += count as u64;
    }
}

fn read_full(file: &mut File, block: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < block.len() {
        match file.read(&mut block[filled..]).unwrap() {
            0 => break,
            count => filled += count,
        }
    }
    filled
}

#[cfg(unix)]
fn hard_link_groups(facts: &BTreeMap<PathBuf, Metadata>) -> BTreeSet<Vec<&PathBuf>> {
    use std::os::unix::fs::MetadataExt;
    let mut groups: BTreeMap<(u64, u64), Vec<&PathBuf>> = BTreeMap::new();
    for (path, facts) in facts.iter().filter(|(_, facts)| !facts.is_dir() && facts.nlink() > 1) {
        groups.entry((facts.dev(), facts.ino())).or_default().push(path);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

#[cfg(not(unix))]
fn hard_link_groups(_facts: &BTreeMap<PathBuf, Metadata>) -> BTreeSet<Vec<&PathBuf>> {
    BTreeSet::new()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn equal_trees_have_no_differences_and_each_kind_of_difference_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_nanos(1_234_567_891);
        for root in [&a, &b] {
            fs::create_dir_all(root.join("folder")).unwrap();
            fs::write(root.join("folder/file"), vec![7; 300_000]).unwrap();
            fs::write(root.join("other"), "1").unwrap();
            fs::write(root.join("kind"), "").unwrap();
            for name in ["folder/file", "other", "kind", "folder"] {
                let file = File::open(root.join(name)).unwrap();
                file.set_modified(time).unwrap();
            }
        }
        assert_eq!(diff(&a, &b), [""; 0]);
        let mut bytes = vec![7; 300_000];
        bytes[270_000] = 8;
        fs::write(b.join("folder/file"), bytes).unwrap();
        fs::remove_file(b.join("other")).unwrap();
        fs::remove_file(b.join("kind")).unwrap();
        fs::create_dir(b.join("kind")).unwrap();
        fs::write(b.join("new"), "").unwrap();
        let lines = diff_except(&a, &b, Ignore::ALL_FACTS);
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines[0].contains("bytes from 270000") && lines[1].contains("type"));
        assert!(lines[2].contains("only in the second") && lines[3].contains("only in the first"));
        assert!(diff(&a, &b).iter().any(|line| line.contains("mtime")));
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_hard_links_count_unless_ignored() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        for root in [&a, &b] {
            fs::create_dir_all(root).unwrap();
            fs::write(root.join("x"), "1").unwrap();
        }
        fs::hard_link(a.join("x"), a.join("y")).unwrap();
        fs::copy(b.join("x"), b.join("y")).unwrap();
        fs::set_permissions(b.join("y"), fs::Permissions::from_mode(0o600)).unwrap();
        let some = Ignore { mtime: true, ..Ignore::default() };
        let lines = diff_except(&a, &b, some);
        assert!(lines.iter().any(|line| line.contains("mode")));
        assert!(lines.iter().any(|line| line.contains("one file only in the first")));
        assert_eq!(diff_except(&a, &b, Ignore { mode: true, hard_links: true, ..some }), [""; 0]);
    }
}
