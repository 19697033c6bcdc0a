//! What the workspace is made of: its root, its packages (from `cargo metadata`) and its files (from git).

use crate::process::{self, Outcome};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a package needs another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Normal,
    Build,
    Dev,
}

/// One line of a package's dependency tables.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) need: Need,
}

/// A member of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Path of its `Cargo.toml` from the root, with `/`.
    pub(crate) manifest: String,
    /// Oldest compiler it is declared for, such as `1.95`.
    pub(crate) rust_version: String,
    /// Whether it has a library, and with it documentation tests.
    pub(crate) is_library: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

/// The answer of `cargo metadata --no-deps`.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// Asks cargo, from the folder this program was started in.
pub(crate) fn metadata() -> Outcome<Metadata> {
    let json = process::stdout_of(&mut process::cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let value = serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))?;
    read_metadata(&value).ok_or_else(|| "cargo metadata: an expected field is missing".to_owned())
}

fn read_metadata(value: &Value) -> Option<Metadata> {
    let root = PathBuf::from(value.get("workspace_root")?.as_str()?);
    let target = PathBuf::from(value.get("target_directory")?.as_str()?);
    let packages = value.get("packages")?.as_array()?;
    let packages = packages.iter().map(|package| read_package(package, &root)).collect::<Option<_>>()?;
    Some(Metadata { root, target, packages })
}

fn read_package(value: &Value, root: &Path) -> Option<Package> {
    let manifest = Path::new(value.get("manifest_path")?.as_str()?);
    let dependencies = value.get("dependencies")?.as_array()?;
    let mut kinds =
        value.get("targets")?.as_array()?.iter().filter_map(|target| target.get("kind")?.as_array());
    Some(Package {
        name: value.get("name")?.as_str()?.to_owned(),
        manifest: with_slashes(manifest.strip_prefix(root).unwrap_or(manifest)),
        rust_version: value.get("rust_version").and_then(Value::as_str).unwrap_or_default().to_owned(),
        is_library: kinds.any(|kinds| kinds.iter().any(|kind| kind == "lib")),
        dependencies: dependencies.iter().map(read_dependency).collect::<Option<_>>()?,
    })
}

fn read_dependency(value: &Value) -> Option<Dependency> {
    let need = match value.get("kind")?.as_str() {
        Some("dev") => Need::Dev,
        Some("build") => Need::Build,
        _ => Need::Normal,
    };
    Some(Dependency { name: value.get("name")?.as_str()?.to_owned(), need })
}

/// Files that belong to the project, from the root, sorted: what git tracks or would add. Without git (an unpacked
/// source archive) it is everything but build results.
pub(crate) fn files(root: &Path) -> Outcome<Vec<String>> {
    let mut found = if root.join(".git").exists() { git_files(root)? } else { walk(root)? };
    found.sort();
    found.dedup();
    Ok(found)
}

fn git_files(root: &Path) -> Outcome<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = process::stdout_of(&mut git)?;
    // A file removed from the disk but not yet from the index is no longer ours to judge.
    let there = list.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file());
    Ok(there.map(str::to_owned).collect())
}

fn walk(root: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let built = matches!(entry.file_name().to_str(), Some("target" | "node_modules" | "dist"));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !built => folders.push(path),
                Ok(kind) if kind.is_file() => {
                    found.push(with_slashes(path.strip_prefix(root).unwrap_or(&path)))
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_keeps_names_kinds_and_relative_manifests() {
        let answer = json!({
            "workspace_root": "/repo", "target_directory": "/repo/target",
            "packages": [{
                "name": "resguardo-engine", "manifest_path": "/repo/crates/engine/Cargo.toml", "rust_version": "1.95",
                "targets": [{"kind": ["custom-build"]}, {"kind": ["lib"]}],
                "dependencies": [{"name": "serde", "kind": null}, {"name": "resguardo-testkit", "kind": "dev"}],
            }],
        });
        let metadata = read_metadata(&answer).unwrap();
        let package = &metadata.packages[0];
        assert_eq!(package.manifest, "crates/engine/Cargo.toml");
        assert!(package.is_library);
        assert_eq!(package.dependencies[0].need, Need::Normal);
        assert_eq!(package.dependencies[1].need, Need::Dev);
    }

    #[test]
    fn metadata_without_a_field_is_refused() {
        assert!(read_metadata(&json!({"workspace_root": "/repo"})).is_none());
    }
}
