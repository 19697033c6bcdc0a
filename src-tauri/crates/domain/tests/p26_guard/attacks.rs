//! Twenty ways in which files are held to ransom or destroyed within one day.

use crate::Change;
use crate::office::{Chance, ending};

fn any(_: &str, _: usize) -> bool {
    true
}

/// Replaces the part of the bytes between two percentages by a cipher's.
fn cipher(bytes: &[u8], from: usize, to: usize, chance: &mut Chance) -> Vec<u8> {
    let (from, to) = (bytes.len() * from / 100, (bytes.len() * to).div_ceil(100));
    let mut out = bytes.to_vec();
    out[from..to].copy_from_slice(&chance.bytes(to - from));
    out
}

fn stripes(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let block = |(number, block): (usize, &[u8])| {
        if number % 2 == 0 { chance.bytes(block.len()) } else { block.to_vec() }
    };
    bytes.chunks(256).enumerate().flat_map(block).collect()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes.iter().map(|byte| LETTERS[usize::from(byte & 63)]).collect()
}

fn locked_zip(length: usize, chance: &mut Chance) -> Vec<u8> {
    [&b"PK\x03\x04\x14\0\x01\0\x08\0"[..], &chance.bytes(length), b"PK\x05\x06"].concat()
}

pub(crate) const ALL: [(&str, Change); 20] = [
    ("whole, in place", |o, c| o.edit(any, c, |_, b, c| c.bytes(b.len()))),
    ("whole, known ending", |o, c| o.replace(any, c, |p, b, c| (format!("{p}.lockbit"), c.bytes(b.len())))),
    ("whole, new ending", |o, c| o.replace(any, c, |p, b, c| (format!("{p}.k3j9x"), c.bytes(b.len())))),
    ("whole, made-up names", |o, c| {
        o.replace(any, c, |_, b, c| (format!("documents/{:016x}", c.next()), c.bytes(b.len())))
    }),
    ("half, in stripes", |o, c| o.edit(any, c, |_, b, c| stripes(b, c))),
    ("first tenth", |o, c| o.edit(any, c, |_, b, c| cipher(b, 0, 10, c))),
    ("middle to end", |o, c| o.edit(any, c, |_, b, c| cipher(b, 25, 100, c))),
    ("first bytes only", |o, c| o.edit(any, c, |_, b, c| cipher(b, 0, 1, c))),
    ("second half", |o, c| o.edit(any, c, |_, b, c| cipher(b, 50, 100, c))),
    ("documents only", |o, c| {
        o.edit(
            |p, _| matches!(ending(p), "docx" | "pdf" | "txt" | "xlsx" | "xls" | "csv"),
            c,
            |_, b, c| c.bytes(b.len()),
        );
    }),
    ("pictures only", |o, c| o.edit(|p, _| p.starts_with("photos"), c, |_, b, c| c.bytes(b.len()))),
    ("locked zips", |o, c| o.replace(any, c, |p, b, c| (format!("{p}.zip"), locked_zip(b.len(), c)))),
    ("7-zips", |o, c| {
        o.replace(any, c, |p, b, c| {
            (format!("{p}.7z"), [&b"7z\xBC\xAF\x27\x1C\0\x04"[..], &c.bytes(b.len())].concat())
        });
    }),
    ("zeros", |o, c| o.edit(any, c, |_, b, _| vec![0; b.len()])),
    ("every third file", |o, c| o.edit(|_, n| n % 3 == 0, c, |_, b, c| c.bytes(b.len()))),
    ("all deleted, a note left", |o, c| {
        o.remove(any);
        o.files.insert("README.txt".to_owned(), c.text(400));
    }),
    ("nine of ten deleted", |o, _| o.remove(|_, n| n % 10 != 0)),
    ("emptied", |o, c| o.edit(any, c, |_, _, _| Vec::new())),
    ("a tenth and a note", |o, c| {
        o.edit(|_, n| n % 10 == 0, c, |_, b, c| c.bytes(b.len()));
        o.files.insert("documents/HOW_TO_DECRYPT_FILES.txt".to_owned(), c.text(400));
    }),
    ("written as letters", |o, c| o.edit(any, c, |_, b, c| base64(&c.bytes(b.len())))),
];
