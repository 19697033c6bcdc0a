//! The corpora: made once, kept between runs, changed for the step "changed" and put back after it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::database;
use crate::files::{Files, Style};
use crate::random::mix;
use crate::{Outcome, failure, report};

/// A corpus made by another version of these files is made again.
const VERSION: &str = "2";

const DATABASE: &str = "shop.db";

/// What is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Office,
    Source,
    Db,
    Many,
}

impl Subject {
    pub(crate) const ALL: [Self; 4] = [Self::Office, Self::Source, Self::Db, Self::Many];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Source => "source",
            Self::Db => "db",
            Self::Many => "many",
        }
    }

    /// Bytes on disk at full size, rounded up: what has to be free.
    fn bytes(self) -> u64 {
        match self {
            Self::Office => 1_400_000_000,
            Self::Source => 1_900_000_000,
            Self::Db => 2_600_000_000,
            Self::Many => 5_000_000_000,
        }
    }
}

/// One corpus on disk.
pub(crate) struct Corpus {
    pub(crate) subject: Subject,
    root: PathBuf,
    scale: f64,
    files: Option<Files>,
}

/// What becomes of a file in the step "changed".
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    Rewritten,
    Removed,
    Moved,
}

fn fate(index: u64) -> Fate {
    match mix(index ^ 0xfa7e) % 1000 {
        0..10 => Fate::Rewritten,
        10 => Fate::Removed,
        11..13 => Fate::Moved,
        _ => Fate::Stays,
    }
}

impl Corpus {
    /// The corpus in its first state: found, put back, or made.
    pub(crate) fn ready(dir: &Path, subject: Subject, scale: f64) -> Outcome<Self> {
        let count = |full: u64| database::scaled(full, scale);
        let files = match subject {
            Subject::Office => Some(Files::new(Style::Office, count(8_200))),
            Subject::Source => Some(Files::new(Style::Source, count(100_000))),
            Subject::Many => Some(Files::new(Style::Many, count(1_000_000))),
            Subject::Db => None,
        };
        let root = dir.join(format!("{}-{scale}", subject.name()));
        let corpus = Self { subject, root, scale, files };
        let state = fs::read_to_string(corpus.state()).unwrap_or_default();
        match state.split_once(' ') {
            Some((VERSION, "first")) => report(&format!("{}: the corpus is there", subject.name())),
            Some((VERSION, "changed")) => corpus.put_back()?,
            _ => corpus.make()?,
        }
        Ok(corpus)
    }

    fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    fn set_state(&self, state: &str) -> Outcome {
        Ok(fs::write(self.state(), format!("{VERSION} {state}"))?)
    }

    /// The folder that is backed up.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The database, where that is what is backed up.
    pub(crate) fn database(&self) -> Option<PathBuf> {
        (self.subject == Subject::Db).then(|| self.data().join(DATABASE))
    }

    /// The file for the step "one": its path below the folder; no step touches it.
    pub(crate) fn one(&self) -> String {
        let Some(files) = &self.files else { return DATABASE.to_owned() };
        let stays = (files.count / 2..files.count).find(|index| fate(*index) == Fate::Stays);
        files.path(stays.unwrap_or(0))
    }

    fn make(&self) -> Outcome {
        let needed = self.subject.bytes() / 1000 * database::scaled(1000, self.scale);
        if self.root.exists() {
            fs::remove_dir_all(&self.root)?;
        }
        fs::create_dir_all(self.data())?;
        let free = resguardo_platform::disk::space(&self.root)?.free;
        if free < needed {
            let megabytes = |bytes: u64| bytes / 1_000_000;
            let (name, needed, free) = (self.subject.name(), megabytes(needed), megabytes(free));
            return Err(failure(format!("{name} needs {needed} MB on disk; {free} MB are free")));
        }
        report(&format!("{}: making the corpus in {}", self.subject.name(), self.root.display()));
        match self.database() {
            Some(path) => {
                database::make(&path, self.scale)?;
                age(&fs::File::options().write(true).open(&path)?, 0)?;
                fs::copy(&path, self.kept())?;
            }
            None => {
                self.each_file(|files, index| write(&self.data().join(files.path(index)), files, index, 0))?
            }
        }
        self.set_state("first")
    }

    /// The database as it was at first.
    fn kept(&self) -> PathBuf {
        self.root.join("first.db")
    }

    /// Does something with each file, on every core.
    fn each_file(&self, act: impl Fn(&Files, u64) -> Outcome + Sync) -> Outcome {
        let Some(files) = &self.files else { return Ok(()) };
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let stripe = files.count.div_ceil(threads);
        let work = |thread: u64| -> Outcome {
            let range = thread * stripe..((thread + 1) * stripe).min(files.count);
            range.into_iter().try_for_each(|index| act(files, index))
        };
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
            started.into_iter().try_for_each(|one| one.join().map_err(|_| failure("a thread panicked"))?)
        })
    }

    fn added(files: &Files) -> std::ops::Range<u64> {
        files.count..files.count + (files.count / 500).max(1)
    }

    /// A day's work: 1 % rewritten, some added, removed and moved; or 1 % of the rows of a database.
    pub(crate) fn change(&self) -> Outcome {
        self.set_state("changed")?;
        if let Some(path) = self.database() {
            return database::change(&path);
        }
        let data = self.data();
        self.each_file(|files, index| {
            let path = data.join(files.path(index));
            match fate(index) {
                Fate::Stays => Ok(()),
                Fate::Rewritten => Ok(fs::write(&path, files.body(index, 1))?),
                Fate::Removed => Ok(fs::remove_file(&path)?),
                Fate::Moved => {
                    let to = moved(&data, &path);
                    fs::create_dir_all(data.join("moved"))?;
                    Ok(fs::rename(&path, to)?)
                }
            }
        })?;
        let Some(files) = &self.files else { return Ok(()) };
        fs::create_dir_all(data.join("added"))?;
        Self::added(files).try_for_each(|index| {
            let to = data.join("added").join(files.path(index).replace('/', "_"));
            Ok(fs::write(to, files.body(index, 0))?)
        })
    }

    /// Undoes what `change` did, also when it was interrupted.
    pub(crate) fn put_back(&self) -> Outcome {
        let data = self.data();
        if let Some(path) = self.database() {
            fs::copy(self.kept(), &path)?;
            age(&fs::File::options().write(true).open(&path)?, 0)?;
        }
        self.each_file(|files, index| {
            if fate(index) == Fate::Stays {
                return Ok(());
            }
            write(&data.join(files.path(index)), files, index, 0)
        })?;
        for folder in ["added", "moved"] {
            if data.join(folder).exists() {
                fs::remove_dir_all(data.join(folder))?;
            }
        }
        self.set_state("first")
    }
}

fn moved(data: &Path, path: &Path) -> PathBuf {
    data.join("moved").join(path.file_name().unwrap_or_default())
}

/// Writes a file that looks as if it had not been touched for long.
fn write(path: &Path, files: &Files, index: u64, version: u64) -> Outcome {
    let body = files.body(index, version);
    let mut file = match fs::File::create(path) {
        Ok(file) => file,
        Err(_) => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            fs::File::create(path)?
        }
    };
    std::io::Write::write_all(&mut file, &body)?;
    age(&file, index)
}

/// Makes a file look as if nobody had touched it for years: a fresh one is looked at twice.
fn age(file: &fs::File, index: u64) -> Outcome {
    let minutes = 28_401_120 + index % 500_000;
    Ok(file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60))?)
}
