//! Little-endian fields of a byte slice; an access outside it names the field.

use super::error::{Problem, refuse};

/// A slice whose reads are checked.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// `size` bytes at `offset`.
    pub fn slice(&self, offset: usize, size: usize, field: &str) -> Result<&'a [u8], Problem> {
        let end = offset.checked_add(size);
        match end.and_then(|end| self.0.get(offset..end)) {
            Some(bytes) => Ok(bytes),
            None => refuse(
                field,
                format!(
                    "lies outside the {} bytes there are (offset {offset:#x})",
                    self.0.len()
                ),
            ),
        }
    }

    fn array<const N: usize>(&self, offset: usize, field: &str) -> Result<[u8; N], Problem> {
        let mut out = [0; N];
        out.copy_from_slice(self.slice(offset, N, field)?);
        Ok(out)
    }

    /// USHORT at `offset`.
    pub fn u16(&self, offset: usize, field: &str) -> Result<u16, Problem> {
        self.array(offset, field).map(u16::from_le_bytes)
    }

    /// ULONG at `offset`.
    pub fn u32(&self, offset: usize, field: &str) -> Result<u32, Problem> {
        self.array(offset, field).map(u32::from_le_bytes)
    }

    /// ULONG at `offset` as a size or RVA.
    pub fn size(&self, offset: usize, field: &str) -> Result<usize, Problem> {
        self.u32(offset, field).map(|value| value as usize)
    }

    /// ULONGLONG at `offset`.
    pub fn u64(&self, offset: usize, field: &str) -> Result<u64, Problem> {
        self.array(offset, field).map(u64::from_le_bytes)
    }

    /// ASCII text up to its zero byte.
    pub fn text(&self, offset: usize, field: &str) -> Result<String, Problem> {
        const LONGEST: usize = 512;
        let rest = self
            .slice(offset, 0, field)
            .and(Ok(&self.0[offset.min(self.0.len())..]))?;
        let end = rest.iter().take(LONGEST).position(|byte| *byte == 0);
        match end.and_then(|end| std::str::from_utf8(&rest[..end]).ok()) {
            Some(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.is_empty() => {
                Ok(text.to_owned())
            }
            _ => refuse(field, "is not a readable name"),
        }
    }
}
