//! The menu beside the clock: its entries by their names, and their texts.

use tauri::menu::{Menu, MenuBuilder, MenuItem, MenuItemBuilder, SubmenuBuilder};
use tauri::{AppHandle, Wry};

use super::view::View;
use crate::texts::Texts;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    BackUp,
    PauseHour,
    PauseTomorrow,
    Resume,
    Restore,
    Open,
    Settings,
    Quit,
}

impl Entry {
    const ALL: [(Self, &'static str); 8] = [
        (Self::BackUp, "back_up"),
        (Self::PauseHour, "pause_hour"),
        (Self::PauseTomorrow, "pause_tomorrow"),
        (Self::Resume, "resume"),
        (Self::Restore, "restore"),
        (Self::Open, "open"),
        (Self::Settings, "settings"),
        (Self::Quit, "quit"),
    ];

    fn id(self) -> &'static str {
        Self::ALL.iter().find(|(entry, _)| *entry == self).map_or("", |(_, id)| id)
    }

    /// The entry of a click.
    pub(crate) fn of(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == id).map(|(entry, _)| *entry)
    }
}

/// A menu that is shown, with the lines in it that change.
pub(super) struct Shown {
    pub(super) menu: Menu<Wry>,
    state: MenuItem<Wry>,
    next: MenuItem<Wry>,
}

impl Shown {
    /// Builds the menu of a view.
    pub(super) fn build(app: &AppHandle, view: &View, t: &Texts) -> tauri::Result<Self> {
        let line = |id: &str, text: &str| MenuItemBuilder::with_id(id, text).enabled(false).build(app);
        let entry = |entry: Entry, text: &str| MenuItemBuilder::with_id(entry.id(), text).build(app);
        let (state, next) = (line("state", &view.state)?, line("next", &view.next)?);
        let menu = MenuBuilder::new(app).item(&state).item(&next).separator();
        let menu = menu.item(&entry(Entry::BackUp, t.back_up)?);
        let menu = if view.paused {
            menu.item(&entry(Entry::Resume, t.resume)?)
        } else {
            let pause = SubmenuBuilder::new(app, t.pause)
                .item(&entry(Entry::PauseHour, t.pause_hour)?)
                .item(&entry(Entry::PauseTomorrow, t.pause_tomorrow)?)
                .build()?;
            menu.item(&pause)
        };
        let menu = menu
            .item(&entry(Entry::Restore, t.restore)?)
            .separator()
            .item(&entry(Entry::Open, t.open)?)
            .item(&entry(Entry::Settings, t.settings)?)
            .separator()
            .item(&entry(Entry::Quit, t.quit)?)
            .build()?;
        Ok(Self { menu, state, next })
    }

    /// Puts the lines of another view into the same menu, which may be open.
    pub(super) fn tell(&self, view: &View) -> tauri::Result<()> {
        self.state.set_text(&view.state)?;
        self.next.set_text(&view.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_known_by_its_name() {
        for (entry, id) in Entry::ALL {
            assert_eq!((Entry::of(id), entry.id()), (Some(entry), id));
        }
        assert_eq!(Entry::of("state"), None);
    }
}
