//! Asks the file system for the size of a file with callback data of its own, of an operation that it filters itself.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::zeroed;

use ringfence_faulty::*;

driver!(operations: &[
    on(IRP_MJ_CLEANUP, Some(pre_cleanup), None),
    on(IRP_MJ_QUERY_INFORMATION, Some(ask_for_post), Some(post_query)),
    OPERATIONS_END,
]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut own = core::ptr::null_mut();
    if FltAllocateCallbackData((*objects).Instance, (*objects).FileObject, &raw mut own) >= 0 {
        let mut information: FILE_STANDARD_INFORMATION = zeroed();
        let block = &mut *(*own).Iopb;
        block.MajorFunction = IRP_MJ_QUERY_INFORMATION;
        block.IrpFlags = IRP_SYNCHRONOUS_API;
        let query = &mut block.Parameters.QueryFileInformation;
        query.Length = size_of::<FILE_STANDARD_INFORMATION>() as ULONG;
        query.FileInformationClass = FileStandardInformation;
        query.InfoBuffer = (&raw mut information).cast();
        FltPerformSynchronousIo(own);
        FltFreeCallbackData(own);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn post_query(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
