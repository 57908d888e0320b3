#![allow(unsafe_code)] // a static that is initialised at load and dropped at unload

//! [`FilterCell`]: where the one value of a filter lives.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use minifilter_sys::{_FLT_FILTER, PFLT_FILTER};

/// The place of a filter's handle and state, in the driver's image: nonpaged, and never moved.
///
/// # Invariants
/// `state` is initialised while `loaded` is set. Only [`entry`](super::entry) changes either, before filtering starts and
/// after it has ended, when no callback can run.
pub struct FilterCell<F> {
    handle: AtomicPtr<_FLT_FILTER>,
    loaded: AtomicBool,
    state: UnsafeCell<MaybeUninit<F>>,
}

// SAFETY: callbacks on any thread get `&F` (`Sync`); the thread that unloads drops what another loaded (`Send`).
unsafe impl<F: Send + Sync> Sync for FilterCell<F> {}

/// A filter with a place of its own in the image, made by [`install!`](crate::install) and [`driver!`](crate::driver).
///
/// # Safety
/// `cell` returns the same static each time, which no other type uses.
pub unsafe trait Installed: Sized + 'static {
    #[doc(hidden)]
    fn cell() -> &'static FilterCell<Self>;
}

impl<F> FilterCell<F> {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self {
            handle: AtomicPtr::new(ptr::null_mut()),
            loaded: AtomicBool::new(false),
            state: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    /// The registered filter.
    pub(crate) fn handle(&self) -> Option<PFLT_FILTER> {
        let handle = self.handle.load(Ordering::Acquire);
        (!handle.is_null()).then_some(handle)
    }

    pub(super) fn set_handle(&self, handle: PFLT_FILTER) {
        self.handle.store(handle, Ordering::Release);
    }

    /// The filter's state, while it is loaded.
    pub(crate) fn get(&self) -> Option<&F> {
        if !self.loaded.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: initialised while `loaded` is set, and not changed while callbacks run (type invariant).
        let place = unsafe { &*self.state.get() };
        // SAFETY: as above.
        Some(unsafe { place.assume_init_ref() })
    }

    /// # Safety
    /// Nothing is loaded, and no callback runs.
    pub(super) unsafe fn fill(&self, state: F) {
        // SAFETY: nobody else looks at the state, as the caller says.
        let place = unsafe { &mut *self.state.get() };
        place.write(state);
        self.loaded.store(true, Ordering::Release);
    }

    /// # Safety
    /// No callback runs, nor will any.
    pub(super) unsafe fn empty(&self) {
        if !self.loaded.swap(false, Ordering::AcqRel) {
            return;
        }
        // SAFETY: nobody else looks at the state, as the caller says.
        let place = unsafe { &mut *self.state.get() };
        // SAFETY: it was loaded until just now, so it is initialised; it is dropped once.
        unsafe { place.assume_init_drop() };
    }
}
