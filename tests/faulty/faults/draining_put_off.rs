//! Puts off the completion of an operation that is drained.
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
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    let mut status = FLT_POSTOP_FINISHED_PROCESSING;
    if !draining || !CORRECTED {
        let callback = Some(safe as _);
        let place = &raw mut status;
        FltDoCompletionProcessingWhenSafe(data, objects, completion, flags, callback, place);
    }
    if draining {
        DRAINED.give();
    }
    status
}

unsafe extern "C" fn safe(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
