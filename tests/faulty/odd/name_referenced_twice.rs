//! Parses file name information twice, references it once more, asks for it again in another format, and releases
//! every one of these references, the first one last.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (mut name, mut opened) = (null_mut(), null_mut());
    let query = FLT_FILE_NAME_QUERY_DEFAULT;
    if FltGetFileNameInformation(data, FLT_FILE_NAME_NORMALIZED | query, &raw mut name) < 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    FltReferenceFileNameInformation(name);
    FltParseFileNameInformation(name);
    FltParseFileNameInformation(name);
    if FltGetFileNameInformation(data, FLT_FILE_NAME_OPENED | query, &raw mut opened) >= 0 {
        FltParseFileNameInformation(opened);
        FltReleaseFileNameInformation(opened);
    }
    FltReleaseFileNameInformation(name);
    RtlEqualUnicodeString(
        &raw const (*name).Name,
        &raw const (*name).FinalComponent,
        1,
    );
    FltReleaseFileNameInformation(name);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
