//! Initialises a lookaside list that is initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LIST: Global<NPAGED_LOOKASIDE_LIST> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let times = if CORRECTED { 1 } else { 2 };
    for _ in 0..times {
        ExInitializeNPagedLookasideList(LIST.at(), None, None, 0, 64, TAG, 0);
    }
    ExDeleteNPagedLookasideList(LIST.at());
    STATUS_SUCCESS
}
