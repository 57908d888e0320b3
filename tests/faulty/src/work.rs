//! Generic work items: something is done later, in a system thread.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use minifilter_sys::*;

use crate::filter;

/// What is done later.
pub type Routine = unsafe extern "C" fn(item: PFLT_GENERIC_WORKITEM, object: PVOID, context: PVOID);

/// `FltQueueGenericWorkItem` — lets `routine` be called with `context`, which frees the item; false if that is refused.
///
/// # Safety
/// The filter is registered.
pub unsafe fn later(routine: Routine, context: PVOID) -> bool {
    let item = FltAllocateGenericWorkItem();
    if item.is_null() {
        return false;
    }
    let filter = filter().cast();
    let routine = Some(routine);
    let queued = FltQueueGenericWorkItem(item, filter, routine, DelayedWorkQueue, context) >= 0;
    if !queued {
        FltFreeGenericWorkItem(item);
    }
    queued
}
