//! Waits in user mode for an event on its stack.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::MaybeUninit;
use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut event = MaybeUninit::<KEVENT>::uninit();
        KeInitializeEvent(event.as_mut_ptr(), NotificationEvent, 1);
        // A thread that waits in user mode may have its stack paged out.
        let mode = if CORRECTED { KernelMode } else { UserMode };
        KeWaitForSingleObject(
            event.as_mut_ptr().cast(),
            Executive,
            mode as _,
            0,
            null_mut(),
        );
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
