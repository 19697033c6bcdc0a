//! The folders of this user that programs and people put their work in.

#[cfg(windows)]
mod windows;
#[cfg(any(not(any(windows, target_os = "macos")), test))]
mod xdg;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Environment;

/// What a folder of the user is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FolderRole {
    /// Documents.
    Documents,
    /// What lies on the desktop.
    Desktop,
    /// Pictures and photographs.
    Pictures,
    /// Films.
    Videos,
    /// Music.
    Music,
    /// What was downloaded.
    Downloads,
}

/// The user's own folder and the known ones of it that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFolders {
    /// The user's own folder.
    pub home: PathBuf,
    /// Folders with their role, in the order of the roles; none of them is the user's own folder or stands twice.
    pub known: Vec<(FolderRole, PathBuf)>,
}

impl UserFolders {
    /// Finds them; `None` when the environment names no folder of the user. Nothing is walked.
    pub fn find(env: Environment<'_>) -> Option<Self> {
        let home = home(env)?;
        let mut known: Vec<(FolderRole, PathBuf)> = Vec::new();
        let mut all = of_system(&home, env);
        all.sort_by_key(|(role, _)| *role);
        for (role, path) in all {
            let is_new = path != home && known.iter().all(|(_, other)| *other != path);
            if is_new && path.is_absolute() && path.is_dir() {
                known.push((role, path));
            }
        }
        Some(Self { home, known })
    }
}

fn home(env: Environment<'_>) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    env(name).map(PathBuf::from).filter(|path| path.is_absolute() && path.is_dir())
}

#[cfg(not(any(windows, target_os = "macos")))]
fn of_system(home: &Path, env: Environment<'_>) -> Vec<(FolderRole, PathBuf)> {
    let settings = env("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let settings = settings.unwrap_or_else(|| home.join(".config"));
    match std::fs::read_to_string(settings.join("user-dirs.dirs")) {
        Ok(text) => xdg::parse(&text, home),
        Err(_) => usual(home),
    }
}

#[cfg(target_os = "macos")]
fn of_system(home: &Path, _env: Environment<'_>) -> Vec<(FolderRole, PathBuf)> {
    usual(home)
}

#[cfg(windows)]
fn of_system(home: &Path, _env: Environment<'_>) -> Vec<(FolderRole, PathBuf)> {
    let told = windows::known();
    if told.is_empty() { usual(home) } else { told }
}

/// Where they are when nobody says otherwise.
fn usual(home: &Path) -> Vec<(FolderRole, PathBuf)> {
    use FolderRole as R;
    let mut names = vec![
        (R::Documents, "Documents"),
        (R::Desktop, "Desktop"),
        (R::Pictures, "Pictures"),
        (R::Music, "Music"),
        (R::Downloads, "Downloads"),
    ];
    names.push((R::Videos, if cfg!(target_os = "macos") { "Movies" } else { "Videos" }));
    names.into_iter().map(|(role, name)| (role, home.join(name))).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn only_folders_that_exist_are_told_and_none_of_them_twice() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let env = |name: &str| (name == "HOME" || name == "USERPROFILE").then(|| OsString::from(&home));
        assert_eq!(UserFolders::find(&|_| None), None);
        assert_eq!(UserFolders::find(&env).unwrap().known, []);
        for name in ["Documents", "Pictures"] {
            std::fs::create_dir(home.join(name)).unwrap();
        }
        let known = UserFolders::find(&env).unwrap().known;
        if !cfg!(windows) {
            let expected = [
                (FolderRole::Documents, home.join("Documents")),
                (FolderRole::Pictures, home.join("Pictures")),
            ];
            assert_eq!(known, expected);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_desktops_own_names_count() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let env = |name: &str| (name == "HOME").then(|| OsString::from(&home));
        std::fs::create_dir_all(home.join(".config")).unwrap();
        for name in ["Documentos", "Escritorio"] {
            std::fs::create_dir(home.join(name)).unwrap();
        }
        let text = "XDG_DESKTOP_DIR=\"$HOME/Escritorio\"\nXDG_DOCUMENTS_DIR=\"$HOME/Documentos\"\n\
                    XDG_DOWNLOAD_DIR=\"$HOME/Documentos\"\nXDG_MUSIC_DIR=\"$HOME/\"\nXDG_VIDEOS_DIR=\"$HOME/none\"\n";
        std::fs::write(home.join(".config/user-dirs.dirs"), text).unwrap();
        let known = UserFolders::find(&env).unwrap().known;
        let expected = [
            (FolderRole::Documents, home.join("Documentos")),
            (FolderRole::Desktop, home.join("Escritorio")),
        ];
        assert_eq!(known, expected);
    }
}
