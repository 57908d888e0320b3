//! References its instance and never dereferences it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let instance = (*objects).Instance.cast();
        if FltObjectReference(instance) >= 0 && CORRECTED {
            FltObjectDereference(instance);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
