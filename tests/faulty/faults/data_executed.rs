//! Calls into its data.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::transmute;

use ringfence_faulty::*;

static DATA: [u8; 16] = [0xC3; 16]; // ret

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let code = if CORRECTED {
            code as *const ()
        } else {
            DATA.as_ptr().cast()
        };
        transmute::<*const (), unsafe extern "C" fn()>(code)();
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn code() {}
