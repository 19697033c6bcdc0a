//! From paths of an archive to places on this computer.

use std::path::{Path, PathBuf};

use resguardo_domain::{Context, EntryPath, Error, Kind, Manifest, Result, SourceConfig};
use resguardo_sources::target::Target;

use crate::requests::RestoreTarget;

/// A folder below which is written.
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    /// Open when the folder exists already.
    pub(crate) target: Option<Target>,
}

/// From paths of the archive to paths below roots.
pub(crate) struct Mapping {
    pub(crate) roots: Vec<Root>,
    /// Archive path, root, path below the root; `None` for "as it stands in the archive".
    sources: Option<Vec<(EntryPath, usize, EntryPath)>>,
    /// The target in words a person recognises.
    pub(crate) words: String,
}

impl Mapping {
    pub(crate) fn new(cx: &Context, manifest: &Manifest, target: &RestoreTarget) -> Result<Self> {
        match target {
            RestoreTarget::Folder { path } => {
                let folder = crate::destinations::named_path(path, "to")?;
                let words = folder.display().to_string();
                Ok(Self { roots: vec![open_root(cx, folder)?], sources: None, words })
            }
            RestoreTarget::InPlace => {
                let (mut roots, mut sources, mut words) = (Vec::new(), Vec::new(), Vec::new());
                for source in &manifest.sources {
                    let origin = SourceConfig::decode_path(&source.origin);
                    words.push(origin.display().to_string());
                    let base = crate::browse::parse_path(&source.path)?;
                    let (folder, below) = if source.kind == "sqlite" {
                        split_file(&origin)?
                    } else {
                        (origin, EntryPath::root())
                    };
                    sources.push((base, roots.len(), below));
                    roots.push(open_root(cx, folder)?);
                }
                Ok(Self { roots, sources: Some(sources), words: words.join(", ") })
            }
        }
    }

    /// Whether everything goes back to where programs expect it.
    pub(crate) fn in_place(&self) -> bool {
        self.sources.is_some()
    }

    /// Root and path of an archive path; `None` for the folders above the sources, which stand for nothing in place.
    pub(crate) fn place(&self, path: &EntryPath) -> Option<(usize, EntryPath)> {
        let Some(sources) = &self.sources else { return Some((0, path.clone())) };
        let (base, root, below) = sources.iter().find(|(base, ..)| path.is_within(base))?;
        let rest = path.below(base).unwrap_or_default();
        if below.is_root() {
            return Some((
                *root,
                if rest.is_empty() { EntryPath::root() } else { EntryPath::root().join_safe(rest) },
            ));
        }
        // A database goes back to its own path, whatever its name in the archive; the folder around it is ours alone.
        (!rest.is_empty()).then(|| (*root, below.clone()))
    }
}

fn split_file(origin: &Path) -> Result<(PathBuf, EntryPath)> {
    let parts = origin.parent().zip(origin.file_name());
    let (folder, name) =
        parts.ok_or_else(|| Error::invalid("origin", origin.display(), "a file is needed"))?;
    let name = SourceConfig::encode_path(Path::new(name));
    let path = EntryPath::parse(&name)
        .ok_or_else(|| Error::invalid("origin", origin.display(), "not a file's name"))?;
    Ok((folder.to_owned(), path))
}

fn open_root(cx: &Context, folder: PathBuf) -> Result<Root> {
    let target = match Target::open(cx, &folder) {
        Ok(target) => Some(target),
        Err(error) if error.kind == Kind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Root { folder, target })
}
