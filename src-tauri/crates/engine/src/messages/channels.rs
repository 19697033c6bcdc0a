//! The channels that the owner set up: their choices in the catalog's settings, their secrets in the key store only. The desktop is
//! there without being set up.

use resguardo_catalog::{MessageRow, MessageState};
use resguardo_domain::{
    Context, Error, Kind, Language, Result, Secret, SecretKey, SecretStore, validate_plan_name,
};
use resguardo_notices::{ChannelConfig, Identity};
use resguardo_platform::Secrets;
use serde::{Deserialize, Serialize};

use crate::Engine;

const SETTING: &str = "channels";
/// Id and first name of the channel that needs no setting up.
const DESKTOP: &str = "desktop";
/// Messages among which the last failure of a channel is looked for.
const RECENT: u32 = 200;

/// A channel as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChannelRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) config: ChannelConfig,
    pub(crate) on: bool,
}

/// A channel as its owner states it.
#[derive(Debug, Clone)]
pub struct ChannelDraft {
    /// Its name.
    pub name: String,
    /// Its choices.
    pub config: ChannelConfig,
    /// Whether it is used.
    pub on: bool,
    /// Its password or address; the one that is kept stays when missing.
    pub secret: Option<Secret>,
    /// Whether there must be none of that name yet.
    pub fresh: bool,
}

/// A channel as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChannelView {
    /// Its id: what messages name it by.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is used.
    pub on: bool,
    /// Its choices; never its secret.
    pub config: ChannelConfig,
    /// Messages that wait to be taken.
    pub waiting: u32,
    /// Why the last one was not taken.
    pub trouble: Option<Error>,
}

impl Engine {
    /// As whom notices appear on the desktop.
    pub(super) fn identity(&self) -> Identity {
        self.identity.get().cloned().unwrap_or_default()
    }

    /// Every channel.
    pub(crate) fn channel_rows(&self) -> Result<Vec<ChannelRow>> {
        let mut rows: Vec<ChannelRow> = self.catalog.setting(SETTING)?.unwrap_or_default();
        if !rows.iter().any(|row| row.id == DESKTOP) {
            let config = ChannelConfig::Desktop;
            rows.insert(0, ChannelRow { id: DESKTOP.into(), name: DESKTOP.into(), config, on: true });
        }
        Ok(rows)
    }

