#![allow(unsafe_code)] // owned values through FltMgr's untyped pointer

//! [`CompletionContext`]: what goes from the pre-operation to the post-operation callback.

use core::ffi::c_void;
use core::ptr::{self, NonNull};

use crate::context::{ContextKind, ContextRef, HasContext, NewContext};
use crate::pool::{Box, NonPaged};

/// A value that fits in one pointer, owned, and may be dropped at any level up to DISPATCH_LEVEL on any thread.
///
/// `()`, a nonpaged box, a reference to a nonpaged context, or a new nonpaged context that waits for its object to open.
///
/// # Safety
/// `from_raw(into_raw(x))` is `x`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a completion context",
    note = "put it into a nonpaged `pool::Box`; what is bound to a thread or to a level below DISPATCH_LEVEL must not travel"
)]
pub unsafe trait CompletionContext: Send + 'static {
    /// Gives the value away as a pointer.
    #[doc(hidden)]
    fn into_raw(self) -> *mut c_void;
    /// Takes it back.
    ///
    /// # Safety
    /// `raw` came from `into_raw` of the same type and is taken back once.
    #[doc(hidden)]
    unsafe fn from_raw(raw: *mut c_void) -> Self;
}

// SAFETY: there is nothing to carry.
unsafe impl CompletionContext for () {
    fn into_raw(self) -> *mut c_void {
        ptr::null_mut()
    }

    unsafe fn from_raw(_raw: *mut c_void) -> Self {}
}

// SAFETY: the box is given away and taken back whole.
unsafe impl<T: Send + 'static> CompletionContext for Box<T, NonPaged> {
    fn into_raw(self) -> *mut c_void {
        Self::into_raw(self)
    }

    unsafe fn from_raw(raw: *mut c_void) -> Self {
        // SAFETY: the caller keeps the contract of the trait.
        unsafe { Self::from_raw(raw) }
    }
}

// SAFETY: the reference is given away and taken back whole.
unsafe impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> CompletionContext
    for ContextRef<F, K>
{
    fn into_raw(self) -> *mut c_void {
        self.into_raw().as_ptr().cast()
    }

    unsafe fn from_raw(raw: *mut c_void) -> Self {
        // SAFETY: `into_raw` gave out a non-null pointer.
        let payload = unsafe { NonNull::new_unchecked(raw.cast()) };
        // SAFETY: the reference is handed over once, as the caller says.
        unsafe { Self::from_raw(payload) }
    }
}

// SAFETY: the new context is given away and taken back whole.
unsafe impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> CompletionContext
    for NewContext<F, K>
{
    fn into_raw(self) -> *mut c_void {
        self.into_raw().as_ptr().cast()
    }

    unsafe fn from_raw(raw: *mut c_void) -> Self {
        // SAFETY: `into_raw` gave out a non-null pointer.
        let payload = unsafe { NonNull::new_unchecked(raw.cast()) };
        // SAFETY: the context is handed over once, as the caller says.
        unsafe { Self::from_raw(payload) }
    }
}

/// A completion context whose pointer is never null, so that null can stand for none.
///
/// # Safety
/// `into_raw` never returns null.
unsafe trait NeverNull: CompletionContext {}

// SAFETY: a box points to its block.
unsafe impl<T: Send + 'static> NeverNull for Box<T, NonPaged> {}
// SAFETY: a reference points to its payload.
unsafe impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> NeverNull for ContextRef<F, K> {}
// SAFETY: a new context points to its payload.
unsafe impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> NeverNull for NewContext<F, K> {}

#[allow(
    private_bounds,
    reason = "which types are never null is the library's own knowledge"
)]
// SAFETY: null stands for none and for nothing else.
unsafe impl<T: NeverNull> CompletionContext for Option<T> {
    fn into_raw(self) -> *mut c_void {
        self.map_or(ptr::null_mut(), CompletionContext::into_raw)
    }

    unsafe fn from_raw(raw: *mut c_void) -> Self {
        if raw.is_null() {
            return None;
        }
        // SAFETY: a pointer that is not null came from the value's own `into_raw`.
        Some(unsafe { T::from_raw(raw) })
    }
}
