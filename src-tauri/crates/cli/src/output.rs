//! What is written where: answers to stdout, everything else to stderr. A reader that went away ends the run quietly.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

/// The two streams of a run.
pub(crate) struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// Whether the answer is one JSON object.
    pub(crate) json: bool,
    /// Whether progress is not shown.
    pub(crate) quiet: bool,
    err_is_terminal: bool,
    colours: bool,
    failure: Option<io::Error>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("json", &self.json).field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

/// How a part of a text stands out on a terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    /// A title.
    Strong,
    /// A problem.
    Bad,
    /// Of less interest.
    Dim,
}

impl Output {
    /// The streams of this process.
    pub(crate) fn of_process(json: bool, quiet: bool) -> Self {
        let err_is_terminal = io::stderr().is_terminal();
        let colours = err_is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            json,
            quiet,
            err_is_terminal,
            colours,
            failure: None,
        }
    }

    /// A line of the answer; left out when the answer is JSON.
    pub(crate) fn say(&mut self, line: &str) {
        if !self.json && self.failure.is_none() {
            self.failure = writeln!(self.out, "{line}").err();
        }
    }

    /// Lines of the answer.
    pub(crate) fn say_all(&mut self, lines: impl IntoIterator<Item = String>) {
        for line in lines {
            if self.failure.is_some() {
                return;
            }
            self.say(&line);
        }
    }

    /// The answer as JSON; left out when the answer is text. Called once.
    pub(crate) fn object(&mut self, object: &Value) {
        if self.json && self.failure.is_none() {
            self.failure = writeln!(self.out, "{object}").err();
        }
    }

    /// Text as it is, such as a script, whatever form the answer has.
    pub(crate) fn raw(&mut self, text: &[u8]) {
        if self.failure.is_none() {
            self.failure = self.out.write_all(text).err();
        }
    }

    /// A line beside the answer. When nobody reads it, nothing is lost.
    pub(crate) fn tell(&mut self, line: &str) {
        let _ = writeln!(self.err, "{line}");
    }

    /// A question: text without a line break, beside the answer.
    pub(crate) fn ask(&mut self, question: &str) {
        let _ = write!(self.err, "{question} ").and_then(|()| self.err.flush());
    }

    /// The text with the tone, where stderr shows tones.
    pub(crate) fn toned(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            _ if !self.colours => return text.to_owned(),
            Tone::Strong => "1",
            Tone::Bad => "1;31",
            Tone::Dim => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Whether stderr is a terminal, where progress can be drawn over itself.
    pub(crate) fn is_terminal(&self) -> bool {
        self.err_is_terminal
    }

    /// Whether somebody is there to answer questions.
    pub(crate) fn can_ask(&self) -> bool {
        self.err_is_terminal && io::stdin().is_terminal()
    }

    /// Ends the answer.
    ///
    /// # Errors
    /// When the answer could not be written whole; a reader that went away is none.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        match self.failure.take().map_or(flushed, Err) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A stream that tests read.
    #[derive(Clone, Default)]
    pub(crate) struct Paper(pub(crate) Arc<Mutex<Vec<u8>>>);

    impl Paper {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    /// Output onto paper: stdout and stderr.
    pub(crate) fn on_paper(json: bool) -> (Output, Paper, Paper) {
        let (out, err) = (Paper::default(), Paper::default());
        let output = Output {
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            json,
            quiet: false,
            err_is_terminal: false,
            colours: false,
            failure: None,
        };
        (output, out, err)
    }

    #[test]
    fn text_or_json_but_never_both_on_stdout() {
        for json in [false, true] {
            let (mut output, out, err) = on_paper(json);
            output.say("hello");
            output.object(&serde_json::json!({"a": 1}));
            output.tell("beside");
            output.finish().unwrap();
            assert_eq!(out.text(), if json { "{\"a\":1}\n" } else { "hello\n" });
            assert_eq!(err.text(), "beside\n");
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure_but_a_full_disk_is() {
        for (kind, fine) in [(io::ErrorKind::BrokenPipe, true), (io::ErrorKind::StorageFull, false)] {
            let (mut output, _, _) = on_paper(false);
            output.out = Box::new(Broken(kind));
            output.say_all(["a".to_owned(), "b".to_owned()]);
            assert_eq!(output.finish().is_ok(), fine);
        }
    }
}
