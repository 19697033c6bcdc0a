//! Numbers, sizes, dates and durations as a language writes them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use resguardo_domain::Language;

use crate::fill::fill;
use crate::{en, es};

/// A language and a time zone.
#[derive(Debug, Clone)]
pub struct Customs {
    language: Language,
    zone: TimeZone,
    /// The day on which it is read at once, for “yesterday”.
    today: Option<Date>,
}

/// The words in numbers and dates.
pub(crate) struct Units {
    /// Short names of the months, by spaces.
    pub(crate) months: &'static str,
    /// Names of the days, by spaces, Monday first.
    pub(crate) weekdays: &'static str,
    pub(crate) few_seconds: &'static str,
    pub(crate) about_seconds: &'static str,
    pub(crate) about_minute: &'static str,
    pub(crate) about_minutes: &'static str,
    pub(crate) about_hour: &'static str,
    pub(crate) about_hours: &'static str,
    pub(crate) about_day: &'static str,
    pub(crate) about_days: &'static str,
}

impl Customs {
    /// A language on this computer.
    pub fn new(language: Language) -> Self {
        Self::at(language, TimeZone::system())
    }

    /// A language in a time zone.
    pub fn at(language: Language, zone: TimeZone) -> Self {
        Self { language, zone, today: None }
    }

    /// The same for what is read now: days near it are called by their names. What is read later, such as a message or a page, needs
    /// the date.
    #[must_use]
    pub fn read_at(mut self, now: Timestamp) -> Self {
        self.today = Some(now.to_zoned(self.zone.clone()).date());
        self
    }

    /// The same time zone in another language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..self.clone() }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// One of two texts, by the language.
    pub fn pick<T>(&self, spanish: T, english: T) -> T {
        match self.language {
            Language::Spanish => spanish,
            Language::English => english,
        }
    }

