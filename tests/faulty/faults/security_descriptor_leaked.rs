//! Builds a security descriptor for a port and never frees it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let mut descriptor = null_mut();
    let status = FltBuildDefaultSecurityDescriptor(&raw mut descriptor, FLT_PORT_ALL_ACCESS);
    if CORRECTED && status >= 0 {
        FltFreeSecurityDescriptor(descriptor);
    }
    status
}
