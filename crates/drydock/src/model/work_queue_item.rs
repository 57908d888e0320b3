//! WORK_QUEUE_ITEM — work of the executive's queues, in memory of the driver's, which nothing keeps loaded.
#![allow(unsafe_code)] // calls work routines

use std::collections::BTreeSet;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use minifilter_sys::WORK_QUEUE_ITEM;

use super::bounds::PASSIVE;
use super::callback::Start;
use super::driver_word::word;
use super::objects::{self, Kind};
use super::thread::{self, Site};
use super::{modules, wait, work_queue};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// WORKER_INVALID, the stop code of an item that is queued twice.
const WORKER_INVALID: u32 = 0xE4;

static QUEUED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// A routine that runs, and the call that queued it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Running {
    routine: usize,
    caller: usize,
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// How long a routine may take that has told the driver of its end and has yet to return.
const RETURNING: Duration = Duration::from_millis(50);

/// Where those wait who wait for the routines' end.
fn address() -> usize {
    std::ptr::from_ref(&RUNNING) as usize
}

fn queued<R>(look: impl FnOnce(&mut BTreeSet<usize>) -> R) -> R {
    look(&mut QUEUED.lock().unwrap_or_else(PoisonError::into_inner))
}

fn running<R>(look: impl FnOnce(&mut Vec<Running>) -> R) -> R {
    look(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `ExQueueWorkItem` — a second time before it has run is a stop.
pub fn queue(item: usize) {
    if !queued(|queued| queued.insert(item)) {
        let detail = format!("work item {item:#x} is queued already");
        verify::bugcheck(WORKER_INVALID, [1, item as u64, 0, 0], detail);
    }
    let caller = Call::current().caller;
    objects::initialised(item, Kind::WorkItem, caller);
    work_queue::queue(Box::new(move || take(item, caller)));
}

/// A worker takes the item, whose memory is the driver's again before its routine runs.
fn take(item: usize, caller: usize) {
    let taken = queued(|queued| {
        queued.contains(&item).then(|| {
            let fields = [
                offset_of!(WORK_QUEUE_ITEM, WorkerRoutine),
                offset_of!(WORK_QUEUE_ITEM, Parameter),
            ];
            let [routine, context] = fields.map(|field| word(item + field).load(Ordering::Acquire));
            running(|running| running.push(Running { routine, caller }));
            queued.remove(&item);
            (routine, context)
        })
    });
    let Some((routine, context)) = taken else {
        return;
    };
    objects::deleted(item);
    run(routine, context);
    running(|running| {
        let place = running
            .iter()
            .position(|one| *one == Running { routine, caller });
        place.map(|place| running.swap_remove(place))
    });
    wait::wake(address());
}

fn run(routine: usize, context: usize) {
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

/// Reports the routines in `image` that still run when it goes; those that are about to return may do so first.
pub fn report_left(image: &Range<usize>) {
    let ours = |running: &Vec<Running>| running.iter().any(|one| image.contains(&one.routine));
    let returned = || running(|running| (!ours(running)).then_some(()));
    let what = || "work items of the executive".to_owned();
    wait::until(address(), Some(RETURNING), what, returned);
    for Running { routine, caller } in running(|running| running.clone()) {
        if image.contains(&routine) {
            let (routine, queued) = (modules::describe(routine), modules::describe(caller));
            let detail = format!("work item {routine}, queued at {queued}, has not returned");
            verify::violation_from(rule::WORK_ITEM_LEFT, "unload", caller, detail);
        }
    }
}

/// The item's memory is gone.
pub fn forget(item: usize) {
    queued(|queued| queued.remove(&item));
}
