//! WORK_QUEUE_ITEM — work of the executive's queues, in memory of the driver's, which nothing keeps loaded.
#![allow(unsafe_code)] // calls work routines

use std::collections::BTreeSet;
use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::WORK_QUEUE_ITEM;

use super::bounds::PASSIVE;
use super::callback::Start;
use super::driver_word::word;
use super::objects::{self, Kind};
use super::thread::{self, Site};
use super::work_queue;
use crate::exports::gate::Call;
use crate::verify;

/// WORKER_INVALID, the stop code of an item that is queued twice.
const WORKER_INVALID: u32 = 0xE4;

static QUEUED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

fn queued<R>(look: impl FnOnce(&mut BTreeSet<usize>) -> R) -> R {
    look(&mut QUEUED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `ExQueueWorkItem` — a second time before it has run is a stop.
pub fn queue(item: usize) {
    if !queued(|queued| queued.insert(item)) {
        let detail = format!("work item {item:#x} is queued already");
        verify::bugcheck(WORKER_INVALID, [1, item as u64, 0, 0], detail);
    }
    objects::initialised(item, Kind::WorkItem, Call::current().caller);
    work_queue::queue(Box::new(move || {
        if !queued(|queued| queued.remove(&item)) {
            return;
        }
        objects::deleted(item);
        run(item);
    }));
}

fn run(item: usize) {
    let routine = word(item + offset_of!(WORK_QUEUE_ITEM, WorkerRoutine)).load(Ordering::Acquire);
    let context = word(item + offset_of!(WORK_QUEUE_ITEM, Parameter)).load(Ordering::Acquire);
    let site = Site {
        name: "work item of the executive",
        code: routine,
    };
    thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver put the address of a PWORKER_THREAD_ROUTINE there, of which Start is the true convention.
        let routine = unsafe { std::mem::transmute::<usize, Start>(routine) };
        // SAFETY: the driver gave it for exactly this call.
        unsafe { routine(context as *mut c_void) };
    });
}

/// The item's memory is gone.
pub fn forget(item: usize) {
    queued(|queued| queued.remove(&item));
}
