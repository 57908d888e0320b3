//! FltAcquireResource*, FltAcquirePushLock* — locks with the critical region taken care of.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use crate::export;
use crate::model::resource::{self, Mode};
use crate::model::{push_lock, thread};

fn acquire_push_lock(lock: usize, exclusive: bool) {
    thread::current().enter_critical_region();
    push_lock::acquire(lock, exclusive);
}

fn release_push_lock(lock: usize) {
    push_lock::release(lock, None);
    thread::current().leave_critical_region();
}

export! { Dll::FltMgr;
    /// `FltAcquireResourceExclusive` — enters a critical region and takes the resource alone.
    fn FltAcquireResourceExclusive(resource: usize) {
        thread::current().enter_critical_region();
        resource::acquire(resource, Mode::Exclusive, true);
    }
    /// `FltAcquireResourceShared` — enters a critical region and takes the resource with others.
    fn FltAcquireResourceShared(resource: usize) {
        thread::current().enter_critical_region();
        resource::acquire(resource, Mode::Shared, true);
    }
    /// `FltReleaseResource` — gives the resource back and leaves the critical region.
    fn FltReleaseResource(resource: usize) {
        resource::release(resource);
        thread::current().leave_critical_region();
    }
    /// `FltInitializePushLock` — makes the push lock usable.
    fn FltInitializePushLock(lock: usize) {
        push_lock::initialize(lock);
    }
    /// `FltDeletePushLock` — ends the life of a push lock; it has nothing to free.
    fn FltDeletePushLock(_lock: usize) {}
    /// `FltAcquirePushLockExclusive` — enters a critical region and takes the push lock alone.
    fn FltAcquirePushLockExclusive(lock: usize) {
        acquire_push_lock(lock, true);
    }
    /// `FltAcquirePushLockShared` — enters a critical region and takes the push lock with others.
    fn FltAcquirePushLockShared(lock: usize) {
        acquire_push_lock(lock, false);
    }
    /// `FltReleasePushLock` — gives the push lock back and leaves the critical region.
    fn FltReleasePushLock(lock: usize) {
        release_push_lock(lock);
    }
    /// `FltAcquirePushLockExclusiveEx` — the same, with flags.
    fn FltAcquirePushLockExclusiveEx(lock: usize, flags: u32) {
        push_lock::check_flags(lock, flags);
        acquire_push_lock(lock, true);
    }
    /// `FltAcquirePushLockSharedEx` — the same, with flags.
    fn FltAcquirePushLockSharedEx(lock: usize, flags: u32) {
        push_lock::check_flags(lock, flags);
        acquire_push_lock(lock, false);
    }
    /// `FltReleasePushLockEx` — the same, with flags.
    fn FltReleasePushLockEx(lock: usize, flags: u32) {
        push_lock::check_flags(lock, flags);
        release_push_lock(lock);
    }
}
