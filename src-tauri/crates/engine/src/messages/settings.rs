//! What the owner can say about being told things.

use resguardo_domain::{AlertSettings, Error, Language, Result};
use serde::{Deserialize, Serialize};

use crate::Engine;

const SETTING: &str = "notices";
/// A year: nobody means more.
const MOST_HOURS: u32 = 24 * 366;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct NoticeSettings {
    /// When something is worth an alert.
    #[serde(flatten)]
    pub alerts: AlertSettings,
    /// Whether a message each week says how things stand.
    pub digest: bool,
    /// The language of messages; the user's when missing.
    pub language: Option<Language>,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { alerts: AlertSettings::default(), digest: true, language: None }
    }
}

impl Engine {
    /// What the owner said, or the defaults.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn notice_settings(&self) -> Result<NoticeSettings> {
        Ok(self.catalog.setting(SETTING)?.unwrap_or_default())
    }

    /// Keeps what the owner says.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::InvalidInput`] naming the field.
    pub fn set_notice_settings(&self, settings: &NoticeSettings) -> Result<NoticeSettings> {
        let alerts = &settings.alerts;
        let within = |field: &str, value: u32, most: u32| match (1..=most).contains(&value) {
            true => Ok(()),
            false => Err(Error::invalid(field, value, "too small or too large").fact("limit", most)),
        };
        alerts.no_copy_hours.map_or(Ok(()), |hours| within("no_copy_hours", hours, MOST_HOURS))?;
        within("stall_minutes", alerts.stall_minutes, 24 * 60)?;
        within("silent_days", u32::from(alerts.silent_days), 366)?;
        within("sign_in_days", u32::from(alerts.sign_in_days), 366)?;
        self.catalog.set_setting(&self.cx, SETTING, settings)?;
        self.wake();
        Ok(settings.clone())
    }
}
