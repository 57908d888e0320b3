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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;
    use crate::model::filter;
    use crate::model::flt_fixture::{Fixture, Script};
    use crate::model::flt_handle::Found;
    use crate::model::instance;
    use crate::verify::tests::violations_of;

    static SEEN: AtomicI32 = AtomicI32::new(0);

    /// Waits until its instance is detached, and looks whether contexts of it are still there.
    unsafe extern "win64" fn late(item: *mut c_void, object: *mut c_void, _context: *mut c_void) {
        let instance = loop {
            match instance::find(object.cast()) {
                Found::Gone(instance) => break instance,
                Found::Live(_) => std::thread::yield_now(),
                Found::Unknown => panic!("no instance"),
            }
        };
        let closed = instance.contexts_closed.load(Ordering::SeqCst);
        SEEN.store(if closed { 2 } else { 1 }, Ordering::SeqCst);
        call!(FltFreeGenericWorkItem(item));
    }

    #[test]
    fn contexts_of_an_instance_outlive_fltqueuegenericworkitem_s_routine() {
        let found = violations_of("", || {
            let fixture = Fixture::new(Script::default());
            let instance = fixture.volume.stack().iter().next().cloned();
            let instance = instance.expect("attached");
            let item = call!(FltAllocateGenericWorkItem());
            let object = instance.handle().cast();
            let null = std::ptr::null_mut();
            let status = call!(FltQueueGenericWorkItem(item, object, Some(late), 1, null));
            assert_eq!(status, STATUS_SUCCESS);
            filter::unload(true);
            assert_eq!(SEEN.load(Ordering::SeqCst), 1);
            assert!(instance.contexts_closed.load(Ordering::SeqCst));
        });
        assert_eq!(found, Vec::<String>::new());
    }
}
