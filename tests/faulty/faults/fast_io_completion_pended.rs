//! Keeps the completion of an operation that is fast I/O.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(ask_for_post), Some(post_read)), OPERATIONS_END]);

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let may_pend = if CORRECTED { is_irp(data) } else { true };
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    if may_pend && !draining && !is_paging(data) && later(go_on, data.cast()) {
        return FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe extern "C" fn go_on(item: PFLT_GENERIC_WORKITEM, _object: PVOID, data: PVOID) {
    FltCompletePendedPostOperation(data.cast());
    FltFreeGenericWorkItem(item);
}
