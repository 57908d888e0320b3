//! `IoCancelIrp`, `IoAcquireCancelSpinLock` — cancellation under the system's one cancel spin lock.
#![allow(unsafe_code)] // calls cancel routines

use std::sync::atomic::AtomicUsize;

use super::bounds::DISPATCH;
use super::callback::Cancel;
use super::irp::Irp;
use super::thread::Site;
use super::{held, irql, spin_lock, thread};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

static LOCK: AtomicUsize = AtomicUsize::new(0);

fn lock() -> usize {
    LOCK.as_ptr() as usize
}

/// `IoAcquireCancelSpinLock` — takes the lock at DISPATCH_LEVEL; gives back the former level.
pub fn acquire() -> u8 {
    let old = irql::raise(DISPATCH);
    spin_lock::acquire(lock());
    old
}

/// `IoReleaseCancelSpinLock` — gives the lock back and returns to `old`.
pub fn release(old: u8) {
    spin_lock::release(lock());
    irql::lower(old);
}

/// `IoCancelIrp` — marks the IRP and calls its cancel routine, which releases the lock; false when it has none.
pub fn cancel(irp: Irp) -> bool {
    let old = acquire();
    irp.set_cancel(1);
    let routine = irp.take_cancel_routine();
    if routine == 0 {
        release(old);
        return false;
    }
    irp.set_cancel_irql(old);
    let device = irp
        .current()
        .map_or(std::ptr::null_mut(), |location| location.DeviceObject);
    let outer = Call::save();
    // SAFETY: the driver set this code with IoSetCancelRoutine, whose type is PDRIVER_CANCEL.
    let routine: Cancel = unsafe { std::mem::transmute::<usize, Cancel>(routine) };
    let site = Site {
        name: "cancel routine",
        code: routine as usize,
    };
    // SAFETY: the driver set it for exactly this call.
    thread::call_inside(site, || unsafe { routine(device, irp.as_ptr()) });
    outer.restore();
    check_return(routine as usize, old);
    true
}

/// A cancel routine has to release the lock to the level in CancelIrql.
fn check_return(code: usize, old: u8) {
    let name = "cancel routine";
    if held::holds(lock()).is_some() {
        let detail = "the cancel routine returned with the cancel spin lock held";
        verify::violation_from(rule::LOCK_HELD_ON_RETURN, name, code, detail);
        spin_lock::release(lock());
    }
    let now = thread::current().irql();
    if now != old {
        let detail =
            format!("{name} returned at IRQL {now} and not at the IRP's CancelIrql, {old}");
        verify::violation_from(rule::IRQL_CHANGED, name, code, detail);
        thread::current().set_irql(old);
    }
}
