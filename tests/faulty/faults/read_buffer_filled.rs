//! Fills the buffer of a program with a pattern before the file system reads into it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let iopb = &*(*data).Iopb;
    let buffer = iopb.Parameters.Read.ReadBuffer.cast::<u8>();
    if !CORRECTED && !is_paging(data) && !buffer.is_null() && first() {
        buffer.write_bytes(0xDD, iopb.Parameters.Read.Length as usize);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
