//! Debug output, bug checks, exceptions and time.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `DbgPrint` — callable at PASSIVE_LEVEL.
    pub fn DbgPrint(format: PCSTR, ...) -> ULONG;

    /// `DbgPrintEx` — callable at PASSIVE_LEVEL.
    pub fn DbgPrintEx(component_id: ULONG, level: ULONG, format: PCSTR, ...) -> ULONG;

    /// `KeBugCheck` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeBugCheck(bug_check_code: ULONG) -> !;

    /// `KeBugCheckEx` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeBugCheckEx(
        bug_check_code: ULONG,
        bug_check_parameter1: ULONG_PTR,
        bug_check_parameter2: ULONG_PTR,
        bug_check_parameter3: ULONG_PTR,
        bug_check_parameter4: ULONG_PTR,
    ) -> !;

    /// `ExRaiseStatus` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExRaiseStatus(status: NTSTATUS) -> !;

    /// `KeQuerySystemTimePrecise` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeQuerySystemTimePrecise(current_time: PLARGE_INTEGER);

    /// `KeQueryPerformanceCounter` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeQueryPerformanceCounter(performance_frequency: PLARGE_INTEGER) -> LARGE_INTEGER;

    /// `KeQueryTimeIncrement` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeQueryTimeIncrement() -> ULONG;

    /// `KeQueryUnbiasedInterruptTime` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeQueryUnbiasedInterruptTime() -> ULONGLONG;

    /// `ExSystemTimeToLocalTime` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn ExSystemTimeToLocalTime(system_time: PLARGE_INTEGER, local_time: PLARGE_INTEGER);

    /// `ExUuidCreate` — callable at PASSIVE_LEVEL.
    pub fn ExUuidCreate(uuid: *mut GUID) -> NTSTATUS;

    /// `KeGetCurrentProcessorNumberEx` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeGetCurrentProcessorNumberEx(proc_number: PVOID) -> ULONG;

    /// `KeQueryActiveProcessorCountEx` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeQueryActiveProcessorCountEx(group_number: USHORT) -> ULONG;

    /// `KeQueryPriorityThread` — callable at PASSIVE_LEVEL.
    pub fn KeQueryPriorityThread(thread: PKTHREAD) -> KPRIORITY;

    /// `KeSetPriorityThread` — callable at PASSIVE_LEVEL.
    pub fn KeSetPriorityThread(thread: PKTHREAD, priority: KPRIORITY) -> KPRIORITY;
}
