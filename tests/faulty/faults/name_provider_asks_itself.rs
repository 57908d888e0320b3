//! Asks itself, as the name provider, for the name that it is asked for.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(generate_name: Some(generate));

unsafe extern "C" fn generate(
    instance: PFLT_INSTANCE,
    file: PFILE_OBJECT,
    data: PFLT_CALLBACK_DATA,
    options: FLT_FILE_NAME_OPTIONS,
    cacheable: PBOOLEAN,
    control: PFLT_NAME_CONTROL,
) -> NTSTATUS {
    *cacheable = 0;
    let mut name = null_mut();
    let mut options = options;
    if CORRECTED {
        options &= !FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER;
    } else {
        options |= FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER;
    }
    let status = if data.is_null() {
        FltGetFileNameInformationUnsafe(file, instance, options, &raw mut name)
    } else {
        FltGetFileNameInformation(data, options, &raw mut name)
    };
    if status < 0 {
        return status;
    }
    let status = copy_name(control, &raw const (*name).Name);
    FltReleaseFileNameInformation(name);
    status
}
