//! FILE_LOCK — byte-range locks that a filter keeps for a stream of its own.
#![allow(unsafe_code)] // calls the driver's routines

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::Arc;

use minifilter_sys::*;
use parking_lot::Mutex;

use super::callback::{LockCompletion, Unlock};
use super::file_system::Request;
use super::operation::{Operation, complete_pre, find, pre_status_block};
use super::pool::{self, PoolKind};
use super::thread::{self, Site};
use crate::exports::gate::Call;
use crate::volume::byte_range_lock::{ByteRangeLocks, Lock, LockOwner, Range};
use crate::volume::lock_control::range;
use crate::volume::parameters;

/// Tag of the locks that FltAllocateFileLock makes.
const TAG: u32 = u32::from_le_bytes(*b"FMfl");

/// What the driver wants to be told.
#[derive(Clone, Copy, Default)]
pub struct Routines {
    /// CompleteLockCallbackDataRoutine: of each lock operation that has ended.
    pub complete: Option<LockCompletion>,
    /// UnlockRoutine: of each range that is free again.
    pub unlock: Option<Unlock>,
}

/// An operation that waits for its range.
struct Waiting {
    data: usize,
    wanted: Lock,
    context: usize,
}

#[derive(Default)]
struct State {
    locks: ByteRangeLocks,
    waiting: Vec<Waiting>,
}

#[derive(Default)]
struct FileLock {
    routines: Routines,
    state: Mutex<State>,
}

/// The locks of filters by the address of their FILE_LOCK.
static KNOWN: Mutex<BTreeMap<usize, Arc<FileLock>>> = Mutex::new(BTreeMap::new());

/// FltInitializeFileLock — without routines.
pub fn initialize(place: usize) {
    // SAFETY: the driver passes a FILE_LOCK of its own to be initialised.
    unsafe { std::ptr::write_bytes(place as *mut FILE_LOCK, 0, 1) };
    KNOWN.lock().insert(place, Arc::default());
}

/// FltAllocateFileLock — in paged pool; null without memory.
pub fn allocate(routines: Routines) -> *mut c_void {
    let caller = Call::current().caller;
    let memory = pool::allocate_zeroed(PoolKind::Paged, size_of::<FILE_LOCK>(), TAG, caller);
    if !memory.is_null() {
        let lock = FileLock {
            routines,
            ..FileLock::default()
        };
        KNOWN.lock().insert(memory as usize, Arc::new(lock));
    }
    memory.cast()
}

/// FltUninitializeFileLock — every lock goes, and who waits for one is told that there is none.
pub fn uninitialize(place: usize) {
    let gone = KNOWN.lock().remove(&place);
    if let Some(lock) = gone {
        let waiting = std::mem::take(&mut *lock.state.lock()).waiting;
        for waiting in waiting {
            lock.end_waiting(&waiting, STATUS_RANGE_NOT_LOCKED);
        }
    }
}

/// FltFreeFileLock.
pub fn free(place: usize) {
    uninitialize(place);
    pool::free(place as *mut c_void, TAG);
}

/// The lock at an address. A FILE_LOCK of zeros is one that is initialised.
fn at(place: usize) -> Arc<FileLock> {
    Arc::clone(KNOWN.lock().entry(place).or_default())
}

/// The process, file object and key that an operation's locks belong to.
fn owner(operation: &Operation, key: u32) -> LockOwner {
    LockOwner {
        file: operation.iopb().TargetFileObject as usize,
        process: operation.requestor().process_id as usize,
        key,
    }
}

