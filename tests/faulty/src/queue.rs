//! A cancel-safe queue of one operation, right in every detail.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::offset_of;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use minifilter_sys::*;

use crate::{Global, later};

/// The queue, its lock and the place of its operation.
#[repr(C)]
pub struct Queue {
    queue: Global<FLT_CALLBACK_DATA_QUEUE>,
    lock: Global<KSPIN_LOCK>,
    held: AtomicPtr<FLT_CALLBACK_DATA>,
}

impl Queue {
    /// Not initialised.
    pub const fn empty() -> Self {
        Self {
            queue: Global::zeroed(),
            lock: Global::zeroed(),
            held: AtomicPtr::new(null_mut()),
        }
    }

    /// Where the filter manager's part is.
    pub const fn at(&self) -> PFLT_CALLBACK_DATA_QUEUE {
        self.queue.at()
    }

    /// `FltCbdqInitialize` — from now on it takes operations.
    ///
    /// # Safety
    /// Nobody uses it yet.
    pub unsafe fn initialize(&self, instance: PFLT_INSTANCE) -> NTSTATUS {
        KeInitializeSpinLock(self.lock.at());
        FltCbdqInitialize(
            instance,
            self.at(),
            Some(insert),
            Some(remove),
            Some(peek),
            Some(acquire),
            Some(release),
            Some(complete_cancelled),
        )
    }

    /// `FltCbdqInsertIo` — keeps an operation until a system thread lets it go on; false if that is refused.
    ///
    /// # Safety
    /// Called in the pre-operation callback of the operation, which then returns FLT_PREOP_PENDING.
    pub unsafe fn keep(&'static self, data: PFLT_CALLBACK_DATA) -> bool {
        if FltCbdqInsertIo(self.at(), data, null_mut(), null_mut()) < 0 {
            return false;
        }
        let queue = core::ptr::from_ref(self).cast_mut();
        // Where no thread can be had, the operation goes on at once, which it may before the callback returns.
        if !later(let_go, queue.cast()) {
            self.resume();
        }
        true
    }

    unsafe fn resume(&self) {
        let data = FltCbdqRemoveNextIo(self.at(), null_mut());
        if !data.is_null() {
            FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
        }
    }
}

unsafe extern "C" fn let_go(item: PFLT_GENERIC_WORKITEM, _object: PVOID, queue: PVOID) {
    (*queue.cast::<Queue>()).resume();
    FltFreeGenericWorkItem(item);
}

/// The queue around the filter manager's part.
unsafe fn whole<'q>(queue: PFLT_CALLBACK_DATA_QUEUE) -> &'q Queue {
    &*queue.wrapping_byte_sub(offset_of!(Queue, queue)).cast()
}

unsafe extern "C" fn insert(
    queue: PFLT_CALLBACK_DATA_QUEUE,
    data: PFLT_CALLBACK_DATA,
    _context: PVOID,
) -> NTSTATUS {
    let place = &whole(queue).held;
    match place.compare_exchange(null_mut(), data, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => STATUS_SUCCESS,
        Err(_) => STATUS_INSUFFICIENT_RESOURCES,
    }
}

unsafe extern "C" fn remove(queue: PFLT_CALLBACK_DATA_QUEUE, _data: PFLT_CALLBACK_DATA) {
    whole(queue).held.store(null_mut(), Ordering::Release);
}

unsafe extern "C" fn peek(
    queue: PFLT_CALLBACK_DATA_QUEUE,
    data: PFLT_CALLBACK_DATA,
    _context: PVOID,
) -> PFLT_CALLBACK_DATA {
    if data.is_null() {
        whole(queue).held.load(Ordering::Acquire)
    } else {
        null_mut()
    }
}

unsafe extern "C" fn acquire(queue: PFLT_CALLBACK_DATA_QUEUE, irql: PKIRQL) {
    *irql = KeAcquireSpinLockRaiseToDpc(whole(queue).lock.at());
}

unsafe extern "C" fn release(queue: PFLT_CALLBACK_DATA_QUEUE, irql: KIRQL) {
    KeReleaseSpinLock(whole(queue).lock.at(), irql);
}

unsafe extern "C" fn complete_cancelled(
    _queue: PFLT_CALLBACK_DATA_QUEUE,
    data: PFLT_CALLBACK_DATA,
) {
    (*data).IoStatus.Anonymous.Status = STATUS_CANCELLED;
    (*data).IoStatus.Information = 0;
    FltCompletePendedPreOperation(data, FLT_PREOP_COMPLETE, null_mut());
}
