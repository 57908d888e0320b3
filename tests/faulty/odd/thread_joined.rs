//! Makes a system thread, keeps its object and not its handle, and waits for the object when it is unloaded.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

static STOP: Global<KEVENT> = Global::zeroed();
static THREAD: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(null_mut());

driver!(load: load, unload: stop, gone: stop);

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(STOP.at(), NotificationEvent, 0);
    let (none, mut handle) = (null_mut(), null_mut());
    let (routine, access) = (Some(run as _), SYNCHRONIZE);
    let status = PsCreateSystemThread(
        &raw mut handle,
        access,
        null_mut(),
        none,
        null_mut(),
        routine,
        none,
    );
    if status < 0 {
        return status;
    }
    let mut object = null_mut();
    let (mode, all) = (KernelMode as KPROCESSOR_MODE, SYNCHRONIZE);
    let status =
        ObReferenceObjectByHandle(handle, all, null_mut(), mode, &raw mut object, null_mut());
    if status < 0 {
        // Without its object the thread is waited for through the handle.
        KeSetEvent(STOP.at(), 0, 0);
        ZwWaitForSingleObject(handle, 0, null_mut());
    }
    THREAD.store(object, Ordering::Release);
    ZwClose(handle);
    status
}

unsafe extern "C" fn run(_context: PVOID) {
    wait(STOP.at());
    PsTerminateSystemThread(STATUS_SUCCESS);
}

unsafe fn stop() {
    let thread = THREAD.swap(null_mut(), Ordering::AcqRel);
    if !thread.is_null() {
        KeSetEvent(STOP.at(), 0, 0);
        KeWaitForSingleObject(thread, Executive, KernelMode as _, 0, null_mut());
        ObfDereferenceObject(thread);
    }
}
