//! Takes a second reference on the context of an instance, keeps it in a global variable, and gives it back when the
//! instance is torn down: FltReferenceContext is for exactly that.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

static KEPT: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(null_mut());

driver!(
    contexts: &[context(FLT_INSTANCE_CONTEXT, 8, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    setup: Some(setup),
    teardown_complete: Some(teardown_complete),
);

unsafe extern "C" fn setup(
    objects: PCFLT_RELATED_OBJECTS,
    _flags: FLT_INSTANCE_SETUP_FLAGS,
    _device: DEVICE_TYPE,
    _file_system: FLT_FILESYSTEM_TYPE,
) -> NTSTATUS {
    let mut new = null_mut();
    let status = FltAllocateContext(
        (*objects).Filter,
        FLT_INSTANCE_CONTEXT,
        8,
        NonPagedPoolNx,
        &raw mut new,
    );
    if status < 0 {
        return status;
    }
    let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
    let status = FltSetInstanceContext((*objects).Instance, keep, new, null_mut());
    FltReleaseContext(new);
    status
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut context = null_mut();
    if FltGetInstanceContext((*objects).Instance, &raw mut context) >= 0 {
        FltReferenceContext(context);
        give_back(KEPT.swap(context, Ordering::AcqRel));
        FltReleaseContext(context);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn teardown_complete(
    _objects: PCFLT_RELATED_OBJECTS,
    _reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    give_back(KEPT.swap(null_mut(), Ordering::AcqRel));
}

unsafe fn give_back(context: PFLT_CONTEXT) {
    if !context.is_null() {
        FltReleaseContext(context);
    }
}
