#![allow(unsafe_code)] // plays a driver

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use minifilter_sys::*;

use super::{
    CompleteCanceled, FltCancelIo, FltCancellableWaitForMultipleObjects,
    FltCancellableWaitForSingleObject, FltClearCancelCompletion, FltGetNewSystemBufferAddress,
    FltIsIoCanceled, FltRequestOperationStatusCallback, FltSetCancelCompletion, c_void,
};
use crate::model::event;
use crate::model::file_system::Request;
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::instance;
use crate::model::operation::{complete_pre, find, pre_status_block};
use crate::verify::tests::violations_of;

/// Completes the operation as cancelled, as cancel routines do.
unsafe extern "win64" fn complete(data: PFLT_CALLBACK_DATA) {
    // SAFETY: the operation is pended, so its data are good.
    unsafe { (*data).IoStatus = pre_status_block(STATUS_CANCELLED, 0) };
    complete_pre(data, FLT_PREOP_COMPLETE, 0);
}

fn set(data: PFLT_CALLBACK_DATA) -> NTSTATUS {
    // SAFETY: the filter manager judges the data.
    unsafe { FltSetCancelCompletion(data, Some(complete as CompleteCanceled)) }
}

fn clear(data: PFLT_CALLBACK_DATA) -> NTSTATUS {
    // SAFETY: the filter manager judges the data.
    unsafe { FltClearCancelCompletion(data) }
}

fn cancel(data: PFLT_CALLBACK_DATA) -> bool {
    // SAFETY: the filter manager judges the data.
    unsafe { FltCancelIo(data) != 0 }
}

fn is_cancelled(data: PFLT_CALLBACK_DATA) -> bool {
    // SAFETY: the filter manager judges the data.
    unsafe { FltIsIoCanceled(data) != 0 }
}

fn pre(pre: impl Fn(PFLT_CALLBACK_DATA) -> i32 + Send + Sync + 'static) -> Script {
    Script {
        pre: Some(Arc::new(move |data, _, _| pre(data))),
        ..Script::default()
    }
}

