//! Reads through a null pointer.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null;

use ringfence_faulty::*;

static VALUE: u32 = 1;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let pointer: *const u32 = if CORRECTED { &raw const VALUE } else { null() };
        pointer.read_volatile();
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
