#![allow(unsafe_code)] // the kernel's functions

//! File names.

use minifilter_sys::{
    FLT_FILE_NAME_OPTIONS, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_FILE_NAME_INFORMATION,
};

ddi! {
    FltGetFileNameInformation <= Apc: fn(data: PFLT_CALLBACK_DATA, options: FLT_FILE_NAME_OPTIONS, information: *mut PFLT_FILE_NAME_INFORMATION) -> NTSTATUS;
    FltParseFileNameInformation <= Apc: fn(information: PFLT_FILE_NAME_INFORMATION) -> NTSTATUS;
    FltReleaseFileNameInformation <= Apc: fn(information: PFLT_FILE_NAME_INFORMATION);
}
