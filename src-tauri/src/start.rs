//! How the program is started, and which page it is asked for.

use std::path::PathBuf;

/// What to be and what to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    /// Which of the two programs this is.
    pub(crate) role: Role,
    /// The page to open with: the rest of a `resguardo://` address, such as `alerts/KEY`.
    pub(crate) route: Option<String>,
    /// The program's own folder, where the environment does not name it: what starts the program at sign-in has none to name it in.
    pub(crate) home: Option<PathBuf>,
}

/// The two programs in one file. What a page needs to be drawn ends with the window's, and so does what goes wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Agent and icon beside the clock; one for each user.
    Tray {
        /// Started at sign-in: no window before somebody wants one.
        hidden: bool,
    },
    /// The window.
    Window {
        /// It is told by its standard input what to show, and ends with it.
        led: bool,
    },
}

impl Start {
    /// Reads the arguments, without the program's name. Unknown ones are ignored: desktops add their own.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut arguments = arguments.into_iter();
        let (mut hidden, mut window, mut led) = (false, false, false);
        let (mut route, mut home) = (None, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--hidden" => hidden = true,
                "--window" => window = true,
                "--led" => led = true,
                "--home" => home = arguments.next().map(PathBuf::from),
                "--open" => route = arguments.next().and_then(|route| self::route(&route)),
                _ => {}
            }
        }
        let role =
            if window { Role::Window { led } } else { Role::Tray { hidden: hidden && route.is_none() } };
        Self { role, route, home }
    }
}

/// A route without its scheme; `None` when it is none.
pub(crate) fn route(text: &str) -> Option<String> {
    let route = text.strip_prefix("resguardo://").unwrap_or(text).trim_matches('/');
    let is_fine =
        !route.is_empty() && route.len() <= 500 && route.bytes().all(|byte| byte.is_ascii_graphic());
    is_fine.then(|| route.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Start {
        Start::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_start_at_sign_in_shows_no_window_unless_it_is_asked_for_a_page() {
        assert_eq!(parse("").role, Role::Tray { hidden: false });
        assert_eq!(parse("--hidden").role, Role::Tray { hidden: true });
        let asked = parse("--hidden --open resguardo://alerts/copy%20a1");
        assert_eq!(
            (asked.role, asked.route.as_deref()),
            (Role::Tray { hidden: false }, Some("alerts/copy%20a1"))
        );
    }

    #[test]
    fn the_window_is_told_how_it_is_led() {
        assert_eq!(parse("--window --open restore").role, Role::Window { led: false });
        assert_eq!(parse("--window --led").role, Role::Window { led: true });
    }

    #[test]
    fn what_is_no_route_is_no_route() {
        assert_eq!(parse("--open").route, None);
        for text in ["", "resguardo://", "a b", "línea", "a\nb", &"a".repeat(501)] {
            assert_eq!(route(text), None, "{text}");
        }
        assert_eq!(route("/plans/"), Some("plans".to_owned()));
    }
}