/// FltProcessFileLock.
pub fn process(
    place: usize,
    operation: &'static Operation,
    context: usize,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (lock, iopb) = (at(place), operation.iopb());
    let control = parameters::lock_control(&iopb);
    let owner = owner(operation, control.Key);
    let unlock_all = |key| {
        let mut state = lock.state.lock();
        state.locks.unlock_all(owner.file, owner.process, key)
    };
    let gone = match (iopb.MajorFunction, iopb.MinorFunction) {
        (IRP_MJ_LOCK_CONTROL, IRP_MN_LOCK) => return lock.take(place, operation, owner, context),
        (IRP_MJ_LOCK_CONTROL, IRP_MN_UNLOCK_SINGLE) => {
            let one =
                range(&control).and_then(|range| lock.state.lock().locks.unlock(range, owner));
            one.map(|one| vec![one])
        }
        (IRP_MJ_LOCK_CONTROL, IRP_MN_UNLOCK_ALL) => Ok(unlock_all(None)),
        (IRP_MJ_LOCK_CONTROL, IRP_MN_UNLOCK_ALL_BY_KEY) => Ok(unlock_all(Some(control.Key))),
        _ => Err(STATUS_INVALID_DEVICE_REQUEST),
    };
    if let Ok(gone) = &gone {
        lock.unlocked(place, gone, context);
    }
    lock.end(operation, gone.err().unwrap_or(STATUS_SUCCESS), context);
    FLT_PREOP_COMPLETE
}

/// FltCheckLockForReadAccess, FltCheckLockForWriteAccess — whether the locks let an operation have its bytes.
pub fn allows(place: usize, operation: &Operation, write: bool) -> bool {
    let iopb = operation.iopb();
    let (offset, length, key) = if iopb.MajorFunction == IRP_MJ_WRITE {
        let write = parameters::write(&iopb);
        (write.ByteOffset, write.Length, write.Key)
    } else {
        let read = parameters::read(&iopb);
        (read.ByteOffset, read.Length, read.Key)
    };
    let range = Range::new(parameters::quad(offset).cast_unsigned(), length.into());
    let lock = at(place);
    let state = lock.state.lock();
    length == 0 || state.locks.allows(range, owner(operation, key), write)
}

