//! Sets a timer again in its own DPC, and takes it off when it is unloaded: first the flag, then the timer, then whatever
//! DPC is still queued.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

static TIMER: Global<KTIMER> = Global::zeroed();
static PERIODIC: Global<KTIMER> = Global::zeroed();
static DPC: Global<KDPC> = Global::zeroed();
static TICK: Global<KDPC> = Global::zeroed();
static GOING: AtomicBool = AtomicBool::new(false);

driver!(load: load, unload: unload, gone: gone);

unsafe fn load() -> NTSTATUS {
    KeInitializeTimer(TIMER.at());
    KeInitializeTimerEx(PERIODIC.at(), SynchronizationTimer);
    KeInitializeDpc(DPC.at(), Some(again), null_mut());
    KeInitializeDpc(TICK.at(), Some(tick), null_mut());
    set();
    KeSetTimerEx(
        PERIODIC.at(),
        LARGE_INTEGER { QuadPart: -10_000 },
        1,
        TICK.at(),
    );
    STATUS_SUCCESS
}

unsafe fn set() {
    KeSetTimer(TIMER.at(), LARGE_INTEGER { QuadPart: -10_000 }, DPC.at());
}

unsafe extern "C" fn again(_dpc: PKDPC, _context: PVOID, _one: PVOID, _two: PVOID) {
    if !GOING.load(Ordering::Acquire) {
        set();
    }
}

unsafe extern "C" fn tick(_dpc: PKDPC, _context: PVOID, _one: PVOID, _two: PVOID) {}

unsafe fn unload() {
    stop();
}

/// Where loading fails nothing was unloaded.
unsafe fn gone() {
    stop();
}

unsafe fn stop() {
    GOING.store(true, Ordering::Release);
    KeCancelTimer(PERIODIC.at());
    KeCancelTimer(TIMER.at());
    KeFlushQueuedDpcs();
    // A DPC that had not seen the flag may have set it once more.
    KeCancelTimer(TIMER.at());
    KeFlushQueuedDpcs();
}
