//! Pends each control and completes it in a DPC, which may run before the dispatch routine returns: the mark is set before,
//! and the request is not touched after.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

driver!(control: Some(control), load: load, unload: unload);

static DPC: Global<KDPC> = Global::zeroed();
static HELD: AtomicPtr<IRP> = AtomicPtr::new(null_mut());

unsafe fn load() -> NTSTATUS {
    KeInitializeDpc(DPC.at(), Some(complete), null_mut());
    STATUS_SUCCESS
}

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let (free, now) = (null_mut(), Ordering::AcqRel);
    if HELD
        .compare_exchange(free, irp, now, Ordering::Acquire)
        .is_err()
    {
        return finish(irp, STATUS_UNSUCCESSFUL, 0);
    }
    mark_pending(irp);
    KeInsertQueueDpc(DPC.at(), null_mut(), null_mut());
    STATUS_PENDING
}

unsafe extern "C" fn complete(_dpc: PKDPC, _context: PVOID, _one: PVOID, _two: PVOID) {
    let irp = HELD.swap(null_mut(), Ordering::AcqRel);
    if !irp.is_null() {
        finish(irp, STATUS_SUCCESS, 0);
    }
}

unsafe fn unload() {
    KeFlushQueuedDpcs();
}
