//! Asserts that every file is opened relative to a directory.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() && !CORRECTED && (*(*objects).FileObject).RelatedFileObject.is_null() {
        assert_failed(c"FileObject->RelatedFileObject != NULL", line!());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
