#![allow(unsafe_code)] // the kernel's functions

//! Registration of the filter.

use minifilter_sys::{FLT_REGISTRATION, NTSTATUS, PDRIVER_OBJECT, PFLT_FILTER};

ddi! {
    FltRegisterFilter <= Apc: fn(driver: PDRIVER_OBJECT, registration: *const FLT_REGISTRATION, filter: *mut PFLT_FILTER) -> NTSTATUS;
    FltStartFiltering <= Apc: fn(filter: PFLT_FILTER) -> NTSTATUS;
    FltUnregisterFilter <= Apc: fn(filter: PFLT_FILTER);
}
