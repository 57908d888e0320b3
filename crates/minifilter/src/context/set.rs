#![allow(unsafe_code)] // FltSet*Context

//! Attaching a context to its object.

use core::ptr::{self, NonNull};

use minifilter_sys::{
    FLT_SET_CONTEXT_KEEP_IF_EXISTS, FLT_SET_CONTEXT_OPERATION, FLT_SET_CONTEXT_REPLACE_IF_EXISTS,
    PFLT_CONTEXT,
};

use super::{ContextKind, ContextRef, HasContext, NewContext, Settable, UsableOn};
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::objects::RelatedObjects;
use crate::status::{Result, Status};

/// What became of a context that was set.
#[must_use = "the reference tells which context is on the object now"]
pub enum SetOutcome<F: HasContext<K>, K: ContextKind> {
    /// The object had none: it has the new one now.
    Kept(ContextRef<F, K>),
    /// The new one took the place of an older one.
    Replaced {
        /// What is on the object now.
        new: ContextRef<F, K>,
        /// What was there before.
        old: ContextRef<F, K>,
    },
    /// The object had one and keeps it; the new one was released.
    AlreadyDefined(ContextRef<F, K>),
}

impl<F: HasContext<K>, K: ContextKind> SetOutcome<F, K> {
    /// The context that is on the object now.
    pub fn current(self) -> ContextRef<F, K> {
        match self {
            Self::Kept(current)
            | Self::AlreadyDefined(current)
            | Self::Replaced { new: current, .. } => current,
        }
    }
}

impl<F, S> RelatedObjects<'_, F, S> {
    /// `FltSet…Context`, keep if exists — attaches `new` unless the object has a context of this kind. IRQL ≤ APC_LEVEL.
    ///
    /// The allocate reference is released or handed back in the outcome, never lost.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` (the operation has no such object: a transaction, for instance), `STATUS_NOT_SUPPORTED` (the
    /// object cannot carry contexts: a paging file, for instance), `STATUS_FLT_DELETING_OBJECT`,
    /// `STATUS_INSUFFICIENT_RESOURCES`; `new` is released then.
    pub fn set_if_absent<K: Settable + UsableOn<S>>(
        &self,
        new: NewContext<F, K>,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<SetOutcome<F, K>>
    where
        F: HasContext<K>,
    {
        let (status, existing) = self.set(&new, FLT_SET_CONTEXT_KEEP_IF_EXISTS, irql.weaken());
        match (status, existing) {
            (Status::FLT_CONTEXT_ALREADY_DEFINED, Some(existing)) => {
                Ok(SetOutcome::AlreadyDefined(existing))
            }
            (status, _) => status.ok().map(|()| SetOutcome::Kept(new.into_reference())),
        }
    }

    /// `FltSet…Context`, replace if exists — attaches `new` and hands back what was there before. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// As for [`set_if_absent`](Self::set_if_absent).
    pub fn replace<K: Settable + UsableOn<S>>(
        &self,
        new: NewContext<F, K>,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<SetOutcome<F, K>>
    where
        F: HasContext<K>,
    {
        let (status, old) = self.set(&new, FLT_SET_CONTEXT_REPLACE_IF_EXISTS, irql.weaken());
        status.ok()?;
        let new = new.into_reference();
        Ok(match old {
            Some(old) => SetOutcome::Replaced { new, old },
            None => SetOutcome::Kept(new),
        })
    }

    /// `FltGet…Context` — the one context of kind `K`; `None` if the object has none. IRQL ≤ APC_LEVEL.
    ///
    /// Several at once: [`contexts`](Self::contexts).
    ///
    /// # Errors
    /// `STATUS_NOT_SUPPORTED` (the object cannot carry contexts), and what else FltMgr reports.
    pub fn context<K: Settable + UsableOn<S>>(
        &self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Option<ContextRef<F, K>>>
    where
        F: HasContext<K>,
    {
        let mut context: PFLT_CONTEXT = ptr::null_mut();
        // SAFETY: FltMgr's objects live for the callback, and `context` may be written.
        let status =
            Status::from_raw(unsafe { K::get(irql.weaken(), self.raw(), &raw mut context) });
        if status == Status::NOT_FOUND {
            return Ok(None);
        }
        status.ok()?;
        Ok(NonNull::new(context).map(|context| {
            // SAFETY: FltMgr returned a context of this filter and kind, referenced for us.
            unsafe { ContextRef::from_raw(context.cast()) }
        }))
    }

    fn set<K: Settable>(
        &self,
        new: &NewContext<F, K>,
        operation: FLT_SET_CONTEXT_OPERATION,
        irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
    ) -> (Status, Option<ContextRef<F, K>>)
    where
        F: HasContext<K>,
    {
        let mut old: PFLT_CONTEXT = ptr::null_mut();
        // SAFETY: FltMgr's objects live for the callback, `new` is attached nowhere as setting consumes it, `old` may be written.
        let status = unsafe {
            K::set(
                irql,
                self.raw(),
                operation,
                new.as_raw().as_ptr().cast(),
                &raw mut old,
            )
        };
        let old = NonNull::new(old).map(|old| {
            // SAFETY: FltMgr returned a context of this filter and kind, referenced for us.
            unsafe { ContextRef::from_raw(old.cast()) }
        });
        (Status::from_raw(status), old)
    }
}
