//! ExXxxPushLockXxx — shims; the Flt forms are in `flt_lock`.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::EX_PUSH_LOCK;

use crate::export;
use crate::model::push_lock;

type PushLock = *mut EX_PUSH_LOCK;

export! { Dll::Ntoskrnl;
    /// `ExInitializePushLock`
    fn ExInitializePushLock(lock: PushLock) { push_lock::initialize(lock as usize) }
    /// `ExAcquirePushLockExclusiveEx`
    fn ExAcquirePushLockExclusiveEx(lock: PushLock, flags: u32) {
        push_lock::check_flags(lock as usize, flags);
        push_lock::acquire(lock as usize, true);
    }
    /// `ExAcquirePushLockSharedEx`
    fn ExAcquirePushLockSharedEx(lock: PushLock, flags: u32) {
        push_lock::check_flags(lock as usize, flags);
        push_lock::acquire(lock as usize, false);
    }
    /// `ExReleasePushLockExclusiveEx`
    fn ExReleasePushLockExclusiveEx(lock: PushLock, flags: u32) {
        push_lock::check_flags(lock as usize, flags);
        push_lock::release(lock as usize, Some(true));
    }
    /// `ExReleasePushLockSharedEx`
    fn ExReleasePushLockSharedEx(lock: PushLock, flags: u32) {
        push_lock::check_flags(lock as usize, flags);
        push_lock::release(lock as usize, Some(false));
    }
    /// `ExReleasePushLockEx`
    fn ExReleasePushLockEx(lock: PushLock, flags: u32) {
        push_lock::check_flags(lock as usize, flags);
        push_lock::release(lock as usize, None);
    }
}
