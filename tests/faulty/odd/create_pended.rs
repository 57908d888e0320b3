//! Pends every create and lets a work item go on with it: deferred I/O work items keep the teardown waiting, so that
//! nothing has to be resumed in InstanceTeardownStart.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let item = FltAllocateDeferredIoWorkItem();
    if item.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let queue = DelayedWorkQueue;
    if FltQueueDeferredIoWorkItem(item, data, Some(go_on), queue, null_mut()) < 0 {
        FltFreeDeferredIoWorkItem(item);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    FLT_PREOP_PENDING
}

unsafe extern "C" fn go_on(
    item: PFLT_DEFERRED_IO_WORKITEM,
    data: PFLT_CALLBACK_DATA,
    _context: PVOID,
) {
    FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
    FltFreeDeferredIoWorkItem(item);
}
