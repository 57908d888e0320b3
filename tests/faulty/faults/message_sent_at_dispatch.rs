//! Sends a message to its client at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    unload: unload,
);

unsafe fn load() -> NTSTATUS {
    open_port(Some(disconnect), None)
}

unsafe fn unload() {
    close_port();
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let level = if CORRECTED { APC_LEVEL } else { DISPATCH_LEVEL };
        at_level(level, || tell(CLIENT.at()));
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
