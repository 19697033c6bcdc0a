//! The figures behind the marks the project wants to reach, counted on hand-written Rust by the same scanner as the rules.

use super::functions::{self, LIMIT};
use super::source::{self, Source};
use super::{File, Tree, layers, panics};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Public items that the documentation figure counts; fields, variants and methods of traits are left to rustc.
const ITEMS: [&str; 10] =
    ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "unsafe", "async"];

/// What is counted for one crate.
#[derive(Debug, Default)]
struct Figures {
    code: usize,
    tests: usize,
    functions: usize,
    long_functions: usize,
    items: usize,
    documented: usize,
    panics: usize,
    largest: (usize, String),
}

impl Figures {
    fn count(&mut self, file: &File, source: &Source) {
        for (number, line) in source.code.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let test = source.is_test(number + 1);
            *(if test { &mut self.tests } else { &mut self.code }) += 1;
            if !test && is_public_item(line) {
                self.items += 1;
                self.documented += usize::from(is_documented(&file.text, number));
            }
        }
        let functions = functions::functions(source);
        self.functions += functions.len();
        self.long_functions += functions.iter().filter(|function| function.lines > LIMIT).count();
        let ends =
            panics::calls(&source.code).filter(|(_, what)| matches!(*what, "unwrap" | "expect" | "panic"));
        self.panics += ends.filter(|(at, _)| !source.is_test(source.line_of(*at))).count();
        // Line 1 is a test only when the whole file is.
        if !source.is_test(1) {
            let size = (file.text.lines().count(), file.path.clone());
            self.largest = std::mem::take(&mut self.largest).max(size);
        }
    }

    fn add(&mut self, other: &Self) {
        self.code += other.code;
        self.tests += other.tests;
        self.functions += other.functions;
        self.long_functions += other.long_functions;
        self.items += other.items;
        self.documented += other.documented;
        self.panics += other.panics;
        self.largest = std::mem::take(&mut self.largest).max(other.largest.clone());
    }

    fn row(&self, name: &str) -> String {
        format!(
            "{name:<14}{:>8}{:>8}{:>8}{:>8}{:>10}{:>12}{:>10}\n",
            self.code,
            self.tests,
            ratio(self.tests, self.code),
            percent(self.long_functions, self.functions),
            percent(self.documented, self.items),
            per_thousand(self.panics, self.code),
            self.largest.0,
        )
    }
}

/// The table for `check --marks`: one row per crate, the product as a whole, and the marks beside it.
pub(super) fn report(tree: &Tree) -> String {
    let mut crates: BTreeMap<&str, Figures> = BTreeMap::new();
    for (file, source) in tree.rust() {
        crates.entry(file.crate_folder()).or_default().count(file, source);
    }
    let mut product = Figures::default();
    // The scenarios in `tests` test the product from end to end, so they count in its total.
    crates
        .iter()
        .filter(|(name, _)| !matches!(**name, "xtask" | "testkit"))
        .for_each(|(_, part)| product.add(part));
    let mut out = String::from(
        "crate             code   tests   t/code   >60 %  documented  panics/kloc  largest\n\
         (lines that are neither blank nor comment; panics = unwrap + expect + panic outside tests)\n",
    );
    crates.iter().for_each(|(name, figures)| out += &figures.row(name));
    out += &product.row("product");
    let tauri = tree
        .packages
        .iter()
        .filter(|package| package.dependencies.iter().any(|dependency| dependency.name.starts_with("tauri")));
    let (lines, path) = &product.largest;
    let _ = write!(
        out,
        "\nlargest file            {lines} lines, {path} (mark: 600)\n\
         functions over {LIMIT}       {} % (mark: 1.5)\n\
         public items documented {} % (mark: 100 in domain, api, archive; 85 elsewhere)\n\
         panics per kloc         {} (mark: 0.3)\n\
         tests per line of code  {} (mark: 0.9)\n\
         crates naming Tauri     {} (mark: 1)\n\
         longest crate chain     {} (mark: 5)\n",
        percent(product.long_functions, product.functions),
        percent(product.documented, product.items),
        per_thousand(product.panics, product.code),
        ratio(product.tests, product.code),
        tauri.count(),
        layers::longest_chain(&tree.packages),
    );
    out
}

