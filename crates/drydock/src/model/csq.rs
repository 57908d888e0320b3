//! IO_CSQ — cancel-safe queues of IRPs: the driver's list and lock, and cancellation taken care of.
#![allow(unsafe_code)] // the queue lies in driver memory and its routines are the driver's

use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::atomic::Ordering;

use minifilter_sys::*;

use super::callback::{Cancel, CsqAcquire, CsqInsert, CsqPeekNext, CsqRelease, CsqTake};
use super::driver_word::{long, word};
use super::irp::Irp;
use super::irp_cancel;
use super::thread::{self, Site};
use crate::verify::{self, rule};

/// IO_TYPE_CSQ_IRP_CONTEXT, IO_TYPE_CSQ and IO_TYPE_CSQ_EX.
const TYPE_CONTEXT: i32 = 1;
const TYPE: i32 = 2;
const TYPE_EX: i32 = 3;

const ROUTINES: usize = offset_of!(IO_CSQ, CsqInsertIrp);
/// IO_CSQ_IRP_CONTEXT.Irp and .Csq.
const CONTEXT_IRP: usize = 8;
const CONTEXT_QUEUE: usize = 16;

/// The routines in the order of the structure: insert, remove, peek, acquire, release, complete.
pub type Routines = [usize; 6];

/// A queue at its address in driver memory.
#[derive(Clone, Copy)]
pub struct Queue(usize);

/// `IoCsqInitialize`, and `IoCsqInitializeEx` where the insert routine is the `extended` one.
pub fn initialize(queue: usize, routines: Routines, extended: bool) {
    for (place, routine) in routines.into_iter().enumerate() {
        word(queue + ROUTINES + 8 * place).store(routine, Ordering::Relaxed);
    }
    word(queue + offset_of!(IO_CSQ, ReservePointer)).store(0, Ordering::Relaxed);
    let kind = if extended { TYPE_EX } else { TYPE };
    long(queue).store(kind, Ordering::Release);
}

impl Queue {
    /// The queue at an address; none, and a rule, when it was not initialised there.
    pub fn at(address: usize) -> Option<Self> {
        let kind = if address == 0 {
            0
        } else {
            long(address).load(Ordering::Acquire)
        };
        let known = matches!(kind, TYPE | TYPE_EX);
        if !known {
            let detail = format!("{address:#x} is no initialised queue");
            verify::violation(rule::CBDQ_UNINITIALISED, detail);
        }
        known.then_some(Self(address))
    }

    /// `IoCsqInsertIrpEx` — marks the IRP pending unless the driver's routine refuses it; one that is cancelled already is
    /// completed as such.
    pub fn insert(self, packet: PIRP, context: usize, argument: usize) -> NTSTATUS {
        let Some(irp) = known(packet) else {
            return STATUS_INVALID_PARAMETER;
        };
        let inserted = self.locked(|| {
            let status = self.call_insert(packet, argument);
            if status < 0 {
                return Err(status);
            }
            if context != 0 {
                long(context).store(TYPE_CONTEXT, Ordering::Relaxed);
                word(context + CONTEXT_QUEUE).store(self.0, Ordering::Relaxed);
                word(context + CONTEXT_IRP).store(packet as usize, Ordering::Release);
            }
            let known_as = if context == 0 { self.0 } else { context };
            word(irp.queue_word()).store(known_as, Ordering::Release);
            if let Some(location) = irp.current() {
                location.Control |= SL_PENDING_RETURNED;
            }
            irp.exchange_cancel_routine(cancelled as Cancel as usize);
            let late = irp.cancel() != 0 && irp.take_cancel_routine() != 0;
            if late {
                self.take_out(irp);
            }
            Ok((status, late))
        });
        match inserted {
            Err(status) => status,
            Ok((status, late)) => {
                if late {
                    self.call_take(5, "cancel-safe queue complete cancelled", packet);
                }
                status
            }
        }
    }

    /// `IoCsqRemoveIrp` — the IRP of a context; none if it is not in the queue any more or is being cancelled.
    pub fn remove(self, context: usize) -> Option<PIRP> {
        self.locked(|| {
            let packet = word(context + CONTEXT_IRP).load(Ordering::Acquire) as PIRP;
            let irp = Irp::from_raw(packet).filter(|irp| irp.take_cancel_routine() != 0)?;
            self.take_out(irp);
            Some(packet)
        })
    }

