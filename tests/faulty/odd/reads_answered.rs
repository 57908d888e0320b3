//! Answers reads itself, with zeros that it writes into the locked buffer of the program, and sends fast I/O back to
//! come as an IRP: the file system sees none of them.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if (*data).Flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION != 0 {
        return FLT_PREOP_DISALLOW_FASTIO;
    }
    if is_paging(data) || (*(*data).Iopb).MinorFunction != IRP_MN_NORMAL {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let (status, information) = answer(data);
    (*data).IoStatus.Anonymous.Status = status;
    (*data).IoStatus.Information = information;
    FLT_PREOP_COMPLETE
}

unsafe fn answer(data: PFLT_CALLBACK_DATA) -> (NTSTATUS, ULONG_PTR) {
    let status = FltLockUserBuffer(data);
    if status < 0 {
        return (status, 0);
    }
    let read = &(*(*data).Iopb).Parameters.Read;
    if read.MdlAddress.is_null() {
        return (STATUS_SUCCESS, 0); // nothing is asked for
    }
    let buffer = system_address(read.MdlAddress);
    if buffer.is_null() {
        return (STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    buffer.cast::<u8>().write_bytes(0, read.Length as usize);
    (STATUS_SUCCESS, read.Length as _)
}
