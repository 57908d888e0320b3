//! What several drivers ask about an operation, and do with its file.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use minifilter_sys::*;

use crate::filter;

/// `FLT_IS_IRP_OPERATION` — whether it is an IRP.
///
/// # Safety
/// The operation is under way.
pub unsafe fn is_irp(data: PFLT_CALLBACK_DATA) -> bool {
    (*data).Flags & FLTFL_CALLBACK_DATA_IRP_OPERATION != 0
}

/// `IRP_PAGING_IO` — whether it is paging I/O.
///
/// # Safety
/// The operation is under way.
pub unsafe fn is_paging(data: PFLT_CALLBACK_DATA) -> bool {
    is_irp(data) && (*(*data).Iopb).IrpFlags & IRP_PAGING_IO != 0
}

/// A pre-operation callback that asks for the post-operation callback of every operation.
///
/// # Safety
/// Called by the filter manager.
pub unsafe extern "C" fn ask_for_post(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

/// `FltCreateFileEx2` — opens the file of an operation once more, below the instance; null if that fails.
///
/// # Safety
/// The operation is under way on an open file, at PASSIVE_LEVEL.
pub unsafe fn open_again(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    access: ACCESS_MASK,
    share: ULONG,
    flags: ULONG,
) -> (HANDLE, PFILE_OBJECT) {
    let (mut handle, mut file) = (null_mut(), null_mut());
    let mut name = null_mut();
    let options = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;
    if FltGetFileNameInformation(data, options, &raw mut name) < 0 {
        return (handle, file);
    }
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as ULONG,
        RootDirectory: null_mut(),
        ObjectName: &raw mut (*name).Name,
        Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
        SecurityDescriptor: null_mut(),
        SecurityQualityOfService: null_mut(),
    };
    let mut result = core::mem::zeroed::<IO_STATUS_BLOCK>();
    let status = FltCreateFileEx2(
        filter(),
        (*objects).Instance,
        &raw mut handle,
        &raw mut file,
        access | SYNCHRONIZE,
        &raw mut attributes,
        &raw mut result,
        null_mut(),
        FILE_ATTRIBUTE_NORMAL,
        share,
        FILE_OPEN,
        FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT,
        null_mut(),
        0,
        flags,
        null_mut(),
    );
    FltReleaseFileNameInformation(name);
    if status < 0 {
        return (null_mut(), null_mut());
    }
    (handle, file)
}
