//! Reads the name of a paging write that it did not get.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre_write), None), OPERATIONS_END]);

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut name = null_mut();
    let options = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
    let status = FltGetFileNameInformation(data, options, &raw mut name);
    if status >= 0 || !CORRECTED {
        (&raw const (*name).Name.Length).read_volatile();
        FltReleaseFileNameInformation(name);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
