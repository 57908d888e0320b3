//! Returns success for a request that the device below has pended.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(pend));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    copy_to_next(irp);
    (*next_location(irp)).CompletionRoutine = None;
    let status = IofCallDriver(*BELOW.at(), irp);
    if CORRECTED { status } else { STATUS_SUCCESS }
}
