//! Opens the volume of its instance and never closes the handle.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (mut handle, mut file) = (null_mut(), null_mut());
    if first() && FltOpenVolume((*objects).Instance, &raw mut handle, &raw mut file) >= 0 {
        ObfDereferenceObject(file.cast());
        if CORRECTED {
            FltClose(handle);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
