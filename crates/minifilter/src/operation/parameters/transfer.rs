#![allow(unsafe_code)] // reads a member of the parameter union

//! [`Read`] and [`Write`]: how much, and where.

use minifilter_sys::LARGE_INTEGER;

super::view! {
    /// `FLT_PARAMETERS.Read` — what is to be read.
    Read, FLT_PARAMETERS_READ, Read
}

super::view! {
    /// `FLT_PARAMETERS.Write` — what is to be written.
    Write, FLT_PARAMETERS_WRITE, Write
}

/// Where in a file a transfer starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileOffset {
    /// At this byte.
    At(u64),
    /// At the end of the file (`FILE_WRITE_TO_END_OF_FILE`).
    EndOfFile,
    /// At the file object's own position (`FILE_USE_FILE_POINTER_POSITION`).
    CurrentPosition,
}

impl FileOffset {
    fn from_raw(offset: LARGE_INTEGER) -> Self {
        // SAFETY: every bit pattern is a value of every member of LARGE_INTEGER.
        match unsafe { offset.QuadPart } {
            -1 => Self::EndOfFile,
            -2 => Self::CurrentPosition,
            at => Self::At(at.cast_unsigned()),
        }
    }
}

impl Read<'_> {
    /// How many bytes.
    pub const fn length(&self) -> u32 {
        self.raw.Length
    }

    /// From where.
    pub fn offset(&self) -> FileOffset {
        FileOffset::from_raw(self.raw.ByteOffset)
    }
}

impl Write<'_> {
    /// How many bytes.
    pub const fn length(&self) -> u32 {
        self.raw.Length
    }

    /// To where.
    pub fn offset(&self) -> FileOffset {
        FileOffset::from_raw(self.raw.ByteOffset)
    }
}
