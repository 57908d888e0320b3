#![allow(unsafe_code)] // plays a driver that writes into callback data

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::*;

use super::{Outcome, find, pre_status_block, status_of};
use crate::model::file_system::Request;
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::own_io::transfer::{self, Direction, Transfer};
use crate::verify::tests::violations_of;

pub type Log = Arc<Mutex<Vec<String>>>;

pub fn note(log: &Log, line: impl Into<String>) {
    log.lock().expect("no panic").push(line.into());
}

pub fn lines(log: &Log) -> Vec<String> {
    log.lock().expect("no panic").clone()
}

/// A script with these statuses and nothing else.
fn returning(pre: i32, post: i32) -> Script {
    Script {
        pre: Some(Arc::new(move |_, _, _| pre)),
        post: Some(Arc::new(move |_, _, _, _| post)),
        ..Script::default()
    }
}

/// Writes a member of the callback data.
macro_rules! write_data {
    ($data:expr, $($member:tt)+) => {{
        // SAFETY: the data belongs to this callback.
        unsafe { (*$data).$($member)+ }
    }};
}

pub(super) use write_data;

fn iopb(data: PFLT_CALLBACK_DATA) -> &'static mut FLT_IO_PARAMETER_BLOCK {
    // SAFETY: the data belongs to this callback.
    let iopb = unsafe { (*data).Iopb };
    // SAFETY: the parameter block lives as long as the data, which is leaked.
    unsafe { &mut *iopb }
}

/// The rules that one READ breaks in its pre-operation callback.
fn broken_by(request: Request, major: u8, site: &str, script: Script) -> Vec<String> {
    // Violations are told apart by their site, so two tests with the same site take turns.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    violations_of(site, || {
        let fixture = Fixture::new(script);
        let _any_outcome = fixture.send(request, major);
    })
}

