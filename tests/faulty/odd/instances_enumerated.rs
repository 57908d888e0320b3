//! Asks for the instances of its volume with too little room first, then with enough, and dereferences each of them; it
//! goes up and down the stack until there is none.
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
    let (volume, filter) = ((*objects).Volume, (*objects).Filter);
    let mut list: [PFLT_INSTANCE; 4] = [null_mut(); 4];
    let mut count = 0;
    FltEnumerateInstances(volume, filter, null_mut(), 0, &raw mut count);
    if FltEnumerateInstances(volume, filter, list.as_mut_ptr(), 4, &raw mut count) >= 0 {
        for instance in &list[..count as usize] {
            FltObjectDereference((*instance).cast());
        }
    }
    let mut lower = null_mut();
    if FltGetLowerInstance((*objects).Instance, &raw mut lower) >= 0 {
        FltObjectDereference(lower.cast());
    }
    if FltGetTopInstance(volume, &raw mut lower) >= 0 {
        FltObjectDereference(lower.cast());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
