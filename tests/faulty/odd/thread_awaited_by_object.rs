//! Keeps a thread until it unloads and waits for the thread itself, not for an event that the thread would set.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

driver!(load: load, gone: gone);

static WAKE: Global<KEVENT> = Global::zeroed();
static THREAD: Global<PVOID> = Global::zeroed();
static OVER: AtomicBool = AtomicBool::new(false);

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(WAKE.at(), SynchronizationEvent, 0);
    let (mut handle, none) = (null_mut(), null_mut());
    let status = PsCreateSystemThread(
        &raw mut handle,
        SYNCHRONIZE,
        none,
        null_mut(),
        null_mut(),
        Some(work),
        null_mut(),
    );
    if status >= 0 {
        let (kind, mode, object) = (null_mut(), KernelMode as _, THREAD.at());
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, kind, mode, object, null_mut());
        ZwClose(handle);
    }
    status
}

unsafe fn gone() {
    if !(*THREAD.at()).is_null() {
        OVER.store(true, Ordering::Release);
        KeSetEvent(WAKE.at(), 0, 0);
        KeWaitForSingleObject(*THREAD.at(), Executive, KernelMode as _, 0, null_mut());
        ObfDereferenceObject(*THREAD.at());
    }
}

/// Returns instead of ending itself, which is the same.
unsafe extern "C" fn work(_context: PVOID) {
    let mut often = LARGE_INTEGER { QuadPart: -50_000 };
    while !OVER.load(Ordering::Acquire) {
        let (event, mode) = (WAKE.at().cast(), KernelMode as _);
        KeWaitForSingleObject(event, Executive, mode, 0, &raw mut often);
    }
}
