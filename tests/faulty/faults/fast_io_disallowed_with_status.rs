//! Writes a status beside fast I/O that it disallows.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if is_irp(data) {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if !CORRECTED {
        (*data).IoStatus.Anonymous.Status = STATUS_ACCESS_DENIED;
    }
    FLT_PREOP_DISALLOW_FASTIO
}
