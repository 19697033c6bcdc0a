//! Debian packages that the build and the tests need: which are missing, and installing exactly those.

use crate::process::{self, Outcome};
use std::path::Path;
use std::process::Command;

/// A Debian package and how to see that what it brings is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    /// Commands looked up on the PATH, or files when they start with `/`; all of them must be there.
    pub(crate) proofs: &'static [&'static str],
}

const fn package(name: &'static str, proofs: &'static [&'static str]) -> Package {
    Package { name, proofs }
}

/// The C toolchain, and what the ISA-L codec's own build asks for.
pub(crate) const BUILD: [Package; 6] = [
    package("build-essential", &["cc", "c++", "make"]),
    package("pkg-config", &["pkg-config"]),
    package("nasm", &["nasm"]),
    package("autoconf", &["autoconf"]),
    package("automake", &["automake"]),
    package("libtool", &["libtoolize"]),
];

/// Other programs that read our archives, witnesses of what the engine does to files, and those to which secrets and notices go.
pub(crate) const TESTS: [Package; 14] = [
    package("unzip", &["unzip"]),
    package("zip", &["zip"]),
    package("libarchive-tools", &["bsdtar"]),
    package("p7zip-full", &["7z"]),
    package("python3", &["python3"]),
    package("attr", &["getfattr", "setfattr"]),
    package("acl", &["getfacl", "setfacl"]),
    package("strace", &["strace"]),
    package("default-jdk-headless", &["jar"]),
    package("dbus", &["dbus-run-session"]),
    package("gnome-keyring", &["gnome-keyring-daemon"]),
    package("dunst", &["dunst", "dunstctl"]),
    package("xvfb", &["Xvfb"]),
    package("exim4-daemon-light", &["/usr/sbin/exim4"]),
];

/// What the window is drawn with, and the icon beside the clock.
pub(crate) const WINDOW: [Package; 2] = [
    package("libwebkit2gtk-4.1-dev", &["/usr/include/webkitgtk-4.1/webkit2/webkit2.h"]),
    package(
        "libayatana-appindicator3-dev",
        &["/usr/include/libayatana-appindicator3-0.1/libayatana-appindicator/app-indicator.h"],
    ),
];

/// A desktop for the stories of the real window.
pub(crate) const DESK: [Package; 6] = [
    package("dbus", &["dbus-daemon"]),
    package("xvfb", &["Xvfb"]),
    package("openbox", &["openbox"]),
    package("wmctrl", &["wmctrl"]),
    package("xdotool", &["xdotool"]),
    package("webkit2gtk-driver", &["WebKitWebDriver"]),
];

/// A browser for the pages on the scripted engine.
pub(crate) const BROWSER: [Package; 1] = [package("chromium", &["chromium"])];

/// What draws icons.
pub(crate) const ICONS: [Package; 1] = [package("librsvg2-bin", &["rsvg-convert"])];

/// Debian's own compiler with the sources of its standard library, for checks of other systems.
pub(crate) const RUST: [Package; 3] = [
    package("rustc-web", &["/usr/bin/rustc"]),
    package("cargo-web", &["/usr/bin/cargo"]),
    package("rust-web-src", &["/usr/lib/rustlib/src/rust/library/std/src/lib.rs"]),
];

/// The C compiler for Windows.
pub(crate) const MINGW: [Package; 2] = [
    package("gcc-mingw-w64-x86-64-posix", &["x86_64-w64-mingw32-gcc"]),
    package("g++-mingw-w64-x86-64-posix", &["x86_64-w64-mingw32-g++"]),
];

/// Installs what is missing; says nothing when nothing is. An error names the line a person has to run.
pub(crate) fn ensure<'a>(wanted: impl IntoIterator<Item = &'a Package>) -> Outcome {
    let missing = missing(wanted, is_there);
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install -y --no-install-recommends {}", missing.join(" "));
    if process::find("apt-get").is_none() {
        // Another system has other names for them, and may well have what counts.
        eprintln!("no apt-get here; not found, by their Debian names: {}", missing.join(" "));
        return Ok(());
    }
    eprintln!("installing {}", missing.join(" "));
    let install = || {
        let words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
        process::run_on_stderr(
            as_root("env").arg("DEBIAN_FRONTEND=noninteractive").args(words).args(&missing),
        )
    };
    // A fresh machine has no package lists, an old one lists what the mirror has dropped.
    let done = install().or_else(|_| {
        process::run_on_stderr(as_root("apt-get").args(["update", "-qq"]))?;
        install()
    });
    done.map_err(|error| format!("{error}\nthese packages are missing; run: {by_hand}"))
}

/// A command that runs as root: directly when we are, else by sudo without a question.
pub(crate) fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", program]);
    sudo
}

fn is_root() -> bool {
    process::stdout_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn missing<'a>(
    wanted: impl IntoIterator<Item = &'a Package>,
    is_there: fn(&str) -> bool,
) -> Vec<&'static str> {
    let wanted = wanted.into_iter();
    wanted
        .filter(|package| !package.proofs.iter().all(|proof| is_there(proof)))
        .map(|package| package.name)
        .collect()
}

fn is_there(proof: &str) -> bool {
    if proof.starts_with('/') { Path::new(proof).exists() } else { process::find(proof).is_some() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_named() {
        let wanted = [package("here", &["sh"]), package("half", &["sh", "nope"]), package("gone", &["nope"])];
        assert_eq!(missing(&wanted, |proof| proof == "sh"), ["half", "gone"]);
    }

    #[test]
    fn nothing_missing_needs_no_rights() {
        assert!(ensure(&[package("here", &[])]).is_ok());
    }

    #[test]
    fn a_proof_is_a_command_or_a_file() {
        assert!(!is_there("/no/such/file"));
        assert!(!is_there("no-such-command-here"));
    }
}