/// `pub fn`, `pub struct`, ...; `pub(crate)` is not public.
fn is_public_item(line: &str) -> bool {
    let mut words = source::words(line.trim_start().strip_prefix("pub ").unwrap_or_default());
    words.next().is_some_and(|(_, word)| ITEMS.contains(&word))
}

/// Whether a doc comment stands above a line (from 0), attributes in between allowed.
fn is_documented(text: &str, line: usize) -> bool {
    let above: Vec<&str> = text.lines().take(line).map(str::trim_start).collect();
    let mut above = above.iter().rev().skip_while(|line| {
        let attribute = line.starts_with("#[") && !line.starts_with("#[doc");
        attribute || line.ends_with(")]") && !line.starts_with("//")
    });
    // A macro that hands on the attributes of its caller hands on their documentation.
    let openings = ["///", "#[doc", "$(#["];
    above
        .next()
        .is_some_and(|line| openings.iter().any(|opening| line.starts_with(opening)) || line.ends_with("*/"))
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines are far below 2^52")]
fn divided(part: usize, whole: usize, scale: f64, digits: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.digits$}", part as f64 * scale / whole as f64)
}

fn ratio(part: usize, whole: usize) -> String {
    divided(part, whole, 1.0, 2)
}

fn percent(part: usize, whole: usize) -> String {
    divided(part, whole, 100.0, 1)
}

fn per_thousand(part: usize, whole: usize) -> String {
    divided(part, whole, 1000.0, 2)
}

#[cfg(test)]
mod tests {
    use super::super::tests::tree;
    use super::*;

    const TEXT: &str = "//! Owns plans.\n\n/// A plan.\n#[derive(Debug)]\npub struct Plan {\n    pub name: u8,\n}\n\
        pub fn bare() { a.unwrap(); }\npub(crate) fn inner() {}\n\
        #[cfg(test)]\nmod tests {\n    pub fn t() { a.unwrap(); }\n}\n";

    #[test]
    fn code_tests_items_and_panics_are_counted_apart() {
        let tree = tree(&[("src-tauri/crates/engine/src/lib.rs", TEXT)]);
        let mut figures = Figures::default();
        tree.rust().for_each(|(file, source)| figures.count(file, source));
        assert_eq!((figures.code, figures.tests), (6, 4));
        assert_eq!((figures.items, figures.documented), (2, 1));
        assert_eq!((figures.functions, figures.panics), (2, 1));
        assert_eq!(figures.largest.0, 13);
    }

    #[test]
    fn the_report_leaves_the_tools_out_of_the_product() {
        let files = [("src-tauri/crates/engine/src/lib.rs", TEXT), ("src-tauri/crates/xtask/src/a.rs", TEXT)];
        let report = report(&tree(&files));
        assert!(report.contains("panics per kloc         166.67 (mark: 0.3)"), "{report}");
        assert!(report.contains("public items documented 50.0 %"), "{report}");
    }

    #[test]
    fn attributes_may_stand_between_the_documentation_and_the_item() {
        assert!(is_documented("/// A.\n#[derive(Debug)]\npub struct A;\n", 2));
        assert!(is_documented("$(#[$doc])*\n#[derive(Debug)]\npub struct $name;\n", 2));
        assert!(!is_documented("use a;\n#[derive(Debug)]\npub struct A;\n", 2));
    }

    #[test]
    fn nothing_counted_is_a_dash_not_a_number() {
        assert_eq!(percent(0, 0), "-");
        assert_eq!(ratio(1, 2), "0.50");
    }
}
