//! MDL — describes a buffer that is locked in memory for a transfer.
#![allow(unsafe_code)] // MDLs are read by drivers through raw pointers

use std::marker::PhantomData;

use minifilter_sys::*;

const PAGE: usize = 4096;

/// LockedBuffer — a buffer and its MDL, with room for one page number per page behind it.
pub struct LockedBuffer<'b> {
    mdl: Box<[u64]>,
    address: *mut u8,
    length: u32,
    buffer: PhantomData<&'b mut [u8]>,
}

impl<'b> LockedBuffer<'b> {
    /// Describes a buffer.
    ///
    /// # Panics
    /// If the buffer is longer than a ULONG can say.
    pub fn new(bytes: &'b mut [u8]) -> Self {
        let address = bytes.as_mut_ptr();
        let length = u32::try_from(bytes.len()).expect("a transfer has less than 4 GiB");
        let offset = address as usize % PAGE;
        let pages = (offset + bytes.len()).div_ceil(PAGE);
        let mut mdl = vec![0_u64; size_of::<MDL>() / 8 + pages].into_boxed_slice();
        let description = MDL {
            Next: std::ptr::null_mut(),
            Size: i16::try_from(mdl.len() * 8).unwrap_or(i16::MAX),
            MdlFlags: (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL),
            Process: std::ptr::null_mut(),
            MappedSystemVa: address.cast(),
            StartVa: address.wrapping_sub(offset).cast(),
            ByteCount: length,
            ByteOffset: offset as u32,
        };
        // SAFETY: the slice is aligned to 8 bytes and longer than an MDL.
        unsafe { mdl.as_mut_ptr().cast::<MDL>().write(description) };
        Self {
            mdl,
            address,
            length,
            buffer: PhantomData,
        }
    }

    /// The MDL for a parameter block.
    pub fn mdl(&self) -> PMDL {
        self.mdl.as_ptr().cast_mut().cast()
    }

    /// The address of the bytes.
    pub fn address(&self) -> PVOID {
        self.address.cast()
    }

    /// The number of bytes.
    pub fn length(&self) -> u32 {
        self.length
    }
}
