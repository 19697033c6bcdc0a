//! What the bytes of a file look like: its type by its first and last bytes, and how even they are.

use serde::{Deserialize, Serialize};

/// Types that are told apart by their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FileKind {
    Pdf,
    /// Zip archives and what is built on them: office documents, books, programs.
    Zip,
    /// A zip whose first entry is encrypted.
    LockedZip,
    SevenZip,
    Rar,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    /// The old office formats.
    Ole,
    Rtf,
    Jpeg,
    Png,
    Gif,
    Bmp,
    Tiff,
    Webp,
    Photoshop,
    /// MP4, MOV, HEIC and relatives.
    IsoMedia,
    Matroska,
    Avi,
    Wave,
    Mp3,
    Ogg,
    Flac,
    Sqlite,
    Access,
    Executable,
    /// Tape archives.
    Tar,
    /// Encrypted by a tool that says so: age, OpenPGP, OpenSSL, LUKS, Ansible.
    Encrypted,
    Xml,
    /// Text of any other kind.
    Text,
}

/// First bytes at offset 0 and what they mean.
const MAGIC: [(&[u8], FileKind); 37] = [
    (b"%PDF", FileKind::Pdf),
    (b"PK\x05\x06", FileKind::Zip),
    (b"7z\xBC\xAF\x27\x1C", FileKind::SevenZip),
    (b"Rar!", FileKind::Rar),
    (b"\x1F\x8B", FileKind::Gzip),
    (b"BZh", FileKind::Bzip2),
    (b"\xFD7zXZ", FileKind::Xz),
    (b"\x28\xB5\x2F\xFD", FileKind::Zstd),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::Ole),
    (b"{\\rtf", FileKind::Rtf),
    (b"\xFF\xD8\xFF", FileKind::Jpeg),
    (b"\x89PNG\r\n", FileKind::Png),
    (b"GIF8", FileKind::Gif),
    (b"BM", FileKind::Bmp),
    (b"II*\0", FileKind::Tiff),
    (b"MM\0*", FileKind::Tiff),
    (b"8BPS", FileKind::Photoshop),
    (b"\x1A\x45\xDF\xA3", FileKind::Matroska),
    (b"ID3", FileKind::Mp3),
    (b"\xFF\xFB", FileKind::Mp3),
    (b"\xFF\xF3", FileKind::Mp3),
    (b"OggS", FileKind::Ogg),
    (b"fLaC", FileKind::Flac),
    (b"SQLite format 3\0", FileKind::Sqlite),
    (b"\0\x01\0\0Standard", FileKind::Access),
    (b"MZ", FileKind::Executable),
    (b"\x7FELF", FileKind::Executable),
    (b"\xCF\xFA\xED\xFE", FileKind::Executable),
    (b"age-encryption.org/", FileKind::Encrypted),
    (b"-----BEGIN AGE ENCRYPTED", FileKind::Encrypted),
    (b"-----BEGIN PGP MESSAGE", FileKind::Encrypted),
    (b"\x85\x02", FileKind::Encrypted),
    (b"\x8C\x0D\x04", FileKind::Encrypted),
    (b"Salted__", FileKind::Encrypted),
    (b"LUKS\xBA\xBE", FileKind::Encrypted),
    (b"$ANSIBLE_VAULT", FileKind::Encrypted),
    (b"<?xml", FileKind::Xml),
];

