//! Forgets its callback data where the operation fails.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut own = null_mut();
    if !first()
        || FltAllocateCallbackData((*objects).Instance, (*objects).FileObject, &raw mut own) < 0
    {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    (*(*own).Iopb).MajorFunction = IRP_MJ_QUERY_EA;
    FltPerformSynchronousIo(own);
    if CORRECTED || (*own).IoStatus.Anonymous.Status >= 0 {
        FltFreeCallbackData(own);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
