//! Runs code of a PAGE section at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

#[inline(never)]
#[cfg_attr(target_os = "windows", unsafe(link_section = "PAGE"))]
unsafe fn pageable(value: *mut u64) {
    value.write_volatile(value.read_volatile() + 1);
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut value = 0;
        let level = if CORRECTED { APC_LEVEL } else { DISPATCH_LEVEL };
        at_level(level, || pageable(&raw mut value));
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