    /// `IoCsqRemoveNextIrp` — the first IRP that the driver finds for `argument` and nobody is cancelling.
    pub fn remove_next(self, argument: usize) -> Option<PIRP> {
        self.locked(|| {
            let mut packet = std::ptr::null_mut();
            loop {
                packet = self.call_peek(packet, argument);
                if packet.is_null() {
                    return None;
                }
                let irp = known(packet)?;
                if irp.take_cancel_routine() != 0 {
                    self.take_out(irp);
                    return Some(packet);
                }
            }
        })
    }

    /// Under the lock: takes the IRP from the driver's list and from its context.
    fn take_out(self, irp: Irp) {
        self.call_take(1, "cancel-safe queue remove", irp.as_ptr());
        let known_as = word(irp.queue_word()).swap(0, Ordering::AcqRel);
        if known_as != 0 && known_as != self.0 {
            word(known_as + CONTEXT_IRP).store(0, Ordering::Release);
        }
    }

    /// Runs `body` under the driver's lock, at whatever level that leaves.
    fn locked<R>(self, body: impl FnOnce() -> R) -> R {
        let mut irql = thread::current().irql();
        let place = &raw mut irql;
        self.call(3, "cancel-safe queue acquire", |code| {
            // SAFETY: the driver gave this code as CsqAcquireLock.
            let acquire = unsafe { std::mem::transmute::<usize, CsqAcquire>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { acquire(self.pointer(), place) }
        });
        let result = body();
        self.call(4, "cancel-safe queue release", |code| {
            // SAFETY: the driver gave this code as CsqReleaseLock.
            let release = unsafe { std::mem::transmute::<usize, CsqRelease>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { release(self.pointer(), irql) }
        });
        result
    }

    fn call_insert(self, packet: PIRP, argument: usize) -> NTSTATUS {
        let status = self.call(0, "cancel-safe queue insert", |code| {
            // SAFETY: the driver gave this code as CsqInsertIrp, which takes fewer arguments, or CsqInsertIrpEx.
            let insert = unsafe { std::mem::transmute::<usize, CsqInsert>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { insert(self.pointer(), packet, argument as *mut c_void) }
        });
        if long(self.0).load(Ordering::Acquire) == TYPE_EX {
            status
        } else {
            STATUS_SUCCESS
        }
    }

    fn call_take(self, place: usize, name: &'static str, packet: PIRP) {
        self.call(place, name, |code| {
            // SAFETY: the driver gave this code as CsqRemoveIrp or CsqCompleteCanceledIrp.
            let take = unsafe { std::mem::transmute::<usize, CsqTake>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { take(self.pointer(), packet) }
        });
    }

    fn call_peek(self, packet: PIRP, argument: usize) -> PIRP {
        self.call(2, "cancel-safe queue peek", |code| {
            // SAFETY: the driver gave this code as CsqPeekNextIrp.
            let peek = unsafe { std::mem::transmute::<usize, CsqPeekNext>(code) };
            // SAFETY: the driver gave it for exactly this call.
            unsafe { peek(self.pointer(), packet, argument as *mut c_void) }
        })
    }

    fn call<R>(self, place: usize, name: &'static str, call: impl FnOnce(usize) -> R) -> R {
        let code = word(self.0 + ROUTINES + 8 * place).load(Ordering::Acquire);
        thread::call_inside(Site { name, code }, || call(code))
    }

    fn pointer(self) -> PIO_CSQ {
        self.0 as PIO_CSQ
    }
}

/// The live IRP at an address; none, and a rule, where there is none.
fn known(packet: PIRP) -> Option<Irp> {
    let irp = Irp::from_raw(packet);
    if irp.is_none() {
        let detail = format!("{packet:p} is no IRP under way");
        verify::violation(rule::CBDQ_NO_IRP, detail);
    }
    irp
}

/// The cancel routine of every IRP in a cancel-safe queue.
unsafe extern "win64" fn cancelled(_device: PDEVICE_OBJECT, packet: PIRP) {
    let Some(irp) = Irp::from_raw(packet) else {
        return;
    };
    irp_cancel::release(irp.cancel_irql());
    let known_as = word(irp.queue_word()).load(Ordering::Acquire);
    let with_context = long(known_as).load(Ordering::Acquire) == TYPE_CONTEXT;
    let queue = Queue(if with_context {
        word(known_as + CONTEXT_QUEUE).load(Ordering::Acquire)
    } else {
        known_as
    });
    queue.locked(|| queue.take_out(irp));
    queue.call_take(5, "cancel-safe queue complete cancelled", packet);
}
