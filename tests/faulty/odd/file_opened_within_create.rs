//! Opens the file of a create within the pre-operation callback of that create, and again after it: its own creates
//! go to the filters below, and do not come back.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), Some(post_create)), OPERATIONS_END]);

const SHARE: ULONG = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    look(data, objects);
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        && (*data).IoStatus.Anonymous.Status == STATUS_SUCCESS
    {
        look(data, objects);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn look(data: PFLT_CALLBACK_DATA, objects: PCFLT_RELATED_OBJECTS) {
    let flags = IO_IGNORE_SHARE_ACCESS_CHECK;
    let (handle, file) = open_again(data, objects, FILE_READ_ATTRIBUTES, SHARE, flags);
    if !handle.is_null() {
        ObfDereferenceObject(file.cast());
        FltClose(handle);
    }
}
