//! The page that lies beside the archives at a destination: how things stand, for whoever finds it, in both languages.
//!
//! One file, without scripts and without anything from elsewhere. Names are the owner's and are never markup: [`Html`] takes
//! markup only from this program's own text.

mod html;

use jiff::Timestamp;
use resguardo_domain::{Pause, ProtectionState as State, Status};

use crate::fill::fill;
use crate::{Customs, Language, Names, Words, en, es};
use html::Html;

const STYLE: &str = include_str!("style.css");

/// Everything that the page tells.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The computer's name.
    pub computer: &'a str,
    /// The program's version.
    pub version: &'a str,
    /// When it is made.
    pub made_at: Timestamp,
    /// How the business stands.
    pub status: &'a Status,
    /// The computer's plans.
    pub plans: &'a [PagePlan],
    /// Their destinations.
    pub destinations: &'a [PageDestination],
}

/// A plan on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePlan {
    /// Its name, which is also its folder's beside the page.
    pub name: String,
    /// When its newest proven copy was made.
    pub last: Option<Timestamp>,
    /// The destinations that have that copy.
    pub places: Vec<String>,
    /// Backups kept, at whatever destination.
    pub backups: u64,
    /// When it is due next.
    pub next: Option<Timestamp>,
    /// Its pause.
    pub pause: Option<Pause>,
    /// Whether its archives are kept beside the page.
    pub here: bool,
}

/// A destination on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageDestination {
    /// Its name.
    pub name: String,
    /// Whether the page lies there.
    pub here: bool,
    /// When the newest proven copy there was made.
    pub last: Option<Timestamp>,
    /// Backups there.
    pub backups: u64,
    /// Archives that wait for it.
    pub waiting: u64,
    /// Since when it is disconnected.
    pub absent_since: Option<Timestamp>,
}

/// The words of the page in one language.
pub(crate) struct PageTexts {
    pub(crate) language: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) made: &'static str,
    pub(crate) stale: &'static str,
    pub(crate) plans: &'static str,
    pub(crate) last: &'static str,
    pub(crate) never: &'static str,
    pub(crate) places: &'static str,
    pub(crate) nowhere: &'static str,
    pub(crate) kept: &'static str,
    pub(crate) next: &'static str,
    pub(crate) no_next: &'static str,
    pub(crate) paused: &'static str,
    pub(crate) paused_until: &'static str,
    pub(crate) destinations: &'static str,
    pub(crate) this_one: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) absent: &'static str,
    pub(crate) recovery: &'static str,
    pub(crate) recovery_text: &'static str,
    pub(crate) recovery_elsewhere: &'static str,
    pub(crate) by: &'static str,
}

impl Page<'_> {
    /// The page as HTML: Spanish, then English, with the times of the zone of `customs`.
    pub fn html(&self, customs: &Customs, names: &Names) -> String {
        let mut html = Html::default();
        html.raw(concat!(
            "<!DOCTYPE html>\n<html lang=\"es\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            "<meta name=\"robots\" content=\"noindex\">\n<title>",
        ));
        html.text(self.computer).raw(" \u{b7} Resguardo</title>\n<style>\n").raw(STYLE);
        html.raw("</style>\n</head>\n<body>\n<nav><a href=\"#en\" lang=\"en\" hreflang=\"en\">");
        html.raw(en::PAGE.language).raw("</a></nav>\n");
        for language in [Language::Spanish, Language::English] {
            let customs = customs.in_language(language);
            Half { page: self, words: Words { customs: &customs, names } }.write(&mut html);
        }
        html.raw("</body>\n</html>\n");
        html.finish()
    }
}

/// The page in one language.
struct Half<'a> {
    page: &'a Page<'a>,
    words: Words<'a>,
}

