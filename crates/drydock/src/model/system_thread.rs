//! `PsCreateSystemThread` — threads that drivers make, from their start routine to their end.
#![allow(unsafe_code)] // calls start routines

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER};

use super::callback::Start;
use super::thread::{self, Site};
use super::{event, modules, schedule, wait};
use crate::exports::gate::Call;
use crate::image::switch;
use crate::verify::{self, rule};

/// Priority of a new system thread.
const NORMAL_PRIORITY: i32 = 8;

/// A thread that has not ended.
#[derive(Clone, Copy)]
struct Alive {
    start: usize,
    caller: usize,
}

static ALIVE: Mutex<BTreeMap<usize, Alive>> = Mutex::new(BTreeMap::new());
static PRIORITIES: Mutex<BTreeMap<usize, i32>> = Mutex::new(BTreeMap::new());

fn alive<R>(look: impl FnOnce(&mut BTreeMap<usize, Alive>) -> R) -> R {
    look(&mut ALIVE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Makes a system thread that runs `start(context)`; gives the address of its KTHREAD.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES when the host gives no thread.
pub fn create(start: usize, context: usize) -> Result<usize, NTSTATUS> {
    let known = Alive {
        start,
        caller: Call::current().caller,
    };
    let born = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&born);
    let body = move || {
        let me = thread::current().kthread();
        alive(|alive| alive.insert(me, known));
        told.store(me, Ordering::Release);
        wait::wake(Arc::as_ptr(&told) as usize);
        run(start, context);
        end(me);
    };
    schedule::spawn("system thread", body).map_err(|_| STATUS_INSUFFICIENT_RESOURCES)?;
    let address = Arc::as_ptr(&born) as usize;
    let kthread = || Some(born.load(Ordering::Acquire)).filter(|kthread| *kthread != 0);
    let what = || "the birth of a system thread".to_owned();
    wait::until(address, None, what, kthread).ok_or(STATUS_INSUFFICIENT_RESOURCES)
}

fn run(start: usize, context: usize) {
    // A system thread begins with normal kernel APCs off.
    thread::current().enter_critical_region();
    let site = Site {
        name: "system thread",
        code: start,
    };
    thread::run_to_end(site, || {
        // SAFETY: the driver gave the address of a PKSTART_ROUTINE, of which Start is the true convention.
        let start = unsafe { std::mem::transmute::<usize, Start>(start) };
        // SAFETY: the driver gave it for exactly this call.
        unsafe { start(context as *mut c_void) };
    });
}

/// The thread is gone: who waits for it goes on.
fn end(kthread: usize) {
    alive(|alive| alive.remove(&kthread));
    event::signal(kthread);
}

/// `PsTerminateSystemThread` — ends the thread that calls; does not return but for a thread that is not one of these.
pub fn terminate() -> NTSTATUS {
    let me = thread::current().kthread();
    let mine = alive(|alive| alive.remove(&me).is_some());
    if !mine {
        return STATUS_INVALID_PARAMETER;
    }
    switch::leave()
}

/// `KeSetPriorityThread` — gives back the former priority; which thread runs is not decided by it here.
pub fn set_priority(kthread: usize, priority: i32) -> i32 {
    let mut priorities = PRIORITIES.lock().unwrap_or_else(PoisonError::into_inner);
    let old = priorities.insert(kthread, priority);
    old.unwrap_or(NORMAL_PRIORITY)
}

/// `KeQueryPriorityThread`
#[must_use]
pub fn priority(kthread: usize) -> i32 {
    let priorities = PRIORITIES.lock().unwrap_or_else(PoisonError::into_inner);
    priorities.get(&kthread).copied().unwrap_or(NORMAL_PRIORITY)
}

/// Reports the threads that still run code of `image` when it goes.
pub fn report_left(image: Range<usize>) {
    let left = alive(|alive| alive.clone());
    for (kthread, known) in left {
        if image.contains(&known.start) {
            let (start, made) = (
                modules::describe(known.start),
                modules::describe(known.caller),
            );
            let detail = format!("thread {kthread:#x} of {start}, made at {made}, has not ended");
            verify::violation_from(rule::THREAD_LEFT, "unload", known.caller, detail);
        }
    }
}
