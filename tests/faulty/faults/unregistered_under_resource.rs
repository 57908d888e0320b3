//! Unregisters while it holds the resource that a work item waits for.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();
static READY: Global<KEVENT> = Global::zeroed();

driver!(
    load: load,
    unload: unload,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(READY.at(), NotificationEvent, 0);
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn unload() {
    FltAcquireResourceExclusive(RESOURCE.at());
    let item = FltAllocateGenericWorkItem();
    if FltQueueGenericWorkItem(
        item,
        filter().cast(),
        Some(work),
        DelayedWorkQueue,
        null_mut(),
    ) < 0
    {
        FltFreeGenericWorkItem(item);
    }
    if CORRECTED {
        FltReleaseResource(RESOURCE.at());
    } else {
        wait(READY.at());
    }
}

unsafe fn gone() {
    if !CORRECTED {
        FltReleaseResource(RESOURCE.at());
    }
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    KeSetEvent(READY.at(), 0, 0);
    let mut in_a_moment = LARGE_INTEGER {
        QuadPart: -2_000_000,
    };
    KeDelayExecutionThread(KernelMode as _, 0, &raw mut in_a_moment);
    FltAcquireResourceExclusive(RESOURCE.at());
    FltReleaseResource(RESOURCE.at());
    FltFreeGenericWorkItem(item);
}
