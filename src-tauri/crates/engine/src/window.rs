//! What the window keeps: the owner's choices for it, and facts about this computer.

use resguardo_domain::{Error, Result};
use resguardo_notices::{Release, Releases};

use crate::Engine;
use crate::requests::{ComputerFacts, NewerVersion, UpdateView, WindowSettings};

const SETTING: &str = "window";

impl Engine {
    /// What the owner chose for the window, or the defaults.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn window_settings(&self) -> Result<WindowSettings> {
        Ok(self.catalog.setting(SETTING)?.unwrap_or_default())
    }

    /// Keeps what the owner chose for the window.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] with the field `text_size`.
    pub fn set_window_settings(&self, settings: &WindowSettings) -> Result<WindowSettings> {
        if let Some(size) = settings.text_size.filter(|size| !(80..=200).contains(size)) {
            return Err(Error::invalid("text_size", size, "expected 80 to 200"));
        }
        self.catalog.set_setting(&self.cx, SETTING, settings)?;
        Ok(settings.clone())
    }

    /// What the makers say of newer versions; they are asked now.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::UpdateUnknown`] when that can't be learned.
    pub fn look_for_update(&self) -> Result<UpdateView> {
        let Some(releases) = Releases::of_this_build() else {
            return Ok(UpdateView { looks: false, newer: None });
        };
        let newer = releases.newer_than(&self.cx.fresh(), env!("CARGO_PKG_VERSION"))?;
        let newer =
            newer.map(|Release { version, date, page, es, en }| NewerVersion { version, date, page, es, en });
        Ok(UpdateView { looks: true, newer })
    }

    /// This computer and this installation.
    pub fn computer_facts(&self) -> ComputerFacts {
        let catalog = self.home.catalog();
        let log = format!("{}-wal", catalog.display());
        let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |facts| facts.len());
        ComputerFacts {
            name: self.computer.name.clone(),
            home: self.home.root().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalog_bytes: size(&catalog) + size(log.as_ref()),
            zone: resguardo_platform::time_zone_name(),
        }
    }
}
