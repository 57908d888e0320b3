//! Events, semaphores, mutexes, timers, deferred calls and waits.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `KeInitializeEvent` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeInitializeEvent(event: PRKEVENT, event_type: EVENT_TYPE, state: BOOLEAN);

    /// `KeSetEvent` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeSetEvent(event: PRKEVENT, increment: KPRIORITY, wait: BOOLEAN) -> LONG;

    /// `KeClearEvent` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeClearEvent(event: PRKEVENT);

    /// `KeResetEvent` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeResetEvent(event: PRKEVENT) -> LONG;

    /// `KePulseEvent` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KePulseEvent(event: PRKEVENT, increment: KPRIORITY, wait: BOOLEAN) -> LONG;

    /// `KeReadStateEvent` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeReadStateEvent(event: PRKEVENT) -> LONG;

    /// `KeInitializeSemaphore` — callable at PASSIVE_LEVEL.
    pub fn KeInitializeSemaphore(semaphore: PRKSEMAPHORE, count: LONG, limit: LONG);

    /// `KeReleaseSemaphore` — callable at PASSIVE_LEVEL.
    pub fn KeReleaseSemaphore(
        semaphore: PRKSEMAPHORE,
        increment: KPRIORITY,
        adjustment: LONG,
        wait: BOOLEAN,
    ) -> LONG;

    /// `KeReadStateSemaphore` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeReadStateSemaphore(semaphore: PRKSEMAPHORE) -> LONG;

    /// `KeInitializeMutex` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeInitializeMutex(mutex: PRKMUTEX, level: ULONG);

    /// `KeReleaseMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeReleaseMutex(mutex: PRKMUTEX, wait: BOOLEAN) -> LONG;

    /// `KeReadStateMutex` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeReadStateMutex(mutex: PRKMUTEX) -> LONG;

    /// `KeInitializeMutant` — callable at a level that its page leaves open.
    pub fn KeInitializeMutant(mutant: PRKMUTANT, initial_owner: BOOLEAN);

    /// `KeReadStateMutant` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeReadStateMutant(mutant: PRKMUTANT) -> LONG;

    /// `KeReleaseMutant` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeReleaseMutant(
        mutant: PRKMUTANT,
        increment: KPRIORITY,
        abandoned: BOOLEAN,
        wait: BOOLEAN,
    ) -> LONG;

    /// `KeInitializeTimer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeInitializeTimer(timer: PKTIMER);

    /// `KeInitializeTimerEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeInitializeTimerEx(timer: PKTIMER, timer_type: TIMER_TYPE);

    /// `KeSetTimer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeSetTimer(timer: PKTIMER, due_time: LARGE_INTEGER, dpc: PKDPC) -> BOOLEAN;

    /// `KeSetTimerEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeSetTimerEx(
        timer: PKTIMER,
        due_time: LARGE_INTEGER,
        period: LONG,
        dpc: PKDPC,
    ) -> BOOLEAN;

    /// `KeCancelTimer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeCancelTimer(timer: PKTIMER) -> BOOLEAN;

    /// `KeReadStateTimer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeReadStateTimer(timer: PKTIMER) -> BOOLEAN;

    /// `KeInitializeDpc` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeInitializeDpc(
        dpc: PRKDPC,
        deferred_routine: PKDEFERRED_ROUTINE,
        deferred_context: PVOID,
    );

    /// `KeInsertQueueDpc` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeInsertQueueDpc(
        dpc: PRKDPC,
        system_argument1: PVOID,
        system_argument2: PVOID,
    ) -> BOOLEAN;

    /// `KeRemoveQueueDpc` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeRemoveQueueDpc(dpc: PRKDPC) -> BOOLEAN;

    /// `KeFlushQueuedDpcs` — callable at PASSIVE_LEVEL.
    pub fn KeFlushQueuedDpcs();

    /// `KeWaitForSingleObject` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeWaitForSingleObject(
        object: PVOID,
        wait_reason: KWAIT_REASON,
        wait_mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: PLARGE_INTEGER,
    ) -> NTSTATUS;

    /// `KeWaitForMultipleObjects` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeWaitForMultipleObjects(
        count: ULONG,
        object: *mut PVOID,
        wait_type: WAIT_TYPE,
        wait_reason: KWAIT_REASON,
        wait_mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        timeout: PLARGE_INTEGER,
        wait_block_array: PKWAIT_BLOCK,
    ) -> NTSTATUS;

    /// `KeDelayExecutionThread` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeDelayExecutionThread(
        wait_mode: KPROCESSOR_MODE,
        alertable: BOOLEAN,
        interval: PLARGE_INTEGER,
    ) -> NTSTATUS;
}
