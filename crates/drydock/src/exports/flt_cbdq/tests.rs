#![allow(unsafe_code)] // plays a driver

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minifilter_sys::*;

use super::{
    FltCbdqDisable, FltCbdqEnable, FltCbdqInitialize, FltCbdqInsertIo, FltCbdqRemoveIo,
    FltCbdqRemoveNextIo,
};
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::operation::{complete_pre, find, pre_status_block};
use crate::verify::tests::violations_of;

/// The driver's list; its tests run one after the other, since the fixture is held.
static LIST: Mutex<Vec<usize>> = Mutex::new(Vec::new());
/// How often the driver's lock was taken minus given back.
static LOCKED: AtomicUsize = AtomicUsize::new(0);

fn list() -> MutexGuard<'static, Vec<usize>> {
    LIST.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "win64" fn insert(
    _: PFLT_CALLBACK_DATA_QUEUE,
    data: PFLT_CALLBACK_DATA,
    _: *mut c_void,
) -> NTSTATUS {
    assert_eq!(LOCKED.load(Ordering::Relaxed), 1);
    list().push(data as usize);
    STATUS_SUCCESS
}

unsafe extern "win64" fn remove(_: PFLT_CALLBACK_DATA_QUEUE, data: PFLT_CALLBACK_DATA) {
    assert_eq!(LOCKED.load(Ordering::Relaxed), 1);
    list().retain(|queued| *queued != data as usize);
}

unsafe extern "win64" fn peek(
    _: PFLT_CALLBACK_DATA_QUEUE,
    data: PFLT_CALLBACK_DATA,
    _: *mut c_void,
) -> PFLT_CALLBACK_DATA {
    let list = list();
    let after = list.iter().position(|queued| *queued == data as usize);
    let next = list.get(after.map_or(0, |place| place + 1));
    next.map_or(std::ptr::null_mut(), |next| *next as PFLT_CALLBACK_DATA)
}

unsafe extern "win64" fn acquire(_: PFLT_CALLBACK_DATA_QUEUE, irql: *mut u8) {
    while LOCKED
        .compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed)
        .is_err()
    {
        std::thread::yield_now();
    }
    // SAFETY: the filter manager passes a place for the level.
    unsafe { irql.write(0) };
}

unsafe extern "win64" fn release(_: PFLT_CALLBACK_DATA_QUEUE, irql: u8) {
    assert_eq!(irql, 0);
    LOCKED.store(0, Ordering::Release);
}

unsafe extern "win64" fn complete(_: PFLT_CALLBACK_DATA_QUEUE, data: PFLT_CALLBACK_DATA) {
    assert!(
        !list().contains(&(data as usize)),
        "it is out of the queue before"
    );
    // SAFETY: the operation is pended, so its data are good.
    unsafe { (*data).IoStatus = pre_status_block(STATUS_CANCELLED, 0) };
    complete_pre(data, FLT_PREOP_COMPLETE, 0);
}

/// A queue in memory of its own; its address is the same for every use.
#[derive(Clone)]
struct Queue(Arc<[u64; 16]>);

impl Queue {
    fn new() -> Self {
        let queue = Self(Arc::new([0; 16]));
        let routines = [
            insert as *const () as usize,
            remove as *const () as usize,
            peek as *const () as usize,
            acquire as *const () as usize,
            release as *const () as usize,
            complete as *const () as usize,
        ];
        let [one, two, three, four, five, six] = routines;
        // SAFETY: the memory is as long as a queue.
        let status = unsafe {
            FltCbdqInitialize(
                std::ptr::null_mut(),
                queue.address(),
                one,
                two,
                three,
                four,
                five,
                six,
            )
        };
        assert_eq!(status, STATUS_SUCCESS, "FltCbdqInitialize");
        queue
    }

    fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    fn insert(&self, data: PFLT_CALLBACK_DATA, context: usize) -> NTSTATUS {
        // SAFETY: the filter manager judges the data.
        unsafe { FltCbdqInsertIo(self.address(), data, context, 0) }
    }

    fn remove_next(&self) -> PFLT_CALLBACK_DATA {
        // SAFETY: the queue is initialised.
        unsafe { FltCbdqRemoveNextIo(self.address(), 0) }
    }

    fn remove(&self, context: usize) -> PFLT_CALLBACK_DATA {
        // SAFETY: the queue is initialised and the context filled in.
        unsafe { FltCbdqRemoveIo(self.address(), context) }
    }

