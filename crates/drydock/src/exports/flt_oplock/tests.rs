#![allow(unsafe_code)] // plays a driver

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::io::file_object;
use crate::io::pending::Pending;
use crate::io::{CreateOptions, Handle, Io};
use crate::model::flt_fixture::Script;
use crate::model::flt_volume::FltVolume;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::complete_pre;
use crate::model::oplock::STATUS_OPLOCK_HANDLE_CLOSED;

const R: u32 = OPLOCK_LEVEL_CACHE_READ;
const H: u32 = OPLOCK_LEVEL_CACHE_HANDLE;
const W: u32 = OPLOCK_LEVEL_CACHE_WRITE;
/// Context of the filter's routines.
const CONTEXT: usize = 0x77;

/// What the filter does with a read.
type Read = fn(usize, PFLT_CALLBACK_DATA) -> i32;

static POSTED: AtomicU32 = AtomicU32::new(0);
static SHARED: AtomicU32 = AtomicU32::new(0);

unsafe extern "win64" fn post(_data: PFLT_CALLBACK_DATA, context: *mut c_void) {
    assert_eq!(context as usize, CONTEXT);
    POSTED.fetch_add(1, Ordering::Relaxed);
}

unsafe extern "win64" fn complete(data: PFLT_CALLBACK_DATA, context: *mut c_void) {
    assert_eq!(context as usize, CONTEXT);
    complete_pre(data, FLT_PREOP_SUCCESS_NO_CALLBACK, 0);
}

fn major(data: PFLT_CALLBACK_DATA) -> u8 {
    find(data).expect("it runs").iopb().MajorFunction
}

fn check(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    // SAFETY: the data are those of the callback this is called in.
    unsafe { FltCheckOplock(oplock, data, CONTEXT, Some(complete), Some(post)) }
}

fn control(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    // SAFETY: as above.
    let shared = unsafe { FltOplockIsSharedRequest(data) };
    SHARED.store(shared.into(), Ordering::Relaxed);
    // SAFETY: as above.
    unsafe { FltOplockFsctrl(oplock, data, 1) }
}

/// A filter with an oplock of its own for the one file there is, and that file opened by its holder.
struct Driver {
    oplock: usize,
    io: Io,
    bench: HostFixture,
}

impl Driver {
    fn new(read: Read) -> Self {
        let oplock = Box::leak(Box::new(0_usize)) as *mut usize as usize;
        // SAFETY: the address is that of an OPLOCK that stays.
        unsafe { FltInitializeOplock(oplock) };
        let script = Script {
            pre: Some(Arc::new(move |data, _, _| match major(data) {
                IRP_MJ_FILE_SYSTEM_CONTROL => control(oplock, data),
                IRP_MJ_CREATE | IRP_MJ_CLEANUP => check(oplock, data),
                IRP_MJ_READ => read(oplock, data),
                _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
            })),
            ..Script::default()
        };
        let bench = HostFixture::new(script);
        bench.put("f", b"0123456789");
        let io = Io::of_kernel(&bench.fixture.volume);
        Self { oplock, io, bench }
    }

    fn holder(&self) -> Handle<'_> {
        open(&self.io)
    }

    fn ask(&self, question: unsafe extern "win64" fn(usize) -> BOOLEAN) -> bool {
        // SAFETY: the address is that of an OPLOCK that is initialised.
        unsafe { question(self.oplock) != 0 }
    }
}

fn open(io: &Io) -> Handle<'_> {
    let options = CreateOptions {
        options: 0,
        ..CreateOptions::default()
    };
    io.create(r"\f", options).expect("it opens")
}

/// Somebody else opens the file and reads.
fn read_elsewhere(volume: &Arc<FltVolume>) {
    let io = Io::of_kernel(volume);
    open(&io).read(Some(0), &mut [0; 4]).expect("it reads");
}

fn left(pending: &Pending) -> u32 {
    pending.wait().expect("it broke");
    u32::from_le_bytes(pending.output()[8..12].try_into().expect("four bytes"))
}

