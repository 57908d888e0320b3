#![allow(unsafe_code)] // the kernel's functions

//! Callback data, and calls about the operation under way.

use core::ffi::c_void;

use minifilter_sys::{
    BOOLEAN, FILE_INFORMATION_CLASS, FLT_POST_OPERATION_FLAGS, FLT_POSTOP_CALLBACK_STATUS,
    FLT_PREOP_CALLBACK_STATUS, NTSTATUS, PCFLT_RELATED_OBJECTS, PFILE_OBJECT, PFLT_CALLBACK_DATA,
    PFLT_INSTANCE, PFLT_POST_OPERATION_CALLBACK, PVOID, ULONG,
};

ddi! {
    FltGetRequestorProcessId <= Dispatch: fn(data: PFLT_CALLBACK_DATA) -> ULONG;
    FltIsOperationSynchronous <= Any: fn(data: PFLT_CALLBACK_DATA) -> BOOLEAN;
    FltCompletePendedPreOperation <= Apc: fn(data: PFLT_CALLBACK_DATA, status: FLT_PREOP_CALLBACK_STATUS, context: *mut c_void);
    complete_pended_with_final_status = FltCompletePendedPreOperation <= Dispatch when "the status is FLT_PREOP_COMPLETE": fn(data: PFLT_CALLBACK_DATA, status: FLT_PREOP_CALLBACK_STATUS, context: *mut c_void);
    FltDoCompletionProcessingWhenSafe <= Any: fn(data: PFLT_CALLBACK_DATA, objects: PCFLT_RELATED_OBJECTS, context: *mut c_void, flags: FLT_POST_OPERATION_FLAGS, callback: PFLT_POST_OPERATION_CALLBACK, status: *mut FLT_POSTOP_CALLBACK_STATUS) -> BOOLEAN;
    FltQueryInformationFile <= Passive, ApcsEnabled: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, buffer: PVOID, length: ULONG, class: FILE_INFORMATION_CLASS, returned: *mut ULONG) -> NTSTATUS;
}
