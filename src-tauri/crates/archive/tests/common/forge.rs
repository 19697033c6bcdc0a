//! Makes archives that lie: ZIP records, listings and manifests with any field as one wants it.

use resguardo_archive::*;
use resguardo_codec::{Effort, Packer};
use resguardo_domain::*;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Parts in memory.
pub struct InMemory(pub Vec<Vec<u8>>);

impl PartReader for InMemory {
    fn read_exact_at(&self, _cx: &Context, part: u32, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let bytes = self.0.get((part as usize).wrapping_sub(1)).map_or(&[][..], Vec::as_slice);
        let end = offset.checked_add(buffer.len() as u64).filter(|end| *end <= bytes.len() as u64);
        let end = end.ok_or_else(|| Error::new(Kind::ArchiveDamaged, "read the archive"))?;
        buffer.copy_from_slice(&bytes[offset as usize..end as usize]);
        Ok(())
    }
}

pub fn sha(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    Packer::new(Effort::Number(9)).whole(bytes, &mut packed).unwrap();
    packed
}

pub fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    Packer::new(Effort::Normal).zstd(bytes, &mut packed).unwrap();
    packed
}

/// An entry of a forged ZIP; the `local_` fields are those of its local header, where they differ.
#[derive(Clone)]
pub struct Fake {
    pub name: Vec<u8>,
    pub method: u16,
    pub crc: u32,
    pub size: u64,
    pub body: Vec<u8>,
    pub flags: u16,
    pub local_name: Option<Vec<u8>>,
    pub local_crc: Option<u32>,
    pub local_size: Option<u32>,
    pub local_method: Option<u16>,
    pub local_flags: Option<u16>,
    /// Position of the local header that the directory claims.
    pub claimed_at: Option<u64>,
    /// Packed size that the directory claims.
    pub claimed_packed: Option<u32>,
    pub extra: Vec<u8>,
}

impl Fake {
    pub fn new(name: &str, body: &[u8]) -> Self {
        let packed = deflated(body);
        Self { method: 8, body: packed, ..Self::stored(name, body) }
    }

    pub fn stored(name: &str, body: &[u8]) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            method: 0,
            crc: crc32fast::hash(body),
            size: body.len() as u64,
            body: body.to_vec(),
            flags: 1 << 11,
            local_name: None,
            local_crc: None,
            local_size: None,
            local_method: None,
            local_flags: None,
            claimed_at: None,
            claimed_packed: None,
            extra: Vec::new(),
        }
    }

    fn header(&self, central: bool) -> Vec<u8> {
        let or = |local: Option<u16>, own: u16| if central { own } else { local.unwrap_or(own) };
        let mut out = 20_u16.to_le_bytes().to_vec();
        out.extend(or(self.local_flags, self.flags).to_le_bytes());
        out.extend(or(self.local_method, self.method).to_le_bytes());
        out.extend([0; 4]);
        out.extend(if central { self.crc } else { self.local_crc.unwrap_or(self.crc) }.to_le_bytes());
        let packed = self.body.len() as u32;
        let packed = if central { self.claimed_packed.unwrap_or(packed) } else { packed };
        let size = u32::try_from(self.size).unwrap_or(u32::MAX);
        let size = if central { size } else { self.local_size.unwrap_or(size) };
        out.extend(packed.to_le_bytes());
        out.extend(size.to_le_bytes());
        let name = if central { &self.name } else { self.local_name.as_ref().unwrap_or(&self.name) };
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((if central { self.extra.len() } else { 0 } as u16).to_le_bytes());
        if central {
            out.extend([0; 10]);
        } else {
            out.extend(name);
        }
        out
    }
}

/// The end of a forged directory.
#[derive(Default, Clone)]
pub struct FakeEnd {
    pub count: Option<u16>,
    pub size: Option<u32>,
    pub offset: Option<u32>,
    /// Count, size and offset of a Zip64 end.
    pub wide: Option<(u64, u64, u64)>,
    pub locator: Option<u64>,
    pub comment: Vec<u8>,
}

/// Where the packed bytes of each entry stand in a ZIP that `fake_zip` makes.
pub fn data_offsets(entries: &[Fake]) -> Vec<u64> {
    let mut at = 0;
    let mut next = |entry: &Fake| {
        let data = at + 30 + entry.local_name.as_ref().unwrap_or(&entry.name).len() as u64;
        at = data + entry.body.len() as u64;
        data
    };
    entries.iter().map(&mut next).collect()
}

