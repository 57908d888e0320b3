//! Sends creates below one directory to another one: IoReplaceFileObjectName and STATUS_REPARSE, which is no failure
//! that would want a cancelled open.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), Some(post_create)), OPERATIONS_END]);

/// `IO_REPARSE` — the name has been replaced.
const IO_REPARSE: ULONG_PTR = 0;

const FROM: [u16; 6] = [
    '\\' as u16,
    'm' as u16,
    'i' as u16,
    'x' as u16,
    'e' as u16,
    'd' as u16,
];

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let name = (*(*objects).FileObject).FileName;
    let length = usize::from(name.Length);
    if length < size_of_val(&FROM) || core::slice::from_raw_parts(name.Buffer, FROM.len()) != FROM {
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }
    let status = rename((*objects).FileObject);
    (*data).IoStatus.Anonymous.Status = status;
    (*data).IoStatus.Information = if status == STATUS_REPARSE {
        IO_REPARSE
    } else {
        0
    };
    FLT_PREOP_COMPLETE
}

unsafe fn rename(file: PFILE_OBJECT) -> NTSTATUS {
    let name = (*file).FileName;
    let copy: *mut u16 = ExAllocatePool2(POOL_FLAG_PAGED, name.Length.into(), TAG).cast();
    if copy.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    copy.copy_from_nonoverlapping(name.Buffer, usize::from(name.Length) / 2);
    *copy.add(1) = u16::from(b'M');
    *copy.add(2) = u16::from(b'o');
    let status = IoReplaceFileObjectName(file, copy, name.Length);
    ExFreePoolWithTag(copy.cast(), TAG);
    if status < 0 { status } else { STATUS_REPARSE }
}

unsafe extern "C" fn post_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
