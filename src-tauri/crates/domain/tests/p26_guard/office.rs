//! The files of a small office, and the measure that a run takes of them.

use std::collections::BTreeMap;

use resguardo_domain::{ChangeTally, Look, Measure};
use resguardo_testkit::SeededRandom;

pub(crate) struct Chance(SeededRandom);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed ^ 0x0ff1ce))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next()
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// As even as what a cipher or a packer writes.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 24) as u8).collect()
    }

    /// Words of everyday letters.
    pub(crate) fn text(&mut self, length: usize) -> Vec<u8> {
        const WORDS: [&str; 24] = [
            "factura",
            "cliente",
            "the",
            "of",
            "total",
            "2026",
            "paciente",
            "señora",
            "invoice",
            "12,50",
            "and",
            "para",
            "Núñez",
            "cita",
            "martes",
            "due",
            "amount",
            "caja",
            "de",
            "la",
            "repuesto",
            "order",
            "tax",
            "pendiente",
        ];
        let mut text = String::new();
        while text.len() < length {
            text.push_str(WORDS[self.below(WORDS.len())]);
            text.push(if self.below(9) == 0 { '\n' } else { ' ' });
        }
        text.into_bytes()
    }
}

fn framed(head: &[u8], body: Vec<u8>, tail: &[u8]) -> Vec<u8> {
    [head, &body, tail].concat()
}

/// A file as the programs of its ending write it.
pub(crate) fn file(ending: &str, length: usize, chance: &mut Chance) -> Vec<u8> {
    match ending {
        "docx" | "xlsx" | "zip" | "odt" => framed(
            b"PK\x03\x04\x14\0\0\0\x08\0",
            chance.bytes(length),
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        ),
        "pdf" => framed(b"%PDF-1.7\n%\xE2\xE3\n", mixed(length, chance), b"\nstartxref\n1234\n%%EOF\n"),
        "jpg" => framed(b"\xFF\xD8\xFF\xE0\0\x10JFIF", chance.bytes(length), b"\xFF\xD9"),
        "png" => framed(b"\x89PNG\r\n\x1A\n", chance.bytes(length), b"\0\0\0\0IEND\xAE\x42\x60\x82"),
        "heic" => framed(b"\0\0\0\x18ftypheic", chance.bytes(length), b""),
        "mp4" => framed(b"\0\0\0\x18ftypisom", chance.bytes(length), b""),
        "webp" => framed(b"RIFF\0\0\0\0WEBPVP8 ", chance.bytes(length), b""),
        "wav" => framed(b"RIFF\0\0\0\0WAVEfmt ", chance.bytes(length / 2).repeat(2), b""),
        "mp3" => framed(b"ID3\x04", chance.bytes(length), b""),
        "xls" | "doc" => framed(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", sparse(length, chance), b""),
        "db" => framed(b"SQLite format 3\0", sparse(length, chance), b""),
        "o" | "dll" | "exe" => framed(b"\x7FELF\x02\x01\x01", sparse(length, chance), b""),
        "gz" => framed(b"\x1F\x8B\x08", chance.bytes(length), b""),
        "xml" => framed(b"<?xml version=\"1.0\"?>\n<a>", chance.text(length), b"</a>\n"),
        "bin" | "loose" => framed(b"\x78\x01", chance.bytes(length), b""),
        _ => chance.text(length),
    }
}

/// Half text, half packed, as in a PDF.
fn mixed(length: usize, chance: &mut Chance) -> Vec<u8> {
    [chance.text(length / 2), chance.bytes(length / 2)].concat()
}

/// Records with padding, as in databases and old office files.
fn sparse(length: usize, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        bytes.extend(chance.text(40));
        bytes.extend([0; 25]);
    }
    bytes
}

#[derive(Clone, Default)]
pub(crate) struct Office {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Folder, ending and how many.
const SHELVES: [(&str, &str, usize); 12] = [
    ("documents", "docx", 70),
    ("documents", "pdf", 60),
    ("documents", "txt", 30),
    ("accounts", "xlsx", 30),
    ("accounts", "xls", 15),
    ("accounts", "csv", 40),
    ("accounts", "xml", 30),
    ("photos", "jpg", 90),
    ("photos", "png", 15),
    ("programs", "dll", 20),
    ("data", "db", 4),
    ("photos", "mp4", 6),
];

impl Office {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        let mut office = Self::default();
        for (folder, ending, count) in SHELVES {
            office.add(folder, ending, count, chance);
        }
        office
    }

    pub(crate) fn add(&mut self, folder: &str, ending: &str, count: usize, chance: &mut Chance) {
        for number in 0..count {
            let length = 600 + chance.below(6000);
            self.files.insert(format!("{folder}/{ending}{number:04}.{ending}"), file(ending, length, chance));
        }
    }

    /// Edits (a tenth of the files in a busy office, a hundredth in a quiet one) and a few new files.
    pub(crate) fn ordinary_day(&mut self, busy: bool, chance: &mut Chance) {
        let touched = if busy { "7." } else { "17." };
        self.edit(
            |path, _| path.contains(touched),
            chance,
            |path, _, chance| file(ending(path), 3000, chance),
        );
        let number = chance.next();
        self.files.insert(format!("documents/new{number}.pdf"), file("pdf", 2000, chance));
        self.files.insert(format!("photos/new{number}.jpg"), file("jpg", 2000, chance));
    }

    /// Gives the chosen files new bytes.
    pub(crate) fn edit(
        &mut self,
        chosen: impl Fn(&str, usize) -> bool,
        chance: &mut Chance,
        change: impl Fn(&str, &[u8], &mut Chance) -> Vec<u8>,
    ) {
        for (number, (path, bytes)) in self.files.iter_mut().enumerate() {
            if chosen(path, number) {
                *bytes = change(path, bytes, chance);
            }
        }
    }

    /// Gives the chosen files new names and bytes.
    pub(crate) fn replace(
        &mut self,
        chosen: impl Fn(&str, usize) -> bool,
        chance: &mut Chance,
        change: impl Fn(&str, Vec<u8>, &mut Chance) -> (String, Vec<u8>),
    ) {
        let files = std::mem::take(&mut self.files);
        for (number, (path, bytes)) in files.into_iter().enumerate() {
            let (path, bytes) =
                if chosen(&path, number) { change(&path, bytes, chance) } else { (path, bytes) };
            self.files.insert(path, bytes);
        }
    }

    pub(crate) fn remove(&mut self, chosen: impl Fn(&str, usize) -> bool) {
        let mut number = 0;
        self.files.retain(|path, _| {
            number += 1;
            !chosen(path, number - 1)
        });
    }
}

pub(crate) fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// What a run tells of the files before and after.
pub(crate) fn measure(before: &Office, after: &Office) -> Measure {
    let mut tally = ChangeTally::default();
    for (path, bytes) in &after.files {
        let length = bytes.len() as u64;
        match before.files.get(path) {
            None => tally.added(path, length, Look::of(bytes)),
            Some(old) if old == bytes => tally.unchanged(length),
            Some(old) => tally.changed(length, &Look::of(old), &Look::of(bytes)),
        }
    }
    for (path, bytes) in before.files.iter().filter(|(path, _)| !after.files.contains_key(*path)) {
        tally.removed(path, Look::of(bytes));
    }
    tally.finish()
}
