//! Frees callback data of its own while their operation is under way.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static FLUSHED: Global<KEVENT> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut own = null_mut();
    if FltAllocateCallbackData((*objects).Instance, (*objects).FileObject, &raw mut own) < 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    (*(*own).Iopb).MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    KeInitializeEvent(FLUSHED.at(), NotificationEvent, 0);
    let pending = FltPerformAsynchronousIo(own, Some(flushed), null_mut()) == STATUS_PENDING;
    if !CORRECTED && pending {
        FltFreeCallbackData(own);
    }
    wait(FLUSHED.at());
    if CORRECTED || !pending {
        FltFreeCallbackData(own);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn flushed(_own: PFLT_CALLBACK_DATA, _context: PVOID) {
    KeSetEvent(FLUSHED.at(), 0, 0);
}
