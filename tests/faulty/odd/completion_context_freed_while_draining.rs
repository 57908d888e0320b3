//! Leaves a pool block for every post-operation callback, which does nothing but free it when it is draining.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[
    on(IRP_MJ_CREATE, Some(pre), Some(post)),
    on(IRP_MJ_READ, Some(pre), Some(post)),
    on(IRP_MJ_WRITE, Some(pre), Some(post)),
    on(IRP_MJ_CLEANUP, Some(pre), Some(post)),
    OPERATIONS_END,
]);

unsafe extern "C" fn pre(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let block: *mut NTSTATUS = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, TAG).cast();
    if block.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    *block = i32::from((*(*data).Iopb).MajorFunction);
    *completion = block.cast();
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 {
        *completion.cast::<NTSTATUS>() = (*data).IoStatus.Anonymous.Status;
    }
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}
