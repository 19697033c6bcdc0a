//! Debian's own compiler taught another system: its standard library built from Debian's sources, once per version.
//!
//! Rustup cannot be taught: the library must match the compiler exactly, and only Debian ships both.

use crate::packages::{self, Package, as_root};
use crate::process::{self, Outcome};
use crate::shell;
use crate::workspace::Metadata;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// Written last into the library's folder: the compiler that it was built by.
const STAMP: &str = "built-by.txt";

/// Type-checks the workspace for a target, or says that it was skipped and why.
pub(crate) fn check(
    name: &str,
    target: &str,
    metadata: &Metadata,
    extra: &[Package],
    adapt: impl Fn(&mut Command),
) -> Outcome {
    if let Err(why) = prepare(target, metadata, extra) {
        println!("SKIPPED: {name} check: {}", why.replace('\n', " "));
        return Ok(());
    }
    let mut command = debian_cargo(&metadata.target.join(name));
    // The window's own libraries ask for tools of the system that they are built for.
    let arguments =
        ["check", "--workspace", "--exclude", shell::PACKAGE, "--all-targets", "--target", target];
    // Nothing is linked or run: what C there is need only compile.
    let quickly = ["--config", "profile.dev.package.\"*\".opt-level=0"];
    command.current_dir(&metadata.root).args(arguments).args(quickly);
    adapt(&mut command);
    process::run(&mut command)
}

fn prepare(target: &str, metadata: &Metadata, extra: &[Package]) -> Outcome<()> {
    if process::find("apt-get").is_none() || !Path::new("/etc/debian_version").exists() {
        return Err("it needs Debian's rustc-web packages".to_owned());
    }
    packages::ensure(packages::RUST.iter().chain(extra))?;
    let version = process::stdout_of(Command::new(RUSTC).arg("-vV"))?;
    let wanted =
        metadata.packages.iter().map(|package| package.rust_version.as_str()).max_by_key(|v| numbers(v));
    is_new_enough(&version, wanted.unwrap_or_default())?;
    let sysroot = process::stdout_of(Command::new(RUSTC).args(["--print", "sysroot"]))?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib");
    if fs::read_to_string(library.join(STAMP)).is_ok_and(|built_by| built_by == version) {
        return Ok(());
    }
    println!("building the standard library for {target}, once for this compiler");
    let folder = metadata.target.join("std").join(target);
    let built = build_library(&folder, target)?;
    install_library(&built, &library, &folder, &version)?;
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// An empty crate, so that all there is to build is the library itself.
fn build_library(folder: &Path, target: &str) -> Outcome<Vec<PathBuf>> {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    fs::create_dir_all(folder.join("src")).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Its own workspace: the folder may lie inside ours.
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\ntest = false\n\n[workspace]\n";
    write("Cargo.toml", manifest)?;
    write("src/lib.rs", "#![no_std]\n")?;
    let mut command = debian_cargo(&folder.join("target"));
    command.current_dir(folder).env("RUSTC_BOOTSTRAP", "1");
    // What others are checked against is what a library declares: nothing of it is compiled to the end.
    command.args(["check", "--quiet", "--target", target]);
    process::run(command.arg("-Zbuild-std=std,panic_unwind,panic_abort,proc_macro,test"))?;
    let built = folder.join("target").join(target).join("debug/deps");
    let entries = fs::read_dir(&built).map_err(|error| format!("{}: {error}", built.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).filter(|path| is_library(path)).collect())
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (name.ends_with(".rlib") || name.ends_with(".rmeta")) && !name.starts_with("libempty-")
}

/// Replaces what an older compiler left; the stamp goes in last, so that half a copy is never taken for a whole one.
fn install_library(built: &[PathBuf], library: &Path, folder: &Path, version: &str) -> Outcome {
    let stamp = folder.join(STAMP);
    fs::write(&stamp, version).map_err(|error| format!("{}: {error}", stamp.display()))?;
    let run = |command: &mut Command| process::run_on_stderr(command);
    run(as_root("rm").arg("-rf").arg(library))?;
    run(as_root("install").arg("-d").arg(library))?;
    run(as_root("install").args(["-m", "644", "-t"]).arg(library).args(built))?;
    run(as_root("install").args(["-m", "644", "-t"]).arg(library).arg(stamp))
}

/// Debian's cargo with nothing left over from the toolchain that runs us.
fn debian_cargo(target_folder: &Path) -> Command {
    let mut command = Command::new(CARGO);
    command.env("RUSTC", RUSTC).env("RUSTDOC", "/usr/bin/rustdoc").env("CARGO_TARGET_DIR", target_folder);
    // A toolchain's library path would feed Debian's compiler the wrong libraries; flags would turn its newer lints
    // into errors.
    for name in [
        "CARGO",
        "LD_LIBRARY_PATH",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTUP_TOOLCHAIN",
    ] {
        command.env_remove(name);
    }
    command
}

fn is_new_enough(version: &str, wanted: &str) -> Outcome {
    let release = version.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
    if numbers(release) >= numbers(wanted) {
        return Ok(());
    }
    Err(format!("Debian's compiler is {release}; the workspace needs {wanted}"))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_compiler_is_refused_by_number_not_by_text() {
        assert!(is_new_enough("rustc 1.96.0\nrelease: 1.96.0\n", "1.95").is_ok());
        assert!(is_new_enough("release: 1.100.0-nightly\n", "1.95").is_ok());
        assert!(is_new_enough("release: 1.85.0\n", "1.95").unwrap_err().contains("1.85.0"));
        assert!(is_new_enough("", "1.95").is_err());
    }

    #[test]
    fn the_empty_crate_is_not_part_of_the_library() {
        assert!(
            is_library(Path::new("deps/libstd-1a.rlib")) && is_library(Path::new("deps/libcore-1a.rmeta"))
        );
        assert!(!is_library(Path::new("deps/libempty-1a.rlib")) && !is_library(Path::new("deps/std-1a.d")));
    }
}
