//! Names on disk: where an archive, its manifest and the texts beside it stand at every destination.

use resguardo_domain::{ArchiveName, Class, Manifest, ObjectKey, Result};

/// The folder of a plan's archives: `<computer>/<plan>`.
pub(crate) fn plan_folder(computer: &str, plan: &str) -> String {
    format!("{computer}/{plan}")
}

/// The stem with its class folder, as chain links name an archive: `daily/backup_daily_20260912_020000`.
pub(crate) fn in_plan(class: Class, name: &str) -> String {
    format!("{class}/{name}")
}

/// The folder of a manifest's archive.
fn folder_of(manifest: &Manifest) -> String {
    format!("{}/{}", plan_folder(&manifest.computer.name, &manifest.plan_name), manifest.class)
}

/// The object of a part, counted from 1.
pub(crate) fn part_key(manifest: &Manifest, part: u32) -> Result<ObjectKey> {
    let name = ArchiveName::parse(&manifest.name)?;
    ObjectKey::new(format!("{}/{}", folder_of(manifest), name.part(part)))
}

/// The objects of all parts, in order.
pub(crate) fn part_keys(manifest: &Manifest) -> Result<Vec<ObjectKey>> {
    (1..=u32::try_from(manifest.parts.len()).unwrap_or(u32::MAX))
        .map(|part| part_key(manifest, part))
        .collect()
}

/// The object of the sidecar manifest.
pub(crate) fn manifest_key(manifest: &Manifest) -> Result<ObjectKey> {
    let name = ArchiveName::parse(&manifest.name)?;
    ObjectKey::new(format!("{}/{}", folder_of(manifest), name.manifest()))
}

/// Whether an object is a manifest by its name.
pub(crate) fn is_manifest(key: &ObjectKey) -> bool {
    key.name().starts_with("backup_") && key.name().ends_with("_manifest.json")
}

/// The object that keeps a computer's configuration at a destination.
pub(crate) fn config_key(computer: &str) -> Result<ObjectKey> {
    ObjectKey::new(format!("{computer}/{CONFIG_NAME}"))
}

/// File name of the configuration at a destination.
pub(crate) const CONFIG_NAME: &str = "resguardo-config.json";

/// The object in which a computer tells of itself at a destination.
pub(crate) fn heartbeat_key(computer: &str) -> Result<ObjectKey> {
    ObjectKey::new(format!("{computer}/{HEARTBEAT_NAME}"))
}

/// The folder of the computer whose heartbeat an object is by its name.
pub(crate) fn heartbeat_folder(key: &ObjectKey) -> Option<&str> {
    let (folder, name) = key.as_str().split_once('/')?;
    (name == HEARTBEAT_NAME).then_some(folder)
}

/// The page for people beside it.
pub(crate) fn status_page_key(computer: &str) -> Result<ObjectKey> {
    ObjectKey::new(format!("{computer}/{STATUS_PAGE_NAME}"))
}

/// File name of a heartbeat.
pub(crate) const HEARTBEAT_NAME: &str = "heartbeat.json";

/// File name of the page.
const STATUS_PAGE_NAME: &str = "ESTADO-STATUS.html";
