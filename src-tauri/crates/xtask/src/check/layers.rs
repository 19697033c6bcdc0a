//! Rule `layers`: dependencies point down only, and each crate stays with the dependencies it is allowed.

use super::{Finding, Tree};
use crate::workspace::{Need, Package};

/// Where a crate stands; a product crate may only depend on a lower rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Rank(u8),
    Development,
}

const SHELL: &str = "resguardo-app";
const TESTS: &str = "resguardo-tests";
const TESTKIT: &str = "resguardo-testkit";
const CODEC: &str = "resguardo-codec";

const PLACES: [(&str, Place); 16] = [
    ("resguardo-domain", Place::Rank(0)),
    (CODEC, Place::Rank(0)),
    ("resguardo-archive", Place::Rank(1)),
    ("resguardo-catalog", Place::Rank(1)),
    ("resguardo-sources", Place::Rank(1)),
    ("resguardo-destinations", Place::Rank(1)),
    ("resguardo-platform", Place::Rank(1)),
    ("resguardo-notices", Place::Rank(1)),
    ("resguardo-words", Place::Rank(1)),
    ("resguardo-engine", Place::Rank(2)),
    ("resguardo-api", Place::Rank(3)),
    ("resguardo-cli", Place::Rank(4)),
    (SHELL, Place::Rank(4)),
    (TESTS, Place::Rank(4)),
    (TESTKIT, Place::Development),
    ("xtask", Place::Development),
];

/// Domain is read by everyone, so everyone pays for what it depends on. `ts-rs` describes its types for the window and is optional: no
/// program that ships is built with it.
const DOMAIN_ALLOWED: [&str; 5] = ["serde", "jiff", "base64", "zeroize", "ts-rs"];
/// The command line and the window go through the same door.
const DOOR_ALLOWED: [&str; 3] = ["resguardo-api", "resguardo-platform", "resguardo-words"];
/// One crate decides how bytes are compressed; the tests may measure the codecs themselves.
const CODEC_USERS: [&str; 2] = ["resguardo-archive", TESTS];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &tree.packages {
        if place_of(&package.name).is_none() {
            let message = format!("`{}` has no layer yet: give it one in this rule", package.name);
            findings.push(finding(tree, package, &package.name, message));
        }
        for dependency in &package.dependencies {
            let faults = [
                wrong_direction(&package.name, &dependency.name, dependency.need),
                not_allowed(&package.name, &dependency.name, dependency.need),
            ];
            let found = faults.into_iter().flatten();
            findings.extend(found.map(|message| finding(tree, package, &dependency.name, message)));
        }
    }
    findings
}

fn place_of(name: &str) -> Option<Place> {
    PLACES.iter().find(|(known, _)| *known == name).map(|(_, place)| *place)
}

/// A dependency between two of our crates that does not point down.
fn wrong_direction(from: &str, to: &str, need: Need) -> Option<String> {
    let arrow = format!("`{from}` may not depend on `{to}`");
    match (place_of(from)?, place_of(to)?) {
        (_, Place::Development) if to != TESTKIT => {
            Some(format!("{arrow}: nothing depends on the project's tools"))
        }
        (Place::Rank(_), Place::Development) if need != Need::Dev && from != TESTS => {
            Some(format!("{arrow}: the test kit is a dev-dependency only"))
        }
        (Place::Rank(upper), Place::Rank(lower)) if lower == upper => {
            Some(format!("{arrow}: both are in layer {upper}"))
        }
        (Place::Rank(upper), Place::Rank(lower)) if lower > upper => {
            Some(format!("{arrow}: layer {upper} may not reach up to layer {lower}"))
        }
        _ => None,
    }
}

/// A dependency that the lists of single crates rule out.
fn not_allowed(from: &str, to: &str, need: Need) -> Option<String> {
    let shipped = need != Need::Dev;
    if to.starts_with("tauri") && from != SHELL {
        return Some(format!("`{to}`: only {SHELL} may name Tauri"));
    }
    if from == "resguardo-domain" && shipped && !DOMAIN_ALLOWED.contains(&to) {
        return Some(format!("`{to}`: domain depends on nothing but {}", DOMAIN_ALLOWED.join(", ")));
    }
    let is_door = matches!(from, "resguardo-cli" | SHELL);
    if is_door && shipped && place_of(to).is_some() && !DOOR_ALLOWED.contains(&to) {
        return Some(format!("`{to}`: of our crates {from} uses only {}", DOOR_ALLOWED.join(", ")));
    }
    if to == CODEC && shipped && !CODEC_USERS.contains(&from) {
        return Some(format!("`{to}`: only the archive crate uses the codecs"));
    }
    None
}

/// Points at the line of the manifest that names the dependency.
fn finding(tree: &Tree, package: &Package, name: &str, message: String) -> Finding {
    let line = tree.file(&package.manifest).and_then(|file| {
        let names = |line: &str| {
            let rest = line.trim_start().trim_start_matches('"').strip_prefix(name);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_'))
        };
        file.text.lines().position(names)
    });
    Finding { path: package.manifest.clone(), line: line.map_or(1, |line| line + 1), rule: "layers", message }
}

/// The longest path of dependencies between our crates, in crates.
pub(super) fn longest_chain(packages: &[Package]) -> usize {
    packages.iter().map(|package| chain_from(packages, &package.name, packages.len())).max().unwrap_or(0)
}

fn chain_from(packages: &[Package], name: &str, depth_left: usize) -> usize {
    let Some(package) = packages.iter().find(|package| package.name == name) else { return 0 };
    // A circle is an error of cargo's own; here it must only end.
    if depth_left == 0 {
        return 0;
    }
    let needs = package.dependencies.iter().filter(|dependency| dependency.need == Need::Normal);
    1 + needs.map(|dependency| chain_from(packages, &dependency.name, depth_left - 1)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