impl FileKind {
    /// The type of a file by its first bytes (512 are enough); `None` when they are of no known type.
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") {
            // Bit 0 of the flags: the entry is encrypted. Method 99 is the same by another name.
            let locked = head.get(6).is_some_and(|flags| flags & 1 == 1) || head.get(8..10) == Some(&[99, 0]);
            return Some(if locked { Self::LockedZip } else { Self::Zip });
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return Some(*kind);
        }
        match (head.get(..4), head.get(4..8), head.get(8..12)) {
            (_, Some(b"ftyp"), _) => return Some(Self::IsoMedia),
            (Some(b"RIFF"), _, Some(b"WAVE")) => return Some(Self::Wave),
            (Some(b"RIFF"), _, Some(b"AVI ")) => return Some(Self::Avi),
            (Some(b"RIFF"), _, Some(b"WEBP")) => return Some(Self::Webp),
            _ => {}
        }
        if head.get(257..262) == Some(b"ustar") {
            return Some(Self::Tar);
        }
        is_text(head).then_some(Self::Text)
    }

    /// Whether a file of this type hides its content from everybody without a key (7-Zip and RAR files do not tell; who replaces
    /// documents by them wholesale is asked about it).
    fn may_be_locked(self) -> bool {
        matches!(self, Self::LockedZip | Self::SevenZip | Self::Rar | Self::Encrypted)
    }

    /// Whether people or programs write it as text.
    fn is_written(self) -> bool {
        matches!(self, Self::Text | Self::Xml | Self::Rtf)
    }

    /// The ending that a whole file of this type has in its last 64 bytes, for the types that have one.
    fn has_end(self, tail: &[u8]) -> Option<bool> {
        let holds = |mark: &[u8]| tail.windows(mark.len()).any(|window| window == mark);
        match self {
            Self::Pdf => Some(holds(b"%%EOF")),
            Self::Jpeg => Some(holds(b"\xFF\xD9")),
            Self::Png => Some(holds(b"IEND")),
            Self::Zip => Some(holds(b"PK\x05\x06")),
            Self::Xml => Some(holds(b">")),
            _ => None,
        }
    }
}

/// Text: no zero bytes and hardly any control characters, and it is UTF-8 or reads like a single-byte code page.
fn is_text(head: &[u8]) -> bool {
    if head.is_empty() {
        return false;
    }
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = head {
        return true;
    }
    let control = head.iter().filter(|byte| **byte < 32 && !b"\t\n\r\x0C\x1B".contains(byte)).count();
    let plain = head.iter().filter(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()).count();
    // The sample may end in the middle of a character.
    let utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    control * 100 <= head.len() && (utf8 || plain * 10 >= head.len() * 7)
}

/// What is remembered of a file's content: enough to see that it was made unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Type by its first bytes.
    pub kind: Option<FileKind>,
    /// Whether it ends as its type must; `None` for types without a known end.
    pub whole: Option<bool>,
    /// Bits per byte of the sample, 0 to 8.
    pub entropy: f32,
}

impl Look {
    /// Looks at samples of a file: its first bytes (512 or more), its last bytes (64 or more) and a sample from the middle (4 KiB or
    /// more, best from several places). All of them may be the same bytes of a small file.
    pub fn at(head: &[u8], middle: &[u8], tail: &[u8]) -> Self {
        let kind = FileKind::of(head);
        Self { kind, whole: kind.and_then(|kind| kind.has_end(tail)), entropy: entropy(middle) }
    }

    /// Looks at a whole file in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self::at(&bytes[..bytes.len().min(512)], bytes, &bytes[bytes.len().saturating_sub(64)..])
    }

    /// Whether something could be told about the file: it has a known type, or its bytes are far from even.
    pub fn is_recognisable(&self) -> bool {
        self.kind.is_some_and(|kind| !kind.may_be_locked()) || self.kind.is_none() && self.entropy < EVEN
    }
}

/// From here on bytes are as good as random (4 KiB of random bytes have about 7.95).
const EVEN: f32 = 7.2;
/// A rise in bits per byte that ordinary edits do not make.
const RISE: f32 = 1.5;

/// Shannon entropy of the bytes in bits per byte, 0 to 8; 0 for no bytes.
#[allow(clippy::cast_precision_loss, reason = "samples are small")]
fn entropy(bytes: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let total = bytes.len() as f32;
    counts.iter().filter(|count| **count > 0).map(|count| *count as f32 / total).map(|p| -p * p.log2()).sum()
}

/// Whether a formerly recognisable file was made unreadable: it lost its type or its end, became something locked, or its bytes
/// became even without becoming a type that explains it.
pub fn is_made_unreadable(before: &Look, after: &Look) -> bool {
    let lost = match (before.kind, after.kind) {
        (Some(_), None) => true,
        // Bytes of a document or a picture written out as letters.
        (Some(before), Some(FileKind::Text)) if !before.is_written() => true,
        (before, Some(after)) => Some(after) != before && after.may_be_locked(),
        (None, None) => false,
    };
    let cut = before.kind == after.kind && before.whole == Some(true) && after.whole == Some(false);
    let explained = after.kind.is_some() && after.kind != before.kind;
    lost || cut || (!explained && after.entropy - before.entropy >= RISE)
}
