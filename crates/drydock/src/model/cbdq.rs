//! FLT_CALLBACK_DATA_QUEUE — cancel-safe queues: the driver's list and lock, and cancellation taken care of.
#![allow(unsafe_code)] // the queue lies in driver memory and its routines are the driver's

use std::ffi::c_void;
use std::mem::offset_of;

use minifilter_sys::{
    FLT_CALLBACK_DATA_QUEUE, FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT, NTSTATUS, PFLT_CALLBACK_DATA,
    PFLT_INSTANCE, STATUS_FLT_CBDQ_DISABLED, STATUS_INVALID_PARAMETER,
};

use super::bounds::APC;
use super::callback::{
    CbdqAcquire, CbdqCompleteCanceled, CbdqInsert, CbdqPeekNext, CbdqRelease, CbdqRemove,
};
use super::driver_word::{long, word};
use super::file_system::Request;
use super::operation::{self, Operation, levels};
use super::thread::{self, Site};
use crate::verify::{self, rule};
use std::sync::atomic::Ordering;

/// FLT_CALLBACK_DATA_QUEUE.Flags of a queue that takes nothing.
const DISABLED: i32 = 1;
/// IO_CSQ.Type, and that of contexts.
const TYPE: i32 = 1;

const FLAGS: usize = offset_of!(FLT_CALLBACK_DATA_QUEUE, Flags);
const SELF: usize = offset_of!(FLT_CALLBACK_DATA_QUEUE, Csq.ReservePointer);
const ROUTINES: usize = offset_of!(FLT_CALLBACK_DATA_QUEUE, InsertIo);
const CONTEXT_DATA: usize = offset_of!(FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT, Irp);
const CONTEXT_QUEUE: usize = offset_of!(FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT, Csq);

/// The routines in the order of the structure: insert, remove, peek, acquire, release, complete.
pub type Routines = [usize; 6];

/// A queue at its address in driver memory.
#[derive(Clone, Copy)]
pub struct Queue(usize);

/// FltCbdqInitialize — an empty queue that takes operations.
///
/// # Errors
/// STATUS_INVALID_PARAMETER without one of the routines.
pub fn initialize(
    instance: PFLT_INSTANCE,
    queue: usize,
    routines: Routines,
) -> Result<(), NTSTATUS> {
    if queue == 0 || routines.contains(&0) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let words = size_of::<FLT_CALLBACK_DATA_QUEUE>() / 8;
    for place in 0..words {
        word(queue + 8 * place).store(0, Ordering::Relaxed);
    }
    long(queue).store(TYPE, Ordering::Relaxed);
    word(queue + offset_of!(FLT_CALLBACK_DATA_QUEUE, Instance))
        .store(instance as usize, Ordering::Relaxed);
    for (place, routine) in routines.into_iter().enumerate() {
        word(queue + ROUTINES + 8 * place).store(routine, Ordering::Relaxed);
    }
    word(queue + SELF).store(queue, Ordering::Release);
    Ok(())
}

impl Queue {
    /// The queue at an address; none, and a rule, when it was not initialised there.
    pub fn at(address: usize) -> Option<Self> {
        let known = address != 0 && word(address + SELF).load(Ordering::Acquire) == address;
        if !known {
            verify::violation(
                rule::CBDQ_UNINITIALISED,
                format!("{address:#x} is no initialised queue"),
            );
        }
        known.then_some(Self(address))
    }

    /// FltCbdqEnable, FltCbdqDisable.
    pub fn enable(self, enabled: bool) {
        self.locked(|| {
            let flags = long(self.0 + FLAGS);
            if enabled {
                flags.fetch_and(!DISABLED, Ordering::AcqRel);
            } else {
                flags.fetch_or(DISABLED, Ordering::AcqRel);
            }
        });
    }

    fn is_disabled(self) -> bool {
        long(self.0 + FLAGS).load(Ordering::Acquire) & DISABLED != 0
    }

    /// FltCbdqInsertIo — gives back what the driver's routine said.
    ///
    /// # Errors
    /// STATUS_FLT_CBDQ_DISABLED, STATUS_INVALID_PARAMETER for what is no IRP under way, and those of the routine.
    pub fn insert(
        self,
        data: PFLT_CALLBACK_DATA,
        context: usize,
        argument: usize,
    ) -> Result<NTSTATUS, NTSTATUS> {
        let operation = operation::find(data).filter(|found| found.request() == Request::Irp);
        let Some(operation) = operation else {
            verify::violation(rule::CBDQ_NO_IRP, format!("{data:p} is no IRP under way"));
            return Err(STATUS_INVALID_PARAMETER);
        };
        let inserted = self.locked(|| {
            if self.is_disabled() {
                return Err(STATUS_FLT_CBDQ_DISABLED);
            }
            let status = self.call_insert(data, argument);
            if status < 0 {
                return Err(status);
            }
            set_context(context, data as usize, self.0);
            let routine = Box::new(move |found| self.cancelled(found, context));
            let late = operation.set_cancel_routine(routine).is_err();
            if late {
                self.call_remove(data);
                set_context(context, 0, self.0);
            }
            Ok((status, late))
        });
        let (status, late) = inserted?;
        if late {
            self.call_complete(data);
        }
        Ok(status)
    }

