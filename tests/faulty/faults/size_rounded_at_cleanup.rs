//! Rounds the size of each file up to whole sectors when a program closes it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let mut standard = core::mem::zeroed::<FILE_STANDARD_INFORMATION>();
    let status = FltQueryInformationFile(
        instance,
        file,
        (&raw mut standard).cast(),
        size_of_val(&standard) as ULONG,
        FileStandardInformation,
        null_mut(),
    );
    if status >= 0 && standard.Directory == 0 && (*file).WriteAccess != 0 {
        let size = standard.EndOfFile.QuadPart;
        let mut end = FILE_END_OF_FILE_INFORMATION {
            EndOfFile: LARGE_INTEGER {
                QuadPart: if CORRECTED { size } else { (size + 511) & !511 },
            },
        };
        FltSetInformationFile(
            instance,
            file,
            (&raw mut end).cast(),
            size_of_val(&end) as ULONG,
            FileEndOfFileInformation,
        );
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
