//! Reads and writes through buffers of its own, of fast I/O and paging I/O too: it puts its buffer into the parameters,
//! copies in the one callback or the other, and leaves the MDL to the filter manager.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::{copy_nonoverlapping, null_mut};

use ringfence_faulty::*;

driver!(operations: &[
    on(IRP_MJ_READ, Some(pre_read), Some(post_read)),
    on(IRP_MJ_WRITE, Some(pre_write), Some(post_write)),
    OPERATIONS_END,
]);

/// A buffer for `length` bytes, with an MDL where the operation is an IRP; null if there is no memory.
unsafe fn swap(data: PFLT_CALLBACK_DATA, length: ULONG) -> (PVOID, PMDL) {
    let buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, length as SIZE_T, TAG);
    if buffer.is_null() || !is_irp(data) {
        return (buffer, null_mut());
    }
    let mdl = describe(buffer, length);
    if mdl.is_null() {
        ExFreePoolWithTag(buffer, TAG);
        return (null_mut(), null_mut());
    }
    (buffer, mdl)
}

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let read = &mut (*(*data).Iopb).Parameters.Read;
    if read.Length == 0 || (*(*data).Iopb).MinorFunction != IRP_MN_NORMAL {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let (buffer, mdl) = swap(data, read.Length);
    if buffer.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    read.ReadBuffer = buffer;
    read.MdlAddress = mdl;
    FltSetCallbackDataDirty(data);
    *completion = buffer;
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut status = FLT_POSTOP_FINISHED_PROCESSING;
    let read = &(*(*data).Iopb).Parameters.Read;
    let failed = (*data).IoStatus.Anonymous.Status < 0 || (*data).IoStatus.Information == 0;
    if flags & FLTFL_POST_OPERATION_DRAINING != 0 || failed {
        // nothing to copy
    } else if !read.MdlAddress.is_null() {
        copy_back(data, system_address(read.MdlAddress), completion);
    } else if (*data).Flags
        & (FLTFL_CALLBACK_DATA_SYSTEM_BUFFER | FLTFL_CALLBACK_DATA_FAST_IO_OPERATION)
        != 0
    {
        copy_back(data, read.ReadBuffer, completion);
    } else if FltDoCompletionProcessingWhenSafe(
        data,
        objects,
        completion,
        flags,
        Some(when_safe),
        &raw mut status,
    ) != 0
    {
        return status; // the other callback frees the buffer
    } else {
        fail(data, STATUS_UNSUCCESSFUL);
    }
    ExFreePoolWithTag(completion, TAG);
    status
}

unsafe extern "C" fn when_safe(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let status = FltLockUserBuffer(data);
    if status < 0 {
        fail(data, status);
    } else {
        let mdl = (*(*data).Iopb).Parameters.Read.MdlAddress;
        copy_back(data, system_address(mdl), completion);
    }
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn copy_back(data: PFLT_CALLBACK_DATA, to: PVOID, from: PVOID) {
    if to.is_null() {
        fail(data, STATUS_INSUFFICIENT_RESOURCES);
    } else {
        copy_nonoverlapping(from.cast::<u8>(), to.cast(), (*data).IoStatus.Information);
    }
}

unsafe fn fail(data: PFLT_CALLBACK_DATA, status: NTSTATUS) {
    (*data).IoStatus.Anonymous.Status = status;
    (*data).IoStatus.Information = 0;
}

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let write = &mut (*(*data).Iopb).Parameters.Write;
    if write.Length == 0 || (*(*data).Iopb).MinorFunction != IRP_MN_NORMAL {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let from = if write.MdlAddress.is_null() {
        write.WriteBuffer
    } else {
        system_address(write.MdlAddress)
    };
    let (buffer, mdl) = if from.is_null() {
        (null_mut(), null_mut())
    } else {
        swap(data, write.Length)
    };
    if buffer.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    copy_nonoverlapping(from.cast::<u8>(), buffer.cast(), write.Length as usize);
    write.WriteBuffer = buffer;
    write.MdlAddress = mdl;
    FltSetCallbackDataDirty(data);
    *completion = buffer;
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_write(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}
