//! ExXxxPushLockXxx — shims; the Flt forms are in `flt_lock`.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::EX_PUSH_LOCK;

use crate::export;
use crate::model::push_lock;
use crate::verify;

type PushLock = *mut EX_PUSH_LOCK;

/// EX_PUSH_LOCK flags: bit 0 disables boosting, bit 1 is internal; anything else is bug check 0x152.
fn check_flags(lock: PushLock, flags: u32) {
    if flags & !3 != 0 {
        let detail = format!("push lock {lock:p} with flags {flags:#x}");
        verify::bugcheck(0x152, [u64::from(flags), lock as u64, 0, 0], detail);
    }
}

export! { Dll::Ntoskrnl;
    /// `ExInitializePushLock`
    fn ExInitializePushLock(lock: PushLock) { push_lock::initialize(lock as usize) }
    /// `ExAcquirePushLockExclusiveEx`
    fn ExAcquirePushLockExclusiveEx(lock: PushLock, flags: u32) {
        check_flags(lock, flags);
        push_lock::acquire(lock as usize, true);
    }
    /// `ExAcquirePushLockSharedEx`
    fn ExAcquirePushLockSharedEx(lock: PushLock, flags: u32) {
        check_flags(lock, flags);
        push_lock::acquire(lock as usize, false);
    }
    /// `ExReleasePushLockExclusiveEx`
    fn ExReleasePushLockExclusiveEx(lock: PushLock, flags: u32) {
        check_flags(lock, flags);
        push_lock::release(lock as usize, Some(true));
    }
    /// `ExReleasePushLockSharedEx`
    fn ExReleasePushLockSharedEx(lock: PushLock, flags: u32) {
        check_flags(lock, flags);
        push_lock::release(lock as usize, Some(false));
    }
    /// `ExReleasePushLockEx`
    fn ExReleasePushLockEx(lock: PushLock, flags: u32) {
        check_flags(lock, flags);
        push_lock::release(lock as usize, None);
    }
}
