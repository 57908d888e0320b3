//! Sends each control on in its own stack location, to a device that pends it: what that returns is returned, and the mark
//! that it sets is the mark of both.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(pend));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    skip(irp);
    IofCallDriver(*BELOW.at(), irp)
}