impl Half<'_> {
    fn texts(&self) -> &'static PageTexts {
        self.words.customs.pick(&es::PAGE, &en::PAGE)
    }

    fn write(&self, html: &mut Html) {
        let code = self.words.customs.language().code();
        html.raw("<article lang=\"").raw(code).raw("\" id=\"").raw(code).raw("\">\n");
        self.state(html);
        let t = self.texts();
        html.raw("<h2>").raw(t.plans).raw("</h2>\n");
        self.page.plans.iter().for_each(|plan| self.plan(html, plan));
        html.raw("<h2>").raw(t.destinations).raw("</h2>\n");
        self.page.destinations.iter().for_each(|place| self.destination(html, place));
        self.recovery(html);
        let by = fill(t.by, &[("version", self.page.version)]);
        html.raw("<p class=\"quiet\">").text(&by).raw("</p>\n</article>\n");
    }

    /// The state: a shape, a word, a sentence, and the reasons.
    fn state(&self, html: &mut Html) {
        let (t, status) = (self.texts(), self.page.status);
        let (class, shape) = look(status.state);
        let name = self.words.customs.quoted(self.page.computer);
        html.raw("<header>\n<p class=\"quiet\">").text(&fill(t.heading, &[("computer", &name)]));
        html.raw("</p>\n<div class=\"card state ").raw(class).raw("\">\n").raw(shape);
        html.raw("\n<div>\n<p class=\"word\">").raw(self.words.state(status.state));
        html.raw("</p>\n<h1>").raw(self.words.title(status)).raw("</h1>\n");
        if !status.reasons.is_empty() {
            html.raw("<ul>\n");
            for reason in &status.reasons {
                html.raw("<li>").text(&self.words.reason(reason)).raw("</li>\n");
            }
            html.raw("</ul>\n");
        }
        html.raw("</div>\n</div>\n<p>");
        let (before, after) = t.made.split_once("{at}").unwrap_or((t.made, ""));
        html.raw(before);
        self.moment(html, self.page.made_at);
        html.raw(after).raw(". <span class=\"quiet\">").raw(t.stale).raw("</span></p>\n</header>\n");
    }

    fn plan(&self, html: &mut Html, plan: &PagePlan) {
        let t = self.texts();
        html.raw("<section class=\"card\">\n<h3>").text(&plan.name).raw("</h3>\n<dl>\n");
        self.last(html, plan.last);
        html.raw("<dt>").raw(t.places).raw("</dt><dd>");
        match plan.places.is_empty() {
            true => html.raw(t.nowhere),
            false => html.text(&plan.places.join(", ")),
        };
        html.raw("</dd>\n");
        self.count(html, t.kept, plan.backups);
        html.raw("<dt>").raw(t.next).raw("</dt><dd>");
        match (plan.pause, plan.next) {
            (Some(Pause { until: None }), _) => {
                html.raw(t.paused);
            }
            (Some(Pause { until: Some(until) }), _) => {
                let at = self.words.customs.date(until);
                html.text(&fill(t.paused_until, &[("at", &at)]));
            }
            (None, Some(next)) => self.moment(html, next),
            (None, None) => {
                html.raw(t.no_next);
            }
        }
        html.raw("</dd>\n</dl>\n</section>\n");
    }

    fn destination(&self, html: &mut Html, place: &PageDestination) {
        let t = self.texts();
        html.raw("<section class=\"card\">\n<h3>").text(&place.name);
        if place.here {
            html.raw(" <span class=\"quiet\">(").raw(t.this_one).raw(")</span>");
        }
        html.raw("</h3>\n<dl>\n");
        self.last(html, place.last);
        self.count(html, t.kept, place.backups);
        if place.waiting > 0 {
            self.count(html, t.waiting, place.waiting);
        }
        if let Some(since) = place.absent_since {
            html.raw("<dt>").raw(t.absent).raw("</dt><dd>");
            self.moment(html, since);
            html.raw("</dd>\n");
        }
        html.raw("</dl>\n</section>\n");
    }

    fn recovery(&self, html: &mut Html) {
        let t = self.texts();
        html.raw("<h2>").raw(t.recovery).raw("</h2>\n<section class=\"card\">\n<p>");
        let here: Vec<&PagePlan> = self.page.plans.iter().filter(|plan| plan.here).collect();
        html.raw(if here.is_empty() { t.recovery_elsewhere } else { t.recovery_text }).raw("</p>\n");
        if !here.is_empty() {
            html.raw("<ul>\n");
            for plan in here {
                html.raw("<li><a href=\"./").address(&plan.name).raw("/LEEME-README.txt\">");
                html.text(&plan.name).raw(" / LEEME-README.txt</a></li>\n");
            }
            html.raw("</ul>\n");
        }
        html.raw("</section>\n");
    }

    fn last(&self, html: &mut Html, last: Option<Timestamp>) {
        let t = self.texts();
        html.raw("<dt>").raw(t.last).raw("</dt><dd>");
        match last {
            Some(last) => self.moment(html, last),
            None => {
                html.raw(t.never);
            }
        }
        html.raw("</dd>\n");
    }

    fn count(&self, html: &mut Html, name: &'static str, count: u64) {
        let count = self.words.customs.count(count);
        html.raw("<dt>").raw(name).raw("</dt><dd>").text(&count).raw("</dd>\n");
    }

    fn moment(&self, html: &mut Html, at: Timestamp) {
        html.raw("<time datetime=\"").text(&at.to_string()).raw("\">");
        html.text(&self.words.customs.date(at)).raw("</time>");
    }
}

/// The class of a state and its shape, which tells it apart without any colour.
fn look(state: State) -> (&'static str, &'static str) {
    match state {
        State::Protected => (
            "ok",
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"12\" r=\"11\" fill=\"currentColor\"/><path d=\"M7 12.5l3.5 3.5L17 9\" fill=\"none\" stroke=\"var(--bg)\" stroke-width=\"2.4\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>",
        ),
        State::NeedsAttention => (
            "warn",
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M12 1.5L23.5 22H.5z\" fill=\"currentColor\"/><path d=\"M12 9v6\" stroke=\"var(--bg)\" stroke-width=\"2.4\" stroke-linecap=\"round\"/><circle cx=\"12\" cy=\"18.6\" r=\"1.4\" fill=\"var(--bg)\"/></svg>",
        ),
        State::NotProtected => (
            "bad",
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.500v-9z\" fill=\"currentColor\"/><path d=\"M8 8l8 8M16 8l-8 8\" stroke=\"var(--bg)\" stroke-width=\"2.4\" stroke-linecap=\"round\"/></svg>",
        ),
        State::ToStart => (
            "off",
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"12\" r=\"10\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-dasharray=\"4 3\"/></svg>",
        ),
    }
}

#[cfg(test)]
mod tests;
