//! Opens a communication port, sends to a client that is not there, closes the port before it unregisters, and has no
//! message callback.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    unload: close_port,
);

unsafe fn load() -> NTSTATUS {
    open_port(Some(disconnect), None)
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    tell(CLIENT.at());
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
