//! ExXxxFastMutex, KeXxxGuardedMutex — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::FAST_MUTEX;

use crate::export;
use crate::model::fast_mutex::{self, Form};

type Mutex = *mut FAST_MUTEX;

export! { Dll::Ntoskrnl;
    /// `ExAcquireFastMutex`
    fn ExAcquireFastMutex(mutex: Mutex) { fast_mutex::acquire(mutex as usize, Form::Fast) }
    /// `ExTryToAcquireFastMutex`
    fn ExTryToAcquireFastMutex(mutex: Mutex) -> u8 { u8::from(fast_mutex::try_acquire(mutex as usize, Form::Fast)) }
    /// `ExReleaseFastMutex`
    fn ExReleaseFastMutex(mutex: Mutex) { fast_mutex::release(mutex as usize, Form::Fast) }
    /// `ExAcquireFastMutexUnsafe`
    fn ExAcquireFastMutexUnsafe(mutex: Mutex) { fast_mutex::acquire(mutex as usize, Form::Unsafe) }
    /// `ExReleaseFastMutexUnsafe`
    fn ExReleaseFastMutexUnsafe(mutex: Mutex) { fast_mutex::release(mutex as usize, Form::Unsafe) }
    /// `KeInitializeGuardedMutex`
    fn KeInitializeGuardedMutex(mutex: Mutex) { fast_mutex::initialize(mutex as usize) }
    /// `KeAcquireGuardedMutex`
    fn KeAcquireGuardedMutex(mutex: Mutex) { fast_mutex::acquire(mutex as usize, Form::Guarded) }
    /// `KeTryToAcquireGuardedMutex`
    fn KeTryToAcquireGuardedMutex(mutex: Mutex) -> u8 {
        u8::from(fast_mutex::try_acquire(mutex as usize, Form::Guarded))
    }
    /// `KeReleaseGuardedMutex`
    fn KeReleaseGuardedMutex(mutex: Mutex) { fast_mutex::release(mutex as usize, Form::Guarded) }
    /// `KeAcquireGuardedMutexUnsafe`
    fn KeAcquireGuardedMutexUnsafe(mutex: Mutex) { fast_mutex::acquire(mutex as usize, Form::Unsafe) }
    /// `KeReleaseGuardedMutexUnsafe`
    fn KeReleaseGuardedMutexUnsafe(mutex: Mutex) { fast_mutex::release(mutex as usize, Form::Unsafe) }
}
