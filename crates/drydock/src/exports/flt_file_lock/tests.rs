#![allow(unsafe_code)] // plays a driver

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::io::{CreateOptions, Handle, Io};
use crate::model::file_system::Request;
use crate::model::flt_fixture::Script;
use crate::model::flt_volume::FltVolume;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::{self, Outcome, Requestor, pre_status_block};
use crate::model::own_io;
use crate::model::pool;

const CONTEXT: usize = 0x55;

static COMPLETED: AtomicU32 = AtomicU32::new(0);
static PENDED: AtomicU32 = AtomicU32::new(0);
static WRITABLE: AtomicU32 = AtomicU32::new(0);
static UNLOCKED: AtomicU32 = AtomicU32::new(0);

unsafe extern "win64" fn complete(context: *mut c_void, data: PFLT_CALLBACK_DATA) -> NTSTATUS {
    assert_eq!(context as usize, CONTEXT);
    COMPLETED.fetch_add(1, Ordering::Relaxed);
    let status = find(data).expect("it runs").status();
    // SAFETY: the status is a value of the union.
    unsafe { status.Anonymous.Status }
}

unsafe extern "win64" fn unlocked(context: *mut c_void, info: *mut FILE_LOCK_INFO) {
    assert_eq!(context as usize, CONTEXT);
    // SAFETY: the function gets the range that was unlocked.
    let length = unsafe { info.read() }.Length;
    // SAFETY: every LARGE_INTEGER is a number.
    let length = unsafe { length.QuadPart };
    UNLOCKED.fetch_add(length as u32, Ordering::Relaxed);
}

/// What a filter does that keeps the locks itself; without fast I/O if it is not `fast`.
fn pre(lock: usize, fast: bool, data: PFLT_CALLBACK_DATA) -> i32 {
    let operation = find(data).expect("it runs");
    // What the cache reads and writes is nobody's access.
    let paging = operation.iopb().IrpFlags & IRP_PAGING_IO != 0;
    let allowed = match operation.iopb().MajorFunction {
        _ if paging => 1,
        IRP_MJ_LOCK_CONTROL if !fast && operation.request() == Request::FastIo => {
            return FLT_PREOP_DISALLOW_FASTIO;
        }
        IRP_MJ_LOCK_CONTROL => {
            let answer = call!(FltProcessFileLock(lock, data, CONTEXT));
            PENDED.fetch_add((answer == FLT_PREOP_PENDING).into(), Ordering::Relaxed);
            return answer;
        }
        IRP_MJ_READ => {
            let writable = call!(FltCheckLockForWriteAccess(lock, data));
            WRITABLE.store(writable.into(), Ordering::Relaxed);
            call!(FltCheckLockForReadAccess(lock, data))
        }
        _ => return FLT_PREOP_SUCCESS_NO_CALLBACK,
    };
    if allowed != 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    operation.set_status(pre_status_block(STATUS_FILE_LOCK_CONFLICT, 0));
    FLT_PREOP_COMPLETE
}

fn bench(lock: usize, fast: bool) -> (HostFixture, Io) {
    let script = Script {
        pre: Some(Arc::new(move |data, _, _| pre(lock, fast, data))),
        ..Script::default()
    };
    let bench = HostFixture::new(script);
    bench.put("f", b"0123456789");
    let io = Io::of_kernel(&bench.fixture.volume);
    (bench, io)
}

fn open(io: &Io) -> Handle<'_> {
    io.create(r"\f", CreateOptions::default())
        .expect("it opens")
}

/// A lock of a byte that waits until it can be had.
fn wait_for_lock(volume: &Arc<FltVolume>, file: usize) -> NTSTATUS {
    let mut length = LARGE_INTEGER { QuadPart: 1 };
    let mut iopb = own_io::block(
        IRP_MJ_LOCK_CONTROL,
        file as PFILE_OBJECT,
        IRP_SYNCHRONOUS_API,
    );
    iopb.MinorFunction = IRP_MN_LOCK;
    // SAFETY: the parameters are all zero, which is a value of this variant.
    let parameters = unsafe { &mut iopb.Parameters.LockControl };
    parameters.Length = &raw mut length;
    parameters.ExclusiveLock = 1;
    match operation::send(volume, Request::Irp, &mut iopb, Requestor::kernel()) {
        // SAFETY: the status is a value of the union.
        Outcome::Done(status) => unsafe { status.Anonymous.Status },
        Outcome::FastIoDisallowed => unreachable!("it is an IRP"),
    }
}

