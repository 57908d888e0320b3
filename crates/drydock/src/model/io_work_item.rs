//! PIO_WORKITEM — work that a driver posts with a device: the driver stays loaded until it has run.
#![allow(unsafe_code)] // calls work routines

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::bounds::PASSIVE;
use super::callback::IoWorkItem;
use super::pool::{self, PoolKind};
use super::thread::{self, Site};
use super::{wait, work_queue};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// IoSizeofWorkItem.
pub const SIZE: usize = 0x58;
const TAG: u32 = u32::from_le_bytes(*b"IoWI");

#[derive(Clone, Copy)]
struct Item {
    object: usize,
    queued: bool,
    allocated: bool,
}

/// Routines that run.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
static ITEMS: Mutex<BTreeMap<usize, Item>> = Mutex::new(BTreeMap::new());

fn items<R>(look: impl FnOnce(&mut BTreeMap<usize, Item>) -> R) -> R {
    look(&mut ITEMS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn address() -> usize {
    std::ptr::from_ref(&ITEMS) as usize
}

/// `IoAllocateWorkItem` — null without memory; a leak is blamed on the caller.
pub fn allocate(object: usize) -> *mut c_void {
    let item = pool::allocate_zeroed(PoolKind::NonPaged, SIZE, TAG, Call::current().caller);
    if !item.is_null() {
        add(item as usize, object, true);
    }
    item
}

/// `IoInitializeWorkItem` — in memory of the driver's own.
pub fn initialize(item: usize, object: usize) {
    add(item, object, false);
}

fn add(item: usize, object: usize, allocated: bool) {
    let known = Item {
        object,
        queued: false,
        allocated,
    };
    items(|items| items.insert(item, known));
}

/// `IoFreeWorkItem`, `IoUninitializeWorkItem`
pub fn free(item: usize) {
    match items(|items| items.get(&item).copied()) {
        Some(known) if known.queued => misused(format!("work item {item:#x} freed while queued")),
        Some(known) => {
            items(|items| items.remove(&item));
            if known.allocated {
                pool::free(item as *mut c_void, TAG);
            }
        }
        None => misused(format!("{item:#x} is no work item")),
    }
}

#[cold]
fn misused(detail: String) {
    verify::violation(rule::IO_WORK_ITEM_MISUSED, detail);
}

/// `IoQueueWorkItem`, and with `extended` `IoQueueWorkItemEx`: the item must not be queued already, which Windows answers with
/// the stop WORKER_INVALID.
pub fn queue_unqueued(item: usize, routine: usize, context: usize, extended: bool) {
    let known = items(|items| items.contains_key(&item));
    if !queue(item, routine, context, extended) && known {
        misused(format!("work item {item:#x} queued while it is queued"));
    }
}

/// `IoTryQueueWorkItem` — with `extended` the routine is told the item too; false when it is queued already.
pub fn queue(item: usize, routine: usize, context: usize, extended: bool) -> bool {
    let claimed = items(|items| {
        let known = items.get_mut(&item)?;
        Some((std::mem::replace(&mut known.queued, true), known.object))
    });
    let Some((false, object)) = claimed else {
        if claimed.is_none() {
            misused(format!("{item:#x} is no work item"));
        }
        return false;
    };
    work_queue::queue(Box::new(move || {
        // The routine may free the item or queue it again.
        RUNNING.fetch_add(1, Ordering::AcqRel);
        items(|items| {
            if let Some(known) = items.get_mut(&item) {
                known.queued = false;
            }
        });
        run(routine, [object, context, if extended { item } else { 0 }]);
        RUNNING.fetch_sub(1, Ordering::AcqRel);
        wait::wake(address());
    }));
    true
}

fn run(routine: usize, [object, context, item]: [usize; 3]) {
    let site = Site {
        name: "I/O work item",
        code: routine,
    };
    thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver gave the address of a PIO_WORKITEM_ROUTINE(_EX), of which IoWorkItem is the true convention.
        let routine = unsafe { std::mem::transmute::<usize, IoWorkItem>(routine) };
        // SAFETY: the driver gave it for exactly this call.
        unsafe {
            routine(
                object as *mut c_void,
                context as *mut c_void,
                item as *mut c_void,
            )
        };
    });
}

/// Waits until every item that is queued has run: until then Windows keeps the driver loaded.
pub fn wait_for_all() {
    let idle = || {
        let queued = items(|items| items.values().any(|item| item.queued));
        (!queued && RUNNING.load(Ordering::Acquire) == 0).then_some(())
    };
    wait::until(address(), None, || "queued I/O work items".to_owned(), idle);
}
