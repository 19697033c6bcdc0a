//! Rule `licences`: the list of the licences of others fits what is built, so that no part comes in unnamed.

use super::{Finding, Tree};
use crate::licences;

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let Some(lock) = tree.file("Cargo.lock") else { return Vec::new() };
    let list = tree.file(licences::LIST).map(|file| file.text.as_str()).unwrap_or_default();
    if licences::fits(list, &lock.text) {
        return Vec::new();
    }
    let message = format!("{} was made for other parts; run `cargo xtask licences`", licences::LIST);
    vec![lock.finding(1, "licences", message)]
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
