//! Fifty things that people and programs do to many files at once.

use crate::Change;
use crate::office::{Chance, Office, ending, file};

fn is(endings: &'static [&'static str]) -> impl Fn(&str, usize) -> bool {
    move |path, _| endings.contains(&ending(path))
}

fn again(path: &str, bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    file(ending(path), bytes.len().max(100), chance)
}

/// The files of some endings become files of another.
fn convert(office: &mut Office, chance: &mut Chance, from: &'static [&'static str], to: &'static str) {
    office.replace(is(from), chance, |path, bytes, chance| {
        let stem = path.rsplit_once('.').unwrap().0;
        (format!("{stem}.{to}"), file(to, bytes.len(), chance))
    });
}

fn rewrite(office: &mut Office, chance: &mut Chance, endings: &'static [&'static str]) {
    office.edit(is(endings), chance, again);
}

fn map_text(office: &mut Office, chance: &mut Chance, change: fn(&str) -> Vec<u8>) {
    office.edit(is(&["txt", "csv"]), chance, |_, bytes, _| change(&String::from_utf8_lossy(bytes)));
}

/// Some files go into one, which is of another kind.
fn pack(office: &mut Office, chance: &mut Chance, part: usize, name: &str, ending: &str) {
    let size: usize =
        office.files.values().enumerate().filter(|(n, _)| n % part == 0).map(|(_, b)| b.len()).sum();
    office.remove(|_, n| n % part == 0);
    office.files.insert(name.to_owned(), file(ending, size, chance));
}

fn moved(office: &mut Office, chance: &mut Chance, name: fn(&str) -> String) {
    office.replace(|_, _| true, chance, |path, bytes, _| (name(path), bytes));
}

pub(crate) const ALL: [(&str, Change); 50] = [
    ("unzip", |o, c| o.add("unzipped", "txt", 300, c)),
    ("unzip documents", |o, c| o.add("unzipped", "docx", 400, c)),
    ("photo import", |o, c| o.add("photos/2026", "jpg", 500, c)),
    ("video import", |o, c| o.add("photos/film", "mp4", 60, c)),
    ("first build", |o, c| o.add("build", "o", 400, c)),
    ("build with odd objects", |o, c| o.add("build", "bin", 400, c)),
    ("package install", |o, c| o.add("modules", "js", 800, c)),
    ("mail export", |o, c| o.add("mail", "eml", 300, c)),
    ("thumbnails", |o, c| o.add("photos/small", "png", 110, c)),
    ("scanned archive", |o, c| o.add("scans", "pdf", 250, c)),
    ("browser cache", |o, c| o.add("cache", "bin", 300, c)),
    ("git objects", |o, c| o.add("git", "loose", 300, c)),
    ("software update", |o, c| rewrite(o, c, &["dll"])),
    ("all office files saved anew", |o, c| rewrite(o, c, &["docx", "xlsx"])),
    ("all pictures turned", |o, c| rewrite(o, c, &["jpg", "png"])),
    ("all texts rewritten", |o, c| rewrite(o, c, &["txt", "csv", "xml"])),
    ("text recognition in all PDFs", |o, c| rewrite(o, c, &["pdf"])),
    ("databases vacuumed", |o, c| rewrite(o, c, &["db"])),
    ("old spreadsheets recalculated", |o, c| rewrite(o, c, &["xls", "csv", "xlsx"])),
    ("everything restored from yesterday", |o, c| {
        rewrite(o, c, &["docx", "pdf", "jpg", "csv", "txt", "xml"])
    }),
    ("films cut", |o, c| o.edit(is(&["mp4"]), c, |p, b, c| file(ending(p), b.len() / 4, c))),
    ("pictures made smaller", |o, c| {
        o.edit(is(&["jpg", "png"]), c, |p, b, c| file(ending(p), b.len() / 2, c))
    }),
    ("png to webp", |o, c| convert(o, c, &["png"], "webp")),
    ("jpg to heic", |o, c| convert(o, c, &["jpg"], "heic")),
    ("jpg to png", |o, c| convert(o, c, &["jpg"], "png")),
    ("doc to docx", |o, c| convert(o, c, &["xls"], "xlsx")),
    ("docx to pdf", |o, c| convert(o, c, &["docx"], "pdf")),
    ("docx to odt", |o, c| convert(o, c, &["docx", "xlsx"], "odt")),
    ("csv to xlsx", |o, c| convert(o, c, &["csv"], "xlsx")),
    ("csv into databases", |o, c| convert(o, c, &["csv", "xml"], "db")),
    ("texts to pdf", |o, c| convert(o, c, &["txt", "csv", "xml"], "pdf")),
    ("pdf to jpg", |o, c| convert(o, c, &["pdf"], "jpg")),
    ("texts packed singly", |o, c| {
        o.replace(is(&["txt", "csv", "xml"]), c, |p, b, c| (format!("{p}.gz"), file("gz", b.len() / 3, c)));
    }),
    ("logs rotated", |o, c| {
        o.add("logs", "log", 20, c);
        o.replace(|p, _| p.ends_with("csv"), c, |p, b, c| (format!("{p}.1.gz"), file("gz", b.len() / 3, c)));
    }),
    ("line ends", |o, c| map_text(o, c, |text| text.replace('\n', "\r\n").into_bytes())),
    ("to UTF-16", |o, c| {
        map_text(o, c, |text| {
            [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        });
    }),
    ("sorted", |o, c| {
        map_text(o, c, |text| {
            let mut lines: Vec<&str> = text.split_whitespace().collect();
            lines.sort_unstable();
            lines.join("\n").into_bytes()
        });
    }),
    ("capitals", |o, c| map_text(o, c, |text| text.to_uppercase().into_bytes())),
    ("year-end archive", |o, c| pack(o, c, 3, "archive/2025.zip", "zip")),
    ("half into one archive", |o, c| pack(o, c, 2, "archive/all.zip", "zip")),
    ("a folder into a locked container", |o, c| pack(o, c, 6, "private.hc", "bin")),
    ("git gc", |o, c| {
        o.files.retain(|path, _| !path.starts_with("documents/txt"));
        o.files.insert("git/pack-1.pack".to_owned(), [&b"PACK\0\0\0\x02"[..], &c.bytes(40_000)].concat());
        o.files.insert("git/pack-1.idx".to_owned(), c.bytes(9000));
    }),
    ("a folder encrypted on purpose", |o, c| {
        o.replace(
            |p, _| p.starts_with("documents/txt") || p.starts_with("accounts/xlsx"),
            c,
            |p, b, c| (format!("{p}.age"), [&b"age-encryption.org/v1\n"[..], &c.bytes(b.len())].concat()),
        );
    }),
    ("spreadsheets with a password", |o, c| {
        o.edit(is(&["xlsx", "docx"]), c, |_, b, c| {
            [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &c.bytes(b.len())].concat()
        });
    }),
    ("a folder renamed", |o, c| moved(o, c, |path| path.replace("documents/", "papers/"))),
    ("everything moved by year", |o, c| moved(o, c, |path| format!("2026/{path}"))),
    ("dates before names", |o, c| moved(o, c, |path| path.replacen('/', "/2026-03-10 ", 1))),
    ("a third deleted", |o, _| o.remove(|_, n| n % 3 == 0)),
    ("pictures taken elsewhere", |o, _| o.remove(|p, _| p.starts_with("photos"))),
    ("a large index is written", |o, c| {
        o.files.insert("data/index.bin".to_owned(), c.bytes(400_000));
        o.files.insert("data/index2.bin".to_owned(), c.bytes(400_000));
    }),
];
