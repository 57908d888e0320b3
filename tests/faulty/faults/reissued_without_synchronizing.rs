//! Reissues a read that it did not synchronize.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), Some(post_read)), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !is_irp(data) || is_paging(data) || FltIsOperationSynchronous(data) == 0 {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    } else if CORRECTED {
        FLT_PREOP_SYNCHRONIZE
    } else {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    }
}

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    if !draining && KeGetCurrentIrql() == PASSIVE_LEVEL as KIRQL {
        FltReissueSynchronousIo((*objects).Instance, data);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
