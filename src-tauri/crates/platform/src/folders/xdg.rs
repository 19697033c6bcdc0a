//! The file in which a desktop of Linux says where the user's folders are: lines of a shell, of a form that needs none.

use std::path::{Path, PathBuf};

use super::FolderRole;

const NAMES: [(&str, FolderRole); 6] = [
    ("XDG_DOCUMENTS_DIR", FolderRole::Documents),
    ("XDG_DESKTOP_DIR", FolderRole::Desktop),
    ("XDG_PICTURES_DIR", FolderRole::Pictures),
    ("XDG_VIDEOS_DIR", FolderRole::Videos),
    ("XDG_MUSIC_DIR", FolderRole::Music),
    ("XDG_DOWNLOAD_DIR", FolderRole::Downloads),
];

/// The folders that the text of `user-dirs.dirs` names. A folder that was switched off is named as the user's own.
pub(super) fn parse(text: &str, home: &Path) -> Vec<(FolderRole, PathBuf)> {
    text.lines().filter_map(|line| line_of(line.trim(), home)).collect()
}

fn line_of(line: &str, home: &Path) -> Option<(FolderRole, PathBuf)> {
    let (name, value) = line.split_once('=')?;
    let (_, role) = NAMES.iter().find(|(known, _)| *known == name.trim())?;
    let value = unescaped(value.trim().strip_prefix('"')?.strip_suffix('"')?);
    let path = match value.strip_prefix("$HOME") {
        Some(rest) => home.join(rest.trim_matches('/')),
        None => PathBuf::from(value),
    };
    // Without a slash at its end, so that two names of one folder are the same.
    Some((*role, path.components().collect()))
}

fn unescaped(value: &str) -> String {
    let mut plain = String::new();
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_desktops_form_are_understood_and_others_left_out() {
        let text = "# comment\nXDG_DOCUMENTS_DIR=\"$HOME/Mis \\\"papeles\\\"\"\nXDG_PICTURES_DIR=\"/srv/fotos/\"\n\
                    XDG_TEMPLATES_DIR=\"$HOME/Plantillas\"\nXDG_MUSIC_DIR=$HOME/x\nnonsense\n";
        let found = parse(text, Path::new("/home/ana"));
        let expected = [
            (FolderRole::Documents, PathBuf::from("/home/ana/Mis \"papeles\"")),
            (FolderRole::Pictures, PathBuf::from("/srv/fotos")),
        ];
        assert_eq!(found, expected);
    }
}
