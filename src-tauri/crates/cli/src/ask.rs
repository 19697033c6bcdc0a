//! Questions to a person at a terminal: a choice, a line, a yes or no. The safe answer is the empty one.

use std::io::{self, BufRead};

use resguardo_api::types::{Error, Result};

use crate::locale::Locale;
use crate::output::{Output, Tone};
use resguardo_words::fill;

/// Whoever answers.
pub(crate) struct Asker<'a> {
    answers: &'a mut dyn BufRead,
    out: &'a mut Output,
    locale: &'a Locale,
}

impl<'a> Asker<'a> {
    /// Asks on `out` and reads from `answers`.
    pub(crate) fn new(answers: &'a mut dyn BufRead, out: &'a mut Output, locale: &'a Locale) -> Self {
        Self { answers, out, locale }
    }

    /// Says something between the questions.
    pub(crate) fn tell(&mut self, line: &str) {
        self.out.tell(line);
    }

    /// A heading.
    pub(crate) fn title(&mut self, line: &str) {
        let line = self.out.toned(Tone::Strong, line);
        self.out.tell(&format!("\n{line}"));
    }

    /// A line, trimmed.
    ///
    /// # Errors
    /// [`resguardo_api::types::Kind::Cancelled`] when the input ended.
    pub(crate) fn line(&mut self, question: &str) -> Result<String> {
        self.out.ask(question);
        let mut answer = String::new();
        match self.answers.read_line(&mut answer) {
            Ok(0) => Err(Error::cancelled()),
            Ok(_) => Ok(answer.trim().to_owned()),
            Err(cause) if cause.kind() == io::ErrorKind::InvalidData => Ok(String::new()),
            Err(cause) => Err(Error::io(&cause, "read the answer", "stdin")),
        }
    }

    /// The number (from 0) of a choice; the empty answer takes `default`.
    ///
    /// # Errors
    /// As [`Asker::line`].
    pub(crate) fn choice(&mut self, title: &str, choices: &[String], default: usize) -> Result<usize> {
        self.title(title);
        for (number, choice) in (1_usize..).zip(choices) {
            self.tell(&format!("  {number:>3}  {choice}"));
        }
        loop {
            let t = self.locale.texts();
            let answer = self.line(&fill(t.ask_choice, &[("default", &(default + 1).to_string())]))?;
            if answer.is_empty() {
                return Ok(default);
            }
            match answer.parse::<usize>() {
                Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                _ => self.tell(t.ask_again),
            }
        }
    }

    /// Whether the answer is a clear yes.
    ///
    /// # Errors
    /// As [`Asker::line`].
    pub(crate) fn yes(&mut self, question: &str) -> Result<bool> {
        let t = self.locale.texts();
        let answer = self.line(&format!("{question} {}", t.ask_yes_no))?.to_lowercase();
        Ok(t.yes_letters.split(' ').any(|yes| yes == answer))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use resguardo_words::Language;

    use super::*;
    use crate::output::tests::on_paper;

    fn with<T>(answers: &str, ask: impl FnOnce(&mut Asker<'_>) -> T) -> (T, String) {
        let (mut out, _, err) = on_paper(false);
        let locale = Locale::at(Language::Spanish, TimeZone::UTC);
        let mut answers = answers.as_bytes();
        let result = ask(&mut Asker::new(&mut answers, &mut out, &locale));
        (result, err.text())
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        for (answer, expected) in
            [("s\n", true), ("SÍ\n", true), ("yes\n", true), ("\n", false), ("no\n", false)]
        {
            assert_eq!(with(answer, |asker| asker.yes("¿Seguro?")).0.unwrap(), expected, "{answer}");
        }
        assert!(with("", |asker| asker.yes("¿Seguro?")).0.unwrap_err().is_cancelled());
    }

    #[test]
    fn a_choice_is_asked_until_it_is_one() {
        let choices = ["uno".to_owned(), "dos".to_owned()];
        let (number, text) = with("7\nx\n2\n", |asker| asker.choice("¿Cuál?", &choices, 0));
        assert_eq!(number.unwrap(), 1);
        assert_eq!(text.matches("No es una de las opciones.").count(), 2);
        assert!(text.contains("    2  dos\n"), "{text}");
        assert_eq!(with("\n", |asker| asker.choice("¿Cuál?", &choices, 1)).0.unwrap(), 1);
    }
}
