//! Forgets its completion context where the completion cannot be put off.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), Some(post_read)), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    *completion = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    if (*completion).is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let irp = (*data).Flags & FLTFL_CALLBACK_DATA_IRP_OPERATION != 0;
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 && irp {
        let mut status = FLT_POSTOP_FINISHED_PROCESSING;
        let callback = Some(safe as _);
        if FltDoCompletionProcessingWhenSafe(
            data,
            objects,
            completion,
            flags,
            callback,
            &raw mut status,
        ) != 0
            || !CORRECTED
        {
            return status;
        }
    }
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe extern "C" fn safe(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}
