//! A look at a file while its bytes pass by: its first, its last, and some from all over it.

use resguardo_domain::Look;

/// First bytes that tell a type.
const HEAD: usize = 512;
/// Last bytes that tell whether it is whole.
const TAIL: usize = 64;
/// Bytes of a piece of the sample, and pieces.
const PIECE: u64 = 256;
const PIECES: u64 = 16;

/// Gathers the samples of one file of a known size.
#[derive(Default)]
pub(crate) struct Glance {
    size: u64,
    head: Vec<u8>,
    sample: Vec<u8>,
    tail: Vec<u8>,
}

impl Glance {
    pub(crate) fn new(size: u64) -> Self {
        Self { size, ..Self::default() }
    }

    /// The look at a whole content in memory, as a listing keeps it.
    pub(crate) fn of(bytes: &[u8]) -> u16 {
        if bytes.len() as u64 <= PIECE * PIECES {
            return Look::of(bytes).number();
        }
        let mut glance = Self::new(bytes.len() as u64);
        glance.pass(0, bytes);
        glance.number()
    }

    /// Takes note of bytes that stand at a position, which only rises.
    pub(crate) fn pass(&mut self, position: u64, bytes: &[u8]) {
        let end = position + bytes.len() as u64;
        if position < HEAD as u64 {
            self.head.extend_from_slice(&bytes[..bytes.len().min(HEAD - position as usize)]);
        }
        self.sample(position, end, bytes);
        if bytes.len() < TAIL {
            self.tail.extend_from_slice(bytes);
            self.tail.drain(..self.tail.len().saturating_sub(TAIL));
        } else {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - TAIL..]);
        }
    }

    /// Pieces stand at even distances; one that a block cuts is taken short.
    fn sample(&mut self, position: u64, end: u64, bytes: &[u8]) {
        if self.size <= PIECE * PIECES {
            return self.sample.extend_from_slice(bytes);
        }
        let distance = self.size / PIECES;
        let first = position.div_ceil(distance);
        for start in (first..PIECES).map(|n| n * distance).take_while(|start| *start < end) {
            let from = (start - position) as usize;
            self.sample.extend_from_slice(&bytes[from..bytes.len().min(from + PIECE as usize)]);
        }
    }

    pub(crate) fn number(&self) -> u16 {
        Look::at(&self.head, &self.sample, &self.tail).number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_show_the_same_as_the_whole() {
        for size in [0, 1, 63, 64, 511, 4096, 4097, 70_000, 300_001] {
            let bytes: Vec<u8> = (0..size).map(|n: usize| (n * 31 % 251) as u8).collect();
            let mut glance = Glance::new(size as u64);
            let block = 65_536;
            for (number, part) in bytes.chunks(block).enumerate() {
                glance.pass((number * block) as u64, part);
            }
            assert_eq!(glance.number(), Glance::of(&bytes), "{size}");
        }
    }

    #[test]
    fn a_change_anywhere_in_a_file_shows() {
        let noise = |n: usize| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
        let text = b"Dear patient, your appointment is on Tuesday. ".repeat(2000);
        let before = Look::from_number(Glance::of(&text));
        let half: Vec<u8> = text
            .iter()
            .enumerate()
            .map(|(n, byte)| if n / 8192 % 2 == 1 { noise(n) } else { *byte })
            .collect();
        let after = Look::from_number(Glance::of(&half));
        assert!(resguardo_domain::is_made_unreadable(&before, &after), "{before:?} {after:?}");
    }
}