#[test]
fn pre_operations_go_down_and_post_operations_up() {
    let log = Log::default();
    let (down, up) = (Arc::clone(&log), Arc::clone(&log));
    let altitude = |objects: &FLT_RELATED_OBJECTS| {
        crate::model::flt_object::instance(objects.Instance)
            .expect("an instance")
            .altitude
            .to_string()
    };
    let script = Script {
        pre: Some(Arc::new(move |_, objects, context| {
            note(&down, format!("pre {}", altitude(objects)));
            *context = objects.Instance as usize;
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |_, objects, context, _| {
            assert_eq!(context, objects.Instance as usize);
            note(&up, format!("post {}", altitude(objects)));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    let fixture = Fixture::with(script, &["40000", "370000"], true);
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_SUCCESS);
    assert_eq!(
        lines(&log),
        ["pre 370000", "pre 40000", "post 40000", "post 370000"]
    );
}

#[test]
fn complete_skips_what_is_below_and_the_own_post_operation() {
    let log = Log::default();
    let (below, after) = (Arc::clone(&log), Arc::clone(&log));
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            write_data!(data, IoStatus = pre_status_block(STATUS_ACCESS_DENIED, 0));
            FLT_PREOP_COMPLETE
        })),
        post: Some(Arc::new(move |_, _, _, _| {
            note(&after, "post");
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        perform: Some(Arc::new(move |_| {
            note(&below, "file system");
            STATUS_SUCCESS
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    assert_eq!(fixture.irp(IRP_MJ_READ), STATUS_ACCESS_DENIED);
    assert!(lines(&log).is_empty());
}

#[test]
fn refused_fast_io_asks_for_an_irp() {
    let fixture = Fixture::new(returning(FLT_PREOP_DISALLOW_FASTIO, 0));
    assert!(matches!(
        fixture.send(Request::FastIo, IRP_MJ_READ),
        Outcome::FastIoDisallowed
    ));
}

#[test]
fn a_marked_change_is_seen_below_and_undone_above() {
    let seen = Arc::new(Mutex::new((0, 0)));
    let (below, above) = (Arc::clone(&seen), Arc::clone(&seen));
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            iopb(data).OperationFlags = 7;
            find(data)
                .expect("under way")
                .change_flags(FLTFL_CALLBACK_DATA_DIRTY, 0);
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |data, _, _, _| {
            above.lock().expect("no panic").1 = iopb(data).OperationFlags;
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        perform: Some(Arc::new(move |iopb| {
            below.lock().expect("no panic").0 = iopb.OperationFlags;
            STATUS_SUCCESS
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(script);
    fixture.irp(IRP_MJ_READ);
    assert_eq!(*seen.lock().expect("no panic"), (7, 0));
}

#[test]
fn an_unmarked_change_is_reported_and_lost() {
    let seen = Arc::new(AtomicUsize::new(9));
    let below = Arc::clone(&seen);
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            iopb(data).OperationFlags = 7;
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        perform: Some(Arc::new(move |iopb| {
            below.store(usize::from(iopb.OperationFlags), Ordering::SeqCst);
            STATUS_SUCCESS
        })),
        ..Script::default()
    };
    let found = broken_by(
        Request::Irp,
        IRP_MJ_READ,
        "pre-operation IRP_MJ_READ",
        script,
    );
    assert_eq!(found, ["F10 callback data changed without marking it"]);
    assert_eq!(seen.load(Ordering::SeqCst), 0);
}

#[test]
fn each_status_is_held_to_its_obligations() {
    let context = |status| Script {
        pre: Some(Arc::new(move |_, _, context| {
            *context = 1;
            status
        })),
        ..Script::default()
    };
    let failing = |code| Script {
        pre: Some(Arc::new(move |data, _, _| {
            write_data!(data, IoStatus = pre_status_block(code, 0));
            FLT_PREOP_COMPLETE
        })),
        ..Script::default()
    };
    let irp = Request::Irp;
    let cases = [
        ("F1", irp, IRP_MJ_READ, returning(17, 0)),
        (
            "F4",
            irp,
            IRP_MJ_READ,
            context(FLT_PREOP_SUCCESS_NO_CALLBACK),
        ),
        ("F5", irp, IRP_MJ_READ, failing(STATUS_PENDING)),
        ("F6", irp, IRP_MJ_CLEANUP, failing(STATUS_ACCESS_DENIED)),
        (
            "F7",
            irp,
            IRP_MJ_READ,
            returning(FLT_PREOP_DISALLOW_FASTIO, 0),
        ),
        (
            "F8",
            irp,
            IRP_MJ_READ,
            returning(FLT_PREOP_DISALLOW_FSFILTER_IO, 0),
        ),
        (
            "F9",
            irp,
            IRP_MJ_LOCK_CONTROL,
            returning(FLT_PREOP_SYNCHRONIZE, 0),
        ),
    ];
    for (rule, request, major, script) in cases {
        let site = super::major::names(major).pre;
        let found = broken_by(request, major, site, script);
        assert_eq!(found.len(), 1, "{rule}: {found:?}");
        assert!(
            found[0].starts_with(&format!("{rule} ")),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn a_synchronized_create_is_a_warning() {
    let site = super::major::names(IRP_MJ_CREATE).pre;
    let synchronizing = returning(FLT_PREOP_SYNCHRONIZE, 0);
    assert!(broken_by(Request::Irp, IRP_MJ_CREATE, site, synchronizing).is_empty());
    let warnings = crate::verify::warnings();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.function == site && warning.code == "F9")
    );
}

#[test]
fn synchronize_means_success_with_callback_for_fast_io() {
    let found = broken_by(
        Request::FastIo,
        IRP_MJ_CREATE,
        super::major::names(IRP_MJ_CREATE).pre,
        returning(FLT_PREOP_SYNCHRONIZE, 0),
    );
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_callback_wanted_without_one_is_reported() {
    let found = violations_of("pre-operation IRP_MJ_READ", || {
        let fixture = Fixture::with(
            returning(FLT_PREOP_SUCCESS_WITH_CALLBACK, 0),
            &["370000"],
            false,
        );
        fixture.irp(IRP_MJ_READ);
    });
    assert_eq!(found, ["F2 callback wanted without a post-operation"]);
}

#[test]
fn a_create_failed_in_post_without_cancelling_is_reported() {
    let script = Script {
        pre: Some(Arc::new(|_, _, _| FLT_PREOP_SUCCESS_WITH_CALLBACK)),
        post: Some(Arc::new(|data, _, _, _| {
            write_data!(data, IoStatus = pre_status_block(STATUS_ACCESS_DENIED, 0));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    let found = broken_by(
        Request::Irp,
        IRP_MJ_CREATE,
        "post-operation IRP_MJ_CREATE",
        script,
    );
    assert_eq!(found, ["F16 FltCancelFileOpen misplaced"]);
}

#[test]
fn a_status_is_read_from_its_union() {
    assert_eq!(
        status_of(&pre_status_block(STATUS_ACCESS_DENIED, 3)),
        STATUS_ACCESS_DENIED
    );
}

#[test]
fn a_filter_s_own_request_is_seen_only_from_below_it() {
    let log = Log::default();
    let (pre, below) = (Arc::clone(&log), Arc::clone(&log));
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            let instance =
                crate::model::flt_object::instance(objects.Instance).expect("an instance");
            note(
                &pre,
                format!("{} {:#x}", instance.altitude, iopb(data).MajorFunction),
            );
            if iopb(data).MajorFunction == IRP_MJ_DIRECTORY_CONTROL
                && instance.altitude.to_string() == "370000"
            {
                let file = iopb(data).TargetFileObject;
                let transfer = Transfer {
                    direction: Direction::Read,
                    file,
                    offset: Some(8),
                    length: 4,
                    buffer: std::ptr::null_mut(),
                    flags: 0,
                    key: 0,
                    mdl: std::ptr::null_mut(),
                };
                let read = transfer::wait(&instance, &transfer);
                assert_eq!(read, Ok((STATUS_SUCCESS, 0)));
            }
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        perform: Some(Arc::new(move |iopb| {
            note(&below, format!("file system {:#x}", iopb.MajorFunction));
            STATUS_SUCCESS
        })),
        ..Script::default()
    };
    let fixture = Fixture::with(script, &["40000", "370000"], true);
    assert_eq!(fixture.irp(IRP_MJ_DIRECTORY_CONTROL), STATUS_SUCCESS);
    assert_eq!(
        lines(&log),
        [
            "370000 0xc",
            "40000 0x3",
            "file system 0x3",
            "40000 0xc",
            "file system 0xc"
        ]
    );
}

#[test]
fn the_mdl_of_a_swapped_buffer_is_freed_after_the_post_operation() {
    use crate::model::{mdl, pool};
    let inserted = Arc::new(AtomicUsize::new(0));
    let (put, seen) = (Arc::clone(&inserted), Arc::clone(&inserted));
    let script = Script {
        pre: Some(Arc::new(move |data, _, _| {
            let mdl = mdl::allocate(0x1000, 16, 0);
            put.store(mdl as usize, Ordering::SeqCst);
            iopb(data).Parameters.Read.MdlAddress = mdl;
            let operation = find(data).expect("it is under way");
            operation.change_flags(FLTFL_CALLBACK_DATA_DIRTY, 0);
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |data, _, _, _| {
            let operation = find(data).expect("it is under way");
            assert_eq!(operation.swapped_mdl(), Some(seen.load(Ordering::SeqCst)));
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    Fixture::new(script).irp(IRP_MJ_READ);
    let inserted = inserted.load(Ordering::SeqCst);
    assert!(inserted != 0 && pool::block_at(inserted as *const _).is_none());
}

#[test]
fn a_name_that_a_filter_replaces_in_a_create_is_a_changed_parameter() {
    use super::intervention::{self, Intervention};
    let renaming = Script {
        pre: Some(Arc::new(|_, objects, _| {
            // SAFETY: the fixture's file object, which nobody else uses.
            unsafe { (*objects.FileObject).FileName.Length = 2 };
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    let fixture = Fixture::new(renaming);
    let counted = || intervention::counted(Intervention::Parameters);
    let before = counted();
    fixture.irp(IRP_MJ_CREATE);
    assert_eq!(counted(), before + 1);
}
