//! Change notification through a filter: its post-operation callback is called late, elsewhere, or for draining.
#![allow(unsafe_code)] // plays the driver

use super::*;
use crate::io::handle_notify::changes;
use crate::io::pending::Pending;
use crate::model::filter;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::{find, status_of};

type Log = Arc<std::sync::Mutex<Vec<(NTSTATUS, u32, u32)>>>;

/// A filter that notes how directory operations end: status, flags of the callback, thread.
fn noting(log: &Log) -> Script {
    let log = Arc::clone(log);
    Script {
        pre: Some(Arc::new(|data, _, _| {
            let iopb = find(data).expect("it runs").iopb();
            match iopb.MajorFunction {
                IRP_MJ_DIRECTORY_CONTROL => FLT_PREOP_SUCCESS_WITH_CALLBACK,
                _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
            }
        })),
        post: Some(Arc::new(move |data, _, _, flags| {
            let status = status_of(&find(data).expect("it runs").status());
            log.lock()
                .unwrap()
                .push((status, flags, thread::current().id));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    }
}

fn watch(io: &Io) -> (Handle<'_>, Pending) {
    let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
    let root = io.create("\\", options).unwrap();
    let pending = root
        .notify_change(FILE_NOTIFY_CHANGE_FILE_NAME, false, 200)
        .unwrap();
    (root, pending)
}

#[test]
fn a_filter_hears_of_the_end_in_the_thread_that_makes_the_change() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log));
    let io = Io::of_kernel(&bench.fixture.volume);
    let (_root, pending) = watch(&io);
    assert!(log.lock().unwrap().is_empty());
    let changer = std::thread::scope(|scope| {
        let change = || {
            let options = CreateOptions::default().disposition(FILE_CREATE);
            let file = bench.open("\\new", options);
            drop(file);
            thread::current().id
        };
        scope.spawn(change).join().unwrap()
    });
    assert_eq!(*log.lock().unwrap(), [(STATUS_SUCCESS, 0, changer)]);
    assert_eq!(pending.wait().map(|end| end.status), Ok(STATUS_SUCCESS));
    assert_eq!(changes(pending.output()).unwrap()[0].name, "new");
}

#[test]
fn a_request_that_waits_below_an_instance_that_goes_is_drained() {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log));
    let io = Io::of_kernel(&bench.fixture.volume);
    let (root, pending) = watch(&io);
    for filter in filter::registered() {
        filter.unregister();
    }
    let drained = log.lock().unwrap().clone();
    assert_eq!(drained[0].1, FLTFL_POST_OPERATION_DRAINING);
    assert!(pending.ended().is_none());
    drop(root);
    assert_eq!(pending.wait().unwrap().status, STATUS_NOTIFY_CLEANUP);
    assert_eq!(log.lock().unwrap().len(), 1);
}
