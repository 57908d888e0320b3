//! Keeps an operation that is drained, to complete it later.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static INSIDE: Signal = Signal::unset();
static DRAINED: Signal = Signal::unset();

driver!(
    operations: &[
        on(IRP_MJ_FLUSH_BUFFERS, Some(ask_for_post), Some(post_flush)),
        on(IRP_MJ_WRITE, Some(pre_write), None),
        OPERATIONS_END,
    ],
    load: load,
    unload: unload,
);

unsafe fn load() -> NTSTATUS {
    INSIDE.prepare();
    DRAINED.prepare();
    STATUS_SUCCESS
}

unsafe fn unload() {
    INSIDE.expect();
}

/// The flush is below while its pages are written.
unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if is_paging(data) && first() {
        INSIDE.give();
        DRAINED.expect();
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn post_flush(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    if draining {
        DRAINED.give();
    }
    if draining && CORRECTED || !draining && !later(complete, data.cast()) {
        FLT_POSTOP_FINISHED_PROCESSING
    } else {
        FLT_POSTOP_MORE_PROCESSING_REQUIRED
    }
}

unsafe extern "C" fn complete(item: PFLT_GENERIC_WORKITEM, _object: PVOID, data: PVOID) {
    FltCompletePendedPostOperation(data.cast());
    FltFreeGenericWorkItem(item);
}
