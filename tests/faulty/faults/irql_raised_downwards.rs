//! Raises the level to a lower one.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let old = KfRaiseIrql(DISPATCH_LEVEL as KIRQL);
    if !CORRECTED {
        KfRaiseIrql(APC_LEVEL as KIRQL);
    }
    KeLowerIrql(old);
    STATUS_SUCCESS
}
