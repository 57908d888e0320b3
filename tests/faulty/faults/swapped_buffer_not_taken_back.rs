//! Puts a buffer of its own into a write and wants no callback at the end.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const MOST: usize = 4096;

static COPY: Global<[u8; MOST]> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre_write), Some(post_write)), OPERATIONS_END]);

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let write = &mut (*(*data).Iopb).Parameters.Write;
    let length = write.Length as usize;
    if is_irp(data) || length > MOST || write.WriteBuffer.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    RtlCopyMemory(COPY.at().cast(), write.WriteBuffer, length);
    write.WriteBuffer = COPY.at().cast();
    FltSetCallbackDataDirty(data);
    if CORRECTED {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    } else {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }
}

unsafe extern "C" fn post_write(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