    fn units(&self) -> &'static Units {
        self.pick(&es::UNITS, &en::UNITS)
    }

    /// A count: `1.284` or `1,284`.
    pub fn count(&self, count: u64) -> String {
        let digits = count.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(self.pick('.', ','));
            }
            text.push(digit);
        }
        text
    }

    /// A count with its noun: `1 archivo`, `1.284 archivos`.
    pub fn counted(&self, count: u64, one: &str, many: &str) -> String {
        format!("{} {}", self.count(count), if count == 1 { one } else { many })
    }

    /// A size in decimal units: `37,6 GB` or `37.6 GB`.
    pub fn size(&self, bytes: u64) -> String {
        const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
        if bytes < 1000 {
            return format!("{bytes} B");
        }
        // In tenths of the unit, rounded; 999,95 of one unit is 1,0 of the next.
        let mut unit = 1_000_u128;
        for (index, name) in UNITS.iter().enumerate() {
            let tenths = (u128::from(bytes) * 10 + unit / 2) / unit;
            if tenths < 10_000 || index + 1 == UNITS.len() {
                return self.tenths(tenths, name);
            }
            unit *= 1000;
        }
        format!("{bytes} B")
    }

    fn tenths(&self, tenths: u128, unit: &str) -> String {
        if tenths >= 1000 {
            return format!("{} {unit}", (tenths + 5) / 10);
        }
        format!("{}{}{} {unit}", tenths / 10, self.pick(',', '.'), tenths % 10)
    }

    /// A share of a whole: `64 %` or `64%`.
    pub fn percent(&self, part: u64, whole: u64) -> String {
        let percent = u128::from(part.min(whole)) * 100 / u128::from(whole.max(1));
        self.pick(format!("{percent} %"), format!("{percent}%"))
    }

    /// A moment in the time zone: `12 sep 2026 20:00` or `Sep 12, 2026 8:00 PM`.
    pub fn date(&self, at: Timestamp) -> String {
        self.wall_date(self.wall(at))
    }

    /// A moment on the wall clock of the time zone.
    pub(crate) fn wall(&self, at: Timestamp) -> DateTime {
        at.to_zoned(self.zone.clone()).datetime()
    }

    /// A moment in a sentence, after “desde” or “since”: `ayer a las 20:00`, `el 12 sep 2026 20:00`, `Sep 12, 2026 8:00 PM`.
    pub fn moment(&self, at: Timestamp) -> String {
        let (day, is_name) = self.day_of(at);
        if is_name { day } else { self.pick(format!("el {day}"), day) }
    }

    /// A moment in a sentence, after “es” or “is from”: `de ayer a las 20:00`, `del 12 sep 2026 20:00`, `yesterday at 8:00 PM`.
    pub fn of_moment(&self, at: Timestamp) -> String {
        let (day, is_name) = self.day_of(at);
        let spanish = if is_name { "de" } else { "del" };
        self.pick(format!("{spanish} {day}"), day)
    }

    /// A moment; of the day that is read at once and of those near it by their names. True for a day that takes no article.
    fn day_of(&self, at: Timestamp) -> (String, bool) {
        let wall = self.wall(at);
        let weekday = || {
            let place = usize::from(wall.date().weekday().to_monday_zero_offset().unsigned_abs());
            let name = self.units().weekdays.split(' ').nth(place).unwrap_or_default();
            self.pick(format!("{name} {}", wall.day()), name.to_owned())
        };
        let (day, is_name) = match self.today.map(|today| (wall.date() - today).get_days()) {
            Some(-1) => (self.pick("ayer", "yesterday").to_owned(), true),
            Some(0) => (self.pick("hoy", "today").to_owned(), true),
            Some(1) => (self.pick("mañana", "tomorrow").to_owned(), true),
            Some(-6..=6) => (weekday(), false),
            _ => return (self.wall_date(wall), false),
        };
        let hour = if wall.hour() == 1 { "a la" } else { "a las" };
        (format!("{day} {} {}", self.pick(hour, "at"), self.time(wall.time())), is_name)
    }

    /// A moment of a wall clock, written as [`Customs::date`] does.
    pub fn wall_date(&self, at: DateTime) -> String {
        let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
        let month = self.units().months.split(' ').nth(month).unwrap_or_default();
        let (day, year, time) = (at.day(), at.year(), self.time(at.time()));
        self.pick(format!("{day} {month} {year} {time}"), format!("{month} {day}, {year} {time}"))
    }

    /// A time of the day: `20:00` or `8:00 PM`.
    pub fn time(&self, at: Time) -> String {
        if self.language == Language::Spanish {
            return format!("{:02}:{:02}", at.hour(), at.minute());
        }
        let half = if at.hour() < 12 { "AM" } else { "PM" };
        let hour = match at.hour() % 12 {
            0 => 12,
            hour => hour,
        };
        format!("{hour}:{:02} {half}", at.minute())
    }

    /// A duration a person can feel: `unos 2 minutos`, `about 2 minutes`.
    pub fn about(&self, seconds: u64) -> String {
        let t = self.units();
        let (count, one, many) = match seconds {
            0..=9 => return t.few_seconds.to_owned(),
            10..=54 => (seconds.div_ceil(5) * 5, t.about_seconds, t.about_seconds),
            55..=5_369 => ((seconds + 30) / 60, t.about_minute, t.about_minutes),
            5_370..=129_599 => ((seconds + 1_800) / 3_600, t.about_hour, t.about_hours),
            _ => ((seconds + 43_200) / 86_400, t.about_day, t.about_days),
        };
        fill(if count == 1 { one } else { many }, &[("n", &self.count(count))])
    }

    /// Names in one phrase: all of three, else the first two and how many more.
    pub fn listed(&self, names: &[String]) -> String {
        let more = match names {
            [] => return String::new(),
            [one] => return one.clone(),
            [.., last] if names.len() <= 3 => last.clone(),
            _ => self.pick("{n} más", "{n} more").replace("{n}", &self.count(names.len() as u64 - 2)),
        };
        let first = names[..names.len().min(3) - 1].join(", ");
        format!("{first} {} {more}", self.pick("y", "and"))
    }

    /// A name in the quotes of the language.
    pub fn quoted(&self, name: &str) -> String {
        self.pick(format!("«{name}»"), format!("“{name}”"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> [Customs; 2] {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        [Language::Spanish, Language::English].map(|language| Customs::at(language, zone.clone()))
    }

    #[test]
    fn counts_and_sizes_follow_the_language() {
        let [es, en] = both();
        assert_eq!((es.count(1_284), en.count(1_284)), ("1.284".to_owned(), "1,284".to_owned()));
        assert_eq!((es.count(7), en.count(12_345_678)), ("7".to_owned(), "12,345,678".to_owned()));
        for (bytes, spanish, english) in [
            (0, "0 B", "0 B"),
            (999, "999 B", "999 B"),
            (1_000, "1,0 KB", "1.0 KB"),
            (37_600_000_000, "37,6 GB", "37.6 GB"),
            (612_000_000_000, "612 GB", "612 GB"),
            (999_960, "1,0 MB", "1.0 MB"),
            (u64::MAX, "18,4 EB", "18.4 EB"),
        ] {
            assert_eq!((es.size(bytes), en.size(bytes)), (spanish.to_owned(), english.to_owned()));
        }
        assert_eq!((es.percent(16, 25), en.percent(16, 25)), ("64 %".to_owned(), "64%".to_owned()));
        assert_eq!(es.percent(1, 0), "0 %");
        assert_eq!(es.counted(1, "archivo", "archivos"), "1 archivo");
    }

    #[test]
    fn days_near_the_one_that_is_read_are_called_by_their_names() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap_or_default();
        // It is the 12th here until five o'clock in the morning of the 13th there.
        let [es, en] = both().map(|customs| customs.read_at(at("2026-09-13T04:00:00Z")));
        assert_eq!(es.of_moment(at("2026-09-13T01:00:00Z")), "de hoy a las 20:00");
        assert_eq!(es.moment(at("2026-09-12T06:00:00Z")), "hoy a la 01:00");
        assert_eq!(en.of_moment(at("2026-09-12T01:00:00Z")), "yesterday at 8:00 PM");
        assert_eq!(en.moment(at("2026-09-13T07:00:00Z")), "tomorrow at 2:00 AM");
        assert_eq!(es.of_moment(at("2026-09-07T01:00:00Z")), "del domingo 6 a las 20:00");
        assert_eq!(es.moment(at("2026-09-18T07:00:00Z")), "el viernes 18 a las 02:00");
        assert_eq!(en.of_moment(at("2026-09-07T01:00:00Z")), "Sunday at 8:00 PM");
        assert_eq!(es.of_moment(at("2026-09-01T01:00:00Z")), "del 31 ago 2026 20:00");
        assert_eq!(es.moment(at("2026-10-01T01:00:00Z")), "el 30 sep 2026 20:00");
        let [unread, _] = both();
        assert_eq!(unread.moment(at("2026-09-13T01:00:00Z")), "el 12 sep 2026 20:00");
    }

    #[test]
    fn dates_are_local_and_follow_the_language() {
        let [es, en] = both();
        let at: Timestamp = "2026-09-13T01:00:00Z".parse().unwrap();
        assert_eq!(es.date(at), "12 sep 2026 20:00");
        assert_eq!(en.date(at), "Sep 12, 2026 8:00 PM");
        assert_eq!(en.time(jiff::civil::time(0, 5, 0, 0)), "12:05 AM");
    }

    #[test]
    fn durations_are_words() {
        let [es, en] = both();
        for (seconds, spanish, english) in [
            (3, "unos segundos", "a few seconds"),
            (28, "unos 30 segundos", "about 30 seconds"),
            (60, "alrededor de un minuto", "about a minute"),
            (117, "unos 2 minutos", "about 2 minutes"),
            (5_400, "unas 2 horas", "about 2 hours"),
            (200_000, "unos 2 días", "about 2 days"),
        ] {
            assert_eq!((es.about(seconds), en.about(seconds)), (spanish.to_owned(), english.to_owned()));
        }
    }
}
