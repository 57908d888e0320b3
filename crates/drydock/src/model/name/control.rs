//! FLT_NAME_CONTROL — the buffer into which a name provider writes: FltCheckAndGrowNameControl.
#![allow(unsafe_code)] // copies from and to the driver's buffer

use std::ffi::c_void;

use minifilter_sys::{
    FLT_NAME_CONTROL, NTSTATUS, STATUS_FLT_INVALID_NAME_REQUEST, STATUS_INSUFFICIENT_RESOURCES,
    UNICODE_STRING,
};

use crate::model::pool::{self, PoolKind};
use crate::model::thread::Site;
use crate::verify::{self, rule};

/// Pool tag of the buffers.
const TAG: u32 = u32::from_le_bytes(*b"FMnc");
/// Bytes of a control before a provider lets it grow: less than most names need, since nothing is promised.
const FIRST: u16 = 64;

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
        if is_ours(old) {
            pool::free(old, TAG);
        }
    }
    let mut grown = control;
    grown.Name.Buffer = new.cast();
    grown.Name.MaximumLength = size;
    Ok(grown)
}

fn is_ours(buffer: *const c_void) -> bool {
    pool::block_at(buffer).is_some_and(|block| block.tag == TAG)
}

/// NameBuffer — the first buffer of a control that a provider gets.
pub struct NameBuffer(*mut c_void);

impl NameBuffer {
    /// # Errors
    /// STATUS_INSUFFICIENT_RESOURCES.
    pub fn new() -> Result<Self, NTSTATUS> {
        let memory = pool::allocate_zeroed(PoolKind::Paged, usize::from(FIRST), TAG, 0);
        if memory.is_null() {
            return Err(STATUS_INSUFFICIENT_RESOURCES);
        }
        Ok(Self(memory))
    }

    /// An empty name in the buffer.
    pub fn control(&self) -> FLT_NAME_CONTROL {
        let name = UNICODE_STRING {
            Length: 0,
            MaximumLength: FIRST,
            Buffer: self.0.cast(),
        };
        FLT_NAME_CONTROL { Name: name }
    }

    /// Reads what the provider left in the control, and frees the buffer that is there now.
    ///
    /// # Errors
    /// STATUS_FLT_INVALID_NAME_REQUEST for a buffer that FltCheckAndGrowNameControl did not give, or one that is shorter
    /// than the name.
    pub fn take(self, control: &FLT_NAME_CONTROL, site: Site<'_>) -> Result<Vec<u16>, NTSTATUS> {
        let UNICODE_STRING {
            Length: length,
            MaximumLength: room,
            Buffer: buffer,
        } = control.Name;
        let held = pool::block_at(buffer.cast()).filter(|block| block.tag == TAG);
        let Some(block) = held else {
            if is_ours(self.0) {
                pool::free(self.0, TAG);
            }
            let detail =
                "the buffer of a name control was replaced without FltCheckAndGrowNameControl";
            let detail = detail.to_owned();
            return Err(Self::blame(site, detail));
        };
        let fits = length <= room && usize::from(length) <= block.size && length % 2 == 0;
        let name = fits.then(|| {
            // SAFETY: the block has at least Length bytes, as was just seen.
            unsafe { std::slice::from_raw_parts(buffer, usize::from(length / 2)) }.to_vec()
        });
        pool::free(buffer.cast(), TAG);
        name.ok_or_else(|| {
            let detail = format!("a name control has {length} bytes of {room}");
            Self::blame(site, detail)
        })
    }

    fn blame(site: Site<'_>, detail: String) -> NTSTATUS {
        verify::violation_from(rule::NAME_CONTROL_BROKEN, site.name, site.code, detail);
        STATUS_FLT_INVALID_NAME_REQUEST
    }
}
