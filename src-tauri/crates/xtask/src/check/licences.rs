//! Rule `licences`: the list of the licences of others fits what is built, so that no part comes in unnamed.

use super::{Finding, Tree};
use crate::licences;

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let Some(lock) = tree.file("Cargo.lock") else { return Vec::new() };
    let list = tree.file(licences::LIST).map(|file| file.text.as_str()).unwrap_or_default();
    let manifests = tree.files.iter().filter(|file| licences::decides(&file.path));
    let built_from = manifests.map(|file| (file.path.as_str(), file.text.as_str()));
    licences::stale(list, built_from)
        .map(|why| {
            let message = format!("{}: {why}; run `cargo xtask licences`", licences::LIST);
            lock.finding(1, "licences", message)
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn parts_without_a_list_fail_and_a_tree_without_parts_passes() {
        assert_eq!(lines(find, "Cargo.lock", "[[package]]\n"), [1]);
        assert!(lines(find, "a.rs", "fn a() {}\n").is_empty());
    }
}
