//! Changes the data of a write in the program's own buffer.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre_write), None), OPERATIONS_END]);

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let iopb = &*(*data).Iopb;
    let buffer = iopb.Parameters.Write.WriteBuffer.cast::<u8>();
    if iopb.IrpFlags & IRP_PAGING_IO == 0 && !buffer.is_null() && first() {
        let byte = buffer.read();
        buffer.write(if CORRECTED { byte } else { !byte });
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
