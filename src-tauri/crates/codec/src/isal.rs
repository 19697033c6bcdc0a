//! ISA-L's stateless Deflate behind one safe function.
#![allow(unsafe_code, reason = "calls into the C library")]

use isal_sys::igzip_lib as c;

use crate::CodecError;

/// A reusable compressor of one level (0 to 3).
pub(crate) struct Isal {
    stream: Box<c::isal_zstream>,
    scratch: Vec<u8>,
    level: u32,
}

// SAFETY: the stream holds raw pointers only into `scratch` and into the slices of the call at hand; both move with the value
// or are set anew by each call.
unsafe impl Send for Isal {}

impl Isal {
    pub(crate) fn new(level: u32) -> Self {
        let size = match level {
            0 => c::ISAL_DEF_LVL0_DEFAULT,
            1 => c::ISAL_DEF_LVL1_DEFAULT,
            2 => c::ISAL_DEF_LVL2_DEFAULT,
            _ => c::ISAL_DEF_LVL3_DEFAULT,
        };
        let mut stream = Box::<c::isal_zstream>::new_uninit();
        // SAFETY: the init function writes every field that later calls read; the struct is plain data for which zeros are valid.
        let stream = unsafe {
            stream.as_mut_ptr().write_bytes(0, 1);
            c::isal_deflate_stateless_init(stream.as_mut_ptr());
            stream.assume_init()
        };
        Self { stream, scratch: vec![0; size as usize], level: level.min(3) }
    }

    /// Appends `input` to `out` as one Deflate run: a whole stream when `last`, else a byte-aligned block without history.
    pub(crate) fn pack(&mut self, input: &[u8], out: &mut Vec<u8>, last: bool) -> Result<(), CodecError> {
        // Stored blocks of 65,535 bytes with 5 bytes each bound the expansion; the rest is head room for headers and flush.
        let bound = input.len() + input.len() / 65_535 * 5 + 512;
        let start = out.len();
        out.resize(start + bound, 0);
        let stream = &mut *self.stream;
        // SAFETY: as in `new`.
        unsafe { c::isal_deflate_stateless_init(stream) };
        stream.level = self.level;
        stream.level_buf = self.scratch.as_mut_ptr();
        stream.level_buf_size = u32::try_from(self.scratch.len()).map_err(|_| CodecError::Internal)?;
        stream.flush = if last { c::NO_FLUSH } else { c::FULL_FLUSH } as u16;
        stream.end_of_stream = u16::from(last);
        stream.gzip_flag = c::IGZIP_DEFLATE as u16;
        stream.next_in = input.as_ptr().cast_mut();
        stream.avail_in = u32::try_from(input.len()).map_err(|_| CodecError::Internal)?;
        stream.next_out = out[start..].as_mut_ptr();
        stream.avail_out = u32::try_from(bound).map_err(|_| CodecError::Internal)?;
        // SAFETY: input and output pointers and lengths describe live slices; the library only reads the input.
        let code = unsafe { c::isal_deflate_stateless(stream) };
        let written = stream.total_out as usize;
        let complete = code == c::COMP_OK as i32 && stream.avail_in == 0;
        out.truncate(start + if complete { written } else { 0 });
        if complete { Ok(()) } else { Err(CodecError::Internal) }
    }
}
