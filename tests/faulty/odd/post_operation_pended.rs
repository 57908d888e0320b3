//! Returns FLT_POSTOP_MORE_PROCESSING_REQUIRED and lets a work item finish the operation, which it may do before
//! the callback has returned.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[
    on(IRP_MJ_READ, Some(ask_for_post), Some(post)),
    on(IRP_MJ_WRITE, Some(ask_for_post), Some(post)),
    on(IRP_MJ_DIRECTORY_CONTROL, Some(ask_for_post), Some(post)),
    OPERATIONS_END,
]);

unsafe extern "C" fn post(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING != 0 || !is_irp(data) || is_paging(data) {
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    let item = FltAllocateDeferredIoWorkItem();
    if item.is_null() {
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    let queue = CriticalWorkQueue;
    if FltQueueDeferredIoWorkItem(item, data, Some(finish), queue, null_mut()) < 0 {
        FltFreeDeferredIoWorkItem(item);
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    FLT_POSTOP_MORE_PROCESSING_REQUIRED
}

unsafe extern "C" fn finish(
    item: PFLT_DEFERRED_IO_WORKITEM,
    data: PFLT_CALLBACK_DATA,
    _context: PVOID,
) {
    FltCompletePendedPostOperation(data);
    FltFreeDeferredIoWorkItem(item);
}
