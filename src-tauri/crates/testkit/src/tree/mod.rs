//! Random trees of real files, the same for the same seed, with everything that makes backing up hard.

mod facts;
mod grow;
mod mutate;
mod names;

use std::path::{Path, PathBuf};

use proptest::strategy::Strategy;

/// How large a tree becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How many entries it has, about.
    pub entries: usize,
    /// The largest file in bytes; most are much smaller.
    pub max_file: u64,
    /// How deep folders nest.
    pub depth: usize,
}

impl Default for Shape {
    /// 60 entries, files up to 1 MiB, eight folders deep.
    fn default() -> Self {
        Self { entries: 60, max_file: 1 << 20, depth: 8 }
    }
}

/// A tree of real files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// Grows a tree in a folder, which is made when it is missing.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn grow(root: &Path, seed: u64, shape: Shape) -> Self {
        grow::grow(root, seed, shape);
        Self { root: root.to_owned() }
    }

    /// Takes a tree that is there already.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes about ten random edits, as a person and their programs would between two copies; returns what was done, for
    /// the message of a test that fails.
    ///
    /// # Panics
    /// When the disk refuses.
    pub fn mutate(&self, seed: u64) -> Vec<String> {
        mutate::mutate(&self.root, seed)
    }
}

/// Seeds and shapes for property tests; they shrink to small trees. Grow the tree inside the test.
pub fn seeds_and_shapes(largest: Shape) -> impl Strategy<Value = (u64, Shape)> {
    let sizes = (1..=largest.entries, 0..=largest.max_file, 1..=largest.depth.max(1));
    (proptest::num::u64::ANY, sizes)
        .prop_map(|(seed, (entries, max_file, depth))| (seed, Shape { entries, max_file, depth }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::{Ignore, diff, diff_except};

    fn counts(root: &Path) -> (usize, usize, usize) {
        let all = mutate::everything_below(root);
        let of = |test: fn(&std::fs::Metadata) -> bool| {
            all.iter().filter(|path| test(&path.symlink_metadata().unwrap())).count()
        };
        (of(std::fs::Metadata::is_file), of(std::fs::Metadata::is_dir), of(std::fs::Metadata::is_symlink))
    }

    #[test]
    fn the_same_seed_grows_and_edits_the_same_tree() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| folder.path().join(name));
        let shape = Shape { entries: 150, ..Shape::default() };
        let (first, second) = (Tree::grow(&a, 5, shape), Tree::grow(&b, 5, shape));
        Tree::grow(&c, 6, shape);
        assert_eq!(diff(&a, &b), [""; 0]);
        assert!(!diff(&a, &c).is_empty());
        for seed in 0..20 {
            assert_eq!(first.mutate(seed), second.mutate(seed));
            // Edits take the time of the day with them, so only bytes are compared.
            let lines = diff_except(&a, &b, Ignore { mtime: true, ..Ignore::default() });
            assert_eq!(lines, [""; 0]);
        }
    }

    #[test]
    fn a_tree_has_files_folders_and_links_of_every_sort() {
        let folder = tempfile::tempdir().unwrap();
        Tree::grow(folder.path(), 1, Shape { entries: 400, ..Shape::default() });
        let (files, folders, links) = counts(folder.path());
        assert!(files > 150 && folders > 20, "{files} files, {folders} folders");
        if cfg!(unix) {
            assert!(links > 5, "{links} links");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let all = mutate::everything_below(folder.path());
            let facts: Vec<_> = all.iter().map(|path| path.symlink_metadata().unwrap()).collect();
            assert!(facts.iter().any(|one| one.is_file() && one.nlink() > 1), "hard links");
            assert!(facts.iter().any(|one| one.is_file() && one.blocks() * 512 < one.size()), "sparse");
            assert!(facts.iter().any(|one| one.mtime() < 0), "before 1970");
            assert!(facts.iter().any(|one| one.mtime() > 4_000_000_000), "future");
            assert!(facts.iter().any(|one| one.size() == 0 && one.is_file()), "empty");
            let names: BTreeSet<_> = all.iter().map(|path| path.file_name().unwrap().to_owned()).collect();
            assert!(names.iter().any(|name| name.len() == 255), "long names");
            assert!(!cfg!(target_os = "linux") || names.iter().any(|name| name.to_str().is_none()));
        }
    }

    #[test]
    fn edits_change_something() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        let tree = Tree::grow(&a, 9, Shape::default());
        Tree::grow(&b, 9, Shape::default());
        let done = tree.mutate(1);
        assert!((8..=12).contains(&done.len()), "{done:#?}");
        assert!(!diff(&a, &b).is_empty());
        let mut kinds = BTreeSet::new();
        for seed in 2..60 {
            kinds.extend(tree.mutate(seed).iter().map(|line| line.split(':').next().unwrap().to_owned()));
        }
        assert!(kinds.len() >= 14, "{kinds:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
        #[test]
        fn any_shape_grows((seed, shape) in seeds_and_shapes(Shape { entries: 30, max_file: 100_000, depth: 4 })) {
            let folder = tempfile::tempdir().unwrap();
            let tree = Tree::grow(folder.path(), seed, shape);
            tree.mutate(seed);
            prop_assert_eq!(diff(folder.path(), folder.path()), [""; 0]);
        }
    }
}
