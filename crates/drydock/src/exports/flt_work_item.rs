//! FltQueueGenericWorkItem, FltQueueDeferredIoWorkItem and the items they take.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{NTSTATUS, PFLT_CALLBACK_DATA, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;
use crate::model::callback::{DeferredIoWorkItem, GenericWorkItem};
use crate::model::work_item::{self, Sort};

export! { Dll::FltMgr;
    /// `FltAllocateGenericWorkItem` — makes an item.
    fn FltAllocateGenericWorkItem() -> *mut c_void {
        work_item::allocate(Sort::Generic)
    }
    /// `FltFreeGenericWorkItem` — frees an item that is not queued.
    fn FltFreeGenericWorkItem(item: *mut c_void) {
        work_item::free(Sort::Generic, item);
    }
    /// `FltQueueGenericWorkItem` — runs a routine in a system thread.
    fn FltQueueGenericWorkItem(item: *mut c_void, object: *mut c_void, routine: Option<GenericWorkItem>, _queue: i32, context: *mut c_void) -> NTSTATUS {
        let Some(routine) = routine else { return STATUS_INVALID_PARAMETER };
        work_item::queue_generic(item, object, routine, context).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltAllocateDeferredIoWorkItem` — makes an item.
    fn FltAllocateDeferredIoWorkItem() -> *mut c_void {
        work_item::allocate(Sort::Deferred)
    }
    /// `FltFreeDeferredIoWorkItem` — frees an item that is not queued.
    fn FltFreeDeferredIoWorkItem(item: *mut c_void) {
        work_item::free(Sort::Deferred, item);
    }
    /// `FltQueueDeferredIoWorkItem` — posts an operation to a system thread.
    fn FltQueueDeferredIoWorkItem(item: *mut c_void, data: PFLT_CALLBACK_DATA, routine: Option<DeferredIoWorkItem>, _queue: i32, context: *mut c_void) -> NTSTATUS {
        let Some(routine) = routine else { return STATUS_INVALID_PARAMETER };
        work_item::queue_deferred(item, data, routine, context).err().unwrap_or(STATUS_SUCCESS)
    }
}
