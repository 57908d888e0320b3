//! Puts operations into a cancel-safe queue that nobody initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static QUEUE: Queue = Queue::empty();

driver!(
    operations: &[on(IRP_MJ_FLUSH_BUFFERS, Some(pre_flush), None), OPERATIONS_END],
    setup: Some(set_up),
);

unsafe extern "C" fn set_up(
    objects: PCFLT_RELATED_OBJECTS,
    _flags: FLT_INSTANCE_SETUP_FLAGS,
    _device: DEVICE_TYPE,
    _file_system: FLT_FILESYSTEM_TYPE,
) -> NTSTATUS {
    if CORRECTED {
        QUEUE.initialize((*objects).Instance)
    } else {
        STATUS_SUCCESS
    }
}

unsafe extern "C" fn pre_flush(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if QUEUE.keep(data) {
        FLT_PREOP_PENDING
    } else {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }
}
