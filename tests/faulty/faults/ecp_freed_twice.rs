//! Frees an extra create parameter twice.
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

unsafe fn load() -> NTSTATUS {
    let context = parameter();
    if !context.is_null() {
        FltFreeExtraCreateParameter(filter(), context);
        if !CORRECTED {
            FltFreeExtraCreateParameter(filter(), context);
        }
    }
    STATUS_SUCCESS
}
