#![allow(unsafe_code)] // counts references by hand

//! [`ContextRef`] and [`ContextBorrow`]: ways to hold a context.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;

use super::{ContextKind, HasContext, Settable};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::parked::AnyThread;
use crate::pool::{NonPaged, Paged, PoolKind};

/// `FltReferenceContext` — owns one reference to a context.
///
/// # Drop
/// `FltReleaseContext`: IRQL ≤ DISPATCH_LEVEL for nonpaged contexts, which are `Send`; IRQL ≤ APC_LEVEL for paged ones, which are
/// not (see [`Parked`](crate::parked::Parked)). If it was the last, the payload dies at once at IRQL ≤ APC_LEVEL, else in a worker.
///
/// # Invariants
/// `payload` points to an initialised context of filter `F` and kind `K`, on which one reference is owned.
#[must_use = "dropping the reference releases the context"]
pub struct ContextRef<F: HasContext<K>, K: ContextKind> {
    payload: NonNull<F::Payload>,
    _kind: PhantomData<(fn() -> F, K)>,
}

// SAFETY: a nonpaged context may be released on any thread at IRQL ≤ DISPATCH_LEVEL, its payload is `Send + Sync`.
unsafe impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> Send for ContextRef<F, K> {}
// SAFETY: a shared reference gives out `&Payload` only, and that is `Sync`.
unsafe impl<F: HasContext<K>, K: ContextKind> Sync for ContextRef<F, K> {}
// SAFETY: a paged context is bound to a level only.
unsafe impl<F: HasContext<K, Pool = Paged>, K: ContextKind> AnyThread for ContextRef<F, K> {}

impl<F: HasContext<K>, K: ContextKind> ContextRef<F, K> {
    /// # Safety
    /// `payload` is a context of `F` and `K`, and the caller hands one reference over.
    pub(crate) const unsafe fn from_raw(payload: NonNull<F::Payload>) -> Self {
        Self {
            payload,
            _kind: PhantomData,
        }
    }

    pub(super) const fn as_raw(&self) -> NonNull<F::Payload> {
        self.payload
    }

    pub(crate) fn into_raw(self) -> NonNull<F::Payload> {
        ManuallyDrop::new(self).payload
    }

    /// A borrow of the context, for what takes one. Any IRQL.
    pub const fn borrow(&self) -> ContextBorrow<'_, F, K> {
        ContextBorrow {
            payload: self.payload,
            _reference: PhantomData,
        }
    }

    /// `FltReferenceContext` — one more reference. IRQL ≤ DISPATCH_LEVEL for nonpaged, ≤ APC_LEVEL for paged contexts: where the
    /// new reference may be dropped.
    pub fn duplicate(
        &self,
        irql: &Irql<'_, impl AtMost<<F::Pool as PoolKind>::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Self {
        self.borrow().to_ref(irql)
    }
}

impl<F: HasContext<K>, K: Settable> ContextRef<F, K> {
    /// `FltDeleteContext` — takes the context off its object; it dies with its last reference. IRQL ≤ APC_LEVEL.
    ///
    /// Rarely needed: a context goes with its object, its instance or its filter.
    pub fn detach(&self, irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>) {
        // SAFETY: a reference is owned (type invariant), and only contexts that were set become a `ContextRef`.
        unsafe { ddi::FltDeleteContext(irql, self.payload.as_ptr().cast()) };
    }
}

impl<F: HasContext<K, Pool = Paged>, K: ContextKind> ContextRef<F, K> {
    /// Reads the payload. IRQL ≤ APC_LEVEL; `f` is `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&F::Payload) -> R + Send,
    ) -> R {
        self.borrow().with(irql, f)
    }
}

impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> Deref for ContextRef<F, K> {
    type Target = F::Payload;

    fn deref(&self) -> &F::Payload {
        // SAFETY: the payload is initialised, nonpaged, and a reference is owned (type invariant).
        unsafe { self.payload.as_ref() }
    }
}

impl<F: HasContext<K>, K: ContextKind> Drop for ContextRef<F, K> {
    fn drop(&mut self) {
        // SAFETY: a nonpaged reference is `Send`, hence dies at IRQL ≤ DISPATCH_LEVEL; a paged one is not and was got at
        // IRQL ≤ APC_LEVEL, as `MaxIrql` of its pool says in both cases.
        let irql = unsafe { ddi::at_drop::<<F::Pool as PoolKind>::MaxIrql>() };
        // SAFETY: one reference is owned (type invariant) and goes here.
        unsafe { <F::Pool as PoolKind>::release_context(self.payload.as_ptr().cast(), &irql) };
    }
}

/// A context that somebody else holds a reference to for as long as `'a`.
///
/// # Invariants
/// `payload` points to an initialised context of filter `F` and kind `K` that lives for `'a`.
pub struct ContextBorrow<'a, F: HasContext<K>, K: ContextKind> {
    payload: NonNull<F::Payload>,
    _reference: PhantomData<&'a F::Payload>,
}

// SAFETY: the borrow gives out `&Payload` only, and the payload is `Sync`. It owns nothing, so it may be dropped anywhere; a
// paged payload is reached with evidence of the level only.
unsafe impl<F: HasContext<K>, K: ContextKind> Send for ContextBorrow<'_, F, K> {}
// SAFETY: as above.
unsafe impl<F: HasContext<K>, K: ContextKind> Sync for ContextBorrow<'_, F, K> {}

impl<F: HasContext<K>, K: ContextKind> Clone for ContextBorrow<'_, F, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: HasContext<K>, K: ContextKind> Copy for ContextBorrow<'_, F, K> {}

impl<F: HasContext<K>, K: ContextKind> ContextBorrow<'_, F, K> {
    /// # Safety
    /// `payload` is a context of `F` and `K` that lives for the lifetime of the borrow.
    pub(super) const unsafe fn from_raw(payload: NonNull<F::Payload>) -> Self {
        Self {
            payload,
            _reference: PhantomData,
        }
    }

    /// `FltReferenceContext` — a reference of its own, which may outlive the borrow. IRQL ≤ DISPATCH_LEVEL for nonpaged,
    /// ≤ APC_LEVEL for paged contexts: where the new reference may be dropped.
    pub fn to_ref(
        self,
        irql: &Irql<'_, impl AtMost<<F::Pool as PoolKind>::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> ContextRef<F, K> {
        // SAFETY: the context lives (type invariant).
        unsafe {
            ddi::FltReferenceContext(
                irql.weaken::<<F::Pool as PoolKind>::MaxIrql>(),
                self.payload.as_ptr().cast(),
            )
        };
        // SAFETY: the reference taken just now is handed over.
        unsafe { ContextRef::from_raw(self.payload) }
    }
}

impl<F: HasContext<K, Pool = Paged>, K: ContextKind> ContextBorrow<'_, F, K> {
    /// Reads the payload. IRQL ≤ APC_LEVEL; `f` is `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&F::Payload) -> R + Send,
    ) -> R {
        // SAFETY: the payload is initialised and lives (type invariant); paging works at this level.
        f(unsafe { self.payload.as_ref() })
    }
}

impl<F: HasContext<K, Pool = NonPaged>, K: ContextKind> Deref for ContextBorrow<'_, F, K> {
    type Target = F::Payload;

    fn deref(&self) -> &F::Payload {
        // SAFETY: the payload is initialised, nonpaged, and lives (type invariant).
        unsafe { self.payload.as_ref() }
    }
}
