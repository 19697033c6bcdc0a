//! The rubbish that is left out unless the owner wants it: a table in plain words, and a matcher fast enough for a
//! million names.

use std::collections::HashMap;

/// A pattern that is left out by default, with the words that explain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultExclude {
    /// As in `.gitignore`.
    pub pattern: &'static str,
    /// What it is, in Spanish.
    pub es: &'static str,
    /// What it is, in English.
    pub en: &'static str,
}

const fn row(pattern: &'static str, es: &'static str, en: &'static str) -> DefaultExclude {
    DefaultExclude { pattern, es, en }
}

/// Everything that is left out by default, besides folders marked by a `CACHEDIR.TAG` file. Only what a program makes
/// again by itself, what its owner has thrown away, or what can't be used on another day.
pub const DEFAULT_EXCLUDES: &[DefaultExclude] = &[
    row(".cache/", "Cachés de programas (Linux)", "Caches of programs (Linux)"),
    row("**/Library/Caches/", "Cachés de programas (macOS)", "Caches of programs (macOS)"),
    row("**/AppData/Local/Temp/", "Archivos temporales de Windows", "Temporary files of Windows"),
    row(
        "**/AppData/Local/Microsoft/Windows/INetCache/",
        "Caché de Internet de Windows",
        "Internet cache of Windows",
    ),
    row("**/node_modules/.cache/", "Caché de herramientas de Node", "Cache of Node tools"),
    row("__pycache__/", "Código de Python ya compilado", "Compiled Python code"),
    row(".Trash/", "Papelera", "Trash"),
    row(".Trash-*/", "Papelera de un disco (Linux)", "Trash of a disk (Linux)"),
    row("**/.local/share/Trash/", "Papelera (Linux)", "Trash (Linux)"),
    row(".Trashes/", "Papelera de un disco (macOS)", "Trash of a disk (macOS)"),
    row("$RECYCLE.BIN/", "Papelera de reciclaje de Windows", "Recycle bin of Windows"),
    row("RECYCLER/", "Papelera de Windows antiguo", "Recycle bin of old Windows"),
    row(".thumbnails/", "Miniaturas de imágenes", "Thumbnails of pictures"),
    row("Thumbs.db", "Miniaturas de Windows", "Thumbnails of Windows"),
    row("ehthumbs.db", "Miniaturas de Windows", "Thumbnails of Windows"),
    row(".DS_Store", "Aspecto de las carpetas en macOS", "Look of folders on macOS"),
    row(".Spotlight-V100/", "Índice de búsqueda de macOS", "Search index of macOS"),
    row(".fseventsd/", "Registro interno de macOS", "Internal log of macOS"),
    row(".TemporaryItems/", "Archivos temporales de macOS", "Temporary files of macOS"),
    row("System Volume Information/", "Datos internos de Windows", "Internal data of Windows"),
    row("pagefile.sys", "Memoria virtual de Windows", "Virtual memory of Windows"),
    row("swapfile.sys", "Memoria virtual de Windows", "Virtual memory of Windows"),
    row("hiberfil.sys", "Hibernación de Windows", "Hibernation of Windows"),
    row("lost+found/", "Restos de reparar el disco", "Remains of disk repairs"),
    row(".gvfs/", "Carpetas de red montadas (GNOME)", "Mounted network folders (GNOME)"),
    row("~$*", "Marcas de documentos abiertos en Office", "Marks of documents open in Office"),
    row(
        ".~lock.*#",
        "Marcas de documentos abiertos en LibreOffice",
        "Marks of documents open in LibreOffice",
    ),
];

/// A row cut into what has to be compared.
struct Rule {
    /// Text before the `*` of the last component (all of it when there is none) and after it.
    name: (&'static str, Option<&'static str>),
    /// Components above the last, each with a `/` after it.
    above: &'static str,
    folders_only: bool,
}

