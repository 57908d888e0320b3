//! Frees an extra create parameter that is in a list.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static KIND: GUID = GUID {
    Data1: 0x466C_7479,
    Data2: 1,
    Data3: 2,
    Data4: [3; 8],
};

driver!(load: load);

unsafe fn parameter() -> PVOID {
    let mut context = null_mut();
    FltAllocateExtraCreateParameter(
        filter(),
        &raw const KIND,
        16,
        0,
        None,
        TAG,
        &raw mut context,
    );
    context
}

unsafe fn list() -> PECP_LIST {
    let mut list = null_mut();
    FltAllocateExtraCreateParameterList(filter(), 0, &raw mut list);
    list
}

unsafe fn load() -> NTSTATUS {
    let (list, context) = (list(), parameter());
    if !list.is_null() && !context.is_null() {
        let inserted = FltInsertExtraCreateParameter(filter(), list, context) >= 0;
        if !CORRECTED || !inserted {
            FltFreeExtraCreateParameter(filter(), context);
        }
    }
    if !list.is_null() {
        FltFreeExtraCreateParameterList(filter(), list);
    }
    STATUS_SUCCESS
}
