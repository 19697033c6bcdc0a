//! What stands in each file of the corpora that consist of files: a function of its number and its version alone.

use crate::random::{Random, mix};
use crate::text::Words;

/// Which of the corpora of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Pictures, PDFs, office documents, some text.
    Office,
    /// Program text.
    Source,
    /// Tiny files.
    Many,
}

/// A corpus of `count` files.
pub(crate) struct Files {
    pub(crate) style: Style,
    pub(crate) count: u64,
    words: Words,
}

impl Files {
    pub(crate) fn new(style: Style, count: u64) -> Self {
        Self { style, count, words: Words::new(6000) }
    }

    fn seed(&self) -> u64 {
        match self.style {
            Style::Office => 0x0ff1ce,
            Style::Source => 0x50c3,
            Style::Many => 0x3a17,
        }
    }

    /// Its path below the corpus, with `/`.
    pub(crate) fn path(&self, index: u64) -> String {
        let mut random = Random::new(self.seed() ^ 0xaaaa, index);
        let word = self.words.word(&mut random);
        match self.style {
            Style::Office => {
                let (year, folder) = (2010 + index / 600, (index % 600) / 40);
                format!("{year}/folder {folder:02}/{word} {index:05}.{}", kind(index).extension())
            }
            Style::Source => {
                let (project, module, part) = (index / 2000, (index % 2000) / 120, (index % 120) / 12);
                let extension = ["rs", "rs", "c", "h", "py", "js"][random.place(6)];
                format!("project-{project:03}/src/module_{module:02}/part{part}/{word}_{index}.{extension}")
            }
            Style::Many => format!("{:03}/{:02}/f{index:07}.txt", index / 10_000, (index % 10_000) / 100),
        }
    }

    /// Its content; a version above 0 is what somebody made of it later.
    pub(crate) fn body(&self, index: u64, version: u64) -> Vec<u8> {
        let mut random = Random::new(self.seed(), index);
        let mut out = Vec::new();
        match self.style {
            Style::Office => return self.office(index, version),
            Style::Source => {
                let length = random.size(6_150, 1.25, 60, 1_200_000);
                self.words.code(&mut random, &mut out, length);
            }
            Style::Many => {
                let tiny = random.below(100) < 40;
                let length = if tiny { 8 + random.below(293) } else { 300 + random.below(1749) };
                self.words.prose(&mut random, &mut out, usize::try_from(length).unwrap_or(0));
            }
        }
        self.edit(&mut out, index, version);
        out
    }

    /// What a person does to a text: some lines in, a word changed.
    fn edit(&self, body: &mut Vec<u8>, index: u64, version: u64) {
        if version == 0 {
            return;
        }
        let mut random = Random::new(self.seed() ^ version, index);
        for _ in 0..1 + random.below(3) {
            let line = format!("{}\n", self.words.phrase(&mut random, 7));
            let at = random.place(body.len() + 1);
            body.splice(at..at, line.bytes());
        }
    }

    fn office(&self, index: u64, version: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let original = if index > 50 && index % 71 == 3 { index - 37 } else { index };
        // A copy of another file keeps its kind, so it is only made where both have the same one.
        let original = if kind(original) == kind(index) { original } else { index };
        let mut random = Random::new(self.seed(), original);
        let text = matches!(kind(index), Kind::Text | Kind::Table | Kind::Pdf);
        // A picture or a packed document that somebody saved again has other bytes; a text is edited.
        let mut bytes = Random::new(self.seed() ^ if text { 0 } else { version }, original);
        match kind(index) {
            Kind::Jpeg => {
                let length = random.size(112_000, 1.0, 4_000, 12_000_000);
                out.extend_from_slice(
                    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
                );
                bytes.noise(&mut out, length);
                out.extend_from_slice(b"\xff\xd9");
            }
            Kind::Png => {
                let length = random.size(60_000, 1.0, 2_000, 6_000_000);
                out.extend_from_slice(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR");
                bytes.noise(&mut out, length);
                out.extend_from_slice(b"\x00\x00\x00\x00IEND\xaeB`\x82");
            }
            Kind::Pdf => self.pdf(&mut random, &mut out),
            Kind::Document => packed(&mut random, &mut bytes, &mut out, "word/document.xml"),
            Kind::Sheet => packed(&mut random, &mut bytes, &mut out, "xl/worksheets/sheet1.xml"),
            Kind::Text => {
                let length = random.size(20_000, 1.1, 100, 2_000_000);
                self.words.prose(&mut random, &mut out, length);
            }
            Kind::Table => {
                let length = random.size(92_000, 1.0, 500, 8_000_000);
                self.words.table(&mut random, &mut out, length);
            }
        }
        if text {
            self.edit(&mut out, index, version);
        }
        out
    }

    /// Objects in plain text between packed streams, about a third of it text.
    fn pdf(&self, random: &mut Random, out: &mut Vec<u8>) {
        let length = random.size(130_000, 1.0, 5_000, 15_000_000);
        out.extend_from_slice(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
        let mut object = 1_u32;
        while out.len() < length {
            let stream = random.size(12_000, 0.8, 200, 200_000);
            let head = format!(
                "{object} 0 obj\n<< /Type /XObject /Length {stream} /Filter /FlateDecode >>\nstream\n"
            );
            out.extend_from_slice(head.as_bytes());
            random.noise(out, stream);
            out.extend_from_slice(b"\nendstream\nendobj\n");
            let text = stream * 2 / 5;
            self.words.prose(random, out, text);
            object += 1;
        }
        out.extend_from_slice(b"\ntrailer\n<< /Size 12 /Root 1 0 R >>\nstartxref\n12345\n%%EOF\n");
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    Pdf,
    Document,
    Sheet,
    Text,
    Table,
}

impl Kind {
    fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Document => "docx",
            Self::Sheet => "xlsx",
            Self::Text => "txt",
            Self::Table => "csv",
        }
    }
}

/// The kind of an office file, by how often each is met.
fn kind(index: u64) -> Kind {
    match mix(index ^ 0x6b1d) % 100 {
        0..42 => Kind::Jpeg,
        42..54 => Kind::Png,
        54..68 => Kind::Pdf,
        68..78 => Kind::Document,
        78..84 => Kind::Sheet,
        84..92 => Kind::Text,
        _ => Kind::Table,
    }
}

/// A ZIP file as office programs write it: packed members, their names twice, an end record.
fn packed(random: &mut Random, bytes: &mut Random, out: &mut Vec<u8>, main: &str) {
    let members = ["[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml", main];
    let mut central = Vec::new();
    for (n, name) in members.iter().enumerate() {
        let length = if n + 1 == members.len() { random.size(48_000, 1.0, 3_000, 4_000_000) } else { 400 };
        let mut fields = Vec::from(b"\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00".as_slice());
        bytes.noise(&mut fields, 4);
        fields.extend_from_slice(&u32::try_from(length).unwrap_or(0).to_le_bytes());
        fields.extend_from_slice(&u32::try_from(length * 5).unwrap_or(0).to_le_bytes());
        fields.extend_from_slice(&u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        fields.extend_from_slice(b"\x00\x00");
        central.extend_from_slice(b"PK\x01\x02\x14\x00");
        central.extend_from_slice(&fields);
        central.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&fields);
        out.extend_from_slice(name.as_bytes());
        bytes.noise(out, length);
    }
    out.extend_from_slice(&central);
    out.extend_from_slice(
        b"PK\x05\x06\x00\x00\x00\x00\x05\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    );
}
