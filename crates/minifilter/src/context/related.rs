#![allow(unsafe_code)] // FltGetContextsEx fills untyped slots

//! [`RelatedContexts`]: the contexts of one operation, fetched with one call.

use core::marker::PhantomData;
use core::ptr::NonNull;

use minifilter_sys::{FLT_CONTEXT_TYPE, FLT_RELATED_CONTEXTS_EX, SIZE_T};

use super::{ContextBorrow, HasContext, UsableOn};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, GuardOfThisLevel, Irql, WaitState};
use crate::objects::RelatedObjects;
use crate::status::{Result, Status};

/// A tuple of context kinds, such as `(Instance, Stream)`, that filter `F` keeps and that exist in state `S`.
pub trait ContextSet<F, S> {
    /// The bits of the kinds.
    #[doc(hidden)]
    const FLAGS: FLT_CONTEXT_TYPE;
    /// One `Option<ContextBorrow>` a kind, in the order of the tuple.
    type Borrows<'a>
    where
        F: 'a;
    /// # Safety
    /// The slots hold null or contexts of `F` that live for `'a`.
    #[doc(hidden)]
    unsafe fn borrows<'a>(contexts: &'a FLT_RELATED_CONTEXTS_EX) -> Self::Borrows<'a>
    where
        F: 'a;
}

macro_rules! context_sets {
    ($(($($kind:ident),+))+) => {$(
        impl<F, S, $($kind),+> ContextSet<F, S> for ($($kind,)+)
        where
            $($kind: UsableOn<S>, F: HasContext<$kind>,)+
        {
            const FLAGS: FLT_CONTEXT_TYPE = $($kind::FLAG)|+;

            type Borrows<'a> = ($(Option<ContextBorrow<'a, F, $kind>>,)+) where F: 'a;

            unsafe fn borrows<'a>(contexts: &'a FLT_RELATED_CONTEXTS_EX) -> Self::Borrows<'a>
            where
                F: 'a,
            {
                ($(NonNull::new($kind::slot(contexts)).map(|context| {
                    // SAFETY: the slot of this kind holds a context of `F` that lives for `'a`, as the caller says.
                    unsafe { ContextBorrow::from_raw(context.cast()) }
                }),)+)
            }
        }
    )+};
}

context_sets! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
}

/// `FltGetContextsEx` — the contexts of one operation that exist, each referenced: they outlive the operation.
///
/// # Drop
/// One `FltReleaseContextsEx` for all of them, at IRQL ≤ APC_LEVEL: the guard is not `Send`.
///
/// # Invariants
/// `contexts` is as `FltGetContextsEx` filled it, and owns a reference to every context in it.
#[must_use = "dropping the guard releases the contexts"]
pub struct RelatedContexts<F, S, Set: ContextSet<F, S>> {
    contexts: FLT_RELATED_CONTEXTS_EX,
    _objects: PhantomData<fn() -> (F, S)>,
    _set: PhantomData<(*mut GuardOfThisLevel, fn() -> Set)>,
}

// SAFETY: a shared guard gives out borrows only, which are `Sync` themselves.
unsafe impl<F, S, Set: ContextSet<F, S>> Sync for RelatedContexts<F, S, Set> {}

const SIZE: SIZE_T = size_of::<FLT_RELATED_CONTEXTS_EX>() as SIZE_T;

impl<F, S> RelatedObjects<'_, F, S> {
    /// `FltGetContextsEx` — fetches the contexts of the kinds in `Set` with one call. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// What FltMgr reports; a context that does not exist is no error but `None`.
    pub fn contexts<Set: ContextSet<F, S>>(
        &self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<RelatedContexts<F, S, Set>> {
        // SAFETY: all null is a value of every field of the plain C structure.
        let mut contexts = unsafe { core::mem::zeroed::<FLT_RELATED_CONTEXTS_EX>() };
        // SAFETY: FltMgr's objects live for the callback, and `contexts` has the size that is passed.
        let status =
            unsafe { ddi::FltGetContextsEx(irql, self.raw(), Set::FLAGS, SIZE, &raw mut contexts) };
        Status::from_raw(status).ok()?;
        Ok(RelatedContexts {
            contexts,
            _objects: PhantomData,
            _set: PhantomData,
        })
    }
}

impl<F, S, Set: ContextSet<F, S>> RelatedContexts<F, S, Set> {
    /// The contexts, in the order of the set; `None` where there is none. Any IRQL.
    pub fn get(&self) -> Set::Borrows<'_> {
        // SAFETY: every slot is null or a referenced context of this filter (type invariant).
        unsafe { Set::borrows(&self.contexts) }
    }
}

impl<F, S, Set: ContextSet<F, S>> Drop for RelatedContexts<F, S, Set> {
    fn drop(&mut self) {
        // SAFETY: the guard is not `Send` and was made at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: the structure is as FltGetContextsEx filled it, of this size, and its references are owned.
        unsafe { ddi::FltReleaseContextsEx(&irql, SIZE, &raw mut self.contexts) };
    }
}