#[test]
fn fltprocessfilelock_binds_the_others_until_the_range_is_unlocked() {
    let lock = call!(FltAllocateFileLock(Some(complete), Some(unlocked))) as usize;
    let (_bench, io) = bench(lock, false);
    let (mine, other) = (open(&io), open(&io));
    let counts = || {
        (
            COMPLETED.swap(0, Ordering::Relaxed),
            UNLOCKED.swap(0, Ordering::Relaxed),
        )
    };
    counts();
    assert_eq!(mine.lock(0, 4, true), Ok(()));
    assert_eq!(other.lock(3, 1, true), Err(STATUS_LOCK_NOT_GRANTED));
    assert_eq!(mine.lock(u64::MAX, 2, true), Err(STATUS_INVALID_LOCK_RANGE));
    assert_eq!(counts(), (3, 0));
    let access = |file: &Handle<'_>, at| {
        let status = file.read(Some(at), &mut [0]).err();
        (status, WRITABLE.load(Ordering::Relaxed) != 0)
    };
    assert_eq!(access(&other, 3), (Some(STATUS_FILE_LOCK_CONFLICT), false));
    assert_eq!(
        (access(&mine, 3), access(&other, 4)),
        ((None, true), (None, true))
    );
    assert_eq!(other.unlock(0, 4), Err(STATUS_RANGE_NOT_LOCKED));
    assert_eq!(mine.unlock(0, 4), Ok(()));
    assert_eq!(counts(), (2, 4));
    assert_eq!(mine.lock(0, 4, false), Ok(()));
    assert_eq!(
        (access(&mine, 3), access(&other, 3)),
        ((None, false), (None, false))
    );
    assert_eq!(mine.unlock(0, 4), Ok(()));
    drop((mine, other));
    call!(FltFreeFileLock(lock));
}

#[test]
fn fltprocessfilelock_pends_a_lock_until_its_range_is_free() {
    let lock = call!(FltAllocateFileLock(None, None)) as usize;
    let (bench, io) = bench(lock, false);
    let (mine, other) = (open(&io), open(&io));
    assert_eq!(mine.lock(0, 1, false), Ok(()));
    let (volume, file) = (&bench.fixture.volume, other.file().address());
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| wait_for_lock(volume, file));
        while PENDED.load(Ordering::Relaxed) == 0 {
            std::thread::yield_now();
        }
        assert!(!waiter.is_finished());
        assert_eq!(mine.unlock(0, 1), Ok(()));
        assert_eq!(waiter.join().expect("it ends"), STATUS_SUCCESS);
    });
    assert_eq!(mine.lock(0, 1, true), Err(STATUS_LOCK_NOT_GRANTED));
    assert_eq!(other.unlock(0, 1), Ok(()));
    drop((mine, other));
    call!(FltFreeFileLock(lock));
}

#[test]
fn fltinitializefilelock_keeps_locks_for_fast_i_o_and_fltuninitializefilelock_drops_them() {
    // SAFETY: integers, pointers and nullable functions, for which zero is a value.
    let memory: &'static mut FILE_LOCK = Box::leak(Box::new(unsafe { std::mem::zeroed() }));
    let lock = std::ptr::from_mut(memory) as usize;
    call!(FltInitializeFileLock(lock));
    let (_bench, io) = bench(lock, true);
    let (mine, other) = (open(&io), open(&io));
    assert_eq!(mine.lock(0, 4, true), Ok(()));
    // SAFETY: the driver reads its own structure, which it has initialised.
    let questionable = || unsafe { (lock as *const FILE_LOCK).read() }.FastIoIsQuestionable;
    assert_eq!(questionable(), 1);
    assert_eq!(other.lock(0, 1, false), Err(STATUS_LOCK_NOT_GRANTED));
    call!(FltUninitializeFileLock(lock));
    assert_eq!(other.lock(0, 1, false), Ok(()));
    assert_eq!((other.unlock(0, 1), questionable()), (Ok(()), 0));
    drop((mine, other));
    call!(FltUninitializeFileLock(lock));
}

#[test]
fn fltallocatefilelock_takes_paged_pool_that_fltfreefilelock_gives_back() {
    let lock = call!(FltAllocateFileLock(None, None)) as usize;
    let live = || {
        !pool::live_blocks(|_| true)
            .iter()
            .all(|(address, _)| *address != lock)
    };
    assert!(live());
    call!(FltFreeFileLock(lock));
    assert!(!live());
}
