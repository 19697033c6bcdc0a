//! Guessing whether packing pays, before a slow packer has run over megabytes of pictures.

use crate::Packer;

/// Whether `sample` shrinks by at least 3 % in a quick try. Give it some 16 to 64 KiB from the middle of the file.
pub fn shrinks(packer: &mut Packer, sample: &[u8], scratch: &mut Vec<u8>) -> bool {
    scratch.clear();
    packer.whole(sample, scratch).is_ok() && scratch.len() < sample.len() - sample.len() / 32
}

/// Whether the first bytes are those of a picture, film, sound or packed file whose bytes do not shrink. PDF and office
/// documents are not among them: parts of them do.
pub fn is_media(head: &[u8]) -> bool {
    const MAGICS: [&[u8]; 12] = [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF8",
        b"ID3",
        b"OggS",
        b"fLaC",
        b"\x1a\x45\xdf\xa3",
        b"7z\xbc\xaf\x27\x1c",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"\x1f\x8b\x08",
        b"Rar!\x1a\x07",
    ];
    let boxed =
        head.len() >= 12 && (&head[4..8] == b"ftyp" || (&head[..4] == b"RIFF" && &head[8..12] == b"WEBP"));
    boxed || MAGICS.iter().any(|magic| head.starts_with(magic))
}
