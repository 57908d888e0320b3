//! Interrupt request level, APC state, stack and address space of the thread.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `KeGetCurrentIrql` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeGetCurrentIrql() -> KIRQL;

    /// `KfRaiseIrql` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KfRaiseIrql(new_irql: KIRQL) -> KIRQL;

    /// `KeLowerIrql` — callable at IRQL ≤ HIGH_LEVEL.
    #[cfg(target_arch = "x86_64")]
    pub fn KeLowerIrql(new_irql: KIRQL);

    /// `KfLowerIrql` — callable at IRQL ≤ HIGH_LEVEL.
    #[cfg(target_arch = "aarch64")]
    pub fn KfLowerIrql(new_irql: KIRQL);

    /// `KeEnterCriticalRegion` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeEnterCriticalRegion();

    /// `KeLeaveCriticalRegion` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeLeaveCriticalRegion();

    /// `KeEnterGuardedRegion` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeEnterGuardedRegion();

    /// `KeLeaveGuardedRegion` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeLeaveGuardedRegion();

    /// `KeAreApcsDisabled` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeAreApcsDisabled() -> BOOLEAN;

    /// `KeAreAllApcsDisabled` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeAreAllApcsDisabled() -> BOOLEAN;

    /// `KeExpandKernelStackAndCallout` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeExpandKernelStackAndCallout(
        callout: PEXPAND_STACK_CALLOUT,
        parameter: PVOID,
        size: SIZE_T,
    ) -> NTSTATUS;

    /// `KeExpandKernelStackAndCalloutEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeExpandKernelStackAndCalloutEx(
        callout: PEXPAND_STACK_CALLOUT,
        parameter: PVOID,
        size: SIZE_T,
        wait: BOOLEAN,
        context: PVOID,
    ) -> NTSTATUS;

    /// `KeStackAttachProcess` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeStackAttachProcess(process: PRKPROCESS, apc_state: PRKAPC_STATE);

    /// `KeUnstackDetachProcess` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeUnstackDetachProcess(apc_state: PRKAPC_STATE);
}

/// `KeLowerIrql` — on arm64 the headers make it a macro over `KfLowerIrql`.
#[cfg(target_arch = "aarch64")]
pub use self::KfLowerIrql as KeLowerIrql;
