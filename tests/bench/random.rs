//! Numbers that look like chance and are the same on every machine: everything the corpora are made of.

/// xoshiro256++, seeded through splitmix64.
pub(crate) struct Random([u64; 4]);

/// One step of splitmix64: a good mix of all bits of a number.
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// A sequence for each pair of a seed and a place in it.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let first = mix(seed ^ mix(index));
        let second = mix(first);
        let third = mix(second);
        Self([first, second, third, mix(third)])
    }

    pub(crate) fn next(&mut self) -> u64 {
        let state = &mut self.0;
        let out = state[0].wrapping_add(state[3]).rotate_left(23).wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        out
    }

    /// From 0 to `limit` - 1.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(limit);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A place in a list of `length`.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.place(list.len())]
    }

    /// From 0 to just under 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept, as many as there are")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True once in `n` times.
    pub(crate) fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Log-normal sizes, as files have them: half of them above `median`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "sizes of files, kept between two limits"
    )]
    pub(crate) fn size(&mut self, median: usize, sigma: f64, least: usize, most: usize) -> usize {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        let size = median as f64 * (sigma * normal).exp();
        (size as usize).clamp(least, most)
    }

    /// A place in a list where the first ones come much more often, as words do in a text.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "places in a list of words"
    )]
    pub(crate) fn zipf(&mut self, length: usize) -> usize {
        let place = (length as f64 + 1.0).powf(self.unit()) - 1.0;
        (place as usize).min(length - 1)
    }

    /// Bytes that no encoder can shrink.
    pub(crate) fn noise(&mut self, out: &mut Vec<u8>, length: usize) {
        let end = out.len() + length;
        out.reserve(length + 8);
        while out.len() < end {
            out.extend_from_slice(&self.next().to_le_bytes());
        }
        out.truncate(end);
    }
}
