//! Walking the destination's folder: for listings, and for what interrupted uploads left.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use resguardo_domain::{Context, Error, ObjectInfo, ObjectKey, Result};

use super::{LocalDestination, is_absence, names};

const KEEP_PARTIALS: Duration = Duration::from_secs(7 * 24 * 3600);

impl LocalDestination {
    /// Every object below a prefix, sorted.
    pub(super) fn objects_below(&self, cx: &Context, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let mut found = Vec::new();
        self.walk(cx, prefix, &mut |name, _, facts| {
            // A name that can't be a key is not ours: people keep other things on their drives.
            if !names::is_partial(last_component(name))
                && let Ok(key) = ObjectKey::new(name)
            {
                found.push(ObjectInfo { key, size: facts.len() });
            }
        })?;
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// Files with the name of an unfinished upload that nothing has touched for seven days.
    pub(super) fn old_partials(&self, cx: &Context) -> Result<Vec<PathBuf>> {
        let now = SystemTime::from(cx.now());
        let mut found = Vec::new();
        self.walk(cx, "", &mut |name, path, facts| {
            let age = facts.modified().ok().and_then(|modified| now.duration_since(modified).ok());
            if names::is_partial(last_component(name)) && age.is_some_and(|age| age > KEEP_PARTIALS) {
                found.push(path);
            }
        })?;
        Ok(found)
    }

    /// Visits every regular file below a prefix with its name relative to the root. Links are not followed: they could
    /// lead out of the destination or round and round.
    fn walk(
        &self,
        cx: &Context,
        prefix: &str,
        visit: &mut dyn FnMut(&str, PathBuf, &Metadata),
    ) -> Result<()> {
        let mut folders = vec![(self.folder_of_prefix(prefix)?, prefix.to_owned())];
        while let Some((folder, name)) = folders.pop() {
            let failed = |cause: std::io::Error| self.failed(&cause, "list the destination", &folder);
            let entries = match fs::read_dir(&folder) {
                Err(cause) if is_absence(&cause) => {
                    // Deleted since it was seen, unless the whole drive has gone.
                    self.present()?;
                    continue;
                }
                entries => entries.map_err(failed)?,
            };
            for entry in entries {
                cx.check()?;
                let entry = entry.map_err(failed)?;
                let Ok(own) = entry.file_name().into_string() else { continue };
                if name.is_empty() && names::is_reserved_at_root(&own) {
                    continue;
                }
                let facts = match entry.metadata() {
                    Err(cause) if is_absence(&cause) => continue,
                    facts => facts.map_err(failed)?,
                };
                let name = format!("{name}{own}");
                if facts.is_dir() {
                    folders.push((entry.path(), name + "/"));
                } else if facts.is_file() {
                    visit(&name, entry.path(), &facts);
                }
            }
        }
        // An unmounted drive leaves an empty folder: that must not look like an empty destination.
        self.present()
    }

    fn folder_of_prefix(&self, prefix: &str) -> Result<PathBuf> {
        if prefix.is_empty() {
            return Ok(self.root().to_owned());
        }
        match prefix.strip_suffix('/') {
            Some(folder) => names::path_below(self.root(), &ObjectKey::new(folder)?),
            None => Err(Error::invalid("prefix", prefix, "it must end in `/`")),
        }
    }
}

fn last_component(name: &str) -> &str {
    Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name)
}
