//! Returns -1 for a control that it does not know.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let status = finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if CORRECTED { status } else { -1 }
}
