//! Frees an IRP twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let irp = IoAllocateIrp(1, 0);
    if !irp.is_null() {
        IoFreeIrp(irp);
        if !CORRECTED {
            IoFreeIrp(irp);
        }
    }
    STATUS_SUCCESS
}