#[test]
fn flt_oplock_fsctrl_grants_and_flt_check_oplock_breaks_and_lets_wait() {
    POSTED.store(0, Ordering::Relaxed);
    let driver = Driver::new(check);
    let file = driver.holder();
    assert!(driver.ask(FltOplockIsFastIoPossible));
    let batch = file.oplock(FSCTL_REQUEST_BATCH_OPLOCK).expect("it is sent");
    assert!(batch.ended().is_none());
    assert!(driver.ask(FltCurrentOplock));
    assert!(driver.ask(FltCurrentBatchOplock));
    assert!(driver.ask(FltCurrentOplockH));
    assert_eq!(SHARED.load(Ordering::Relaxed), 0);
    let volume = Arc::clone(&driver.bench.fixture.volume);
    std::thread::scope(|scope| {
        scope.spawn(|| read_elsewhere(&volume));
        let end = batch.wait().expect("it broke");
        assert_eq!(end.information, FILE_OPLOCK_BROKEN_TO_LEVEL_2 as usize);
        assert!(!driver.ask(FltOplockIsFastIoPossible));
        let answer = file
            .oplock(FSCTL_OPLOCK_BREAK_ACK_NO_2)
            .expect("it is sent");
        assert_eq!(answer.wait().map(|end| end.status), Ok(STATUS_SUCCESS));
    });
    assert_eq!(POSTED.load(Ordering::Relaxed), 1);
    assert!(!driver.ask(FltCurrentOplock));
}

#[test]
fn a_synchronous_handle_and_a_control_of_another_sort_are_refused_by_flt_oplock_fsctrl() {
    let driver = Driver::new(check);
    let file = driver
        .io
        .create(r"\f", CreateOptions::default())
        .expect("it opens");
    let refused = |code| file.oplock(code).expect("it is sent").wait().err();
    assert_eq!(
        refused(FSCTL_REQUEST_BATCH_OPLOCK),
        Some(STATUS_OPLOCK_NOT_GRANTED)
    );
    assert_eq!(
        refused(FSCTL_GET_COMPRESSION),
        Some(STATUS_INVALID_DEVICE_REQUEST)
    );
}

#[test]
fn flt_uninitialize_oplock_ends_what_was_granted() {
    let driver = Driver::new(check);
    let file = driver.holder();
    let shared = file.request_oplock(R, false).expect("it is sent");
    // The filter says by its count that there are byte-range locks.
    assert_eq!(shared.wait().err(), Some(STATUS_OPLOCK_NOT_GRANTED));
    assert_eq!(SHARED.load(Ordering::Relaxed), 1);
    let exclusive = file.request_oplock(R | W, false).expect("it is sent");
    assert!(exclusive.ended().is_none());
    assert!(!driver.ask(FltCurrentBatchOplock));
    assert!(!driver.ask(FltCurrentOplockH));
    // SAFETY: the oplock was initialised.
    unsafe { FltUninitializeOplock(driver.oplock) };
    let end = exclusive.wait().map(|end| end.status);
    assert_eq!(end, Ok(STATUS_OPLOCK_HANDLE_CLOSED));
}

/// Lets reads break it all, without waiting for an answer.
fn to_none(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    let flags = OPLOCK_FLAG_COMPLETE_IF_OPLOCKED;
    // SAFETY: the data are those of the callback this is called in.
    unsafe { FltOplockBreakToNoneEx(oplock, data, flags, 0, None, None) }
}

/// Lets reads break what caches handles, without waiting for an answer.
fn handles(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    let flags = OPLOCK_FLAG_COMPLETE_IF_OPLOCKED;
    // SAFETY: as above.
    unsafe { FltOplockBreakH(oplock, data, flags, 0, None, None) }
}

/// Lets reads break what a sharing violation breaks, without waiting for an answer.
fn sharing(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    let flags = OPLOCK_FLAG_COMPLETE_IF_OPLOCKED | OPLOCK_FLAG_BREAKING_FOR_SHARING_VIOLATION;
    // SAFETY: as above.
    unsafe { FltCheckOplockEx(oplock, data, flags, 0, None, None) }
}

/// Lets reads break it all and wait for the answer in their thread.
fn to_none_waiting(oplock: usize, data: PFLT_CALLBACK_DATA) -> i32 {
    // SAFETY: as above.
    unsafe { FltOplockBreakToNone(oplock, data, 0, None, None) }
}

/// What is left of an oplock when another handle, opened before, reads.
fn left_after(read: Read) -> u32 {
    let driver = Driver::new(read);
    let file = driver.holder();
    let all = file.request_oplock(R | W | H, false).expect("it is sent");
    assert!(all.ended().is_none());
    file.read(Some(0), &mut [0; 4]).expect("it reads");
    left(&all)
}

