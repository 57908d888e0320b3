//! Kernel objects in the driver's image, as C has them: locks, events, run-down blocks.
#![allow(unsafe_code)] // shares memory that only the kernel's functions look into

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};

/// Memory of one kernel object, zero at first.
pub struct Global<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: only its address is given out; whoever uses that is raw on purpose.
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    /// Zero.
    pub const fn zeroed() -> Self {
        Self(UnsafeCell::new(MaybeUninit::zeroed()))
    }

    /// Where it is.
    pub const fn at(&self) -> *mut T {
        self.0.get().cast()
    }
}

/// True for the first caller only: a fault that happens once is told apart from its consequences.
pub fn first() -> bool {
    static ASKED: AtomicBool = AtomicBool::new(false);
    !ASKED.swap(true, Ordering::AcqRel)
}
