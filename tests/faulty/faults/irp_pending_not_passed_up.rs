//! Has a completion routine that does not pass the pending mark up.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(pend));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    copy_to_next(irp);
    on_completion(irp, Some(passed), null_mut());
    IofCallDriver(*BELOW.at(), irp)
}

unsafe extern "C" fn passed(_device: PDEVICE_OBJECT, irp: PIRP, _context: PVOID) -> NTSTATUS {
    if CORRECTED && (*irp).PendingReturned != 0 {
        mark_pending(irp);
    }
    STATUS_SUCCESS
}
