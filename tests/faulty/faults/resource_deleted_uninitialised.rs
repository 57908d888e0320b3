//! Deletes a resource that nobody initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    if CORRECTED {
        ExInitializeResourceLite(RESOURCE.at());
    }
    ExDeleteResourceLite(RESOURCE.at());
    STATUS_SUCCESS
}
