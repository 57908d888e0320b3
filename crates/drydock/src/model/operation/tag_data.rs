//! FLT_CALLBACK_DATA.TagData — the reparse point that a create has met, until the operation ends.
#![allow(unsafe_code)] // fills memory that drivers read

use minifilter_sys::{NTSTATUS, PFLT_TAG_DATA_BUFFER, STATUS_INSUFFICIENT_RESOURCES};

use super::below;
use super::data::Operation;
use crate::model::pool::{self, PoolKind};

/// Tag of the memory.
const TAG: u32 = u32::from_le_bytes(*b"FMtg");

/// Offset of UnparsedNameLength: where a reparse point that is kept has its Reserved.
const UNPARSED: usize = 6;

/// Tells those above of the reparse point that the operation performed in this thread has met.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
pub fn tell(data: &[u8], unparsed: usize) -> Result<(), NTSTATUS> {
    let Some(operation) = below::current() else {
        return Ok(());
    };
    let memory = pool::allocate(PoolKind::Paged, data.len(), TAG, 0);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let mut bytes = data.to_vec();
    bytes[UNPARSED..UNPARSED + 2].copy_from_slice(&(unparsed as u16).to_le_bytes());
    // SAFETY: the block was just allocated with room for as many bytes.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), memory.cast(), bytes.len()) };
    operation.set_tag_data(memory as usize);
    Ok(())
}

impl Operation {
    /// Puts the address of tag data, or none, where filters find it; what was there goes.
    pub(super) fn set_tag_data(&self, address: usize) {
        let mut extras = self.extras();
        free(extras.tag_data);
        extras.tag_data = address;
        self.flow().extras = extras;
        let mut data = self.data();
        data.TagData = address as PFLT_TAG_DATA_BUFFER;
        self.write_data(data);
    }
}

/// Frees tag data; nothing for none.
pub fn free(address: usize) {
    if address != 0 {
        pool::free(address as *mut _, TAG);
    }
}

/// The bytes of tag data; none for none.
pub fn read(address: usize) -> Vec<u8> {
    if address == 0 {
        return Vec::new();
    }
    let head = address as *const [u16; 4];
    // SAFETY: tag data begin with a header of eight bytes, and live until they are freed.
    let head = unsafe { head.read_unaligned() };
    let microsoft = head[1] & 0x8000 != 0;
    let length = if microsoft { 8 } else { 24 } + usize::from(head[2]);
    // SAFETY: as above; the header says how much follows it.
    unsafe { std::slice::from_raw_parts(address as *const u8, length) }.to_vec()
}
