//! Waits for a request that the I/O manager built and the device below pends: the status is in the status block, and the
//! request is gone.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(pend), load: load);

unsafe fn load() -> NTSTATUS {
    let mut result = IO_STATUS_BLOCK {
        Anonymous: IO_STATUS_BLOCK_STATUS { Status: 0 },
        Information: 0,
    };
    let mut done = Global::<KEVENT>::zeroed();
    let event = core::ptr::from_mut(&mut done).cast::<KEVENT>();
    KeInitializeEvent(event, NotificationEvent, 0);
    let (device, none, block) = (*BELOW.at(), null_mut(), &raw mut result);
    let irp = IoBuildDeviceIoControlRequest(CONTROL, device, none, 0, none, 0, 0, event, block);
    if irp.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    let mut status = IofCallDriver(device, irp);
    if status == STATUS_PENDING {
        wait(event);
        status = (*block).Anonymous.Status;
    }
    status
}
