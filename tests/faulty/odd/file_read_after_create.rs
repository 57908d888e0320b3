//! Reads the first bytes of a file in the post-operation callback of its create, with the file object of the program,
//! which has no handle yet.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)), OPERATIONS_END]);

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut directory = 0;
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        && (*data).IoStatus.Anonymous.Status == STATUS_SUCCESS
        && (*file).ReadAccess != 0
        && FltIsDirectory(file, instance, &raw mut directory) >= 0
        && directory == 0
    {
        read(instance, file);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn read(instance: PFLT_INSTANCE, file: PFILE_OBJECT) {
    let buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    if buffer.is_null() {
        return;
    }
    let mut offset = LARGE_INTEGER { QuadPart: 0 };
    let mut bytes = 0;
    let flags = FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET;
    FltReadFile(
        instance,
        file,
        &raw mut offset,
        64,
        buffer,
        flags,
        &raw mut bytes,
        None,
        null_mut(),
    );
    ExFreePoolWithTag(buffer, TAG);
}
