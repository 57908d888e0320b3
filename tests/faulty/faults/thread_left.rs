//! Goes while its thread runs.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load, gone: gone);

static STOP: Global<KEVENT> = Global::zeroed();
static THREAD: Global<PVOID> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(STOP.at(), NotificationEvent, 0);
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
    if (*THREAD.at()).is_null() {
        return;
    }
    if CORRECTED {
        KeSetEvent(STOP.at(), 0, 0);
        KeWaitForSingleObject(*THREAD.at(), Executive, KernelMode as _, 0, null_mut());
    }
    ObfDereferenceObject(*THREAD.at());
}

unsafe extern "C" fn work(_context: PVOID) {
    wait(STOP.at());
    PsTerminateSystemThread(STATUS_SUCCESS);
}