#[test]
fn flt_oplock_break_h_and_flt_check_oplock_ex_take_the_handle_flt_oplock_break_to_none_ex_all() {
    assert_eq!(left_after(to_none), 0);
    for read in [handles as Read, sharing] {
        let driver = Driver::new(read);
        let file = driver.holder();
        let all = file.request_oplock(R | H, false).expect("it is sent");
        assert_eq!(all.wait().err(), Some(STATUS_OPLOCK_NOT_GRANTED));
        let all = file.request_oplock(R | W | H, false).expect("it is sent");
        // SAFETY: two file objects.
        assert_eq!(unsafe { FltOplockKeysEqual(file.file().address(), 0) }, 0);
        let other = Io::of_kernel(&driver.bench.fixture.volume);
        // Opened for attributes, which breaks nothing, and then read.
        let options = CreateOptions::default().with(FILE_COMPLETE_IF_OPLOCKED);
        let other = other.create(r"\f", options).expect("it opens");
        assert_eq!(left(&all), R | H);
        let answer = file.request_oplock(R | H, true).expect("it is sent");
        assert!(answer.ended().is_none());
        other.read(Some(0), &mut [0; 4]).expect("it reads");
        assert_eq!(left(&answer), R);
    }
}

#[test]
fn the_holder_breaks_nothing_that_keys_protect() {
    let driver = Driver::new(handles);
    let file = driver.holder();
    let all = file.request_oplock(R | W | H, false).expect("it is sent");
    file.read(Some(0), &mut [0; 4]).expect("it reads");
    assert!(all.ended().is_none());
}

#[test]
fn flt_oplock_break_to_none_waits_in_its_thread_without_a_routine() {
    let driver = Driver::new(to_none_waiting);
    let file = driver.holder();
    let all = file.request_oplock(R | W | H, false).expect("it is sent");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let io = Io::of_kernel(&driver.bench.fixture.volume);
            let options = CreateOptions::default().with(FILE_COMPLETE_IF_OPLOCKED);
            let other = io.create(r"\f", options).expect("it opens");
            other.read(Some(0), &mut [0; 4])
        });
        assert_eq!(left(&all), R | H);
        let answer = file.request_oplock(0, true).expect("it is sent");
        assert_eq!(answer.wait().map(|end| end.status), Ok(STATUS_SUCCESS));
        assert_eq!(reader.join().expect("no panic"), Ok(4));
    });
}

#[test]
fn flt_oplock_keys_equal_compares_keys_and_a_file_object_is_its_own() {
    let driver = Driver::new(check);
    let (first, second) = (driver.holder(), driver.holder());
    let equal = || {
        let (first, second) = (first.file().address(), second.file().address());
        // SAFETY: two file objects.
        unsafe { FltOplockKeysEqual(first, second) }
    };
    assert_eq!(equal(), 0);
    for file in [&first, &second] {
        file_object::set_oplock_key(file.file(), [9; 16]);
    }
    assert_eq!(equal(), 1);
}

#[test]
fn flt_oplock_fsctrl_ex_takes_the_word_of_a_filter_that_all_keys_match() {
    let ex = |flags| {
        let granted = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&granted);
        let script = Script {
            pre: Some(Arc::new(move |data, _, _| {
                if major(data) != IRP_MJ_FILE_SYSTEM_CONTROL {
                    return FLT_PREOP_SUCCESS_NO_CALLBACK;
                }
                let oplock = Arc::as_ptr(&told) as usize;
                // SAFETY: the data are those of the callback this is called in.
                unsafe { FltOplockFsctrlEx(oplock, data, 2, flags) }
            })),
            ..Script::default()
        };
        let bench = HostFixture::new(script);
        bench.put("f", b"");
        let io = Io::of_kernel(&bench.fixture.volume);
        let file = open(&io);
        let pending = file.request_oplock(R | W, false).expect("it is sent");
        let ended = pending.ended();
        drop(pending);
        (ended.map(|end| end.err()), granted)
    };
    assert_eq!(ex(0).0, Some(Some(STATUS_OPLOCK_NOT_GRANTED)));
    assert_eq!(ex(OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH).0, None);
}
