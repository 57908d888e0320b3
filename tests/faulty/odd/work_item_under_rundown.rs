//! Takes run-down protection in one thread and gives it back in another, a work item; the unload callback waits for all of
//! them, and nothing is completed or initialised again.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static RUNDOWN: Global<EX_RUNDOWN_REF> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    unload: unload,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeRundownProtection(RUNDOWN.at());
    STATUS_SUCCESS
}

unsafe fn unload() {
    ExWaitForRundownProtectionRelease(RUNDOWN.at());
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if ExAcquireRundownProtection(RUNDOWN.at()) != 0 && !later(work, null_mut()) {
        ExReleaseRundownProtection(RUNDOWN.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    FltFreeGenericWorkItem(item);
    ExReleaseRundownProtection(RUNDOWN.at());
}
