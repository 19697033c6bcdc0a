//! What of a folder is taken: the owner's patterns over the defaults, sizes and ages.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use resguardo_domain::{Context, Error, FolderFilter, Result};

use crate::defaults::Defaults;
use crate::os::{Facts, Type};

const NS_PER_DAY: i64 = 86_400_000_000_000;

/// A folder's filter, ready to be asked once per entry. Paths are in safe form and relative to the folder.
pub(crate) struct Filter {
    defaults: Option<Defaults>,
    exclude: Option<Gitignore>,
    include: Option<Gitignore>,
    max_size: Option<u64>,
    max_age_days: Option<u32>,
    pub(crate) one_file_system: bool,
}

impl Filter {
    /// Fails with [`resguardo_domain::Kind::InvalidInput`] on a pattern that makes no sense.
    pub(crate) fn new(wanted: &FolderFilter) -> Result<Self> {
        Ok(Self {
            defaults: wanted.default_excludes.then(Defaults::new),
            exclude: matcher("exclude", &wanted.exclude)?,
            include: matcher("include", &wanted.include)?,
            max_size: wanted.max_size,
            max_age_days: wanted.max_age_days,
            one_file_system: wanted.one_file_system,
        })
    }

    /// Whether folders marked as caches are left out too.
    pub(crate) fn skips_caches(&self) -> bool {
        self.defaults.is_some()
    }

    /// Whether there is an include list.
    pub(crate) fn has_include_list(&self) -> bool {
        self.include.is_some()
    }

    /// Whether the entry is left out by name. The owner's patterns come last and win, so `!pattern` brings back what the
    /// defaults leave out.
    pub(crate) fn excludes(&self, relative: &str, name: &str, is_folder: bool) -> bool {
        if let Some(exclude) = &self.exclude {
            match exclude.matched(relative, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        self.defaults.as_ref().is_some_and(|defaults| defaults.matches(relative, name, is_folder))
    }

    /// Whether the include list takes the entry; `inherited` is what it said of the folder it stands in.
    pub(crate) fn includes(&self, relative: &str, is_folder: bool, inherited: bool) -> bool {
        let Some(include) = &self.include else { return true };
        match include.matched(relative, is_folder) {
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
            Match::None => inherited,
        }
    }

    /// The modification time before which files are too old.
    pub(crate) fn oldest_ns(&self, cx: &Context) -> Option<i64> {
        let now = i64::try_from(cx.now().as_nanosecond()).unwrap_or(i64::MAX);
        self.max_age_days.map(|days| now.saturating_sub(i64::from(days).saturating_mul(NS_PER_DAY)))
    }

    /// Whether size and age let a file through; anything else passes.
    pub(crate) fn lets_through(&self, facts: &Facts, oldest_ns: Option<i64>) -> bool {
        facts.kind != Type::File
            || (self.max_size.is_none_or(|largest| facts.size <= largest)
                && oldest_ns.is_none_or(|oldest| facts.mtime_ns >= oldest))
    }
}

fn matcher(field: &str, patterns: &[String]) -> Result<Option<Gitignore>> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|error| Error::invalid(field, pattern, "not a pattern").because(error))?;
    }
    let built =
        builder.build().map_err(|error| Error::invalid(field, patterns.join(" "), "no").because(error))?;
    Ok(Some(built))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(exclude: &[&str], include: &[&str]) -> Filter {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        Filter::new(&FolderFilter {
            exclude: texts(exclude),
            include: texts(include),
            ..FolderFilter::default()
        })
        .unwrap()
    }

    #[test]
    fn the_owners_patterns_win_over_the_defaults() {
        let filter = filter(&["*.iso", "/fotos/crudas/", "!Thumbs.db"], &[]);
        assert!(filter.excludes("a/b.iso", "b.iso", false));
        assert!(filter.excludes("fotos/crudas", "crudas", true));
        assert!(!filter.excludes("a/fotos/crudas", "crudas", true));
        assert!(!filter.excludes("Thumbs.db", "Thumbs.db", false));
        assert!(filter.excludes("pagefile.sys", "pagefile.sys", false));
    }

    #[test]
    fn an_included_folder_takes_what_is_below_it() {
        let filter = filter(&[], &["*.odt", "/facturas/", "!/facturas/borrador/"]);
        assert!(filter.includes("a/b.odt", false, false));
        assert!(!filter.includes("a/b.txt", false, false));
        assert!(filter.includes("facturas", true, false));
        assert!(filter.includes("facturas/1.txt", false, true));
        assert!(!filter.includes("facturas/borrador", true, true));
    }

    #[test]
    fn a_pattern_without_sense_is_refused() {
        let wrong = FolderFilter { exclude: vec!["[z-a]".to_owned()], ..FolderFilter::default() };
        let error = Filter::new(&wrong).err().unwrap();
        assert_eq!(error.kind, resguardo_domain::Kind::InvalidInput);
        assert_eq!(error.get("value"), Some("[z-a]"));
    }
}
