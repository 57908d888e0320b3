//! KeXxxIrql, critical and guarded regions, KeBugCheck — shims.
#![allow(unsafe_code)] // Windows calling convention

use crate::export;
use crate::model::{bounds, irql, thread};
use crate::verify;

fn stop(code: u32, parameters: [u64; 4]) -> ! {
    verify::bugcheck(code, parameters, "the driver asked for it")
}

export! { Dll::Ntoskrnl;
    /// `KeGetCurrentIrql`
    fn KeGetCurrentIrql() -> u8 { thread::current().irql() }
    /// `KfRaiseIrql`
    fn KfRaiseIrql(new: u8) -> u8 { irql::raise(new) }
    /// `KeLowerIrql`
    fn KeLowerIrql(new: u8) { irql::lower(new) }
    /// `KfLowerIrql`
    fn KfLowerIrql(new: u8) { irql::lower(new) }
    /// `KeRaiseIrqlToDpcLevel`
    fn KeRaiseIrqlToDpcLevel() -> u8 { irql::raise(bounds::DISPATCH) }
    /// `KeEnterCriticalRegion`
    fn KeEnterCriticalRegion() { thread::current().enter_critical_region() }
    /// `KeLeaveCriticalRegion`
    fn KeLeaveCriticalRegion() { thread::current().leave_critical_region() }
    /// `KeEnterGuardedRegion`
    fn KeEnterGuardedRegion() { thread::current().enter_guarded_region() }
    /// `KeLeaveGuardedRegion`
    fn KeLeaveGuardedRegion() { thread::current().leave_guarded_region() }
    /// `KeAreApcsDisabled`
    fn KeAreApcsDisabled() -> u8 { u8::from(thread::current().apcs_disabled()) }
    /// `KeAreAllApcsDisabled`
    fn KeAreAllApcsDisabled() -> u8 { u8::from(thread::current().all_apcs_disabled()) }
    /// `KeGetCurrentThread`
    fn KeGetCurrentThread() -> usize { thread::current().kthread() }
    /// `KeBugCheck`
    fn KeBugCheck(code: u32) { stop(code, [0; 4]) }
    /// `KeBugCheckEx`
    fn KeBugCheckEx(code: u32, p1: u64, p2: u64, p3: u64, p4: u64) { stop(code, [p1, p2, p3, p4]) }
}
