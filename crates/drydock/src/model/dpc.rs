//! KDPC — deferred procedure calls: queued once, run at DISPATCH_LEVEL on a processor of their own.
#![allow(unsafe_code)] // calls deferred routines

use std::collections::VecDeque;
use std::mem::offset_of;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, Once, PoisonError};

use minifilter_sys::KDPC;

use super::bounds::DISPATCH;
use super::callback::Deferred;
use super::driver_word::{long, word};
use super::objects::{self, Kind};
use super::thread::{self, Site};
use super::{schedule, wait};
use crate::exports::gate::Call;

const ROUTINE: usize = offset_of!(KDPC, DeferredRoutine);
const CONTEXT: usize = offset_of!(KDPC, DeferredContext);
const ARGUMENT_1: usize = offset_of!(KDPC, SystemArgument1);
const ARGUMENT_2: usize = offset_of!(KDPC, SystemArgument2);
/// DpcObject, and DpcImportance medium in the second byte.
const TYPE_DPC: i32 = 0x0113;

struct Queue {
    waiting: VecDeque<usize>,
    running: bool,
    /// Timers that have expired and have yet to queue their DPC.
    coming: usize,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    waiting: VecDeque::new(),
    running: false,
    coming: 0,
});

fn queue<R>(look: impl FnOnce(&mut Queue) -> R) -> R {
    look(&mut QUEUE.lock().unwrap_or_else(PoisonError::into_inner))
}

fn address() -> usize {
    std::ptr::from_ref(&QUEUE) as usize
}

/// `KeInitializeDpc`
pub fn initialize(dpc: usize, routine: usize, context: usize) {
    for offset in (8..size_of::<KDPC>()).step_by(8) {
        word(dpc + offset).store(0, Ordering::Relaxed);
    }
    long(dpc).store(TYPE_DPC, Ordering::Relaxed);
    word(dpc + ROUTINE).store(routine, Ordering::Relaxed);
    word(dpc + CONTEXT).store(context, Ordering::Release);
}

/// `KeInsertQueueDpc` — false when it is queued already.
pub fn insert(dpc: usize, argument_1: usize, argument_2: usize) -> bool {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let spawned = schedule::spawn("DPCs", serve);
        assert!(spawned.is_ok(), "the host gives no thread for DPCs");
    });
    let inserted = queue(|queue| {
        if queue.waiting.contains(&dpc) {
            return false;
        }
        word(dpc + ARGUMENT_1).store(argument_1, Ordering::Relaxed);
        word(dpc + ARGUMENT_2).store(argument_2, Ordering::Relaxed);
        objects::initialised(dpc, Kind::Dpc, Call::current().caller);
        queue.waiting.push_back(dpc);
        true
    });
    wait::wake(address());
    inserted
}

/// `KeRemoveQueueDpc` — whether it was queued.
pub fn remove(dpc: usize) -> bool {
    let removed = queue(|queue| {
        let place = queue.waiting.iter().position(|waiting| *waiting == dpc);
        place.and_then(|place| queue.waiting.remove(place))
    });
    if removed.is_some() {
        objects::deleted(dpc);
    }
    removed.is_some()
}

/// So many timers have expired: whoever cancels them from now on has to wait for their DPCs.
pub fn announce(coming: usize) {
    queue(|queue| queue.coming += coming);
}

/// A timer that has expired queues its DPC, if it has one.
pub fn arrive(dpc: usize) {
    if dpc != 0 {
        insert(dpc, 0, 0);
    }
    queue(|queue| queue.coming -= 1);
    wait::wake(address());
}

/// `KeFlushQueuedDpcs` — waits until every DPC that is queued has run, those of expired timers included.
pub fn flush() {
    let idle = || {
        queue(|queue| {
            let idle = queue.waiting.is_empty() && !queue.running && queue.coming == 0;
            idle.then_some(())
        })
    };
    wait::until(address(), None, || "queued DPCs".to_owned(), idle);
}

fn serve() {
    loop {
        let next = || {
            queue(|queue| {
                let next = queue.waiting.pop_front();
                queue.running = next.is_some();
                next
            })
        };
        let dpc = wait::for_work(address(), next);
        run(dpc);
        queue(|queue| queue.running = false);
        wait::wake(address());
    }
}

/// The object is the driver's again before its routine runs, which may queue or free it.
fn run(dpc: usize) {
    let [routine, context, first, second] = [ROUTINE, CONTEXT, ARGUMENT_1, ARGUMENT_2]
        .map(|field| word(dpc + field).load(Ordering::Acquire));
    objects::deleted(dpc);
    let site = Site {
        name: "DPC",
        code: routine,
    };
    thread::call_driver(site, DISPATCH, || {
        // SAFETY: the driver gave the address of a PKDEFERRED_ROUTINE, of which Deferred is the true convention.
        let routine = unsafe { std::mem::transmute::<usize, Deferred>(routine) };
        // SAFETY: the driver gave it for exactly this call.
        unsafe { routine(dpc as _, context as _, first as _, second as _) };
    });
}
