//! Asks for the tunneled name before the create that may tunnel it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), Some(post_create)), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let options = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
    let mut name = null_mut();
    if FltGetFileNameInformation(data, options, &raw mut name) < 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if !CORRECTED {
        ask(data, name);
    }
    *completion = name.cast();
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 {
        ask(data, completion.cast());
    }
    FltReleaseFileNameInformation(completion.cast());
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn ask(data: PFLT_CALLBACK_DATA, name: PFLT_FILE_NAME_INFORMATION) {
    let mut tunneled = null_mut();
    if FltGetTunneledName(data, name, &raw mut tunneled) >= 0 && !tunneled.is_null() {
        FltReleaseFileNameInformation(tunneled);
    }
}
