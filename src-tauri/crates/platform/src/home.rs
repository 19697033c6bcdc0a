//! Where the program keeps everything of its own. Nothing is ever written outside, but at sources' restores and destinations.

use std::path::{Path, PathBuf};

use resguardo_domain::{Context, Error, Result};

use crate::Environment;

/// The program's own folder: catalog, caches, staging, logs, locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Takes a folder as the home; nothing is read or made.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Finds the home without touching the disk: `RESGUARDO_HOME`, or else the platform's folder for data
    /// (`XDG_DATA_HOME/resguardo`, `~/Library/Application Support/Resguardo`, `%LOCALAPPDATA%\Resguardo`).
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] when the environment names no folder at all.
    pub fn resolve(env: Environment<'_>) -> Result<Self> {
        let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = match set("RESGUARDO_HOME") {
            Some(root) => Some(root),
            None => platform_folder(&set),
        };
        let root = root.ok_or_else(|| {
            Error::invalid("RESGUARDO_HOME", "", "neither it nor the user's own folder is set")
        })?;
        // The agent, the command line and the window start in different folders, but must meet in one home.
        let root = std::path::absolute(&root)
            .map_err(|cause| Error::io(&cause, "find the program's folder", root.display()))?;
        Ok(Self { root })
    }

    /// Makes the home and its folders, readable by their owner alone.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::PermissionDenied`], [`resguardo_domain::Kind::DiskFull`], [`resguardo_domain::Kind::Io`].
    pub fn create(&self, cx: &Context) -> Result<()> {
        cx.step("home.create")?;
        make_private(&self.root)?;
        for folder in [
            self.cache(),
            self.pages(),
            self.staging(),
            self.temp(),
            self.logs(),
            self.locks(),
            self.journals(),
        ] {
            cx.step("home.create_folder")?;
            make_private(&folder)?;
        }
        crate::durable::sync_folder(&self.root)
    }

    /// The home itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The catalog's database file.
    pub fn catalog(&self) -> PathBuf {
        self.root.join("catalog.sqlite")
    }

    /// The lock of whoever schedules on this home: the agent or the tray application.
    pub fn agent_lock(&self) -> PathBuf {
        self.root.join("agent.lock")
    }

    /// The socket at which the agent answers.
    pub fn agent_socket(&self) -> PathBuf {
        self.root.join("agent.sock")
    }

    /// Where the window was last, and how big.
    pub fn window(&self) -> PathBuf {
        self.root.join("window.json")
    }

    /// The encrypted file of secrets.
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }

    /// The key of the file of secrets, on computers without a key store.
    pub fn secrets_key(&self) -> PathBuf {
        self.root.join("secrets.key")
    }

    /// What can be made again at any time: listings, thumbnails of archives.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The hashes of database pages that the next incremental compares with.
    pub fn pages(&self) -> PathBuf {
        self.root.join("pages")
    }

    /// Archives that wait to be sent.
    pub fn staging(&self) -> PathBuf {
        self.root.join("staging")
    }

    /// Files that live no longer than the operation that made them.
    pub fn temp(&self) -> PathBuf {
        self.root.join("temp")
    }

    /// The log files.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Lock files; they are empty and stay.
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// What running restores wrote down to be finished or undone after a crash.
    pub fn journals(&self) -> PathBuf {
        self.root.join("journals")
    }
}

#[cfg(target_os = "macos")]
fn platform_folder(set: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    set("HOME").map(|home| home.join("Library/Application Support/Resguardo"))
}

#[cfg(windows)]
fn platform_folder(set: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let local = || set("USERPROFILE").map(|profile| profile.join("AppData").join("Local"));
    set("LOCALAPPDATA").or_else(local).map(|data| data.join("Resguardo"))
}

#[cfg(not(any(target_os = "macos", windows)))]
fn platform_folder(set: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    // The XDG specification: a relative path there is to be ignored.
    let data = set("XDG_DATA_HOME").filter(|path| path.is_absolute());
    data.or_else(|| set("HOME").map(|home| home.join(".local/share"))).map(|data| data.join("resguardo"))
}

/// Makes a folder (and what is missing above it) with mode 0700; one that is there already loses what others may do in it.
fn make_private(folder: &Path) -> Result<()> {
    let failed = |cause: &std::io::Error| Error::io(cause, "make the program's folder", folder.display());
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|cause| failed(&cause))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder).map_err(|cause| failed(&cause))?.permissions().mode();
        if mode & 0o077 != 0 {
            let private = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(folder, private).map_err(|cause| failed(&cause))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use resguardo_domain::Kind;
    use resguardo_testkit::test_context;

    use super::*;

    fn resolve(set: &[(&str, &str)]) -> Result<Home> {
        Home::resolve(&|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_variable_wins_and_becomes_absolute() {
        let home = resolve(&[("RESGUARDO_HOME", "somewhere"), ("HOME", "/h")]).unwrap();
        assert!(home.root().is_absolute() && home.root().ends_with("somewhere"));
        assert_eq!(resolve(&[]).unwrap_err().kind, Kind::InvalidInput);
        assert_eq!(resolve(&[("RESGUARDO_HOME", "")]).unwrap_err().get("field"), Some("RESGUARDO_HOME"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_xdg_folder_counts_only_when_it_is_absolute() {
        let root = |set: &[(&str, &str)]| resolve(set).unwrap().root().to_owned();
        assert_eq!(root(&[("XDG_DATA_HOME", "/data"), ("HOME", "/h")]), Path::new("/data/resguardo"));
        assert_eq!(
            root(&[("XDG_DATA_HOME", "data"), ("HOME", "/h")]),
            Path::new("/h/.local/share/resguardo")
        );
        assert_eq!(root(&[("HOME", "/h")]), Path::new("/h/.local/share/resguardo"));
    }

    #[test]
    fn a_home_is_made_for_its_owner_alone_and_twice_is_fine() {
        let outside = tempfile::tempdir().unwrap();
        let home = Home::at(outside.path().join("a/b"));
        std::fs::create_dir_all(home.cache()).unwrap();
        home.create(&test_context()).unwrap();
        home.create(&test_context()).unwrap();
        for folder in [home.root().to_owned(), home.cache(), home.staging(), home.journals()] {
            assert!(folder.is_dir());
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
            }
        }
        assert!(!home.catalog().exists());
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}
