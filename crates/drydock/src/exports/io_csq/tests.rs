//! What becomes of the IRPs in a cancel-safe queue.

use std::ffi::c_void;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::*;

use super::*;
use crate::model::bounds::DISPATCH;
use crate::model::driver_word::word;
use crate::model::irp::{Irp, Origin};
use crate::model::{irp_cancel, irql, thread};
use crate::verify::tests::violations_of;

/// What the driver's routines saw of a queue, in order; the queue's list is one place.
#[derive(Default)]
struct Seen {
    kept: usize,
    cancelled: Vec<usize>,
}

/// A queue and what its routines keep of it, one behind the other.
struct Fixture {
    memory: &'static mut [usize; 8],
    context: &'static mut [usize; 3],
    seen: &'static Mutex<Seen>,
}

static ALL: Mutex<Vec<(usize, &'static Mutex<Seen>)>> = Mutex::new(Vec::new());

fn seen_of(queue: PIO_CSQ) -> &'static Mutex<Seen> {
    let all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let found = all.iter().find(|(address, _)| *address == queue as usize);
    found.expect("a queue of these tests").1
}

fn seen<R>(queue: PIO_CSQ, look: impl FnOnce(&mut Seen) -> R) -> R {
    look(
        &mut seen_of(queue)
            .lock()
            .unwrap_or_else(PoisonError::into_inner),
    )
}

/// Refuses where its argument says so.
unsafe extern "win64" fn insert(queue: PIO_CSQ, irp: PIRP, refuse: *mut c_void) -> NTSTATUS {
    assert_eq!(thread::current().irql(), DISPATCH);
    if !refuse.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    seen(queue, |seen| seen.kept = irp as usize);
    STATUS_SUCCESS
}

unsafe extern "win64" fn remove(queue: PIO_CSQ, irp: PIRP) {
    assert_eq!(thread::current().irql(), DISPATCH);
    let kept = seen(queue, |seen| std::mem::take(&mut seen.kept));
    assert_eq!(kept, irp as usize);
}

unsafe extern "win64" fn peek(queue: PIO_CSQ, after: PIRP, _argument: *mut c_void) -> PIRP {
    if after.is_null() {
        seen(queue, |seen| seen.kept) as PIRP
    } else {
        std::ptr::null_mut()
    }
}

unsafe extern "win64" fn acquire(_queue: PIO_CSQ, level: *mut u8) {
    // SAFETY: the queue passes a KIRQL of its own.
    unsafe { level.write(irql::raise(DISPATCH)) };
}

unsafe extern "win64" fn release(_queue: PIO_CSQ, level: u8) {
    irql::lower(level);
}

unsafe extern "win64" fn complete(queue: PIO_CSQ, irp: PIRP) {
    assert_eq!(thread::current().irql(), 0);
    seen(queue, |seen| seen.cancelled.push(irp as usize));
}

impl Fixture {
    fn new(extended: bool) -> Self {
        let _ = thread::current();
        let fixture = Self {
            memory: Box::leak(Box::new([0; 8])),
            context: Box::leak(Box::new([0; 3])),
            seen: Box::leak(Box::new(Mutex::new(Seen::default()))),
        };
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((fixture.queue(), fixture.seen));
        drop(all);
        let [insert, remove, peek, acquire, release, complete] = [
            insert as *const () as usize,
            remove as *const () as usize,
            peek as *const () as usize,
            acquire as *const () as usize,
            release as *const () as usize,
            complete as *const () as usize,
        ];
        let queue = fixture.queue();
        let status = if extended {
            call!(IoCsqInitializeEx(
                queue, insert, remove, peek, acquire, release, complete
            ))
        } else {
            call!(IoCsqInitialize(
                queue, insert, remove, peek, acquire, release, complete
            ))
        };
        assert_eq!(status, STATUS_SUCCESS);
        fixture
    }

    fn queue(&self) -> usize {
        std::ptr::from_ref(self.memory) as usize
    }

