//! Swaps the buffer of directory queries and keeps its own MDL, which the filter manager would free otherwise: after
//! FltRetainSwappedBufferMdlAddress the MDL is the driver's to free.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::{copy_nonoverlapping, null_mut};

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_DIRECTORY_CONTROL, Some(pre), Some(post)), OPERATIONS_END]);

unsafe extern "C" fn pre(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let query = &mut (*(*data).Iopb).Parameters.DirectoryControl.QueryDirectory;
    if (*(*data).Iopb).MinorFunction != IRP_MN_QUERY_DIRECTORY || query.Length == 0 || !is_irp(data)
    {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    // Zero, as the file system may write less than it says.
    let buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, query.Length as SIZE_T, TAG);
    let mdl = if buffer.is_null() {
        null_mut()
    } else {
        describe(buffer, query.Length)
    };
    if mdl.is_null() {
        if !buffer.is_null() {
            ExFreePoolWithTag(buffer, TAG);
        }
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    query.DirectoryBuffer = buffer;
    query.MdlAddress = mdl;
    FltSetCallbackDataDirty(data);
    *completion = buffer;
    FLT_PREOP_SYNCHRONIZE
}

unsafe extern "C" fn post(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 {
        let own = FltGetSwappedBufferMdlAddress(data);
        FltRetainSwappedBufferMdlAddress(data);
        if (*data).IoStatus.Anonymous.Status >= 0 {
            copy_back(data, completion);
        }
        IoFreeMdl(own);
    }
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}

/// Synchronized, so that this is the thread of the program.
unsafe fn copy_back(data: PFLT_CALLBACK_DATA, from: PVOID) {
    let query = &(*(*data).Iopb).Parameters.DirectoryControl.QueryDirectory;
    let to = if query.MdlAddress.is_null() {
        query.DirectoryBuffer
    } else {
        system_address(query.MdlAddress)
    };
    let bytes = (*data).IoStatus.Information;
    if to.is_null() {
        (*data).IoStatus.Anonymous.Status = STATUS_INSUFFICIENT_RESOURCES;
        (*data).IoStatus.Information = 0;
    } else {
        copy_nonoverlapping(from.cast::<u8>(), to.cast(), bytes);
    }
}
