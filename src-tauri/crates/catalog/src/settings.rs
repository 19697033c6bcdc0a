//! Settings: only what differs from the compiled-in defaults is stored, as JSON under a key.

use resguardo_domain::{ComputerInfo, Context, Result};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Catalog;
use crate::error::{odd, sql};

const COMPUTER: &str = "computer";

impl Catalog {
    /// A setting, or `None` when it was never changed.
    ///
    /// # Errors
    /// [`resguardo_domain::Kind::Internal`] when the stored value does not fit the type.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        self.read(|connection| get(connection, key))
    }

    /// Stores a setting.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn set_setting<T: Serialize>(&self, cx: &Context, key: &str, value: &T) -> Result<()> {
        const DOING: &str = "save a setting";
        let text = serde_json::to_string(value).map_err(|error| odd(DOING, &error))?;
        self.write(cx, "catalog save setting", |tx| {
            tx.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", params![key, text])
                .map_err(sql(DOING))?;
            Ok(())
        })
    }

    /// Forgets a setting: its default holds again.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn clear_setting(&self, cx: &Context, key: &str) -> Result<()> {
        self.write(cx, "catalog clear setting", |tx| {
            tx.execute("DELETE FROM settings WHERE key = ?1", [key]).map_err(sql("clear a setting"))?;
            Ok(())
        })
    }

    /// This installation, once it was named.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn computer(&self) -> Result<Option<ComputerInfo>> {
        self.setting(COMPUTER)
    }

    /// Names this installation.
    ///
    /// # Errors
    /// When the catalog can't be written.
    pub fn set_computer(&self, cx: &Context, computer: &ComputerInfo) -> Result<()> {
        self.set_setting(cx, COMPUTER, computer)
    }
}

fn get<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>> {
    const DOING: &str = "read a setting";
    let text: Option<String> = connection
        .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| row.get(0))
        .optional()
        .map_err(sql(DOING))?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| odd(DOING, &error).fact("setting", key)))
        .transpose()
}
