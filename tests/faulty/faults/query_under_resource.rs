//! Calls FltQueryInformationFile with a resource held, hence with APCs disabled.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::MaybeUninit;
use core::ptr::null_mut;

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        FltAcquireResourceShared(RESOURCE.at());
        if CORRECTED {
            FltReleaseResource(RESOURCE.at());
        }
        let mut information = MaybeUninit::<FILE_STANDARD_INFORMATION>::uninit();
        let size = size_of::<FILE_STANDARD_INFORMATION>() as ULONG;
        FltQueryInformationFile(
            (*objects).Instance,
            (*objects).FileObject,
            information.as_mut_ptr().cast(),
            size,
            FileStandardInformation,
            null_mut(),
        );
        if !CORRECTED {
            FltReleaseResource(RESOURCE.at());
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
