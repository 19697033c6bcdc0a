//! The database of a shop: customers, invoices and their lines, 1.1 GB of text, numbers and dates.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::Outcome;
use crate::random::Random;
use crate::text::Words;

const SCHEMA: &str = "
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, phone TEXT, street TEXT,
        city TEXT, credit REAL, note TEXT, changed TEXT);
    CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL, issued TEXT NOT NULL, state TEXT,
        total REAL, tax REAL, reference TEXT, note TEXT, changed TEXT);
    CREATE TABLE lines (id INTEGER PRIMARY KEY, invoice INTEGER NOT NULL, article TEXT NOT NULL, quantity INTEGER,
        price REAL, discount REAL, lot TEXT, note TEXT, changed TEXT);";

const INDEXES: &str = "
    CREATE INDEX invoices_customer ON invoices (customer);
    CREATE INDEX lines_invoice ON lines (invoice);";

/// Rows of the three tables at full size.
const ROWS: [u64; 3] = [150_000, 1_000_000, 4_000_000];

const STATES: [&str; 4] = ["paid", "open", "sent", "cancelled"];

/// Makes the database in one transaction.
pub(crate) fn make(path: &Path, scale: f64) -> Outcome {
    let mut connection = open(path)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let words = Words::new(6000);
    let rows = ROWS.map(|count| scaled(count, scale));
    customers(&transaction, &words, rows[0])?;
    invoices(&transaction, &words, rows[1], rows[0])?;
    lines(&transaction, &words, rows[2], rows[1])?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(())
}

/// Changes one row in a hundred of every table, spread over all of it; one in ten of them gets a longer note.
pub(crate) fn change(path: &Path) -> Outcome {
    let mut connection = open(path)?;
    let transaction = connection.transaction()?;
    let words = Words::new(6000);
    for (table, number) in [("customers", "credit"), ("invoices", "total"), ("lines", "price")] {
        let last: i64 =
            transaction.query_row(&format!("SELECT max(id) FROM {table}"), [], |row| row.get(0))?;
        let mut update = transaction.prepare(&format!(
            "UPDATE {table} SET {number} = ?2, changed = ?3, note = note || ?4 WHERE id = ?1"
        ))?;
        for hundred in 0..u64::try_from(last)? / 100 {
            let mut random = Random::new(0xc4a4, hundred);
            let id = hundred * 100 + 1 + random.below(100);
            let note = if random.once_in(10) { words.phrase(&mut random, 6) } else { String::new() };
            update.execute(params![whole(id), money(&mut random, 900), "2026-09-12 10:31:07", note])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Whether two databases hold the same rows, for copies whose bytes may differ.
pub(crate) fn same_rows(one: &Path, other: &Path) -> Outcome<bool> {
    Ok(sums(one)? == sums(other)?)
}

fn sums(path: &Path) -> Outcome<Vec<(i64, i64, f64, i64)>> {
    let connection = Connection::open(path)?;
    let mut found = Vec::new();
    for (table, number) in [("customers", "credit"), ("invoices", "total"), ("lines", "price")] {
        let query = format!("SELECT count(*), sum(id), total({number}), sum(length(note)) FROM {table}");
        found.push(connection.query_row(&query, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?);
    }
    Ok(found)
}

fn open(path: &Path) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -200000;",
    )?;
    Ok(connection)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "counts of rows and files"
)]
pub(crate) fn scaled(count: u64, scale: f64) -> u64 {
    ((count as f64 * scale) as u64).max(100)
}

/// A number as SQLite keeps it.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// An amount with cents.
#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn money(random: &mut Random, most: u64) -> f64 {
    random.below(most * 100) as f64 / 100.0
}

fn date(random: &mut Random, part: u64, whole: u64) -> String {
    let month = part * 120 / whole;
    let (year, month, day) = (2015 + month / 12, 1 + month % 12, 1 + random.below(28));
    let (hour, minute, second) = (8 + random.below(11), random.below(60), random.below(60));
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

fn customers(db: &Connection, words: &Words, count: u64) -> Outcome {
    let mut insert = db.prepare("INSERT INTO customers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for id in 1..=count {
        let random = &mut Random::new(0xc057, id);
        let name = words.name(random);
        let email =
            format!("{}{}@{}.example", name.to_lowercase().replace(' ', "."), id % 97, words.word(random));
        let phone = format!("+34 6{:08}", random.below(100_000_000));
        let street = format!("{} {}, {}", words.phrase(random, 2), 1 + random.below(150), random.below(9));
        let (city, credit) = (words.word(random).to_owned(), money(random, 5000));
        let length = random.below(14);
        let (note, changed) = (words.phrase(random, length), date(random, id - 1, count));
        insert.execute(params![whole(id), name, email, phone, street, city, credit, note, changed])?;
    }
    Ok(())
}

fn invoices(db: &Connection, words: &Words, count: u64, customers: u64) -> Outcome {
    let mut insert = db.prepare("INSERT INTO invoices VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for id in 1..=count {
        let random = &mut Random::new(0x1270, id);
        let customer = 1 + random.below(customers);
        let issued = date(random, id - 1, count);
        let (state, total) = (STATES[random.zipf(STATES.len())], money(random, 2000));
        let reference = format!("F{}-{id:07}-{:04x}", &issued[..4], random.below(65_536));
        let length = 4 + random.below(18);
        let (note, tax) = (words.phrase(random, length), (total * 21.0).round() / 100.0);
        insert.execute(params![
            whole(id),
            whole(customer),
            issued,
            state,
            total,
            tax,
            reference,
            note,
            issued
        ])?;
    }
    Ok(())
}

fn lines(db: &Connection, words: &Words, count: u64, invoices: u64) -> Outcome {
    let mut insert = db.prepare("INSERT INTO lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for id in 1..=count {
        let random = &mut Random::new(0x11e5, id);
        let invoice = 1 + (id - 1) * invoices / count;
        let article = format!("{}-{:05}", words.phrase(random, 3), random.zipf(40_000));
        let (quantity, price) = (1 + random.below(40), money(random, 900));
        let discount = if random.once_in(4) { money(random, 20) } else { 0.0 };
        let lot = format!("L{:010x}", random.next() >> 24);
        let length = 3 + random.below(42);
        let (note, changed) = (words.phrase(random, length), date(random, id - 1, count));
        insert.execute(params![
            whole(id),
            whole(invoice),
            article,
            whole(quantity),
            price,
            discount,
            lot,
            note,
            changed
        ])?;
    }
    Ok(())
}
