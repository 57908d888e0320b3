//! RUNTIME_FUNCTION — the .pdata tables of the loaded images.

use std::sync::{PoisonError, RwLock};

use crate::model::modules;

const ENTRY: usize = 12;

/// The functions of one image.
///
/// # Invariants
/// `view` is the image as it was loaded, so that no damage done to the mapped image reaches the unwinder.
#[derive(Clone, Copy)]
pub struct FunctionTable {
    /// Address of the image.
    pub base: u64,
    view: &'static [u8],
    table: usize,
    count: usize,
}

/// `RUNTIME_FUNCTION` — one function, as RVAs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// First byte.
    pub begin: u32,
    /// Behind its last byte.
    pub end: u32,
    /// Its UNWIND_INFO.
    pub unwind: u32,
    /// Of this entry itself.
    pub entry: u32,
}

static TABLES: RwLock<Vec<FunctionTable>> = RwLock::new(Vec::new());

/// Makes the functions of an image known; `directory` is RVA and size of its exception directory.
pub fn add(base: usize, view: Vec<u8>, directory: (usize, usize)) {
    let table = FunctionTable::new(base, view.leak(), directory);
    TABLES
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(table);
}

/// The table of the loaded image that covers `address`.
#[must_use]
pub fn of(address: u64) -> Option<FunctionTable> {
    let module = modules::find(usize::try_from(address).ok()?).filter(|found| !found.unloaded)?;
    let tables = TABLES.read().unwrap_or_else(PoisonError::into_inner);
    let found = tables.iter().find(|table| table.base == module.base as u64);
    found.copied()
}

impl FunctionTable {
    /// The table in `view`, an image that was loaded at `base`.
    pub const fn new(base: usize, view: &'static [u8], directory: (usize, usize)) -> Self {
        Self {
            base: base as u64,
            view,
            table: directory.0,
            count: directory.1 / ENTRY,
        }
    }

    /// The bytes at `rva` and behind it.
    #[must_use]
    pub fn bytes(&self, rva: u32) -> &'static [u8] {
        self.view.get(rva as usize..).unwrap_or_default()
    }

    /// UCHAR at `rva`.
    #[must_use]
    pub fn u8(&self, rva: u32) -> Option<u8> {
        self.bytes(rva).first().copied()
    }

    /// USHORT at `rva`.
    #[must_use]
    pub fn u16(&self, rva: u32) -> Option<u16> {
        self.bytes(rva)
            .first_chunk()
            .map(|bytes| u16::from_le_bytes(*bytes))
    }

    /// ULONG at `rva`.
    #[must_use]
    pub fn u32(&self, rva: u32) -> Option<u32> {
        self.bytes(rva)
            .first_chunk()
            .map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// The RVA of `address`.
    #[must_use]
    pub fn rva(&self, address: u64) -> Option<u32> {
        let rva = u32::try_from(address.checked_sub(self.base)?).ok()?;
        ((rva as usize) < self.view.len()).then_some(rva)
    }

    /// The RUNTIME_FUNCTION at `rva`.
    #[must_use]
    pub fn function_at(&self, rva: u32) -> Option<Function> {
        Some(Function {
            begin: self.u32(rva)?,
            end: self.u32(rva.checked_add(4)?)?,
            unwind: self.u32(rva.checked_add(8)?)?,
            entry: rva,
        })
    }

    /// `RtlLookupFunctionEntry` — the function around the code at `rva`; none for a leaf function.
    #[must_use]
    pub fn find(&self, rva: u32) -> Option<Function> {
        let entry_at = |index: usize| u32::try_from(self.table + index * ENTRY).ok();
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = usize::midpoint(low, high);
            let function = self.function_at(entry_at(middle)?)?;
            if rva < function.begin {
                high = middle;
            } else if rva >= function.end {
                low = middle + 1;
            } else if function.unwind & 1 != 0 {
                // Bit 0: the word leads to another RUNTIME_FUNCTION that describes the same code.
                return self.function_at(function.unwind & !1);
            } else {
                return Some(function);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_any_of_its_bytes() {
        let words: [u32; 6] = [0x10, 0x20, 0x80, 0x20, 0x28, 0x90];
        let view = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let table = FunctionTable::new(0x1000, Vec::leak(view), (0, 24));
        let found = |rva| table.find(rva).map(|function| function.unwind);
        assert_eq!(
            [0xf, 0x10, 0x1f, 0x20, 0x27, 0x28].map(found),
            [None, Some(0x80), Some(0x80), Some(0x90), Some(0x90), None]
        );
    }
}
