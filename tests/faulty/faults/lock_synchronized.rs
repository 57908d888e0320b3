//! Synchronizes a byte-range lock.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_LOCK_CONTROL, Some(pre), Some(post)), OPERATIONS_END]);

unsafe extern "C" fn pre(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if (*data).Flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION != 0 {
        FLT_PREOP_DISALLOW_FASTIO
    } else if CORRECTED {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    } else {
        FLT_PREOP_SYNCHRONIZE
    }
}

unsafe extern "C" fn post(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
