//! Makes a lookaside list of entries that cannot be linked.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static LIST: Global<LOOKASIDE_LIST_EX> = Global::zeroed();

driver!(
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    let size = if CORRECTED { 16 } else { 8 };
    ExInitializeLookasideListEx(LIST.at(), None, None, NonPagedPoolNx, 0, size, TAG, 0)
}

unsafe fn gone() {
    ExDeleteLookasideListEx(LIST.at());
}
