//! Which parts are shipped: what the programs need on any of the systems they are built for, neither to be built nor to be tested.

use crate::process::{self, Outcome};
use crate::shell;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// The packages whose programs are shipped.
pub(super) const PROGRAMS: [&str; 2] = [shell::PACKAGE, "resguardo-cli"];
/// The systems that they are shipped for.
pub(super) const SYSTEMS: [&str; 3] =
    ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"];

/// A part that somebody else made.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) version: String,
    /// As its makers say it.
    pub(super) licence: String,
    pub(super) makers: Vec<String>,
    /// Those that are on.
    pub(super) features: Vec<String>,
    /// Its sources.
    pub(super) folder: PathBuf,
}

/// All of them, by name and version.
pub(super) fn shipped() -> Outcome<Vec<Part>> {
    let mut all: BTreeMap<(String, String), Part> = BTreeMap::new();
    for system in SYSTEMS {
        let ask = ["metadata", "--format-version", "1", "--locked", "--filter-platform", system];
        let json = process::stdout_of(&mut process::cargo(&ask))?;
        let answer: Value =
            serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))?;
        let parts = parts_of(&answer).ok_or("cargo metadata: an expected field is missing")?;
        for part in parts {
            let known = all.entry((part.name.clone(), part.version.clone())).or_insert_with(|| part.clone());
            // Another system may ask for more of it.
            known.features.extend(part.features);
        }
    }
    Ok(all.into_values().collect())
}

fn parts_of(answer: &Value) -> Option<Vec<Part>> {
    let by_id = |list: &'static [&'static str]| -> Option<HashMap<&str, &Value>> {
        let found = list.iter().try_fold(answer, |value, name| value.get(name))?;
        found.as_array()?.iter().map(|one| Some((one.get("id")?.as_str()?, one))).collect()
    };
    let (packages, nodes) = (by_id(&["packages"])?, by_id(&["resolve", "nodes"])?);
    let is_program = |package: &Value| PROGRAMS.iter().any(|program| package["name"] == *program);
    let mut next: Vec<&str> =
        packages.iter().filter(|(_, package)| is_program(package)).map(|(id, _)| *id).collect();
    let mut reached: BTreeSet<&str> = next.iter().copied().collect();
    while let Some(id) = next.pop() {
        for needed in needs(nodes.get(id)?)? {
            if !is_macro(packages.get(needed)?) && reached.insert(needed) {
                next.push(needed);
            }
        }
    }
    reached
        .into_iter()
        .filter_map(|id| Some((packages.get(id)?, nodes.get(id)?)))
        .filter(|(package, _)| !package["source"].is_null())
        .map(|(package, node)| part(package, node))
        .collect()
}

/// What a package is linked with.
fn needs(node: &Value) -> Option<Vec<&str>> {
    let is_linked = |needed: &&Value| {
        needed["dep_kinds"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
    };
    node.get("deps")?.as_array()?.iter().filter(is_linked).map(|needed| needed.get("pkg")?.as_str()).collect()
}

/// A macro is at work while others are compiled, and stays behind.
fn is_macro(package: &Value) -> bool {
    let mut targets = package["targets"].as_array().into_iter().flatten();
    targets.any(|target| {
        target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "proc-macro"))
    })
}

fn part(package: &Value, node: &Value) -> Option<Part> {
    let text = |name: &str| package.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let texts = |list: &Value| -> Option<Vec<String>> {
        Some(list.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    let (makers, features) = (texts(package.get("authors")?)?, texts(node.get("features")?)?);
    let mut folder = PathBuf::from(text("manifest_path"));
    folder.pop();
    Some(Part {
        name: text("name"),
        version: text("version"),
        licence: text("license"),
        makers,
        features,
        folder,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_linked_is_shipped_and_what_only_builds_or_tests_is_not() {
        let package = |name: &str, kind: &str| {
            json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT", "authors": [],
                "source": if name.starts_with("resguardo") { Value::Null } else { json!("registry") },
                "manifest_path": format!("/src/{name}/Cargo.toml"), "targets": [{ "kind": [kind] }] })
        };
        let need = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let answer = json!({
            "packages": [package("resguardo-cli", "bin"), package("linked", "lib"), package("deep", "lib"),
                package("derive", "proc-macro"), package("cc", "lib"), package("proptest", "lib")],
            "resolve": { "nodes": [
                { "id": "resguardo-cli", "features": [], "deps": [need("linked", Value::Null), need("derive", Value::Null),
                    need("cc", json!("build")), need("proptest", json!("dev"))] },
                { "id": "linked", "features": ["vendored"], "deps": [need("deep", Value::Null), need("cc", json!("build"))] },
                { "id": "deep", "features": [], "deps": [] }] },
        });
        let parts = parts_of(&answer).unwrap();
        assert_eq!(parts[1].features, ["vendored"]);
        let names: Vec<String> = parts.into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["deep", "linked"]);
        assert!(parts_of(&json!({})).is_none());
    }
}
