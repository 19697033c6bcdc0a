//! A bank in SQLite: its accounts' sum never changes, whoever moves money. A copy in which it differs is torn.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::SeededRandom;

/// How SQLite keeps the bank's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// Write-ahead log: readers never block the writer.
    Wal,
    /// Rollback journal: a reader blocks the writer.
    Rollback,
}

/// Makes a bank with `accounts` accounts of 1000 each and some bulk beside them; returns the sum that never changes.
///
/// # Panics
/// When the database can't be made.
pub fn make_bank(path: &Path, accounts: u32, journal: Journal) -> i64 {
    let mut database = Connection::open(path).unwrap();
    let mode = if journal == Journal::Wal { "wal" } else { "delete" };
    database.pragma_update(None, "journal_mode", mode).unwrap();
    database
        .execute_batch(
            "create table accounts (id integer primary key, owner text not null, balance integer not null);
             create table transfers (id integer primary key, source integer not null references accounts,
                                     target integer not null references accounts, amount integer, note blob);
             create index transfers_by_source on transfers (source);
             create view overdrawn as select * from accounts where balance < 0;
             create trigger no_rename before update of id on accounts begin select raise(abort, 'fixed'); end;",
        )
        .unwrap();
    let transaction = database.transaction().unwrap();
    for id in 0..accounts {
        let owner = format!("Señora № {id}");
        transaction.execute("insert into accounts values (?1, ?2, 1000)", (id, owner)).unwrap();
    }
    transaction.commit().unwrap();
    i64::from(accounts) * 1000
}

/// Threads that move money between the accounts of a bank until they are told to stop.
#[derive(Debug)]
pub struct BankWriters {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<BankStats>>,
}

/// What the writers went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BankStats {
    /// Transfers that were committed.
    pub committed: u64,
    /// Transfers that were given up because the database stayed locked.
    pub given_up: u64,
    /// The longest that one transfer took, waiting included.
    pub longest: Duration,
}

impl BankWriters {
    /// Starts `n` writers on a bank.
    pub fn start(path: &Path, n: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = |seed| {
            let (path, stop): (PathBuf, _) = (path.to_owned(), Arc::clone(&stop));
            std::thread::spawn(move || move_money(&path, seed, &stop))
        };
        Self { threads: (0..n).map(thread).collect(), stop }
    }

    /// Stops them and tells what they went through.
    ///
    /// # Panics
    /// When a writer met an error other than a locked database.
    pub fn stop(self) -> BankStats {
        self.stop.store(true, Relaxed);
        let mut all = BankStats::default();
        for thread in self.threads {
            let one = thread.join().expect("a writer failed");
            all.committed += one.committed;
            all.given_up += one.given_up;
            all.longest = all.longest.max(one.longest);
        }
        all
    }
}

fn move_money(path: &Path, seed: u64, stop: &AtomicBool) -> BankStats {
    let mut database = Connection::open(path).unwrap();
    database.busy_timeout(Duration::from_secs(20)).unwrap();
    let accounts: u32 = database.query_row("select count(*) from accounts", [], |row| row.get(0)).unwrap();
    let random = SeededRandom::new(seed);
    let mut stats = BankStats::default();
    while !stop.load(Relaxed) {
        let started = Instant::now();
        match transfer(&mut database, &random, u64::from(accounts)) {
            Ok(()) => stats.committed += 1,
            Err(error) if is_locked(&error) => stats.given_up += 1,
            Err(error) => panic!("a transfer failed: {error}"),
        }
        stats.longest = stats.longest.max(started.elapsed());
        // Lets the others in; without it one writer of a rollback journal starves the rest.
        std::thread::sleep(Duration::from_micros(500));
    }
    stats
}

fn transfer(database: &mut Connection, random: &SeededRandom, accounts: u64) -> rusqlite::Result<()> {
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (source, target) = (random.below(accounts) as i64, random.below(accounts) as i64);
    let amount = random.below(100) as i64;
    transaction.execute("update accounts set balance = balance - ?1 where id = ?2", [amount, source])?;
    transaction.execute("update accounts set balance = balance + ?1 where id = ?2", [amount, target])?;
    transaction.execute(
        "insert into transfers (source, target, amount, note) values (?1, ?2, ?3, ?4)",
        (source, target, amount, random.bytes(random.below(3000) as usize)),
    )?;
    transaction.commit()
}

fn is_locked(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

/// Checks that a copy is one whole moment of the bank: SQLite's own checks, the sum, and no changed bytes by looking.
///
/// # Panics
/// When it is not.
pub fn assert_consistent(path: &Path, expected_sum: i64) {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let text = |query: &str| database.query_row(query, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(text("pragma integrity_check"), "ok", "{}", path.display());
    let broken: i64 =
        database.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0, "{}: broken references", path.display());
    let sum: i64 = database.query_row("select sum(balance) from accounts", [], |row| row.get(0)).unwrap();
    assert_eq!(sum, expected_sum, "{}: money was lost or made", path.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writers_keep_the_sum_in_both_journals() {
        for journal in [Journal::Wal, Journal::Rollback] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("bank.sqlite");
            let sum = make_bank(&path, 50, journal);
            let writers = BankWriters::start(&path, 3);
            std::thread::sleep(Duration::from_millis(300));
            let stats = writers.stop();
            assert!(stats.committed > 0 && stats.longest > Duration::ZERO, "{stats:?}");
            assert_consistent(&path, sum);
        }
    }

    #[test]
    #[should_panic(expected = "money was lost")]
    fn a_torn_copy_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.sqlite");
        let sum = make_bank(&path, 5, Journal::Rollback);
        Connection::open(&path).unwrap().execute("update accounts set balance = 0 where id = 1", []).unwrap();
        assert_consistent(&path, sum);
    }
}
