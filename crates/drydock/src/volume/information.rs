//! Building the variable answers of queries byte by byte, little-endian as on x64.

use minifilter_sys::*;

use super::answer::{Answer, Done};

/// Record — a structure in the making.
#[derive(Clone, Debug, Default)]
pub struct Record(pub Vec<u8>);

impl Record {
    /// Appends a byte.
    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    /// Appends four bytes.
    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends eight bytes.
    pub fn i64(mut self, value: i64) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends eight bytes.
    pub fn u64(self, value: u64) -> Self {
        self.i64(value.cast_signed())
    }

    /// Appends zeros up to a size.
    pub fn pad_to(mut self, size: usize) -> Self {
        self.0.resize(size.max(self.0.len()), 0);
        self
    }

    /// Appends text in UTF-16.
    pub fn text(mut self, text: &str) -> Self {
        self.0
            .extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        self
    }

    /// Appends another record.
    pub fn record(mut self, other: &Self) -> Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    /// Copies into a buffer that must hold at least `minimum` bytes; what does not fit is cut off with a warning.
    pub fn deliver(&self, buffer: &mut [u8], minimum: usize) -> Answer {
        if buffer.len() < minimum {
            return Err(STATUS_INFO_LENGTH_MISMATCH);
        }
        let length = self.0.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        let status = if length < self.0.len() {
            STATUS_BUFFER_OVERFLOW
        } else {
            STATUS_SUCCESS
        };
        Ok(Done {
            status,
            information: length,
        })
    }
}

/// Bytes of text in UTF-16.
pub fn text_bytes(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count() * 2).unwrap_or(u32::MAX)
}

/// Reads an integer out of what a caller sets.
pub fn i64_at(bytes: &[u8], offset: usize) -> Result<i64, NTSTATUS> {
    let bytes = bytes
        .get(offset..offset + 8)
        .and_then(|b| b.try_into().ok());
    bytes
        .map(i64::from_le_bytes)
        .ok_or(STATUS_INFO_LENGTH_MISMATCH)
}

/// Reads an integer out of what a caller sets.
pub fn u32_at(bytes: &[u8], offset: usize) -> Result<u32, NTSTATUS> {
    let bytes = bytes
        .get(offset..offset + 4)
        .and_then(|b| b.try_into().ok());
    bytes
        .map(u32::from_le_bytes)
        .ok_or(STATUS_INFO_LENGTH_MISMATCH)
}

/// Reads counted text: its length in bytes at one offset, itself at another.
pub fn text_at(bytes: &[u8], length_offset: usize, offset: usize) -> Result<String, NTSTATUS> {
    let length = u32_at(bytes, length_offset)? as usize;
    let bytes = bytes
        .get(offset..)
        .and_then(|b| b.get(..length))
        .ok_or(STATUS_INVALID_PARAMETER)?;
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).map_err(|_| STATUS_OBJECT_NAME_INVALID)
}
