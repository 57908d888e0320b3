#![allow(unsafe_code)] // the kernel's functions

//! Level, APC state, waiting, printing, stopping.

use core::ffi::c_void;

use minifilter_sys::{
    BOOLEAN, KIRQL, KPROCESSOR_MODE, KWAIT_REASON, LARGE_INTEGER, LONG, NTSTATUS, PKEVENT,
};

ddi! {
    KeGetCurrentIrql <= Any: fn() -> KIRQL;
    KeAreApcsDisabled <= Dispatch: fn() -> BOOLEAN;
    KfRaiseIrql <= Any: fn(new: KIRQL) -> KIRQL;
    KeLowerIrql <= Any: fn(old: KIRQL);
    KeEnterCriticalRegion <= Apc: fn();
    KeLeaveCriticalRegion <= Apc: fn();
    KeInitializeEvent <= Any: fn(event: PKEVENT, kind: i32, signalled: BOOLEAN);
    set_event_without_wait = KeSetEvent <= Dispatch when "Wait is FALSE": fn(event: PKEVENT, increment: LONG, wait: BOOLEAN) -> LONG;
    KeClearEvent <= Dispatch: fn(event: PKEVENT);
    KeReadStateEvent <= Dispatch: fn(event: PKEVENT) -> LONG;
    KeWaitForSingleObject <= Apc: fn(object: *mut c_void, reason: KWAIT_REASON, mode: KPROCESSOR_MODE, alertable: BOOLEAN, timeout: *mut LARGE_INTEGER) -> NTSTATUS;
}