    fn context(&self) -> usize {
        std::ptr::from_ref(self.context) as usize
    }

    fn cancelled(&self) -> Vec<usize> {
        seen(self.queue() as PIO_CSQ, |seen| seen.cancelled.clone())
    }
}

/// An IRP as a dispatch routine has it.
fn irp() -> Irp {
    let irp = Irp::allocate(Origin::Driver, 1, 0).expect("memory");
    irp.set_current(1);
    irp
}

fn is_marked(irp: Irp) -> bool {
    irp.current()
        .is_some_and(|location| location.Control & SL_PENDING_RETURNED != 0)
}

#[test]
fn an_irp_is_pending_in_the_queue_and_comes_out_once() {
    let (fixture, irp) = (Fixture::new(false), irp());
    call!(IoCsqInsertIrp(fixture.queue(), irp.as_ptr(), 0));
    assert!(is_marked(irp) && irp.cancel_routine() != 0);
    assert_eq!(call!(IoCsqRemoveNextIrp(fixture.queue(), 0)), irp.as_ptr());
    assert_eq!(irp.cancel_routine(), 0);
    assert!(call!(IoCsqRemoveNextIrp(fixture.queue(), 0)).is_null());
    irp.free();
}

#[test]
fn the_irp_of_a_context_is_removed_until_it_is_cancelled() {
    let (fixture, irp) = (Fixture::new(false), irp());
    let (queue, context) = (fixture.queue(), fixture.context());
    call!(IoCsqInsertIrp(queue, irp.as_ptr(), context));
    assert_eq!(call!(IoCsqRemoveIrp(queue, context)), irp.as_ptr());
    assert!(call!(IoCsqRemoveIrp(queue, context)).is_null());
    call!(IoCsqInsertIrp(queue, irp.as_ptr(), context));
    assert!(irp_cancel::cancel(irp));
    assert_eq!(fixture.cancelled(), [irp.address()]);
    assert_eq!(word(context + 8).load(Ordering::Acquire), 0);
    assert!(call!(IoCsqRemoveIrp(queue, context)).is_null());
    irp.free();
}

#[test]
fn an_irp_that_was_cancelled_before_is_completed_as_cancelled() {
    let (fixture, irp) = (Fixture::new(true), irp());
    assert!(!irp_cancel::cancel(irp));
    let status = call!(IoCsqInsertIrpEx(fixture.queue(), irp.as_ptr(), 0, 0));
    assert_eq!(
        (status, fixture.cancelled()),
        (STATUS_SUCCESS, vec![irp.address()])
    );
    irp.free();
}

#[test]
fn an_irp_that_the_routine_refuses_is_not_pending() {
    let (fixture, irp) = (Fixture::new(true), irp());
    let status = call!(IoCsqInsertIrpEx(fixture.queue(), irp.as_ptr(), 0, 1));
    assert_eq!(status, STATUS_INSUFFICIENT_RESOURCES);
    assert!(!is_marked(irp) && irp.cancel_routine() == 0);
    irp.free();
}

#[test]
fn a_queue_that_nobody_initialised_and_what_is_no_irp_are_reported() {
    let found = violations_of("IoCsqInsertIrpEx", || {
        let (fixture, nothing) = (Fixture::new(true), Box::new([0_usize; 8]));
        let nothing = nothing.as_ptr() as usize;
        let packet = 0x1000 as PIRP;
        assert_eq!(
            call!(IoCsqInsertIrpEx(nothing, packet, 0, 0)),
            STATUS_INVALID_PARAMETER
        );
        let queue = fixture.queue();
        assert_eq!(
            call!(IoCsqInsertIrpEx(queue, packet, 0, 0)),
            STATUS_INVALID_PARAMETER
        );
    });
    let rules = [
        "cancel-safe queue used uninitialised",
        "cancel-safe queue given what is no IRP under way",
    ];
    assert_eq!(found, rules);
}
