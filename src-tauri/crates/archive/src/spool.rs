//! The listing and the checksums while the archive is written: packed in blocks into a file beside it, so that memory does
//! not grow with the number of entries; copied into the archive at the end.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use resguardo_codec::{DEFLATE_END, Effort, Packer};
use resguardo_domain::{Context, Digest, Error, Method, Result};
use sha2::{Digest as _, Sha256};

use crate::BLOCK;
use crate::large::codec;
use crate::part::{Part, create};
use crate::zip::ZipEntry;

pub(crate) struct Spool {
    path: PathBuf,
    file: File,
    raw: Vec<u8>,
    block: Vec<u8>,
    packer: Packer,
    sha: Sha256,
    crc: crc32fast::Hasher,
    size: u64,
    packed: u64,
}

/// Where the spooled text stands in the archive.
pub(crate) struct Spooled {
    pub(crate) offset: u64,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) sha256: Digest,
}

impl Spool {
    pub(crate) fn create(path: PathBuf) -> Result<Self> {
        let file = create(&path)?;
        Ok(Self {
            path,
            file,
            raw: Vec::with_capacity(BLOCK + 4096),
            block: Vec::new(),
            packer: Packer::new(Effort::Fast),
            sha: Sha256::new(),
            crc: crc32fast::Hasher::new(),
            size: 0,
            packed: 0,
        })
    }

    /// Appends one line made by `write`.
    pub(crate) fn line(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        write(&mut self.raw)?;
        self.raw.push(b'\n');
        if self.raw.len() >= BLOCK { self.pack() } else { Ok(()) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.size == 0 && self.raw.is_empty()
    }

    /// Bytes the text may take in the archive when it ended now.
    pub(crate) fn packed_bound(&self) -> u64 {
        self.packed + self.raw.len() as u64 + 1024
    }

    fn pack(&mut self) -> Result<()> {
        self.sha.update(&self.raw);
        self.crc.update(&self.raw);
        self.size += self.raw.len() as u64;
        self.block.clear();
        self.packer.block(&self.raw, &mut self.block).map_err(codec)?;
        self.raw.clear();
        self.file
            .write_all(&self.block)
            .map_err(|cause| Error::io(&cause, "write the listing", self.path.display()))?;
        self.packed += self.block.len() as u64;
        Ok(())
    }

    /// Ends the text and copies it into the archive as an entry.
    pub(crate) fn finish(mut self, cx: &Context, part: &mut Part, name: &str, mtime: i64) -> Result<Spooled> {
        if !self.raw.is_empty() {
            self.pack()?;
        }
        let io = |cause: std::io::Error| Error::io(&cause, "write the listing", self.path.display());
        self.file.write_all(&DEFLATE_END).map_err(io)?;
        self.packed += DEFLATE_END.len() as u64;
        self.file.seek(SeekFrom::Start(0)).map_err(io)?;
        let zip = ZipEntry {
            name: name.to_owned(),
            method: Method::Deflate,
            crc: self.crc.clone().finalize(),
            packed: self.packed,
            size: self.size,
            mode: 0o100_644,
            mtime,
            zip64: self.size >= crate::zip::ZIP64_FROM,
            padding: 0,
        };
        let header_at = part.position;
        let mut header = Vec::new();
        zip.push_local(&mut header);
        part.append_final(cx, &header)?;
        let offset = part.position;
        let mut buffer = vec![0; BLOCK];
        loop {
            let read = self.file.read(&mut buffer).map_err(io)?;
            if read == 0 {
                break;
            }
            part.append_final(cx, &buffer[..read])?;
        }
        part.register(&zip, header_at)?;
        Ok(Spooled {
            offset,
            packed: self.packed,
            size: self.size,
            sha256: Digest(self.sha.clone().finalize().into()),
        })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
