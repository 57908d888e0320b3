//! Takes a second reference on a name and releases one.
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
    let mut name = null_mut();
    let options = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;
    if FltGetFileNameInformation(data, options, &raw mut name) >= 0 {
        if first() {
            FltReferenceFileNameInformation(name);
            if CORRECTED {
                FltReleaseFileNameInformation(name);
            }
        }
        FltReleaseFileNameInformation(name);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