pub fn fake_zip(entries: &[Fake], end: &FakeEnd) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.claimed_at.unwrap_or(out.len() as u64);
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(entry.header(false));
        out.extend(&entry.body);
        central.extend(0x0201_4b50_u32.to_le_bytes());
        central.extend([63, 3]);
        central.extend(entry.header(true));
        central.extend((at as u32).to_le_bytes());
        central.extend(&entry.name);
        central.extend(&entry.extra);
    }
    let (offset, size) = (out.len() as u64, central.len() as u64);
    out.extend(central);
    if let Some((count, size, offset)) = end.wide {
        let at = out.len() as u64;
        out.extend(0x0606_4b50_u32.to_le_bytes());
        out.extend(44_u64.to_le_bytes());
        out.extend([63, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        [count, count, size, offset].iter().for_each(|n| out.extend(n.to_le_bytes()));
        out.extend(0x0706_4b50_u32.to_le_bytes());
        out.extend(0_u32.to_le_bytes());
        out.extend(end.locator.unwrap_or(at).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    let count = end.count.unwrap_or(entries.len() as u16);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(end.size.unwrap_or(size as u32).to_le_bytes());
    out.extend(end.offset.unwrap_or(offset as u32).to_le_bytes());
    out.extend((end.comment.len() as u16).to_le_bytes());
    out.extend(&end.comment);
    out
}

/// A listing by itself: the part that holds nothing else, and its place.
pub fn fake_listing(text: &[u8]) -> (InMemory, ListingPlace) {
    let packed = deflated(text);
    let place = ListingPlace {
        part: 1,
        offset: 0,
        packed: packed.len() as u64,
        size: text.len() as u64,
        records: text.iter().filter(|&&byte| byte == b'\n').count() as u64,
        sha256: sha(text),
    };
    (InMemory(vec![packed]), place)
}

/// Whether a listing is refused, and how many records it gave away before.
pub fn listing_outcome(parts: &InMemory, place: &ListingPlace) -> (bool, usize) {
    let cx = super::cx();
    let mut given = 0;
    for record in ListingReader::new(&cx, parts, place) {
        if record.is_err() {
            return (true, given);
        }
        given += 1;
    }
    (false, given)
}

/// A good file record as JSON.
pub fn good_record() -> Value {
    json!({ "p": "files/x/a", "t": "f", "s": 5, "m": 1, "o": 420, "at": { "o": 100, "z": 5, "k": 0 } })
}

/// A whole archive in memory around a listing, its first entry `files/x/a` with the content `hello`.
pub fn fake_archive(records: &[Value], manifest: &Manifest, fakes: &[Fake]) -> (InMemory, Manifest) {
    let mut text = Vec::new();
    for record in records {
        text.extend(record.to_string().bytes());
        text.push(b'\n');
    }
    let mut entries = fakes.to_vec();
    entries.push(Fake::new(".resguardo/listing.jsonl", &text));
    let zip = fake_zip(&entries, &FakeEnd::default());
    let (_, mut place) = fake_listing(&text);
    place.offset = *data_offsets(&entries).last().unwrap();
    let part = PartInfo { name: "backup_manual_1.zip".into(), size: zip.len() as u64, sha256: sha(&zip) };
    (InMemory(vec![zip]), Manifest { parts: vec![part], listing: place, ..manifest.clone() })
}

/// The text of a manifest after its JSON was changed, with a checksum that fits.
pub fn forged_manifest(manifest: &Manifest, change: &dyn Fn(&mut Value)) -> Vec<u8> {
    let mut value = serde_json::to_value(manifest).unwrap();
    change(&mut value);
    // The format comes first, as in every manifest; the rest in any order.
    let format = value.as_object_mut().unwrap().remove("format").unwrap();
    let rest = serde_json::to_string_pretty(&value).unwrap();
    sealed_manifest(&format!("{{\n  \"format\": {format},{}", &rest[1..rest.len() - 2]))
}

/// Adds the checksum to the text before it.
pub fn sealed_manifest(body: &str) -> Vec<u8> {
    format!("{body},\n  \"self_sha256\": \"{}\"\n}}\n", manifest_digest(body.as_bytes())).into_bytes()
}

/// Names that must be refused wherever a path of the snapshot stands.
pub const BAD_PATHS: [&str; 32] = [
    "../x",
    "files/../../x",
    "files/x/..",
    "..",
    ".",
    "",
    "/",
    "/etc/passwd",
    "//server/share/x",
    "files//x",
    "files/./x",
    "files/x/",
    "C:/win.txt",
    "c:win.txt",
    "C:\\win.txt",
    "C:",
    "x:stream/a",
    "\\\\server\\share\\x",
    "\\\\?\\C:\\x",
    "files\\..\\x",
    "files/a\\b",
    "files/a\0b",
    "files/a\nb",
    "files/a\u{1}b",
    "files/a\u{7f}b",
    "files/\u{FFFD}2E\u{FFFD}2E/x",
    "files/\u{FFFD}2E",
    "files/a\u{FFFD}2Fb",
    "files/a\u{FFFD}00b",
    "files/\u{FFFD}41",
    "files/\u{FFFD}c3",
    "files/\u{FFFD}C3\u{FFFD}A9",
];
