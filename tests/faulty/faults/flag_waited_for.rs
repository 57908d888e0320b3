//! Loops until a flag is set, which only a later callback does.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

static SET: AtomicBool = AtomicBool::new(false);

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        while !CORRECTED && !SET.load(Ordering::Acquire) {
            core::hint::spin_loop();
        }
        SET.store(true, Ordering::Release);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