impl Rule {
    fn of(pattern: &'static str) -> Self {
        let plain = pattern.strip_prefix("**/").unwrap_or(pattern);
        let (plain, folders_only) = plain.strip_suffix('/').map_or((plain, false), |plain| (plain, true));
        let border = plain.rfind('/').map_or(0, |at| at + 1);
        let (above, name) = plain.split_at(border);
        let name = name.split_once('*').map_or((name, None), |(before, after)| (before, Some(after)));
        Self { name, above, folders_only }
    }

    fn fits(&self, relative: &str, name: &str, is_folder: bool) -> bool {
        let (before, after) = self.name;
        let named = after.map_or(name == before, |after| {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        });
        named
            && (is_folder || !self.folders_only)
            && self.stands_below(&relative[..relative.len() - name.len()])
    }

    fn stands_below(&self, parents: &str) -> bool {
        parents.strip_suffix(self.above).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }
}

/// The table, ready to be asked once per entry.
pub(crate) struct Defaults {
    exact: HashMap<&'static str, Vec<Rule>>,
    wild: Vec<Rule>,
    /// First bytes of all names, because most entries can be let through by looking at theirs.
    first: [bool; 256],
}

impl Defaults {
    pub(crate) fn new() -> Self {
        let mut defaults = Self { exact: HashMap::new(), wild: Vec::new(), first: [false; 256] };
        for rule in DEFAULT_EXCLUDES.iter().map(|row| Rule::of(row.pattern)) {
            if let Some(&byte) = rule.name.0.as_bytes().first() {
                defaults.first[usize::from(byte)] = true;
            }
            match rule.name.1 {
                None => defaults.exact.entry(rule.name.0).or_default().push(rule),
                Some(_) => defaults.wild.push(rule),
            }
        }
        defaults
    }

    /// Whether a default pattern matches; `name` is the last component of `relative`.
    pub(crate) fn matches(&self, relative: &str, name: &str, is_folder: bool) -> bool {
        if !name.as_bytes().first().is_some_and(|&byte| self.first[usize::from(byte)]) {
            return false;
        }
        let exact = self.exact.get(name).map(Vec::as_slice).unwrap_or_default();
        exact.iter().chain(&self.wild).any(|rule| rule.fits(relative, name, is_folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_matcher_agrees_with_gitignore() {
        let mut slow = ignore::gitignore::GitignoreBuilder::new("");
        for row in DEFAULT_EXCLUDES {
            slow.add_line(None, row.pattern).unwrap();
        }
        let slow = slow.build().unwrap();
        let fast = Defaults::new();
        let paths = [
            "Thumbs.db",
            "a/Thumbs.db",
            "xThumbs.db",
            "a/.cache",
            ".cache",
            "x/.cachet",
            "Library/Caches",
            "ana/Library/Caches",
            "NotLibrary/Caches",
            "a/Caches",
            ".Trash-1000",
            "d/.Trash-",
            ".Trash",
            "~$informe.docx",
            "a/~$",
            "~x",
            ".~lock.a.odt#",
            ".~lock.#",
            ".~lock",
            "node_modules/.cache",
            "a/node_modules/.cache",
            "node_modules",
            "home/ana/.local/share/Trash",
            "$RECYCLE.BIN",
            "pagefile.sys",
            "a/pagefile.sys",
            "informe.odt",
            "lost+found",
            "AppData/Local/Temp",
            "Temp",
        ];
        for path in paths {
            for is_folder in [false, true] {
                let name = path.rsplit('/').next().unwrap();
                let expected = slow.matched(path, is_folder).is_ignore();
                // The only difference: a `.cache` is met as a folder long before anything below it.
                assert_eq!(fast.matches(path, name, is_folder), expected, "{path} {is_folder}");
            }
        }
    }

    #[test]
    fn every_row_is_explained_in_both_languages() {
        for row in DEFAULT_EXCLUDES {
            assert!(!row.es.is_empty() && !row.en.is_empty() && row.es != row.en, "{row:?}");
        }
    }
}
