//! Prints a wide string while it holds a spin lock.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static LOCK: Global<KSPIN_LOCK> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        KeInitializeSpinLock(LOCK.at());
        let name = &raw mut (*(*objects).FileObject).FileName;
        let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
        if CORRECTED {
            DbgPrint(
                c"a name of %u bytes\n".as_ptr().cast(),
                u32::from((*name).Length),
            );
        } else {
            DbgPrint(c"the name %wZ\n".as_ptr().cast(), name);
        }
        KeReleaseSpinLock(LOCK.at(), old);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
