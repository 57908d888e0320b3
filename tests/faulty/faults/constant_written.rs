//! Writes to a constant.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static CONSTANT: u32 = 7;
static VARIABLE: Global<u32> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let place = if CORRECTED {
            VARIABLE.at()
        } else {
            (&raw const CONSTANT).cast_mut()
        };
        place.write_volatile(1);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
