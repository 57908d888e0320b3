//! Opens a file while the thread says that a file system is busy in it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !first() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let mut name = null_mut();
    let options = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;
    if FltGetFileNameInformation(data, options, &raw mut name) >= 0 {
        let outer = IoGetTopLevelIrp();
        if !CORRECTED {
            IoSetTopLevelIrp(FSRTL_FSP_TOP_LEVEL_IRP as PIRP);
        }
        open(objects, &raw mut (*name).Name);
        IoSetTopLevelIrp(outer);
        FltReleaseFileNameInformation(name);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe fn open(objects: PCFLT_RELATED_OBJECTS, name: PUNICODE_STRING) {
    let mut attributes = core::mem::zeroed::<OBJECT_ATTRIBUTES>();
    attributes.Length = size_of::<OBJECT_ATTRIBUTES>() as ULONG;
    attributes.ObjectName = name;
    attributes.Attributes = OBJ_KERNEL_HANDLE;
    let (mut handle, mut result) = (null_mut(), core::mem::zeroed());
    let share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    if FltCreateFile(
        filter(),
        (*objects).Instance,
        &raw mut handle,
        FILE_READ_ATTRIBUTES | SYNCHRONIZE,
        &raw mut attributes,
        &raw mut result,
        null_mut(),
        FILE_ATTRIBUTE_NORMAL,
        share,
        FILE_OPEN,
        FILE_SYNCHRONOUS_IO_NONALERT,
        null_mut(),
        0,
        0,
    ) >= 0
    {
        FltClose(handle);
    }
}
