//! What is measured, as the person at the keyboard says it.

use std::path::PathBuf;

use crate::corpus::Subject;
use crate::tools::Step;
use crate::{Outcome, failure};

pub(crate) const USAGE: &str = "\
usage: cargo xtask bench [-- FLAGS]

  --corpus NAMES   office,source,db,many (default: all); made when missing, kept for the next time with --dir
  --tools NAMES    resguardo,restic,rustic,borg,borg-zstd,bupstash,zip,7z (default: all that are installed)
  --steps NAMES    full,none,changed,restore,one (default: all; for `many` full,none,one)
  --rounds N       repeat everything, tools in turn; the median is shown (default 1)
  --scale X        smaller corpora (default 1)
  --dir DIR        where corpora and archives are made (default: a temporary folder)
  --json FILE      where the figures are kept (default: target/bench/DATE.json)
  --quick          --scale 0.05 --tools resguardo,zip
";

pub(crate) struct Options {
    pub(crate) corpora: Vec<Subject>,
    pub(crate) tools: Option<Vec<String>>,
    pub(crate) steps: Option<Vec<Step>>,
    pub(crate) rounds: u32,
    pub(crate) scale: f64,
    pub(crate) dir: Option<PathBuf>,
    pub(crate) json: PathBuf,
}

impl Options {
    /// The options, or `None` when help is asked for.
    pub(crate) fn parse(words: &[String]) -> Outcome<Option<Self>> {
        let stamp = jiff::Zoned::now().strftime("%Y%m%d_%H%M%S").to_string();
        let mut options = Self {
            corpora: Subject::ALL.to_vec(),
            tools: None,
            steps: None,
            rounds: 1,
            scale: 1.0,
            dir: None,
            json: PathBuf::from(format!("target/bench/{stamp}.json")),
        };
        let mut words = words.iter();
        while let Some(flag) = words.next() {
            match flag.as_str() {
                "--help" | "-h" => return Ok(None),
                "--quick" => {
                    options.scale = 0.05;
                    options.tools = Some(vec!["resguardo".to_owned(), "zip".to_owned()]);
                    continue;
                }
                _ => {}
            }
            let value =
                words.next().ok_or_else(|| failure(format!("{flag}: unknown, or without a value")))?;
            options.set(flag, value)?;
        }
        Ok(Some(options))
    }

    fn set(&mut self, flag: &str, value: &str) -> Outcome {
        match flag {
            "--corpus" => self.corpora = named(value, &Subject::ALL, |subject| subject.name())?,
            "--tools" => self.tools = Some(value.split(',').map(str::to_owned).collect()),
            "--steps" => self.steps = Some(named(value, &Step::ALL, |step| step.name())?),
            "--rounds" => self.rounds = value.parse()?,
            "--scale" => self.scale = value.parse()?,
            "--dir" => self.dir = Some(std::path::absolute(value)?),
            "--json" => self.json = PathBuf::from(value),
            _ => return Err(failure(format!("{flag}: unknown\n\n{USAGE}"))),
        }
        if self.rounds == 0 || !(self.scale > 0.0 && self.scale <= 100.0) {
            return Err(failure(format!("{flag}: {value} makes no sense")));
        }
        Ok(())
    }

    /// The steps for one corpus: with a million files only what is quick and telling.
    pub(crate) fn steps_of(&self, subject: Subject) -> Vec<Step> {
        match (&self.steps, subject) {
            (Some(steps), _) => steps.clone(),
            (None, Subject::Many) => vec![Step::Full, Step::None, Step::One],
            (None, Subject::Db) => vec![Step::Full, Step::None, Step::Changed, Step::Restore],
            (None, _) => Step::ALL.to_vec(),
        }
    }

    /// Whether a program is asked for: by its name, or by the first part of it.
    pub(crate) fn wants(&self, tool: &str) -> bool {
        let Some(wanted) = &self.tools else { return true };
        wanted.iter().any(|name| name == tool || (name == "resguardo" && tool.starts_with("resguardo-")))
    }
}

fn named<T: Copy>(value: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Outcome<Vec<T>> {
    let one = |word: &str| {
        let known = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
        let found = all.iter().copied().find(|one| name(*one) == word);
        found.ok_or_else(|| failure(format!("{word}: unknown, expected {}", known())))
    };
    value.split(',').map(one).collect()
}
