#![allow(unsafe_code)] // plays a driver that keeps operations and writes into callback data

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

use minifilter_sys::*;

use super::tests::{Log, lines, note, write_data};
use super::{complete_post, complete_pre, pre_status_block};
use crate::model::filter;
use crate::model::flt_fixture::{Fixture, Script};
use crate::verify::tests::violations_of;

#[test]
fn a_pended_pre_operation_goes_on_in_the_completing_thread() {
    let threads: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let below = Arc::clone(&threads);
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            let address = data as usize;
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(5));
                complete_pre(
                    address as PFLT_CALLBACK_DATA,
                    FLT_PREOP_SUCCESS_NO_CALLBACK,
                    0,
                );
            });
            FLT_PREOP_PENDING
        })),
        perform: Some(Arc::new(move |_| {
            below
                .lock()
                .expect("no panic")
                .push(std::thread::current().id());
            STATUS_END_OF_FILE
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_END_OF_FILE);
    assert_ne!(
        threads.lock().expect("no panic")[0],
        std::thread::current().id()
    );
}

#[test]
fn completion_may_overtake_the_return_of_pending() {
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            let address = data as usize;
            let complete = move || {
                complete_pre(
                    address as PFLT_CALLBACK_DATA,
                    FLT_PREOP_SUCCESS_WITH_CALLBACK,
                    5,
                )
            };
            std::thread::spawn(complete).join().expect("no panic");
            FLT_PREOP_PENDING
        })),
        post: Some(Arc::new(|_, _, context, _| {
            assert_eq!(context, 5);
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    assert_eq!(Fixture::new(script).irp(IRP_MJ_READ), STATUS_SUCCESS);
}

#[test]
fn synchronized_post_operations_run_in_the_thread_of_their_pre_operation() {
    let threads: Arc<Mutex<Vec<ThreadId>>> = Arc::default();
    let (pre, post) = (Arc::clone(&threads), Arc::clone(&threads));
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            let instance =
                crate::model::flt_object::instance(objects.Instance).expect("an instance");
            if instance.altitude.to_string() == "370000" {
                pre.lock()
                    .expect("no panic")
                    .push(std::thread::current().id());
                return FLT_PREOP_SYNCHRONIZE;
            }
            let address = data as usize;
            std::thread::spawn(move || {
                complete_pre(
                    address as PFLT_CALLBACK_DATA,
                    FLT_PREOP_SUCCESS_NO_CALLBACK,
                    0,
                )
            });
            FLT_PREOP_PENDING
        })),
        post: Some(Arc::new(move |_, _, _, _| {
            post.lock()
                .expect("no panic")
                .push(std::thread::current().id());
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    let fixture = Fixture::with(script, &["370000", "40000"], true);
    for _ in 0..20 {
        fixture.irp(IRP_MJ_DIRECTORY_CONTROL);
    }
    let me = std::thread::current().id();
    assert_eq!(*threads.lock().expect("no panic"), [me; 40]);
}

#[test]
fn a_post_operation_that_wants_more_time_is_waited_for() {
    let script = Script {
        pre: Some(Arc::new(|_, _, _| FLT_PREOP_SUCCESS_WITH_CALLBACK)),
        post: Some(Arc::new(|data, _, _, _| {
            let address = data as usize;
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(5));
                let data = address as PFLT_CALLBACK_DATA;
                write_data!(data, IoStatus = pre_status_block(STATUS_CANCELLED, 0));
                complete_post(data);
            });
            FLT_POSTOP_MORE_PROCESSING_REQUIRED
        })),
        ..Script::default()
    };
    assert_eq!(Fixture::new(script).irp(IRP_MJ_READ), STATUS_CANCELLED);
}

