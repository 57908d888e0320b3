//! STATUS_REPARSE — a filter that completes a create with another name in the file object, and what comes of it.

#![allow(unsafe_code)] // fills memory that drivers read

use minifilter_sys::*;

use super::file_object::FileObject;
use crate::model::pool::{self, PoolKind};

/// How often one open may be sent elsewhere.
pub const MOST: u32 = 32;

/// Tag of names that replace those of file objects.
const TAG: u32 = u32::from_le_bytes(*b"IoNm");

/// `IoReplaceFileObjectName` — puts another name into a file object.
///
/// # Errors
/// When there is no memory.
pub fn replace_name(file: FileObject, name: &[u16]) -> Result<(), NTSTATUS> {
    let bytes = u16::try_from(name.len() * 2).map_err(|_| STATUS_INVALID_PARAMETER)?;
    let memory = pool::allocate(PoolKind::Paged, usize::from(bytes).max(2), TAG, 0);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let buffer = memory.cast::<u16>();
    // SAFETY: the block was just allocated with room for the name.
    unsafe { std::ptr::copy_nonoverlapping(name.as_ptr(), buffer, name.len()) };
    free_name(file);
    file.set_file_name(UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: buffer,
    });
    Ok(())
}

/// Frees a name that came from pool, as a file object's name does; its first one is part of the file object here.
pub fn free_name(file: FileObject) {
    let name = file.file_name();
    if pool::block_at(name.Buffer.cast()).is_some() {
        pool::free(name.Buffer.cast(), 0);
    }
}
