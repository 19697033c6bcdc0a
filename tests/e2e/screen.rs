//! The screen of a desktop, pixel by pixel, from the file in which its server keeps it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{Kept, first_line};

/// Words of the file's head, by their place; all are 32 bits, the highest byte first.
const HEAD: usize = 0;
const WIDTH: usize = 4;
const HEIGHT: usize = 5;
const LINE: usize = 12;
const COLOURS: usize = 19;
/// Bytes of an entry of the colour map, which stands between head and pixels.
const COLOUR: usize = 12;
/// The colour of a screen on which nothing stands.
const EMPTY: [u8; 3] = [0, 0, 0];
/// Bytes of a pixel.
const PIXEL: usize = 4;

/// A screen that nobody sees.
pub(crate) struct Screen {
    file: PathBuf,
    /// How programs find it.
    pub(crate) display: String,
    _server: Kept,
}

impl Screen {
    /// Turns one on.
    pub(crate) fn new(folder: &Path) -> Self {
        let mut command = Command::new("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-nocursor",
            "-fbdir",
        ]);
        let log = fs::File::create(folder.join("screen.log")).unwrap();
        let mut server = Kept::start(command.arg(folder).stdout(Stdio::piped()).stderr(log));
        let number = first_line(&mut server);
        assert!(!number.is_empty(), "the screen did not start");
        Self { file: folder.join("Xvfb_screen0"), display: format!(":{number}"), _server: server }
    }

    /// What is on it now.
    pub(crate) fn picture(&self) -> Picture {
        let bytes = fs::read(&self.file).unwrap();
        let word = |place: usize| {
            let word = bytes[place * 4..][..4].try_into().unwrap();
            u32::from_be_bytes(word) as usize
        };
        let (width, height, line) = (word(WIDTH), word(HEIGHT), word(LINE));
        let first = word(HEAD) + word(COLOURS) * COLOUR;
        let lines = bytes[first..].chunks_exact(line).take(height);
        Picture { width, pixels: lines.flat_map(|line| &line[..width * PIXEL]).copied().collect() }
    }
}

/// What was on a screen.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    /// Blue, green, red and nothing.
    pixels: Vec<u8>,
}

impl Picture {
    fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(PIXEL)
    }

    /// The share of pixels that both have in common.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        let same = self.pixels().zip(other.pixels()).filter(|(a, b)| a == b).count();
        same as f64 / (self.pixels.len() / PIXEL).max(1) as f64
    }

    /// How many colours it has: a window that is not drawn yet has few.
    pub(crate) fn colours(&self) -> usize {
        self.pixels().collect::<HashSet<_>>().len()
    }

    /// Without the empty screen around what stands on it.
    pub(crate) fn without_border(&self) -> Self {
        let lines = || self.pixels.chunks_exact(self.width * PIXEL);
        let is_empty = |line: &[u8]| line.chunks_exact(PIXEL).all(|pixel| pixel[..3] == EMPTY);
        let column = |at: usize| lines().all(|line| line[at * PIXEL..][..3] == EMPTY);
        let (left, right) =
            ((0..self.width).find(|&at| !column(at)), (0..self.width).rfind(|&at| !column(at)));
        let (left, right) = (left.unwrap_or(0), right.map_or(0, |last| last + 1));
        let kept: Vec<&[u8]> = lines().collect();
        let top = kept.iter().position(|line| !is_empty(line)).unwrap_or(0);
        let bottom = kept.iter().rposition(|line| !is_empty(line)).map_or(0, |last| last + 1);
        let kept = kept.get(top..bottom).unwrap_or_default();
        let pixels = kept.iter().flat_map(|line| &line[left * PIXEL..right * PIXEL]).copied().collect();
        Self { width: right - left, pixels }
    }

    /// As a file.
    pub(crate) fn png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let height = self.pixels.len() / PIXEL / self.width;
        let mut encoder =
            png::Encoder::new(&mut bytes, self.width.try_into().unwrap(), height.try_into().unwrap());
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        let colours: Vec<u8> = self.pixels().flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        writer.write_image_data(&colours).unwrap();
        writer.finish().unwrap();
        bytes
    }
}
