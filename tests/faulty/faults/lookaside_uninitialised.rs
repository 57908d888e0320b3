//! Deletes a lookaside list that nobody initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LIST: Global<NPAGED_LOOKASIDE_LIST> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    if CORRECTED {
        ExInitializeNPagedLookasideList(LIST.at(), None, None, 0, 64, TAG, 0);
    }
    ExDeleteNPagedLookasideList(LIST.at());
    STATUS_SUCCESS
}
