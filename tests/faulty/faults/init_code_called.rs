//! Calls a function of its INIT section after DriverEntry.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicU32, Ordering};

use ringfence_faulty::*;

static VALUE: AtomicU32 = AtomicU32::new(0);

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let function: unsafe fn() = if CORRECTED { kept } else { discarded };
        function();
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

#[unsafe(link_section = "INIT")]
#[inline(never)]
unsafe fn discarded() {
    VALUE.store(1, Ordering::Relaxed);
}

#[inline(never)]
unsafe fn kept() {
    VALUE.store(2, Ordering::Relaxed);
}
