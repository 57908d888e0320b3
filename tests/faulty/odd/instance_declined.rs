//! Declines every automatic attachment and attaches itself to some of the volumes by hand later, in a work item.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)), OPERATIONS_END],
    load: load,
    setup: Some(setup),
);

unsafe extern "C" fn setup(
    _objects: PCFLT_RELATED_OBJECTS,
    flags: FLT_INSTANCE_SETUP_FLAGS,
    _device: DEVICE_TYPE,
    _file_system: FLT_FILESYSTEM_TYPE,
) -> NTSTATUS {
    if flags & FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT == 0 {
        return STATUS_FLT_DO_NOT_ATTACH;
    }
    STATUS_SUCCESS
}

unsafe fn load() -> NTSTATUS {
    later(attach, null_mut());
    STATUS_SUCCESS
}

unsafe extern "C" fn attach(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    let mut volumes: [PFLT_VOLUME; 8] = [null_mut(); 8];
    let mut found = 0;
    if FltEnumerateVolumes(filter(), volumes.as_mut_ptr(), 8, &raw mut found) >= 0 {
        for volume in &volumes[..found as usize] {
            // The filter may not filter yet, or may be going already.
            for _ in 0..50 {
                let status = FltAttachVolume(filter(), *volume, null_mut(), null_mut());
                if status != STATUS_FLT_FILTER_NOT_READY {
                    break;
                }
                let mut moment = LARGE_INTEGER { QuadPart: -10_000 };
                KeDelayExecutionThread(KernelMode as _, 0, &raw mut moment);
            }
            FltObjectDereference((*volume).cast());
        }
    }
    FltFreeGenericWorkItem(item);
}

unsafe extern "C" fn post_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
