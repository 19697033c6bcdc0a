//! `cargo xtask macos check`: the workspace type-checked for macOS on a Debian machine; nothing is linked or run.
//!
//! There is no C compiler for macOS here. Build scripts only need something that answers: programs that make empty
//! files. What they make is never linked, because checking stops before.

use crate::process::Outcome;
use crate::{cross, workspace};
use std::fs;
use std::path::Path;

const TARGET: &str = "aarch64-apple-darwin";
const COMPILER: &str =
    "#!/bin/sh\nwhile [ $# -gt 0 ]; do\n  if [ \"$1\" = -o ]; then shift; : >\"$1\"; fi\n  shift\ndone\n";
const ARCHIVER: &str = "#!/bin/sh\nfor word in \"$@\"; do case \"$word\" in *.a) : >\"$word\";; esac; done\n";

/// Checks, or says that it was skipped and why.
pub(crate) fn check() -> Outcome {
    let metadata = workspace::metadata()?;
    let tools = metadata.target.join("macos-tools");
    write_tools(&tools)?;
    cross::check("macos", TARGET, &metadata, &[], |command| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(tools.clone()).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        command.env("SDKROOT", tools.join("sdk"));
        command.env("CC_aarch64_apple_darwin", tools.join("cc-for-macos"));
        command.env("CXX_aarch64_apple_darwin", tools.join("cc-for-macos"));
        command.env("AR_aarch64_apple_darwin", tools.join("ar-for-macos"));
    })
}

fn write_tools(folder: &Path) -> Outcome {
    let sdk = folder.join("sdk");
    fs::create_dir_all(&sdk).map_err(|error| format!("{}: {error}", sdk.display()))?;
    let sdk_finder = format!("#!/bin/sh\necho '{}'\n", sdk.display());
    write_program(&folder.join("cc-for-macos"), COMPILER)?;
    write_program(&folder.join("ar-for-macos"), ARCHIVER)?;
    write_program(&folder.join("xcrun"), &sdk_finder)
}

fn write_program(path: &Path, text: &str) -> Outcome {
    let explain = |error| format!("{}: {error}", path.display());
    fs::write(path, text).map_err(explain)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(explain)?;
    }
    Ok(())
}
