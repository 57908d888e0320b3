//! Puts an operation that is fast I/O into a cancel-safe queue.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static QUEUE: Queue = Queue::empty();

driver!(
    operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END],
    setup: Some(set_up),
);

unsafe extern "C" fn set_up(
    objects: PCFLT_RELATED_OBJECTS,
    _flags: FLT_INSTANCE_SETUP_FLAGS,
    _device: DEVICE_TYPE,
    _file_system: FLT_FILESYSTEM_TYPE,
) -> NTSTATUS {
    QUEUE.initialize((*objects).Instance)
}

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let fits = if CORRECTED { is_irp(data) } else { true };
    if fits && !is_paging(data) && QUEUE.keep(data) {
        FLT_PREOP_PENDING
    } else {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }
}
