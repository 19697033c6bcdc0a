//! `cargo xtask check`: the rules of the architecture, each in a module of its own, over one reading of the tree.

mod docs;
mod figures;
mod functions;
mod layers;
mod licences;
mod marks;
mod names;
mod panics;
mod paths;
mod sizes;
mod source;
mod unsafe_code;
mod window;

use crate::process::Outcome;
use crate::workspace::{self, Package};
use source::Source;
use std::fmt;

/// A place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}: {}", self.path, self.line, self.rule, self.message)
    }
}

/// A text file of the project.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/`.
    path: String,
    text: String,
    /// Only for `.rs` files.
    rust: Option<Source>,
}

impl File {
    fn new(path: &str, text: String) -> Self {
        let rust = path.ends_with(".rs").then(|| Source::new(path, &text));
        Self { path: path.to_owned(), text, rust }
    }

    fn finding(&self, line: usize, rule: &'static str, message: String) -> Finding {
        Finding { path: self.path.clone(), line, rule, message }
    }

    fn has_extension(&self, wanted: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| wanted.contains(&extension))
    }

    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The crate's folder: `engine`, `tests`, `src-tauri` for the shell; empty for files outside crates.
    fn crate_folder(&self) -> &str {
        if let Some(rest) = self.path.strip_prefix("src-tauri/crates/") {
            return rest.split('/').next().unwrap_or_default();
        }
        let top = self.path.split('/').next();
        ["tests", "src-tauri"].into_iter().find(|folder| top == Some(folder)).unwrap_or_default()
    }

    /// Code that never reaches an owner's computer.
    fn is_for_development(&self) -> bool {
        matches!(self.crate_folder(), "xtask" | "testkit" | "tests")
    }
}

/// Everything the rules may look at.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<File>,
    packages: Vec<Package>,
}

impl Tree {
    fn load() -> Outcome<Self> {
        let metadata = workspace::metadata()?;
        let mut files = Vec::new();
        for path in workspace::files(&metadata.root)? {
            let bytes =
                std::fs::read(metadata.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
            // What is not UTF-8 is a picture or an archive: no rule reads it.
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File::new(&path, text));
            }
        }
        Ok(Self { files, packages: metadata.packages })
    }

    fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files.iter().filter_map(|file| file.rust.as_ref().map(|source| (file, source)))
    }

    fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// What `check` is asked to print.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    verbose: bool,
    marks: bool,
}

impl Options {
    pub(crate) fn parse(flags: &[&str]) -> Outcome<Self> {
        let mut options = Self::default();
        for flag in flags {
            match *flag {
                "--verbose" | "-v" => options.verbose = true,
                "--marks" => options.marks = true,
                other => return Err(format!("check: unknown option {other}")),
            }
        }
        Ok(options)
    }
}

const RULES: [fn(&Tree) -> Vec<Finding>; 11] = [
    layers::find,
    licences::find,
    sizes::find,
    functions::find,
    unsafe_code::find,
    panics::find,
    marks::find,
    docs::find,
    names::find,
    paths::find,
    window::find,
];

/// Prints every violation; fails when there is one.
pub(crate) fn run(options: Options) -> Outcome {
    let tree = Tree::load()?;
    if options.marks {
        print!("{}", figures::report(&tree));
        return Ok(());
    }
    if options.verbose {
        sizes::notes(&tree).iter().for_each(|note| println!("{note}"));
    }
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.sort();
    findings.iter().for_each(|finding| println!("{finding}"));
    match findings.len() {
        0 => {
            println!("check: {} files, {} packages, no violation", tree.files.len(), tree.packages.len());
            Ok(())
        }
        count => Err(format!("check: {count} violation(s)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of files without packages.
    pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| File::new(path, (*text).to_owned())).collect();
        Tree { files, packages: Vec::new() }
    }

    /// `line rule` of every finding of one rule in one file.
    pub(super) fn lines(rule: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
        rule(&tree(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_finding_reads_as_file_line_rule_message() {
        let finding = File::new("a/b.rs", String::new()).finding(7, "sizes", "too long".to_owned());
        assert_eq!(finding.to_string(), "a/b.rs:7: sizes: too long");
    }

    #[test]
    fn a_file_knows_its_crate() {
        let folder = |path: &str| File::new(path, String::new()).crate_folder().to_owned();
        assert_eq!(folder("src-tauri/crates/engine/src/lib.rs"), "engine");
        assert_eq!(folder("src-tauri/src/main.rs"), "src-tauri");
        assert_eq!(folder("tests/scenarios/a.rs"), "tests");
        assert_eq!(folder("README.md"), "");
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Options::parse(&["--marks", "--verbose"]).is_ok());
        assert!(Options::parse(&["--mark"]).is_err());
    }
}
