//! Denies some creates before they reach the file system, and cancels some that have succeeded there.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicU32, Ordering};

use ringfence_faulty::*;

static TURN: AtomicU32 = AtomicU32::new(0);

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), Some(post_create)), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    match TURN.fetch_add(1, Ordering::Relaxed) % 16 {
        7 | 15 => {
            (*data).IoStatus.Anonymous.Status = STATUS_ACCESS_DENIED;
            (*data).IoStatus.Information = 0;
            FLT_PREOP_COMPLETE
        }
        3 | 11 => FLT_PREOP_SUCCESS_WITH_CALLBACK,
        _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
    }
}

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let status = &mut (*data).IoStatus;
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 && status.Anonymous.Status == STATUS_SUCCESS {
        FltCancelFileOpen((*objects).Instance, (*objects).FileObject);
        status.Anonymous.Status = STATUS_ACCESS_DENIED;
        status.Information = 0;
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
