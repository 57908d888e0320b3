//! IoCsqXxx — cancel-safe queues of IRPs.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{NTSTATUS, PIRP, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;
use crate::model::csq::{self, Queue};

export! { Dll::Ntoskrnl;
    /// `IoCsqInitialize` — an empty queue.
    fn IoCsqInitialize(queue: usize, insert: usize, remove: usize, peek_next: usize, acquire: usize, release: usize, complete_canceled: usize) -> NTSTATUS {
        csq::initialize(queue, [insert, remove, peek_next, acquire, release, complete_canceled], false);
        STATUS_SUCCESS
    }
    /// `IoCsqInitializeEx` — an empty queue whose insert routine may refuse.
    fn IoCsqInitializeEx(queue: usize, insert: usize, remove: usize, peek_next: usize, acquire: usize, release: usize, complete_canceled: usize) -> NTSTATUS {
        csq::initialize(queue, [insert, remove, peek_next, acquire, release, complete_canceled], true);
        STATUS_SUCCESS
    }
    /// `IoCsqInsertIrp`
    fn IoCsqInsertIrp(queue: usize, packet: PIRP, context: usize) {
        if let Some(queue) = Queue::at(queue) {
            queue.insert(packet, context, 0);
        }
    }
    /// `IoCsqInsertIrpEx`
    fn IoCsqInsertIrpEx(queue: usize, packet: PIRP, context: usize, argument: usize) -> NTSTATUS {
        Queue::at(queue).map_or(STATUS_INVALID_PARAMETER, |queue| queue.insert(packet, context, argument))
    }
    /// `IoCsqRemoveIrp`
    fn IoCsqRemoveIrp(queue: usize, context: usize) -> PIRP {
        Queue::at(queue).and_then(|queue| queue.remove(context)).unwrap_or(std::ptr::null_mut())
    }
    /// `IoCsqRemoveNextIrp`
    fn IoCsqRemoveNextIrp(queue: usize, argument: usize) -> PIRP {
        Queue::at(queue).and_then(|queue| queue.remove_next(argument)).unwrap_or(std::ptr::null_mut())
    }
}

#[cfg(test)]
mod tests;