    /// The channels as a list shows them.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn channels(&self) -> Result<Vec<ChannelView>> {
        let messages = self.catalog.recent_messages(RECENT)?;
        let view = |row: ChannelRow| {
            let mut of_channel = messages.iter().filter(|message| message.channel == row.id);
            let waiting = of_channel.clone().filter(|message| message.state == MessageState::Waiting).count();
            let last = of_channel.find(|message| message.attempts > 0);
            let note =
                last.filter(|last| last.state != MessageState::Sent).and_then(|last| last.note.as_deref());
            let trouble = note.and_then(|note| serde_json::from_str(note).ok());
            ChannelView {
                id: row.id,
                name: row.name,
                on: row.on,
                config: row.config,
                waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
                trouble,
            }
        };
        Ok(self.channel_rows()?.into_iter().map(view).collect())
    }

    /// The newest messages to anybody, whatever became of them.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn messages(&self, limit: u32) -> Result<Vec<MessageRow>> {
        self.catalog.recent_messages(limit)
    }

    /// Sets a channel up, or changes the one of that name. Nothing is sent.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] naming the field, [`Kind::AlreadyExists`] for a fresh one with a name that is taken, and what
    /// keeping a secret ends with.
    pub fn save_channel(&self, draft: ChannelDraft) -> Result<ChannelView> {
        const DOING: &str = "save the channel";
        validate_plan_name(&draft.name)?;
        let mut rows = self.channel_rows()?;
        let is_desktop = draft.config == ChannelConfig::Desktop;
        let same = |row: &ChannelRow| row.name.to_lowercase() == draft.name.to_lowercase();
        // There is one desktop: setting it up gives it a name and switches it on.
        let at = rows
            .iter()
            .position(same)
            .or_else(|| if is_desktop { rows.iter().position(|row| row.id == DESKTOP) } else { None });
        let known = at.map(|at| rows.remove(at));
        let foreign = known.as_ref().is_some_and(|row| (row.id == DESKTOP) != is_desktop);
        if foreign || known.as_ref().is_some_and(|row| draft.fresh && row.id != DESKTOP) {
            return Err(Error::new(Kind::AlreadyExists, DOING)
                .fact("what", "channel")
                .fact("name", &draft.name));
        }
        let id = known.map_or_else(|| format!("{:016x}", self.cx.random_bits()), |row| row.id);
        let row = ChannelRow { id, name: draft.name, config: draft.config, on: draft.on };
        self.keep_secret(&row, draft.secret.as_ref())?;
        let name = row.name.clone();
        rows.push(row);
        rows.sort_by_key(|row| (row.id != DESKTOP, row.name.to_lowercase()));
        self.catalog.set_setting(&self.cx, SETTING, &rows)?;
        self.wake();
        let views = self.channels()?;
        views.into_iter().find(|view| view.name == name).ok_or_else(|| Error::internal(DOING))
    }

    /// Tries whether the channel can be made with its secret, and keeps that.
    fn keep_secret(&self, row: &ChannelRow, secret: Option<&Secret>) -> Result<()> {
        let cx = self.cx.fresh();
        match secret {
            None => self
                .open_secret(&cx, row)
                .and_then(|kept| row.config.open(kept.as_ref(), &Identity::default()).map(drop)),
            Some(secret) => {
                row.config.open(Some(secret), &Identity::default())?;
                Secrets::of(&self.home).set(&cx, &secret_key(row), secret)
            }
        }
    }

    /// The secret of a channel that has one.
    pub(super) fn open_secret(&self, cx: &Context, row: &ChannelRow) -> Result<Option<Secret>> {
        let needs = match &row.config {
            ChannelConfig::Desktop => false,
            ChannelConfig::Email(email) => email.user.is_some(),
            ChannelConfig::Webhook(_) | ChannelConfig::Ping(_) => true,
        };
        if needs { Secrets::of(&self.home).get(cx, &secret_key(row)) } else { Ok(None) }
    }

    /// Sends a test and waits until the other side took it.
    ///
    /// # Errors
    /// What the channel ends with; [`Kind::NotFound`].
    pub fn test_channel(&self, name: &str, language: Language) -> Result<()> {
        let row = self.channel_row(name)?;
        super::courier::send_test(self, &self.cx.fresh(), &row, language)
    }

    /// Forgets a channel with its secret and what waits for it; the desktop is switched off.
    ///
    /// # Errors
    /// [`Kind::NotFound`], and what the key store ends with.
    pub fn remove_channel(&self, name: &str) -> Result<()> {
        let row = self.channel_row(name)?;
        let mut rows = self.channel_rows()?;
        match rows.iter_mut().find(|known| known.id == DESKTOP && known.id == row.id) {
            Some(desktop) => desktop.on = false,
            None => rows.retain(|known| known.id != row.id),
        }
        self.catalog.set_setting(&self.cx, SETTING, &rows)?;
        self.catalog.drop_messages(&self.cx, &row.id)?;
        match row.config {
            ChannelConfig::Desktop => Ok(()),
            _ => Secrets::of(&self.home).delete(&self.cx.fresh(), &secret_key(&row)),
        }
    }

    fn channel_row(&self, name: &str) -> Result<ChannelRow> {
        let found =
            self.channel_rows()?.into_iter().find(|row| row.name.to_lowercase() == name.to_lowercase());
        found.ok_or_else(|| Error::not_found("channel", name))
    }
}

fn secret_key(row: &ChannelRow) -> SecretKey {
    SecretKey::new("channel", &row.id)
}
