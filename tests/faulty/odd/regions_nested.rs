//! Nests critical and guarded regions and leaves them in another order than it entered them; each count is zero in the
//! end.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    KeEnterCriticalRegion();
    KeEnterGuardedRegion();
    KeEnterCriticalRegion();
    KeLeaveGuardedRegion();
    KeLeaveCriticalRegion();
    KeLeaveCriticalRegion();
    at_level(APC_LEVEL, || {
        KeEnterGuardedRegion();
        KeLeaveGuardedRegion();
    });
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
