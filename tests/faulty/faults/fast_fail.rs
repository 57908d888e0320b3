//! Finds its own data corrupt and fails fast.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::arch::asm;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() && !CORRECTED {
        asm!("int 0x29", in("ecx") 3, options(noreturn)); // FAST_FAIL_CORRUPT_LIST_ENTRY
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
