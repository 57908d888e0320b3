//! FltCbdqXxx — cancel-safe queues of operations.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{
    NTSTATUS, PFLT_CALLBACK_DATA, PFLT_INSTANCE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use crate::export;
use crate::model::cbdq::{self, Queue};

export! { Dll::FltMgr;
    /// `FltCbdqInitialize` — an empty queue that takes operations.
    fn FltCbdqInitialize(instance: PFLT_INSTANCE, queue: usize, insert: usize, remove: usize, peek_next: usize, acquire: usize, release: usize, complete_canceled: usize) -> NTSTATUS {
        let routines = [insert, remove, peek_next, acquire, release, complete_canceled];
        cbdq::initialize(instance, queue, routines).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltCbdqEnable` — lets it take operations again.
    fn FltCbdqEnable(queue: usize) {
        if let Some(queue) = Queue::at(queue) {
            queue.enable(true);
        }
    }
    /// `FltCbdqDisable` — from now on it takes none.
    fn FltCbdqDisable(queue: usize) {
        if let Some(queue) = Queue::at(queue) {
            queue.enable(false);
        }
    }
    /// `FltCbdqInsertIo` — puts an operation into the queue.
    fn FltCbdqInsertIo(queue: usize, data: PFLT_CALLBACK_DATA, context: usize, argument: usize) -> NTSTATUS {
        let Some(queue) = Queue::at(queue) else { return STATUS_INVALID_PARAMETER };
        queue.insert(data, context, argument).unwrap_or_else(|status| status)
    }
    /// `FltCbdqRemoveIo` — takes the operation of a context out.
    fn FltCbdqRemoveIo(queue: usize, context: usize) -> PFLT_CALLBACK_DATA {
        let removed = Queue::at(queue).and_then(|queue| queue.remove(context));
        removed.unwrap_or(std::ptr::null_mut())
    }
    /// `FltCbdqRemoveNextIo` — takes the next operation out that fits.
    fn FltCbdqRemoveNextIo(queue: usize, argument: usize) -> PFLT_CALLBACK_DATA {
        let removed = Queue::at(queue).and_then(|queue| queue.remove_next(argument));
        removed.unwrap_or(std::ptr::null_mut())
    }
}

#[cfg(test)]
mod tests;
