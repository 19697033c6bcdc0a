//! The window: its pages, the program that shows them, the stories of both together, the icons.
//!
//! It needs a web view to build, so nothing else waits for it.

use crate::packages;
use crate::process::{self, Outcome};
use crate::workspace::{self, Metadata};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The only package that needs a web view.
pub(crate) const PACKAGE: &str = "resguardo-app";
const PICTURES: &str = "ui/pictures";
/// What draws the sets of the systems from one drawing.
const TAURI: &str = "@tauri-apps/cli@2";
/// Of those sets, the ones that programs for desktops are made with.
const SETS: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.icns", "icon.ico"];
/// Pixels; systems make it smaller, never larger.
const TRAY_SIZE: &str = "64";

/// Types, unit tests and build of the pages.
pub(crate) fn pages() -> Outcome {
    let root = workspace::metadata()?.root;
    install(&root)?;
    scripts(&root, &["check", "test", "build"])
}

/// Every screen and state in a browser on the scripted engine, and the whole story on a real one; both are built by then.
pub(crate) fn browser() -> Outcome {
    let metadata = workspace::metadata()?;
    scripts(&metadata.root, &["build:fake", "build:bridge"])?;
    let bridge = metadata.target.join("debug").join(format!("bridge{}", std::env::consts::EXE_SUFFIX));
    process::run(npm(&metadata.root).args(["run", "e2e"]).env("RESGUARDO_BRIDGE", bridge))
}

/// Takes a picture of every screen and state, in both themes and languages, into a folder; a fresh one beside the system's other
/// temporary ones when none is named.
pub(crate) fn shots(folder: Option<&str>) -> Outcome {
    let root = workspace::metadata()?.root;
    packages::ensure(&packages::BROWSER)?;
    install(&root)?;
    scripts(&root, &["build:fake"])?;
    let folder = folder.map_or_else(|| std::env::temp_dir().join("resguardo-shots"), PathBuf::from);
    let folder = std::path::absolute(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    if folder.starts_with(&root) {
        return Err(format!("{}: pictures are kept outside the tree", folder.display()));
    }
    process::run(npm(&root).args(["run", "shots"]).env("SHOTS_DIR", &folder))?;
    println!("pictures are in {}", folder.display());
    Ok(())
}

fn scripts(root: &Path, names: &[&str]) -> Outcome {
    names.iter().try_for_each(|name| process::run(npm(root).args(["run", name])))
}

/// The window beside an empty one, in release.
pub(crate) fn bench(arguments: &[&str]) -> Outcome {
    packages::ensure(&packages::DESK)?;
    fresh_pages()?;
    process::run(process::cargo(&["bench", "--package", PACKAGE, "--bench", "window", "--"]).args(arguments))
}

/// The pictures of the README, of the real window.
pub(crate) fn pictures() -> Outcome {
    let folder = workspace::metadata()?.root.join(PICTURES).display().to_string();
    bench(&["pictures", &folder])
}

/// Builds pages and program in release, and becomes it.
pub(crate) fn run() -> Outcome {
    let metadata = fresh_pages()?;
    process::run_on_stderr(&mut process::cargo(&["build", "--release", "--package", PACKAGE]))?;
    let program = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    process::become_program(&mut Command::new(metadata.target.join("release").join(program)))
}

/// Builds the pages that are packed into the program, and installs what it is built with.
fn fresh_pages() -> Outcome<Metadata> {
    packages::ensure(packages::BUILD.iter().chain(&packages::WINDOW))?;
    let metadata = workspace::metadata()?;
    install(&metadata.root)?;
    process::run_on_stderr(npm(&metadata.root).args(["run", "build"]))?;
    Ok(metadata)
}

/// Draws every icon anew from its source.
pub(crate) fn icons() -> Outcome {
    packages::ensure(&packages::ICONS)?;
    let metadata = workspace::metadata()?;
    let icons = metadata.root.join("icons");
    for name in ["attention", "copying", "paused", "protected", "unprotected"] {
        let file = icons.join("tray").join(name);
        let mut draw = Command::new("rsvg-convert");
        draw.args(["-w", TRAY_SIZE, "-h", TRAY_SIZE]).arg(file.with_extension("svg"));
        process::run(draw.arg("-o").arg(file.with_extension("png")))?;
    }
    let all = metadata.target.join("icons");
    let mut draw = Command::new("npx");
    draw.args(["--yes", TAURI, "icon"]).arg(icons.join("resguardo.svg")).arg("--output").arg(&all);
    process::run(&mut draw)?;
    for name in SETS {
        let (from, to) = (all.join(name), icons.join("app").join(name));
        fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(())
}

/// Installs exactly what the lock file says, unless that is there already.
fn install(root: &Path) -> Outcome {
    let age = |path: &str| fs::metadata(root.join(path)).and_then(|file| file.modified()).ok();
    let installed = age("ui/node_modules/.package-lock.json");
    if installed.is_some() && installed >= age("ui/package-lock.json") {
        return Ok(());
    }
    process::run_on_stderr(npm(root).arg("ci"))
}

fn npm(root: &Path) -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(root.join("ui"));
    npm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_the_lock_file_that_are_there_are_not_installed_again() {
        let root = std::env::temp_dir().join(format!("xtask-shell-{}", std::process::id()));
        fs::create_dir_all(root.join("ui/node_modules")).unwrap();
        fs::write(root.join("ui/package-lock.json"), "{}").unwrap();
        fs::write(root.join("ui/node_modules/.package-lock.json"), "{}").unwrap();
        // There is no package.json: an installation would fail.
        assert!(install(&root).is_ok());
        fs::remove_dir_all(root).unwrap();
    }
}
