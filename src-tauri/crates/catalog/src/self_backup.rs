//! A copy of the catalog itself, made while it is in use.

use std::path::{Path, PathBuf};

use resguardo_domain::{Context, Error, Result};

use crate::error::sql;
use crate::{Catalog, connection};

const DOING: &str = "back up the catalog";

impl Catalog {
    /// Writes a whole and compact copy of the catalog as of one moment to `path`, replacing what is there: under a
    /// temporary name, flushed, then renamed.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::DiskFull`], [`resguardo_domain::Kind::Io`], [`resguardo_domain::Kind::CatalogDamaged`].
    pub fn back_up_to(&self, cx: &Context, path: &Path) -> Result<()> {
        let temporary = beside(path, ".part");
        let done = self.write_copy(cx, &temporary, path);
        if done.is_err() {
            // The error that stopped us is the one to tell.
            let _ = std::fs::remove_file(&temporary);
        }
        done
    }

    fn write_copy(&self, cx: &Context, temporary: &Path, path: &Path) -> Result<()> {
        let io = |error: &std::io::Error| Error::io(error, DOING, path.display());
        cx.step("catalog copy")?;
        match std::fs::remove_file(temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(&error)),
            _ => {}
        }
        // A connection of its own: copying takes long and must hold up neither readers nor the writer.
        let source = connection::for_looking(self.path())?;
        let name = temporary.to_str().ok_or_else(|| Error::invalid("path", path.display(), "not UTF-8"))?;
        source.execute("VACUUM INTO ?1", [name]).map_err(sql(DOING))?;
        cx.step("catalog copy flush")?;
        std::fs::OpenOptions::new()
            .write(true)
            .open(temporary)
            .and_then(|file| file.sync_all())
            .map_err(|error| io(&error))?;
        cx.step("catalog copy rename")?;
        std::fs::rename(temporary, path).map_err(|error| io(&error))?;
        flush_folder_of(path).map_err(|error| io(&error))
    }
}

/// The same path with something appended to its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a rename in the folder of `path` durable, where the platform can.
pub(crate) fn flush_folder_of(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
