//! Goes while a timer of its own is set.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load, unload: unload);

static TIMER: Global<KTIMER> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    KeInitializeTimer(TIMER.at());
    let hour = LARGE_INTEGER {
        QuadPart: -36_000_000_000,
    };
    KeSetTimer(TIMER.at(), hour, null_mut());
    STATUS_SUCCESS
}

unsafe fn unload() {
    if CORRECTED {
        KeCancelTimer(TIMER.at());
    }
}