#[test]
fn flt_cancel_io_calls_the_routine_that_flt_set_cancel_completion_set() {
    let fixture = Fixture::new(pre(|data| {
        assert_eq!(set(data), STATUS_SUCCESS, "FltSetCancelCompletion");
        let data = data as usize;
        std::thread::spawn(move || {
            assert!(cancel(data as PFLT_CALLBACK_DATA), "FltCancelIo");
        });
        FLT_PREOP_PENDING
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_CANCELLED);
}

#[test]
fn flt_set_cancel_completion_comes_too_late_for_a_cancelled_operation() {
    let fixture = Fixture::new(pre(|data| {
        assert!(!is_cancelled(data) && !cancel(data), "FltIsIoCanceled");
        assert!(is_cancelled(data));
        assert_eq!(set(data), STATUS_CANCELLED, "FltSetCancelCompletion");
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn flt_clear_cancel_completion_says_whether_there_was_a_routine() {
    let fixture = Fixture::new(pre(|data| {
        assert_eq!(clear(data), STATUS_CANCELLED, "FltClearCancelCompletion");
        assert_eq!(set(data), STATUS_SUCCESS);
        assert_eq!(clear(data), STATUS_SUCCESS, "FltClearCancelCompletion");
        assert!(!cancel(data));
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn flt_set_cancel_completion_is_for_irps() {
    let found = violations_of("FltSetCancelCompletion", || {
        let fixture = Fixture::new(pre(|data| {
            assert_eq!(set(data), STATUS_INVALID_PARAMETER);
            FLT_PREOP_SUCCESS_NO_CALLBACK
        }));
        fixture.send(Request::FastIo, IRP_MJ_READ);
    });
    assert_eq!(
        found,
        ["cancel routine for an operation that cannot be cancelled"]
    );
}

#[test]
fn an_operation_that_goes_on_with_its_cancel_routine_is_a_rule() {
    let found = violations_of("FltSetCancelCompletion", || {
        let fixture = Fixture::new(pre(|data| {
            assert_eq!(set(data), STATUS_SUCCESS);
            complete_pre(data, FLT_PREOP_SUCCESS_NO_CALLBACK, 0);
            FLT_PREOP_PENDING
        }));
        assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
    });
    assert_eq!(found, ["operation passed on with its cancel routine set"]);
}

/// An event in memory of its own.
fn event_object() -> Box<[u64; 3]> {
    let event = Box::new([0; 3]);
    event::initialize(event.as_ptr() as usize, event::NOTIFICATION_EVENT, false);
    event
}

#[test]
fn flt_cancellable_wait_for_single_object_ends_with_the_operation() {
    let fixture = Fixture::new(pre(|data| {
        let event = event_object();
        let object = event.as_ptr().cast_mut().cast::<c_void>();
        let zero = LARGE_INTEGER { QuadPart: 0 };
        // SAFETY: event and time-out outlive the call.
        let wait = |timeout| unsafe { FltCancellableWaitForSingleObject(object, timeout, data) };
        let none = std::ptr::null();
        assert_eq!(
            wait(&raw const zero),
            STATUS_TIMEOUT,
            "FltCancellableWaitForSingleObject"
        );
        event::set(object as usize);
        assert_eq!(wait(none), STATUS_SUCCESS);
        event::reset(object as usize);
        cancel(data);
        assert_eq!(wait(none), STATUS_CANCELLED);
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn flt_cancellable_wait_for_multiple_objects_says_which() {
    let fixture = Fixture::new(pre(|data| {
        let (one, two) = (event_object(), event_object());
        let objects = [one.as_ptr() as usize, two.as_ptr() as usize];
        let (none, blocks) = (std::ptr::null(), std::ptr::null_mut());
        let wait = |kind| {
            // SAFETY: the events outlive the call.
            unsafe {
                FltCancellableWaitForMultipleObjects(2, objects.as_ptr(), kind, none, blocks, data)
            }
        };
        event::set(objects[1]);
        assert_eq!(wait(WaitAny), 1, "FltCancellableWaitForMultipleObjects");
        cancel(data);
        assert_eq!(wait(WaitAll), STATUS_CANCELLED);
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}

static HEARD: AtomicI32 = AtomicI32::new(-1);
static CONTEXT: AtomicUsize = AtomicUsize::new(0);

unsafe extern "win64" fn heard(
    _objects: *mut FLT_RELATED_OBJECTS,
    _snapshot: *mut FLT_IO_PARAMETER_BLOCK,
    status: NTSTATUS,
    context: *mut c_void,
) {
    HEARD.store(status, Ordering::Relaxed);
    CONTEXT.store(context as usize, Ordering::Relaxed);
}

#[test]
fn flt_request_operation_status_callback_keeps_the_instance_from_going_until_it_was_told() {
    let script = Script {
        pre: Some(Arc::new(|data, objects, _| {
            let instance = instance::find(objects.Instance).live().expect("attached");
            let before = instance.operations.count();
            // SAFETY: the filter manager judges the data.
            let asked = unsafe {
                FltRequestOperationStatusCallback(data, Some(heard), std::ptr::null_mut())
            };
            let users = instance.operations.count() - before;
            assert_eq!((asked, users), (STATUS_SUCCESS, 1));
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
    let stack = fixture.volume.stack();
    assert_eq!(stack.iter().map(|it| it.operations.count()).sum::<u64>(), 0);
}

#[test]
fn flt_request_operation_status_callback_tells_what_the_file_system_said() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (first, again) = (Arc::clone(&asked), Arc::clone(&asked));
    let ask = |data| {
        let context = 0x99 as *mut c_void;
        // SAFETY: the filter manager judges the data.
        unsafe { FltRequestOperationStatusCallback(data, Some(heard), context) }
    };
    let script = Script {
        pre: Some(Arc::new(move |data, _, _| {
            first.lock().expect("no panic").push(ask(data));
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |data, _, _, _| {
            again.lock().expect("no panic").push(ask(data));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        perform: Some(Arc::new(|_| STATUS_OPLOCK_NOT_GRANTED)),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    assert_eq!(fixture.irp(IRP_MJ_CLEANUP), STATUS_OPLOCK_NOT_GRANTED);
    let answers = asked.lock().expect("no panic").clone();
    assert_eq!(
        answers,
        [STATUS_SUCCESS, STATUS_INVALID_PARAMETER],
        "FltRequestOperationStatusCallback"
    );
    assert_eq!(HEARD.load(Ordering::Relaxed), STATUS_OPLOCK_NOT_GRANTED);
    assert_eq!(CONTEXT.load(Ordering::Relaxed), 0x99);
}

#[test]
fn flt_get_new_system_buffer_address_is_null_without_the_flag() {
    let fixture = Fixture::new(pre(|data| {
        let flags = find(data).expect("an operation").flags();
        assert_eq!(flags & FLTFL_CALLBACK_DATA_NEW_SYSTEM_BUFFER, 0);
        // SAFETY: the data are good in the callback.
        let buffer = unsafe { FltGetNewSystemBufferAddress(data) };
        assert!(buffer.is_null(), "FltGetNewSystemBufferAddress");
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }));
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
}
