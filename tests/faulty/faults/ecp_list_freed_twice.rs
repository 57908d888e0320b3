//! Frees a list of extra create parameters twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load);

unsafe fn list() -> PECP_LIST {
    let mut list = null_mut();
    FltAllocateExtraCreateParameterList(filter(), 0, &raw mut list);
    list
}

unsafe fn load() -> NTSTATUS {
    let list = list();
    if !list.is_null() {
        FltFreeExtraCreateParameterList(filter(), list);
        if !CORRECTED {
            FltFreeExtraCreateParameterList(filter(), list);
        }
    }
    STATUS_SUCCESS
}
