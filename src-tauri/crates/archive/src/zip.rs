//! ZIP records as bytes: local headers, the central directory and its end, with Zip64 where needed (APPNOTE 6.3.10).

use resguardo_domain::Method;

/// Everything a ZIP knows of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ZipEntry {
    /// UTF-8, `/` between components, a final `/` for folders.
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) crc: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    /// Type and permission bits of a Unix mode.
    pub(crate) mode: u32,
    /// Seconds since 1970 UTC.
    pub(crate) mtime: i64,
    /// Whether the local header has room for 64-bit sizes.
    pub(crate) zip64: bool,
    /// Bytes by which the local header is longer than it needs to be: none, or at least [`MIN_PADDING`].
    pub(crate) padding: u16,
}

/// Shortest padding: the field that ZIP has for it, empty.
const MIN_PADDING: u16 = 8;

/// Sizes from which a local header gets room for 64 bits; well below 4 GiB because packing may grow the data a little.
pub(crate) const ZIP64_FROM: u64 = 0xF000_0000;
/// Longest name a ZIP can hold.
pub(crate) const MAX_NAME: usize = 65_535;

const UTF8: u16 = 1 << 11;
const LIMIT32: u64 = 0xFFFF_FFFF;

impl ZipEntry {
    pub(crate) fn local_header_len(&self) -> u64 {
        30 + self.name.len() as u64 + self.local_extra_len() as u64
    }

    fn local_extra_len(&self) -> usize {
        self.time_extra_len() + if self.zip64 { 20 } else { 0 } + usize::from(self.padding)
    }

    /// Bytes the entry takes in the central directory, at most.
    pub(crate) fn central_len_bound(&self) -> u64 {
        46 + self.name.len() as u64 + 9 + 28
    }

    fn time_extra_len(&self) -> usize {
        if i32::try_from(self.mtime).is_ok() { 9 } else { 0 }
    }

    fn push_time_extra(&self, out: &mut Vec<u8>) {
        if let Ok(seconds) = i32::try_from(self.mtime) {
            out.extend(0x5455_u16.to_le_bytes());
            out.extend(5_u16.to_le_bytes());
            out.push(1);
            out.extend(seconds.to_le_bytes());
        }
    }

    fn version_needed(&self, zip64: bool) -> u16 {
        match self.method {
            Method::Zstd => 63,
            _ if zip64 => 45,
            _ => 20,
        }
    }

    fn push_common(&self, zip64: bool, sizes: (u64, u64), out: &mut Vec<u8>) {
        out.extend(self.version_needed(zip64).to_le_bytes());
        out.extend(UTF8.to_le_bytes());
        out.extend(u16::from(self.method).to_le_bytes());
        out.extend(dos_time(self.mtime).to_le_bytes());
        out.extend(self.crc.to_le_bytes());
        for size in [sizes.0, sizes.1] {
            out.extend(u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
    }

    /// Appends the local header.
    pub(crate) fn push_local(&self, out: &mut Vec<u8>) {
        out.extend(0x0403_4b50_u32.to_le_bytes());
        let sizes = if self.zip64 { (LIMIT32, LIMIT32) } else { (self.packed, self.size) };
        self.push_common(self.zip64, sizes, out);
        out.extend((self.local_extra_len() as u16).to_le_bytes());
        out.extend(self.name.as_bytes());
        self.push_time_extra(out);
        if self.zip64 {
            out.extend(1_u16.to_le_bytes());
            out.extend(16_u16.to_le_bytes());
            out.extend(self.size.to_le_bytes());
            out.extend(self.packed.to_le_bytes());
        }
        if let Some(zeros) = self.padding.checked_sub(MIN_PADDING) {
            // APPNOTE 4.6.10: the growth hint, its signature, the padding it began with.
            for number in [0xA220, self.padding - 4, 0xA028, zeros] {
                out.extend(number.to_le_bytes());
            }
            out.resize(out.len() + usize::from(zeros), 0);
        }
    }

    /// Appends the central directory's record for an entry whose local header stands at `offset`.
    pub(crate) fn push_central(&self, offset: u64, out: &mut Vec<u8>) {
        let wide: Vec<u64> = [self.size, self.packed, offset].into_iter().filter(|&n| n >= LIMIT32).collect();
        let zip64 = self.zip64 || !wide.is_empty();
        out.extend(0x0201_4b50_u32.to_le_bytes());
        out.extend((3_u16 << 8 | 63).to_le_bytes());
        self.push_common(zip64, (self.packed, self.size), out);
        let extra = self.time_extra_len() + if wide.is_empty() { 0 } else { 4 + 8 * wide.len() };
        out.extend((extra as u16).to_le_bytes());
        out.extend([0; 6]);
        let folder = if self.name.ends_with('/') { 0x10 } else { 0 };
        out.extend((self.mode << 16 | folder).to_le_bytes());
        out.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(self.name.as_bytes());
        self.push_time_extra(out);
        if !wide.is_empty() {
            out.extend(1_u16.to_le_bytes());
            out.extend((8 * wide.len() as u16).to_le_bytes());
            wide.iter().for_each(|n| out.extend(n.to_le_bytes()));
        }
    }
}

/// The end of the central directory: Zip64 records first where a number needs them.
pub(crate) fn directory_end(entries: u64, offset: u64, length: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(98);
    if entries >= 0xFFFF || offset >= LIMIT32 || length >= LIMIT32 {
        out.extend(0x0606_4b50_u32.to_le_bytes());
        out.extend(44_u64.to_le_bytes());
        out.extend((3_u16 << 8 | 63).to_le_bytes());
        out.extend(45_u16.to_le_bytes());
        out.extend([0; 8]);
        for number in [entries, entries, length, offset] {
            out.extend(number.to_le_bytes());
        }
        out.extend(0x0706_4b50_u32.to_le_bytes());
        out.extend(0_u32.to_le_bytes());
        out.extend((offset + length).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// MS-DOS date and time in UTC, two-second steps, held between 1980 and 2107.
fn dos_time(seconds: i64) -> u32 {
    const FIRST: i64 = 315_532_800; // 1980-01-01
    const LAST: i64 = 4_354_819_198; // 2107-12-31 23:59:58
    let seconds = seconds.clamp(FIRST, LAST);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let date = (year - 1980) << 9 | month << 5 | day;
    let time = (rest / 3600) << 11 | (rest / 60 % 60) << 5 | (rest % 60 / 2);
    (date << 16 | time) as u32
}

/// Year, month and day of a day number since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_are_held_in_range() {
        let parts =
            |t: u32| (1980 + (t >> 25), t >> 21 & 15, t >> 16 & 31, t >> 11 & 31, t >> 5 & 63, (t & 31) * 2);
        assert_eq!(parts(dos_time(1_789_178_399)), (2026, 9, 12, 1, 59, 58));
        assert_eq!(parts(dos_time(-5)), (1980, 1, 1, 0, 0, 0));
        assert_eq!(parts(dos_time(951_782_400)), (2000, 2, 29, 0, 0, 0));
        assert_eq!(parts(dos_time(i64::MAX)), (2107, 12, 31, 23, 59, 58));
    }
}
