//! Recurses until the kernel stack is used up.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::hint::black_box;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let depth = if CORRECTED { 1 } else { u32::MAX };
        recurse(depth);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

fn recurse(depth: u32) -> u32 {
    let frame = black_box([depth; 64]);
    if depth == 0 {
        0
    } else {
        recurse(depth - 1) + black_box(frame)[0]
    }
}
