//! Asks for a post-operation callback that it did not register.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre), None), OPERATIONS_END]);

unsafe extern "C" fn pre(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if CORRECTED {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    } else {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    }
}
