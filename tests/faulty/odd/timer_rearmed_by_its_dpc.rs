//! Has a timer whose DPC sets it anew, until the unload routine says that it is over, cancels it and lets the DPC run out.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

driver!(load: load, unload: unload);

static TIMER: Global<KTIMER> = Global::zeroed();
static DPC: Global<KDPC> = Global::zeroed();
static LOCK: Global<KSPIN_LOCK> = Global::zeroed();
static OVER: AtomicBool = AtomicBool::new(false);

const MILLISECOND: LARGE_INTEGER = LARGE_INTEGER { QuadPart: -10_000 };

unsafe fn load() -> NTSTATUS {
    KeInitializeSpinLock(LOCK.at());
    KeInitializeTimer(TIMER.at());
    KeInitializeDpc(DPC.at(), Some(due), null_mut());
    KeSetTimer(TIMER.at(), MILLISECOND, DPC.at());
    STATUS_SUCCESS
}

unsafe extern "C" fn due(_dpc: PKDPC, _context: PVOID, _one: PVOID, _two: PVOID) {
    KeAcquireSpinLockAtDpcLevel(LOCK.at());
    if !OVER.load(Ordering::Acquire) {
        KeSetTimer(TIMER.at(), MILLISECOND, DPC.at());
    }
    KeReleaseSpinLockFromDpcLevel(LOCK.at());
}

unsafe fn unload() {
    let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
    OVER.store(true, Ordering::Release);
    KeReleaseSpinLock(LOCK.at(), old);
    KeCancelTimer(TIMER.at());
    KeFlushQueuedDpcs();
}
