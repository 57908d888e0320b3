//! Keeps a reference on the file object of a network query open.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_NETWORK_QUERY_OPEN, Some(pre_query_open), None), OPERATIONS_END]);

unsafe extern "C" fn pre_query_open(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let file = (*objects).FileObject.cast();
        ObfReferenceObject(file);
        if CORRECTED {
            ObfDereferenceObject(file);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
