//! Holds its own open of a file, shared with nobody, while the program opens the file.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), Some(post_create)), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (handle, file) = open_again(data, objects, FILE_READ_DATA, 0, 0);
    if handle.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    ObfDereferenceObject(file.cast());
    if CORRECTED {
        FltClose(handle);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    *completion = handle;
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FltClose(completion);
    FLT_POSTOP_FINISHED_PROCESSING
}