impl FileLock {
    /// Grants a lock, refuses it, or keeps the operation until the range is free.
    fn take(
        self: &Arc<Self>,
        place: usize,
        operation: &'static Operation,
        owner: LockOwner,
        context: usize,
    ) -> FLT_PREOP_CALLBACK_STATUS {
        let control = parameters::lock_control(&operation.iopb());
        let exclusive = control.ExclusiveLock != 0;
        let range = match range(&control) {
            Ok(range) => range,
            Err(status) => return self.end_now(operation, status, context),
        };
        let mut state = self.state.lock();
        if state.locks.lock(range, owner, exclusive) {
            drop(state);
            mark_questionable(place, true);
            return self.granted(
                operation,
                Lock {
                    range,
                    owner,
                    exclusive,
                },
                context,
            );
        }
        if control.FailImmediately != 0 {
            drop(state);
            return self.end_now(operation, STATUS_LOCK_NOT_GRANTED, context);
        }
        if operation.request() != Request::Irp {
            return FLT_PREOP_DISALLOW_FASTIO;
        }
        let data = operation.pointer() as usize;
        let weak = Arc::downgrade(self);
        let cancelled = move |_: &'static Operation| {
            if let Some(lock) = weak.upgrade() {
                lock.cancelled(data);
            }
        };
        if operation.set_cancel_routine(Box::new(cancelled)).is_err() {
            drop(state);
            return self.end_now(operation, STATUS_CANCELLED, context);
        }
        let wanted = Lock {
            range,
            owner,
            exclusive,
        };
        state.waiting.push(Waiting {
            data,
            wanted,
            context,
        });
        FLT_PREOP_PENDING
    }

    /// The lock is there; a completion routine may still give it back.
    fn granted(
        &self,
        operation: &'static Operation,
        lock: Lock,
        context: usize,
    ) -> FLT_PREOP_CALLBACK_STATUS {
        let status = self.end(operation, STATUS_SUCCESS, context);
        if status < 0 {
            let _ = self.state.lock().locks.unlock(lock.range, lock.owner);
        }
        FLT_PREOP_COMPLETE
    }

    fn end_now(
        &self,
        operation: &'static Operation,
        status: NTSTATUS,
        context: usize,
    ) -> FLT_PREOP_CALLBACK_STATUS {
        self.end(operation, status, context);
        FLT_PREOP_COMPLETE
    }

    /// The operation has ended with `status`: its completion routine is told, unless it is fast I/O. Gives what that says.
    fn end(&self, operation: &'static Operation, status: NTSTATUS, context: usize) -> NTSTATUS {
        operation.set_status(pre_status_block(status, 0));
        let told = self
            .routines
            .complete
            .filter(|_| operation.request() == Request::Irp);
        let Some(routine) = told else { return status };
        let site = Site {
            name: "lock completion routine",
            code: routine as usize,
        };
        thread::call_driver(site, thread::current().irql(), || {
            // SAFETY: the driver gave this code for this operation, whose data are good until it completes.
            unsafe { routine(context as *mut c_void, operation.pointer()) }
        })
    }

    /// An operation that has waited ends.
    fn end_waiting(&self, waiting: &Waiting, status: NTSTATUS) {
        let data = waiting.data as PFLT_CALLBACK_DATA;
        let Some(operation) = find(data) else { return };
        operation.clear_cancel_routine();
        if status == STATUS_SUCCESS {
            self.granted(operation, waiting.wanted, waiting.context);
        } else {
            self.end(operation, status, waiting.context);
        }
        complete_pre(data, FLT_PREOP_COMPLETE, 0);
    }

    fn cancelled(&self, data: usize) {
        let mut state = self.state.lock();
        let found = state
            .waiting
            .iter()
            .position(|waiting| waiting.data == data);
        let waiting = found.map(|at| state.waiting.remove(at));
        drop(state);
        if let Some(waiting) = waiting {
            self.end_waiting(&waiting, STATUS_CANCELLED);
        }
    }

    /// Ranges are free: the driver is told, and who waited for them gets them, in the order in which they came.
    fn unlocked(&self, place: usize, gone: &[Lock], context: usize) {
        for lock in gone {
            self.tell_unlocked(lock, context);
        }
        let mut state = self.state.lock();
        let State { locks, waiting } = &mut *state;
        let granted = |waiting: &mut Waiting| {
            let wanted = waiting.wanted;
            locks.lock(wanted.range, wanted.owner, wanted.exclusive)
        };
        let granted: Vec<Waiting> = waiting.extract_if(.., granted).collect();
        let empty = state.locks.is_empty();
        drop(state);
        mark_questionable(place, !empty);
        for waiting in &granted {
            self.end_waiting(waiting, STATUS_SUCCESS);
        }
    }

    fn tell_unlocked(&self, lock: &Lock, context: usize) {
        let Some(routine) = self.routines.unlock else {
            return;
        };
        let mut info = information(lock);
        let site = Site {
            name: "unlock routine",
            code: routine as usize,
        };
        thread::call_driver(site, thread::current().irql(), || {
            // SAFETY: the driver gave this code for ranges that are unlocked; the structure outlives the call.
            unsafe { routine(context as *mut c_void, &raw mut info) }
        });
    }
}

fn quad(value: u64) -> LARGE_INTEGER {
    LARGE_INTEGER {
        QuadPart: value.cast_signed(),
    }
}

fn information(lock: &Lock) -> FILE_LOCK_INFO {
    let (offset, length) = (lock.range.offset(), lock.range.length());
    FILE_LOCK_INFO {
        StartingByte: quad(offset),
        Length: quad(length),
        ExclusiveLock: lock.exclusive.into(),
        Key: lock.owner.key,
        FileObject: lock.owner.file as PFILE_OBJECT,
        ProcessId: lock.owner.process as PVOID,
        EndingByte: quad(offset.wrapping_add(length).wrapping_sub(1)),
    }
}

/// FILE_LOCK.FastIoIsQuestionable — set while there are locks that fast I/O has to ask for.
fn mark_questionable(place: usize, questionable: bool) {
    let at = place + offset_of!(FILE_LOCK, FastIoIsQuestionable);
    // SAFETY: the driver passes its own FILE_LOCK, whose members it changes by these functions alone.
    unsafe { std::ptr::write_volatile(at as *mut BOOLEAN, questionable.into()) };
}
