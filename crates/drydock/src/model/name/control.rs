//! FLT_NAME_CONTROL — the buffer into which a name provider writes: FltCheckAndGrowNameControl.
#![allow(unsafe_code)] // copies from the driver's buffer

use std::ffi::c_void;

use minifilter_sys::{FLT_NAME_CONTROL, NTSTATUS, STATUS_INSUFFICIENT_RESOURCES};

use crate::model::pool::{self, PoolKind};

/// Pool tag of the buffers.
const TAG: u32 = u32::from_le_bytes(*b"FMnc");

/// FltCheckAndGrowNameControl — the control with a buffer of at least `size` bytes that begins with what the old one
/// held. The old buffer is freed if it came from here.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
///
/// # Safety
/// The control's buffer is null or has MaximumLength bytes.
pub unsafe fn grow(control: FLT_NAME_CONTROL, size: u16) -> Result<FLT_NAME_CONTROL, NTSTATUS> {
    let old = control.Name.Buffer.cast::<c_void>();
    if !old.is_null() && control.Name.MaximumLength >= size {
        return Ok(control);
    }
    let new = pool::allocate_zeroed(PoolKind::Paged, usize::from(size), TAG, 0);
    if new.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    if !old.is_null() {
        let bytes = usize::from(control.Name.MaximumLength.min(size));
        // SAFETY: the old buffer has as many bytes by this function's contract, and the new one has `size`.
        unsafe { std::ptr::copy_nonoverlapping(old.cast::<u8>(), new.cast::<u8>(), bytes) };
        if pool::block_at(old).is_some_and(|block| block.tag == TAG) {
            pool::free(old, TAG);
        }
    }
    let mut grown = control;
    grown.Name.Buffer = new.cast();
    grown.Name.MaximumLength = size;
    Ok(grown)
}