#[test]
fn an_operation_below_a_dying_instance_is_drained_once() {
    let log = Log::default();
    let post = Arc::clone(&log);
    let script = Script {
        pre: Some(Arc::new(|_, _, context| {
            *context = 3;
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |_, _, context, flags| {
            note(&post, format!("context {context} flags {flags}"));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        perform: Some(Arc::new(|_| {
            for filter in filter::registered() {
                std::thread::spawn(move || filter.unregister())
                    .join()
                    .expect("no panic");
            }
            STATUS_SUCCESS
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
    assert_eq!(
        lines(&log),
        [format!("context 3 flags {FLTFL_POST_OPERATION_DRAINING}")]
    );
}

#[test]
fn an_operation_not_resumed_by_teardown_is_reported() {
    static KEPT: AtomicUsize = AtomicUsize::new(0);
    let found = violations_of("", || {
        let script = Script {
            pre: Some(Arc::new(|data, _, _| {
                KEPT.store(data as usize, Ordering::SeqCst);
                FLT_PREOP_PENDING
            })),
            ..Script::default()
        };
        let fixture = Fixture::new(script);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| fixture.irp(IRP_MJ_READ));
            while KEPT.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            // The callback returns meanwhile.
            std::thread::sleep(std::time::Duration::from_millis(20));
            filter::unload(true);
            complete_pre(
                KEPT.load(Ordering::SeqCst) as PFLT_CALLBACK_DATA,
                FLT_PREOP_SUCCESS_NO_CALLBACK,
                0,
            );
            assert_eq!(reader.join().ok(), Some(STATUS_SUCCESS));
        });
    });
    let found: Vec<_> = found
        .iter()
        .filter(|rule| rule.starts_with("F24 "))
        .collect();
    assert_eq!(found, ["F24 pended operation not resumed in TeardownStart"]);
}

/// The rules that a callback breaks which pends an operation when TeardownStart is over, and resumes it after `delay_ms`.
fn broken_by_late_pend(delay_ms: u64) -> Vec<String> {
    violations_of("pre-operation IRP_MJ_READ", || {
        let inside = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&inside);
        let script = Script {
            pre: Some(Arc::new(move |data, objects, _| {
                let instance = crate::model::flt_object::instance(objects.Instance).expect("live");
                inside.store(1, Ordering::SeqCst);
                while !instance.teardown_started.load(Ordering::Acquire) {
                    std::thread::yield_now();
                }
                let data = data as usize;
                std::thread::spawn(move || {
                    std::thread::sleep(std::time::Duration::from_millis(delay_ms));
                    complete_pre(data as PFLT_CALLBACK_DATA, FLT_PREOP_SUCCESS_NO_CALLBACK, 0);
                });
                FLT_PREOP_PENDING
            })),
            ..Script::default()
        };
        let fixture = Fixture::new(script);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| fixture.irp(IRP_MJ_READ));
            while seen.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            filter::unload(true);
            assert_eq!(reader.join().ok(), Some(STATUS_SUCCESS));
        });
    })
}

#[test]
fn what_is_pended_after_teardown_start_breaks_a_rule_if_it_is_kept() {
    assert_eq!(
        broken_by_late_pend(1500),
        ["F25 new pend after TeardownStart"]
    );
    assert_eq!(broken_by_late_pend(10), Vec::<String>::new());
}

#[test]
fn completing_twice_is_reported() {
    static KEPT: AtomicUsize = AtomicUsize::new(0);
    let fixture = Fixture::new(Script {
        pre: Some(Arc::new(|data, _, _| {
            KEPT.store(data as usize, Ordering::SeqCst);
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    });
    fixture.irp(IRP_MJ_READ);
    let found = violations_of("FltCompletePendedPreOperation", || {
        crate::exports::gate::tests::in_call("FltCompletePendedPreOperation", || {
            complete_pre(
                KEPT.load(Ordering::SeqCst) as PFLT_CALLBACK_DATA,
                FLT_PREOP_SUCCESS_NO_CALLBACK,
                0,
            );
        });
    });
    assert_eq!(found, ["pended operation completed twice or never pended"]);
}