    fn disable(&self) {
        // SAFETY: the queue is initialised.
        unsafe { FltCbdqDisable(self.address()) };
    }
}

/// A script whose pre-operation callback queues reads and does `then` before it returns.
fn queueing(
    queue: &Queue,
    then: impl Fn(&Queue, PFLT_CALLBACK_DATA) + Send + Sync + 'static,
) -> Script {
    let queue = queue.clone();
    Script {
        pre: Some(Arc::new(move |data, _, _| {
            match queue.insert(data, 0) {
                STATUS_SUCCESS => then(&queue, data),
                status => {
                    assert_eq!(status, STATUS_FLT_CBDQ_DISABLED, "FltCbdqInsertIo");
                    return FLT_PREOP_SUCCESS_NO_CALLBACK;
                }
            }
            FLT_PREOP_PENDING
        })),
        ..Script::default()
    }
}

#[test]
fn flt_cbdq_remove_next_io_gives_the_queued_operation_once() {
    let queue = Queue::new();
    let fixture = Fixture::new(queueing(&queue, |queue, data| {
        assert_eq!(queue.remove_next(), data, "FltCbdqRemoveNextIo");
        assert!(queue.remove_next().is_null());
        complete_pre(data, FLT_PREOP_SUCCESS_NO_CALLBACK, 0);
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn a_cancelled_operation_leaves_the_queue_and_is_completed() {
    let queue = Queue::new();
    let fixture = Fixture::new(queueing(&queue, |queue, data| {
        let operation = find(data).expect("it runs");
        assert!(operation.cancel(), "the queue has set a cancel routine");
        assert!(queue.remove_next().is_null(), "FltCbdqRemoveNextIo");
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_CANCELLED);
}

#[test]
fn an_operation_that_is_cancelled_before_it_is_queued_is_completed_at_once() {
    let queue = Queue::new();
    let inner = queue.clone();
    let script = Script {
        pre: Some(Arc::new(move |data, _, _| {
            find(data).expect("it runs").cancel();
            assert_eq!(inner.insert(data, 0), STATUS_SUCCESS, "FltCbdqInsertIo");
            FLT_PREOP_PENDING
        })),
        ..Script::default()
    };
    assert_eq!(Fixture::new(script).irp(IRP_MJ_READ), STATUS_CANCELLED);
}

#[test]
fn flt_cbdq_disable_refuses_and_flt_cbdq_enable_lets_in_again() {
    let queue = Queue::new();
    queue.disable();
    let fixture = Fixture::new(queueing(&queue, |queue, data| {
        assert_eq!(queue.remove_next(), data);
        complete_pre(data, FLT_PREOP_COMPLETE, 0);
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS, "FltCbdqDisable");
    assert!(list().is_empty());
    // SAFETY: the queue is initialised.
    unsafe { FltCbdqEnable(queue.address()) };
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS, "FltCbdqEnable");
}

#[test]
fn flt_cbdq_remove_io_goes_by_the_context_and_finds_nothing_twice() {
    let queue = Queue::new();
    let context = Arc::new([0_u64; 3]);
    let (inner, place) = (queue.clone(), Arc::clone(&context));
    let script = Script {
        pre: Some(Arc::new(move |data, _, _| {
            let place = place.as_ptr() as usize;
            assert_eq!(inner.insert(data, place), STATUS_SUCCESS);
            assert_eq!(inner.remove(place), data, "FltCbdqRemoveIo");
            assert!(inner.remove(place).is_null(), "FltCbdqRemoveIo");
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    assert_eq!(Fixture::new(script).irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn flt_cbdq_insert_io_wants_a_queue_and_an_irp() {
    let found = violations_of("FltCbdqInsertIo", || {
        let queue = Queue::new();
        assert_eq!(
            queue.insert(std::ptr::null_mut(), 0),
            STATUS_INVALID_PARAMETER
        );
        let raw = Box::new([0_u64; 16]);
        // SAFETY: the memory is as long as a queue.
        let status = unsafe { FltCbdqInsertIo(raw.as_ptr() as usize, std::ptr::null_mut(), 0, 0) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    });
    assert_eq!(
        found,
        [
            "cancel-safe queue given what is no IRP under way",
            "cancel-safe queue used uninitialised"
        ]
    );
    let address = Queue::new().address();
    // SAFETY: nothing is written without routines.
    let status = unsafe { FltCbdqInitialize(std::ptr::null_mut(), address, 0, 0, 0, 0, 0, 0) };
    assert_eq!(status, STATUS_INVALID_PARAMETER, "FltCbdqInitialize");
}
