//! PFLT_GENERIC_WORKITEM, PFLT_DEFERRED_IO_WORKITEM — work a filter posts to system threads.
#![allow(unsafe_code)] // calls the driver's work routines

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    NTSTATUS, PFLT_CALLBACK_DATA, STATUS_FLT_DELETING_OBJECT,
    STATUS_FLT_NOT_SAFE_TO_POST_OPERATION, STATUS_INVALID_PARAMETER,
};

use super::bounds::PASSIVE;
use super::callback::{DeferredIoWorkItem, GenericWorkItem};
use super::file_system::Request;
use super::filter::Filter;
use super::held::{Lock, Promise};
use super::instance::Instance;
use super::pool::{self, PoolKind};
use super::thread::Site;
use super::{flt_object, operation, thread, work_queue};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// IRP_PAGING_IO among IrpFlags.
const PAGING_IO: u32 = 0x2;
const SIZE: usize = 0x60;

/// Which sort of work item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// FltAllocateGenericWorkItem.
    Generic,
    /// FltAllocateDeferredIoWorkItem.
    Deferred,
}

impl Sort {
    fn tag(self) -> u32 {
        u32::from_le_bytes(match self {
            Self::Generic => *b"FMwg",
            Self::Deferred => *b"FMwd",
        })
    }
}

/// Every work item, and whether it is queued.
static ITEMS: Mutex<Option<HashMap<usize, (Sort, bool)>>> = Mutex::new(None);

fn items<R>(look: impl FnOnce(&mut HashMap<usize, (Sort, bool)>) -> R) -> R {
    look(
        ITEMS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_default(),
    )
}

/// FltAllocateGenericWorkItem, FltAllocateDeferredIoWorkItem; a leak is blamed on the caller.
pub fn allocate(sort: Sort) -> *mut c_void {
    let item = pool::allocate(PoolKind::NonPaged, SIZE, sort.tag(), Call::current().caller);
    if !item.is_null() {
        items(|items| items.insert(item as usize, (sort, false)));
    }
    item
}

/// FltFreeGenericWorkItem, FltFreeDeferredIoWorkItem.
pub fn free(sort: Sort, item: *mut c_void) {
    let found = items(|items| items.get(&(item as usize)).copied());
    match found {
        Some((known, false)) if known == sort => {
            items(|items| items.remove(&(item as usize)));
            pool::free(item, sort.tag());
        }
        Some((known, false)) => misused(format!("{known:?} work item {item:p} freed as {sort:?}")),
        Some((_, true)) => misused(format!("work item {item:p} freed while queued")),
        None => misused(format!("{item:p} is no work item")),
    }
}

#[cold]
fn misused(detail: String) {
    verify::violation(rule::WORK_ITEM_MISUSED, detail);
}

fn claim(sort: Sort, item: *mut c_void) -> Result<(), NTSTATUS> {
    let problem = items(|items| match items.get_mut(&(item as usize)) {
        Some((known, queued)) if *known == sort && !*queued => {
            *queued = true;
            None
        }
        Some((_, true)) => Some(format!("work item {item:p} queued while queued")),
        Some(_) | None => Some(format!("{item:p} is no {sort:?} work item")),
    });
    problem.map_or(Ok(()), |problem| {
        misused(problem);
        Err(STATUS_INVALID_PARAMETER)
    })
}

/// The routine may free the item, so it counts as idle before it runs.
fn unclaim(item: usize) {
    items(|items| {
        if let Some(entry) = items.get_mut(&item) {
            entry.1 = false;
        }
    });
}

fn post(
    (filter, instance): (Arc<Filter>, Option<Arc<Instance>>),
    item: *mut c_void,
    site: Site<'static>,
    run: impl FnOnce() + Send + 'static,
) {
    let item = item as usize;
    work_queue::queue(Box::new(move || {
        unclaim(item);
        let promise = Promise::give(Lock::WorkItem, filter.work.address());
        thread::call_driver(site, PASSIVE, run);
        drop(promise);
        if let Some(instance) = instance {
            instance.let_go();
        }
        filter.work.exit();
    }));
}

/// FltQueueGenericWorkItem — runs the routine in a system thread.
///
/// # Errors
/// STATUS_FLT_DELETING_OBJECT once the filter is going; the caller frees the item then.
pub fn queue_generic(
    item: *mut c_void,
    object: *mut c_void,
    routine: GenericWorkItem,
    context: *mut c_void,
) -> Result<(), NTSTATUS> {
    let (filter, instance) = flt_object::user(object).ok_or(STATUS_FLT_DELETING_OBJECT)?;
    if filter.is_unregistering() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    claim(Sort::Generic, item)?;
    if !filter.work.enter() {
        unclaim(item as usize);
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    if let Some(instance) = &instance {
        instance.keep();
    }
    let [item_address, object, context] = [item, object, context].map(|pointer| pointer as usize);
    post(
        (filter, instance),
        item,
        Site {
            name: "generic work item",
            code: routine as usize,
        },
        move || {
            // SAFETY: the driver gave this code for exactly this call; the pointers are its own.
            unsafe {
                routine(
                    item_address as *mut c_void,
                    object as *mut c_void,
                    context as *mut c_void,
                )
            };
        },
    );
    Ok(())
}

/// FltQueueDeferredIoWorkItem — posts an operation that the filter is about to pend.
///
/// # Errors
/// STATUS_FLT_NOT_SAFE_TO_POST_OPERATION where a wait for a worker could never end, and as for the generic form.
pub fn queue_deferred(
    item: *mut c_void,
    data: PFLT_CALLBACK_DATA,
    routine: DeferredIoWorkItem,
    context: *mut c_void,
) -> Result<(), NTSTATUS> {
    let operation = operation::find(data).ok_or(STATUS_INVALID_PARAMETER)?;
    let paging = operation.iopb().IrpFlags & PAGING_IO != 0;
    let nested = thread::current().top_level_irp() != 0;
    if operation.request() != Request::Irp || paging || nested {
        return Err(STATUS_FLT_NOT_SAFE_TO_POST_OPERATION);
    }
    let instance = operation.instance().ok_or(STATUS_INVALID_PARAMETER)?;
    if instance.operations.is_closed() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    claim(Sort::Deferred, item)?;
    let filter = Arc::clone(&instance.filter);
    if !filter.work.enter() {
        unclaim(item as usize);
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    let [item_address, data, context] =
        [item, data.cast(), context].map(|pointer| pointer as usize);
    post(
        (filter, None),
        item,
        Site {
            name: "deferred I/O work item",
            code: routine as usize,
        },
        move || {
            // SAFETY: the driver gave this code for exactly this call; the pointers are its own.
            unsafe {
                routine(
                    item_address as *mut c_void,
                    data as PFLT_CALLBACK_DATA,
                    context as *mut c_void,
                )
            };
        },
    );
    Ok(())
}
