//! Names as name providers give them.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use minifilter_sys::*;

use crate::RtlCopyMemory;

/// `FltCheckAndGrowNameControl` — leaves a name in a control, as long as the control must be for it.
///
/// # Safety
/// Called by a name provider's callback with the control that it got.
pub unsafe fn copy_name(control: PFLT_NAME_CONTROL, name: *const UNICODE_STRING) -> NTSTATUS {
    let length = (*name).Length;
    let status = FltCheckAndGrowNameControl(control, length);
    if status < 0 {
        return status;
    }
    let (to, from) = ((*control).Name.Buffer, (*name).Buffer);
    RtlCopyMemory(to.cast(), from.cast(), length.into());
    (*control).Name.Length = length;
    STATUS_SUCCESS
}
