//! Frees a deferred work item as a generic one.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let item = FltAllocateDeferredIoWorkItem();
    if !item.is_null() {
        if !CORRECTED {
            FltFreeGenericWorkItem(item.cast());
        }
        FltFreeDeferredIoWorkItem(item);
    }
    STATUS_SUCCESS
}
