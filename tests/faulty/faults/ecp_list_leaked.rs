//! Makes a list of extra create parameters and forgets it where the create has one.
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
    give(data);
    give(data);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

/// Lets a list go with the create, which may have one.
unsafe fn give(data: PFLT_CALLBACK_DATA) {
    let mut list = null_mut();
    if FltAllocateExtraCreateParameterList(filter(), 0, &raw mut list) >= 0
        && FltSetEcpListIntoCallbackData(filter(), data, list) < 0
        && CORRECTED
    {
        FltFreeExtraCreateParameterList(filter(), list);
    }
}
