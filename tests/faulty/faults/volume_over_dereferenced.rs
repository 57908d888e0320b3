//! Dereferences the volume once more than it got it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut volume = null_mut();
        if FltGetVolumeFromInstance((*objects).Instance, &raw mut volume) >= 0 {
            FltObjectDereference(volume.cast());
            if !CORRECTED {
                FltObjectDereference(volume.cast());
            }
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
