//! Levels and waits.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use minifilter_sys::*;

/// Runs `body` at `level`, which is not below the thread's own.
///
/// # Safety
/// As `body`, called at `level`.
pub unsafe fn at_level<R>(level: KIRQL, body: impl FnOnce() -> R) -> R {
    let old = KfRaiseIrql(level);
    let result = body();
    #[cfg(target_arch = "x86_64")]
    KeLowerIrql(old);
    #[cfg(target_arch = "aarch64")]
    KfLowerIrql(old);
    result
}

/// `KeWaitForSingleObject` — waits for an event for ever.
///
/// # Safety
/// The event is initialised; the thread may wait.
pub unsafe fn wait(event: PRKEVENT) {
    KeWaitForSingleObject(event.cast(), Executive, KernelMode as _, 0, null_mut());
}

/// A panic handler has to stop somehow; none of these drivers panics.
#[cfg(not(test))]
pub fn stop() -> ! {
    // SAFETY: callable at any level with any code.
    unsafe { KeBugCheck(0x464C_5459) }
}
