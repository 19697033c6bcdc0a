//! What a person finds: the text inside every archive and beside the archives, and the script that restores without us.

/// The script beside the archives: Python 3, standard library only.
pub const RESTORE_PY: &str = include_str!("../restore.py");

const README: &str = include_str!("../LEEME-README.txt");

/// The text for people, in both languages, for one archive or (without a name) for the folder that holds them.
pub fn readme(plan: &str, computer: &str, archive: Option<&str>) -> String {
    let archive = archive.unwrap_or("*.zip");
    README.replace("{plan}", plan).replace("{computer}", computer).replace("{archive}", archive)
}