    /// An operation in the queue was cancelled.
    fn cancelled(self, operation: &Operation, context: usize) {
        let data = operation.pointer();
        self.locked(|| {
            self.call_remove(data);
            set_context(context, 0, self.0);
        });
        self.call_complete(data);
    }

    /// FltCbdqRemoveIo — the operation of a context; none if it is not in the queue any more.
    pub fn remove(self, context: usize) -> Option<PFLT_CALLBACK_DATA> {
        self.locked(|| {
            let data = word(context + CONTEXT_DATA).load(Ordering::Acquire) as PFLT_CALLBACK_DATA;
            let operation = operation::find(data)?;
            // Without its cancel routine it is being cancelled, and its way out of the queue is another.
            if !operation.clear_cancel_routine() {
                return None;
            }
            self.call_remove(data);
            set_context(context, 0, self.0);
            Some(data)
        })
    }

    /// FltCbdqRemoveNextIo — the first operation that the driver finds for `argument` and nobody is cancelling.
    pub fn remove_next(self, argument: usize) -> Option<PFLT_CALLBACK_DATA> {
        self.locked(|| {
            let mut data = std::ptr::null_mut();
            loop {
                data = self.call_peek(data, argument);
                if data.is_null() {
                    return None;
                }
                let Some(operation) = operation::find(data) else {
                    verify::violation(rule::CBDQ_NO_IRP, format!("{data:p} is no IRP under way"));
                    return None;
                };
                if operation.clear_cancel_routine() {
                    self.call_remove(data);
                    return Some(data);
                }
            }
        })
    }

    /// Runs `body` under the driver's lock, at whatever level that leaves.
    fn locked<R>(self, body: impl FnOnce() -> R) -> R {
        let mut irql = thread::current().irql();
        let place = &raw mut irql;
        self.call(3, "cancel-safe queue acquire", |code| {
            // SAFETY: the driver gave this code as CbdqAcquire.
            let acquire = unsafe { std::mem::transmute::<usize, CbdqAcquire>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { acquire(self.pointer(), place) }
        });
        let result = body();
        self.call(4, "cancel-safe queue release", |code| {
            // SAFETY: the driver gave this code as CbdqRelease.
            let release = unsafe { std::mem::transmute::<usize, CbdqRelease>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { release(self.pointer(), irql) }
        });
        result
    }

    fn call_insert(self, data: PFLT_CALLBACK_DATA, argument: usize) -> NTSTATUS {
        self.call(0, "cancel-safe queue insert", |code| {
            // SAFETY: the driver gave this code as CbdqInsertIo.
            let insert = unsafe { std::mem::transmute::<usize, CbdqInsert>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { insert(self.pointer(), data, argument as *mut c_void) }
        })
    }

    fn call_remove(self, data: PFLT_CALLBACK_DATA) {
        self.call(1, "cancel-safe queue remove", |code| {
            // SAFETY: the driver gave this code as CbdqRemoveIo.
            let remove = unsafe { std::mem::transmute::<usize, CbdqRemove>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { remove(self.pointer(), data) }
        });
    }

    fn call_peek(self, data: PFLT_CALLBACK_DATA, argument: usize) -> PFLT_CALLBACK_DATA {
        self.call(2, "cancel-safe queue peek", |code| {
            // SAFETY: the driver gave this code as CbdqPeekNextIo.
            let peek = unsafe { std::mem::transmute::<usize, CbdqPeekNext>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { peek(self.pointer(), data, argument as *mut c_void) }
        })
    }

    /// Called without the lock, where a cancel routine may be called.
    fn call_complete(self, data: PFLT_CALLBACK_DATA) {
        let code = self.routine(5);
        let site = Site {
            name: "cancel-safe queue complete cancelled",
            code,
        };
        thread::call_driver(site, levels::choose(APC), || {
            // SAFETY: the driver gave this code as CbdqCompleteCanceledIo.
            let complete = unsafe { std::mem::transmute::<usize, CbdqCompleteCanceled>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { complete(self.pointer(), data) }
        });
    }

    fn call<R>(self, place: usize, name: &'static str, call: impl FnOnce(usize) -> R) -> R {
        let code = self.routine(place);
        thread::call_inside(Site { name, code }, || call(code))
    }

    fn routine(self, place: usize) -> usize {
        word(self.0 + ROUTINES + 8 * place).load(Ordering::Acquire)
    }

    fn pointer(self) -> *mut FLT_CALLBACK_DATA_QUEUE {
        self.0 as *mut FLT_CALLBACK_DATA_QUEUE
    }
}

/// Notes in the driver's context, if it wants one, which operation it stands for.
fn set_context(context: usize, data: usize, queue: usize) {
    if context != 0 {
        long(context).store(TYPE, Ordering::Relaxed);
        word(context + CONTEXT_QUEUE).store(queue, Ordering::Relaxed);
        word(context + CONTEXT_DATA).store(data, Ordering::Release);
    }
}
